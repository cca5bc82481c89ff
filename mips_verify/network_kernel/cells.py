"""Cells: boxes of hidden states that a network never leaves, each labelled by a program's state.

Let a cell be a program state z and a set H of hidden states, and check three things:

    Base      the network's start state is in the first cell, whose z is the program's start
    Step      for every cell and every letter x, the image of H lies in a cell of the program's
              next state
    Outputs   on that image the read-out is within 1/2 of the program's output

By induction over the word, network and program then give the same outputs on every word. A cell
with a depth promises this for that many more letters only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.exact_network import ExactNetwork
from mips_verify.network_kernel.forms import DOUBLE, Form, FormArithmetic

WORK: Final = 400_000_000  # multiplications in one check, about two minutes
MOST_BITS: Final = 1000
Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]


class CellError(MipsVerifyError):
    """Cells that prove nothing; the message says which cell fails, and why."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Coordinates ``inverse @ (h - centre)``; ``axes`` is nearly the inverse matrix."""

    axes: Matrix
    inverse: Matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """Hidden states with ``|inverse @ (h - centre)| <= radius`` in each coordinate.

    Attributes:
        state: the program's state.
        centre, radius: one number for each hidden value.
        to: for each letter, in the domain's order, the number of the cell that it leads to;
            empty if no letter may follow.
        basis: number of the coordinates; ``None`` for the hidden values themselves.
        depth: letters that may follow; ``None`` for any number.
        split: pieces into which each coordinate is cut before images are taken; empty for one.
    """

    state: tuple[int, ...]
    centre: Vector
    radius: Vector
    to: tuple[int, ...]
    basis: int | None = None
    depth: int | None = None
    split: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cells:
    """A finite set of cells, the first of which holds the start.

    Attributes:
        cells: the cells.
        bases: the coordinates that cells refer to.
        floats: whether they enclose every floating-point evaluation, not only exact numbers.
    """

    cells: tuple[Cell, ...]
    bases: tuple[Basis, ...] = ()
    floats: bool = False

    @property
    def numbers(self) -> Iterator[float]:
        """All doubles."""
        for cell in self.cells:
            yield from itertools.chain(cell.centre, cell.radius)
        for basis in self.bases:
            yield from itertools.chain(*basis.axes, *basis.inverse)


def check_cells(
    network: ExactNetwork, program: Machine, domain: Domain, proof: Cells
) -> int | None:
    """Check Base, Step and Outputs.

    Args:
        network: the network.
        program: the machine that it should equal.
        domain: the letters.
        proof: the cells.

    Returns:
        the number of letters for which network and program agree; ``None`` for any number.

    Raises:
        CellError: something does not hold, or is more work than :data:`WORK`.
    """
    try:
        checker = _Checker(network, program, domain, proof)
        checker.base()
        for number in range(len(proof.cells)):
            checker.steps(number)
    except (ValueError, IndexError, OverflowError) as error:
        raise CellError(f"the cells do not fit the network: {error}") from None
    return proof.cells[0].depth


class _Checker:
    def __init__(
        self, network: ExactNetwork, program: Machine, domain: Domain, proof: Cells
    ) -> None:
        self.network, self.program, self.proof = network, program, proof
        self.letters = [(x, network.inputs(x)) for x in _letters(network, program, domain, proof)]
        numbers = itertools.chain(network.numbers, proof.numbers)
        finest = max(v.as_integer_ratio()[1].bit_length() for v in numbers)
        self.bits = 8 + max(finest, DOUBLE)  # with fewer, rounding would cost more than doubles do
        if self.bits > MOST_BITS:
            raise CellError(f"a number has more than {MOST_BITS} binary places")
        arithmetic = self.arithmetic = FormArithmetic(self.bits, proof.floats)
        self.axes = [_scaled(arithmetic, basis.axes) for basis in proof.bases]
        self.inverses = [_scaled(arithmetic, basis.inverse) for basis in proof.bases]
        self.slack = [
            _inversion_error(a, v, self.bits) for a, v in zip(self.axes, self.inverses, strict=True)
        ]

    def base(self) -> None:
        """The start state lies in the first cell."""
        first = self.proof.cells[0]
        if first.state != self.program.init:
            raise CellError("the first cell is not labelled with the program's start")
        start = [self.arithmetic.constant(v) for v in self.network.start]
        if not self._inside(start, first):
            raise CellError("the network does not start in the first cell")

    def steps(self, number: int) -> None:
        """All letters lead from a cell into cells that are labelled as the program demands."""
        cell = self.proof.cells[number]
        if cell.depth == 0:
            return
        boxes = list(self._boxes(cell))
        for (x, inputs), aim in zip(self.letters, cell.to, strict=True):
            where = f"cell {number}, letter {x}"
            state, outputs = self.program.step(cell.state, x)
            target = self.proof.cells[aim] if aim >= 0 else None
            if target is None or target.state != state or not _deep_enough(target, cell):
                raise CellError(f"{where}: the cell that it leads to is not the program's")
            for box in boxes:
                arithmetic = FormArithmetic(self.bits, self.proof.floats, len(box))
                given = [arithmetic.constant(v) for v in inputs]
                after = self.network.step(arithmetic, box, given)
                if not self._inside(after, target):
                    raise CellError(f"{where}: the image is not inside cell {aim}")
                if not self._right(self.network.scores(arithmetic, after), outputs):
                    raise CellError(f"{where}: the read-out may differ from the program's output")

    def _inside(self, h: list[Form], cell: Cell) -> bool:
        centre = [self.arithmetic.scaled(v) for v in cell.centre]
        radius = [self.arithmetic.scaled(v) for v in cell.radius]
        moved = [v._replace(centre=v.centre - c) for v, c in zip(h, centre, strict=True)]
        if cell.basis is not None:
            exact = FormArithmetic(self.bits, floats=False)
            rows = self.proof.bases[cell.basis].inverse
            moved = [exact.sum(row, moved) for row in rows]
        return all(abs(v.centre) + v.radius <= r for v, r in zip(moved, radius, strict=True))

    def _right(self, scores: list[Form], outputs: tuple[int, ...]) -> bool:
        """Whether the read-out gives ``outputs`` wherever in the forms it is."""
        values = self.network.values
        if not values:
            half = 1 << (self.bits - 1)
            pairs = zip(scores, outputs, strict=True)
            return all(abs(s.centre - (y << self.bits)) + s.radius < half for s, y in pairs)
        best = [i for i, v in enumerate(values) if (v,) == outputs]
        exact = FormArithmetic(self.bits, floats=False)
        return any(
            all(
                exact.sum((1.0, -1.0), (scores[i], other)).ends[0] > 0
                for k, other in enumerate(scores)
                if values[k] != values[i]
            )
            for i in best
        )

    def _boxes(self, cell: Cell) -> Iterator[list[Form]]:
        """The cell as forms, cut into its pieces."""
        centre = [self.arithmetic.scaled(v) for v in cell.centre]
        radius = [self.arithmetic.scaled(v) for v in cell.radius]
        if min(radius) < 0 or len(radius) != len(self.network.start):
            raise CellError("a radius is negative, or there are too many or too few")
        if cell.basis is not None:
            more = self.slack[cell.basis] * max(radius)
            radius = [r + -(-more >> self.bits) for r in radius]
        pieces = cell.split or (1,) * len(radius)
        for place in itertools.product(*map(range, pieces)):
            cut = [_piece(r, k, n) for r, k, n in zip(radius, place, pieces, strict=True)]
            axes = None if cell.basis is None else self.axes[cell.basis]
            yield _box(centre, cut, axes, self.bits)


def _letters(
    network: ExactNetwork, program: Machine, domain: Domain, proof: Cells
) -> Iterator[tuple[int, ...]]:
    """The letters, if everything fits together and is not too much work."""
    if not proof.cells:
        raise CellError("there is no cell")
    if network.channels != domain.channels or network.outputs != len(program.outputs):
        raise CellError("the network reads or gives another number of values than the program")
    if network.domain is not None and (network.domain.lows, network.domain.highs) != (
        domain.lows,
        domain.highs,
    ):
        raise CellError("the network reads other letters than the program")
    images = 0
    for cell in proof.cells:
        if any(n < 1 for n in cell.split):
            raise CellError("a cell is cut into no pieces")
        pieces = 1
        for n in cell.split:
            pieces *= n
        images += pieces * domain.size * (cell.depth != 0)
    work = images * len(network.numbers) * (len(network.start) + 1)
    if work > WORK:
        raise CellError(f"checking takes {work} multiplications, more than {WORK}")
    return domain.letters()


def _deep_enough(target: Cell, cell: Cell) -> bool:
    if target.depth is None:
        return True
    return cell.depth is not None and target.depth >= cell.depth - 1


def _scaled(arithmetic: FormArithmetic, matrix: Matrix) -> list[list[int]]:
    return [[arithmetic.scaled(v) for v in row] for row in matrix]


def _inversion_error(axes: list[list[int]], inverse: list[list[int]], bits: int) -> int:
    """A bound on how far ``inverse`` is from the inverse, as a share of the largest radius.

    With ``E = inverse @ axes - 1`` of norm k below 1/2, a point of the cell is ``axes @ u`` from
    the centre, where u differs from ``inverse @ (h - centre)`` by at most ``k / (1 - k) <= 2 k``
    times its largest entry (Neumann series).
    """
    norm, one = 0, 1 << 2 * bits
    columns = list(zip(*axes, strict=True))
    for i, row in enumerate(inverse):
        products = [sum(a * b for a, b in zip(row, c, strict=True)) for c in columns]
        norm = max(norm, sum(abs(p - one * (i == j)) for j, p in enumerate(products)))
    if 2 * norm >= one or len(inverse) != len(axes):
        raise CellError("the matrices of a basis are not inverse to one another")
    return -(-2 * norm >> bits)


def _piece(radius: int, place: int, count: int) -> tuple[int, int]:
    """Centre and radius of one of ``count`` equal parts, rounded so that no gap is left."""
    low, high = 2 * radius * place // count, -(-2 * radius * (place + 1) // count)
    middle = (low + high) // 2
    return middle - radius, high - middle


def _box(
    centre: list[int], cut: list[tuple[int, int]], axes: list[list[int]] | None, bits: int
) -> list[Form]:
    """One piece as forms, with a symbol for each coordinate."""
    n = len(centre)
    if axes is None:
        shifted = [c + at for c, (at, _) in zip(centre, cut, strict=True)]
        return [
            Form(shifted[i], tuple(cut[i][1] * (i == j) for j in range(n)) if cut[i][1] else ())
            for i in range(n)
        ]
    forms = []
    for c, row in zip(centre, axes, strict=True):
        at = sum(a * shift for a, (shift, _) in zip(row, cut, strict=True))
        parts = [a * r for a, (_, r) in zip(row, cut, strict=True)]
        forms.append(Form(c + (at >> bits), tuple(p >> bits for p in parts), n + 1))
    return forms
