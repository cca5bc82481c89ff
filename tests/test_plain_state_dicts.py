"""State dicts of recurrent modules without a header: read as the user says, or refused."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from mips_verify.cli import main
from mips_verify.kernel.domain import Domain
from mips_verify.network.interface import Interface
from mips_verify.network.load import load_model
from mips_verify.network.torch_modules import save_network
from mips_verify.network.weights import WeightFileError
from tests.quick import examples
from tests.test_network_from_torch import MODULES, made

WRITERS = {
    "n.safetensors": save_file, "n.pt": torch.save, "n.bin": torch.save, "n.ckpt": torch.save
}  # fmt: skip
TWO = Domain(("x", "w"), (-1, 0), (2, 2))
DIGIT = Domain(("x",), (3,), (6,))
SAID = Interface(DIGIT, 5, reads="letters", gives="argmax")


class Net(torch.nn.Module):
    """What users write: layers and a read-out with names of their own, perhaps an embedding."""

    def __init__(self, rnn, head, embedding=None):
        super().__init__()
        self.encoder, self.head = rnn, head
        if embedding is not None:
            self.tokens = embedding

    def forward(self, x):
        return self.head(self.encoder(self.tokens(x))[0])


def flat(state):
    return {name: tensor.contiguous() for name, tensor in state.items()}


def written(path, state, writer=save_file):
    writer(flat(state), path)
    return path


def embedded(cell="gru", columns=2, hidden=3, tokens=4, *, bias=True):
    """A network that reads tokens."""
    torch.manual_seed(0)
    rnn = MODULES[cell](columns, hidden, batch_first=True)
    head = torch.nn.Linear(hidden, 3, bias=bias)
    return Net(rnn, head, torch.nn.Embedding(tokens, columns)).double()


@settings(max_examples=examples(30), deadline=None)
@given(
    st.sampled_from(list(MODULES)), st.integers(1, 3), st.integers(1, 5), st.booleans(),
    st.sampled_from(["one-hot", "numbers"]), st.sampled_from(["argmax", "round"]),
    st.integers(0, 2**16),
)  # fmt: skip
def test_a_plain_file_answers_as_the_one_that_save_network_writes(
    tmp_path_factory, cell, layers, hidden, bias, reads, gives, seed
):
    folder = tmp_path_factory.mktemp("net")
    columns = 7 if reads == "one-hot" else 2
    module, readout = made(cell, columns, hidden, layers, bias=bias, seed=seed)
    values = (5, 7, 9) if gives == "argmax" else None
    save_network(
        module, folder / "ours.safetensors", readout=readout, inputs={"x": (-1, 2), "w": (0, 2)},
        length=5, reads=reads, gives=gives, values=values,
    )  # fmt: skip
    path = written(folder / "theirs.safetensors", Net(module, readout).state_dict())
    said = Interface(TWO, 5, reads=reads, gives=gives, values=values)
    said = replace(said, cell=cell if cell.startswith("rnn") else None)
    ours, theirs = load_model(folder / "ours.safetensors"), load_model(path, said)
    x = TWO.sample(20, 9, np.random.default_rng(seed))
    assert (theirs.network.run(x)[1] == ours.network.run(x)[1]).all()
    assert (theirs.what, theirs.length, theirs.domain) == (ours.what, ours.length, ours.domain)


@settings(max_examples=examples(20), deadline=None)
@given(
    st.sampled_from(list(MODULES)), st.integers(1, 4), st.integers(1, 4), st.integers(4, 6),
    st.booleans(),
)  # fmt: skip
def test_an_embedding_before_the_layers_is_folded_into_them(
    tmp_path_factory, cell, columns, hidden, tokens, bias
):
    net = embedded(cell, columns, hidden, tokens, bias=bias)
    path = written(tmp_path_factory.mktemp("net") / "n.safetensors", net.state_dict())
    said = replace(SAID, cell=cell, readout=None if bias else "head")
    x = DIGIT.sample(20, 9, np.random.default_rng(0))
    with torch.no_grad():
        wanted = net(torch.from_numpy(x[..., 0] - 3)).argmax(dim=2).numpy()
    assert (load_model(path, said).network.run(x)[1][..., 0] == wanted).all()


def test_a_read_out_without_bias_may_look_like_the_embedding(tmp_path):
    path = written(tmp_path / "n.safetensors", embedded(columns=3, bias=False).state_dict())
    with pytest.raises(WeightFileError, match="each of head, tokens may be the read-out"):
        load_model(path, SAID)


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_holds_the_same_network(tmp_path, name):
    net = embedded()
    path = written(tmp_path / name, net.state_dict(), WRITERS[name])
    x = DIGIT.sample(20, 9, np.random.default_rng(0))
    wanted = net(torch.from_numpy(x[..., 0] - 3)).argmax(dim=2).numpy()
    assert (load_model(path, SAID).network.run(x)[1][..., 0] == wanted).all()


@pytest.mark.parametrize("inside", ["state_dict", "model_state_dict", "model"])
def test_a_state_dict_beside_other_things_in_a_checkpoint_is_found(tmp_path, inside):
    path = tmp_path / "n.ckpt"
    torch.save({"epoch": 3, "notes": {"rate": 0.1}, inside: embedded().state_dict()}, path)
    assert load_model(path, SAID).what == "gru, 1 layers, 3 hidden"


def test_a_checkpoint_that_holds_objects_is_refused(tmp_path):
    path = tmp_path / "n.ckpt"
    torch.save({"state_dict": embedded().state_dict(), "net": embedded()}, path)
    with pytest.raises(WeightFileError, match="could run code"):
        load_model(path, SAID)


def test_a_cell_that_a_loop_of_ones_own_steps_is_a_layer(tmp_path):
    cell, head = torch.nn.LSTMCell(4, 3).double(), torch.nn.Linear(3, 2).double()
    state = {f"cell.{n}": t for n, t in cell.state_dict().items()}
    state |= {f"head.{n}": t for n, t in head.state_dict().items()}
    network = load_model(
        written(tmp_path / "n.safetensors", state), replace(SAID, reads="one-hot")
    ).network
    x = DIGIT.sample(20, 6, np.random.default_rng(0))
    states = (torch.zeros(20, 3).double(), torch.zeros(20, 3).double())
    for t in range(6):
        states = cell(torch.eye(4).double()[x[:, t, 0] - 3], states)
    wanted = head(states[0]).argmax(dim=1).numpy()
    assert (network.run(x)[1][:, -1, 0] == wanted).all()


def extra(**tensors):
    return lambda state: state | tensors


def without(*names):
    return lambda state: {n: t for n, t in state.items() if n not in names}


def renamed(old, new):
    return lambda state: {n.replace(old, new): t for n, t in state.items()}


REFUSED = {
    "may be of rnn_tanh or rnn_relu, which weights do not tell; say it with --cell": {
        "cell": "rnn_tanh"
    },
    "weight_hh_l0 has 9 rows and 3 columns, as in gru, not in lstm": {"says": {"cell": "lstm"}},
    "holds norm beside the recurrent layers and the read-out head; give the module itself": {
        "change": extra(**{"norm.weight": torch.ones(3, 9), "norm.bias": torch.ones(3)})
    },
    "holds tokens beside the recurrent layers and the read-out head; an embedding is read with": {
        "says": {"reads": "one-hot"}
    },
    "holds start beside": {"change": extra(start=torch.ones(3))},
    "each of head, tail may be the read-out; say which with --readout": {
        "change": extra(**{"tail.weight": torch.ones(2, 3), "tail.bias": torch.ones(2)})
    },
    "needs a linear read-out called tail of 3 values": {"says": {"readout": "tail"}},
    "needs a linear read-out of 3 values, and for letters an embedding of 2 values (else": {
        "change": without("tokens.weight")
    },
    "reads 2 inputs, expected 4": {
        "says": {"reads": "one-hot"},
        "change": without("tokens.weight"),
    },
    "holds encoder.weight_ih_l0_reverse: a network that reads backwards too": {
        "change": extra(**{"encoder.weight_ih_l0_reverse": torch.ones(9, 2)})
    },
    "holds encoder.weight_hr_l0": {
        "cell": "lstm",
        "change": extra(**{"encoder.weight_hr_l0": torch.ones(1, 3)}),
    },
    "and it holds decoder, encoder": {
        "change": extra(**{"decoder.weight_ih_l0": torch.ones(9, 2)})
    },
    "lacks the tensors bias_ih_l0": {"change": without("encoder.bias_ih_l0")},
    "lacks the tensor weight_ih_l0": {"change": renamed("_l0", "_l1")},
    "weight_hh_l0 has shape (9,), expected (rows, columns)": {
        "change": extra(**{"encoder.weight_hh_l0": torch.ones(9)})
    },
    "the embedding knows 4 tokens, and x has 5 values": {
        "says": {"domain": Domain(("x",), (0,), (4,))}
    },
    "an embedding reads one input, not x, w": {"says": {"domain": TWO}},
    "weights know no first token and no shift": {"says": {"shift": 1}},
    "does not say how letters go in and answers come out; give --reads": {"says": {"reads": None}},
    "does not say what its inputs are": {"says": {"domain": None}},
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_told_from_weights_is_one_sentence(tmp_path, why):
    case = {"cell": "gru", "says": {}, "change": extra()} | REFUSED[why]
    state = case["change"](embedded(case["cell"]).state_dict())
    path = written(tmp_path / "n.safetensors", state)
    with pytest.raises(WeightFileError) as found:
        load_model(path, replace(SAID, **case["says"]))
    assert why in str(found.value)
    assert "n.safetensors" in str(found.value)
    assert "\n" not in str(found.value)


@settings(max_examples=examples(40), deadline=None)
@given(st.sets(st.sampled_from(sorted(embedded().state_dict()))), st.integers(0, 2), st.data())
def test_damaged_tensors_are_refused_and_nothing_else_happens(tmp_path_factory, names, axes, data):
    state = embedded().state_dict()
    for name in names:
        shape = data.draw(st.lists(st.integers(0, 4), min_size=axes, max_size=axes))
        state[name] = torch.zeros(shape, dtype=torch.float64)
    path = written(tmp_path_factory.mktemp("net") / "n.safetensors", state)
    with contextlib.suppress(WeightFileError):  # any other error is a defect
        load_model(path, SAID)


@pytest.mark.parametrize("name", ["n.safetensors", "n.pt"])
def test_without_flags_the_sentence_says_which_to_give(tmp_path, name):
    path = written(tmp_path / name, embedded().state_dict(), WRITERS[name])
    for args in ((), ("--input", "x=0..3", "--length", 5)):
        result = CliRunner().invoke(main, ["extract", "--model", str(path), *map(str, args)])
        assert result.exit_code == 2
        assert "say --input, --length, --reads and --gives, or write the module" in result.stderr


def sum_of_two():
    """A ReLU network that keeps two letters and adds them."""
    rnn, head = torch.nn.RNN(1, 2, nonlinearity="relu", bias=False), torch.nn.Linear(2, 1)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(torch.tensor([[1.0], [0.0]]))
        rnn.weight_hh_l0.copy_(torch.tensor([[0.0, 0.0], [1.0, 0.0]]))
        head.weight.fill_(1.0)
        head.bias.zero_()
    return Net(rnn, head)


def test_a_plain_file_is_read_proved_and_certified_with_the_same_flags(tmp_path):
    path = written(tmp_path / "n.pt", sum_of_two().state_dict(), torch.save)
    program = tmp_path / "p.py"
    flags = ["--reads", "numbers", "--gives", "round", "--cell", "rnn_relu", "--length", "8"]

    def run(*args):
        return CliRunner().invoke(main, [*map(str, args), *flags])

    found = run("extract", "--model", path, "--task", "Sum_Last2", "--out", program)
    assert found.exit_code == 0, found.output
    assert "PROVED equal to Sum_Last2" in found.stdout
    theorem = run("certify", path, program, "--input", "x=0..9")
    assert theorem.exit_code == 0, theorem.output
    assert "network PROVED equal for every length" in theorem.stdout
    assert run("certify", path, "Sum_Last2").stdout == theorem.stdout
