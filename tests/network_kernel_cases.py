"""Networks made by hand, one of each kind, each with a program and cells that prove it."""

from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network_kernel.cells import Basis, Cell, Cells
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork, Recurrence
from tests.network_kernel_tools import BITS


def machine(init, after, outputs, inputs=("x",)):
    names = [f"z{i}" for i in range(len(init))]
    known = [*inputs, *names]
    return Machine(
        inputs, tuple(names), tuple(init),
        tuple(parse(e, known) for e in after), tuple(parse(e, known) for e in outputs),
    )  # fmt: skip


def plain(f, g, start, channels=1):
    layers = [tuple(Affine(tuple(map(tuple, w)), tuple(b)) for w, b in part) for part in (f, g)]
    return ExactNetwork(tuple(start), layers[0], (), layers[1], (), None, channels)


# the parity of the letters: h' = |h - x|
PARITY = plain(
    [([(1.0, -1.0), (-1.0, 1.0)], (0.0, 0.0)), ([(1.0, 1.0)], (0.0,))], [([(1.0,)], (0.0,))], [0.0]
)
PARITY_PROGRAM = machine([0], ["(z0 + x) % 2"], ["z0"])
PARITY_CELLS = Cells((Cell((0,), (0.0,), (0.0,), (0, 1)), Cell((1,), (1.0,), (0.0,), (1, 0))))
# the last letter, with a state that forgets: h' = h / 4 + x
FORGET = plain([([(0.25, 1.0)], (0.0,))], [([(1.0,)], (-0.125,))], [0.0])
COPY = machine([], [], ["x"])
FORGET_CELLS = Cells((Cell((), (0.6875,), (0.75,), (0, 0)),))
# two hidden values that turn by a quarter and shrink; the read-out sees the letter only
TURN = plain(
    [([(0.0, -0.25, 0.0), (0.25, 0.0, 1.0)], (0.0, 0.0))], [([(0.0, 1.0)], (0.0,))], [0.0, 0.0]
)
BASES = (Basis(((1.0, 1.0), (-1.0, 1.0)), ((0.5, -0.5), (0.5, 0.5))),)


def lstm_like(cell, values=()):
    """One unit that takes on the letter, nearly."""
    gates = {
        "rnn_tanh": ((8.0,), (-4.0,)),
        "rnn_relu": ((1.0,), (0.0,)),
        "gru": ((0.0, -16.0, 8.0), (0.0, -6.0, -4.0)),
        "lstm": ((0.0, 0.0, 16.0, 0.0), (20.0, -20.0, -8.0, 20.0)),
    }[cell]
    n = len(gates[0])
    layer = Recurrence(
        cell,
        Affine(tuple((w,) for w in gates[0]), gates[1]),
        Affine(((0.125,),) * n, (0.0,) * n),
    )
    scale = {"rnn_relu": (1.0, -0.0625), "lstm": (0.65, 0.5)}.get(cell, (0.5, 0.5))
    start = (0.0, 0.0) if cell == "lstm" else (0.0,)
    if values:
        g = Affine(((-1.0,), (1.0,), (-1.0,)), (0.5, -0.5, 0.5))
        return ExactNetwork(start, (), (layer,), (g,), values, BITS, 1)
    return ExactNetwork(start, (), (layer,), (Affine(((scale[0],),), (scale[1],)),), (), None, 1)


def torch_cells(cell, pieces=1):
    """One cell that holds all states."""
    split = (pieces,) * (2 if cell == "lstm" else 1)
    centre, radius = (0.59375, 0.625) if cell == "rnn_relu" else ((0.0, 1.5))
    n = len(split)
    return Cells((Cell((), (centre,) * n, (radius,) * n, (0, 0), split=split),))


CASES = [
    ("parity", PARITY, PARITY_PROGRAM, PARITY_CELLS),
    ("forget", FORGET, COPY, FORGET_CELLS),
    ("relu", lstm_like("rnn_relu"), COPY, torch_cells("rnn_relu")),
    ("tanh", lstm_like("rnn_tanh"), COPY, torch_cells("rnn_tanh")),
    ("gru", lstm_like("gru"), COPY, torch_cells("gru", 6)),
    ("lstm", lstm_like("lstm"), COPY, torch_cells("lstm", 2)),
]
