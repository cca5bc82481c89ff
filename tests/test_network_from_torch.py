"""Modules of torch written as network files: they answer as torch does, or are refused."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.network.load import load_model
from mips_verify.network.torch_modules import ModuleError, save_network
from tests.quick import examples

MODULES = {
    "rnn_tanh": lambda *a, **k: torch.nn.RNN(*a, **k),
    "rnn_relu": lambda *a, **k: torch.nn.RNN(*a, nonlinearity="relu", **k),
    "gru": torch.nn.GRU,
    "lstm": torch.nn.LSTM,
}


def made(cell, columns, hidden, layers, *, bias=True, seed=0):
    torch.manual_seed(seed)
    module = MODULES[cell](columns, hidden, layers, batch_first=True, bias=bias).double()
    return module, torch.nn.Linear(hidden, 3).double()


def by_torch(module, readout, x, start=None):
    with torch.no_grad():
        return readout(module(x, start)[0]).numpy()


@settings(max_examples=examples(40), deadline=None)
@given(
    st.sampled_from(list(MODULES)), st.integers(1, 3), st.integers(1, 5), st.booleans(),
    st.sampled_from(["one-hot", "numbers"]), st.integers(0, 2**16),
)  # fmt: skip
def test_a_network_read_from_a_file_answers_as_torch_does(
    tmp_path_factory, cell, layers, hidden, bias, reads, seed
):
    path = tmp_path_factory.mktemp("net") / "n.safetensors"
    ranges = {"x": (-1, 2), "w": (0, 2)}
    columns = 7 if reads == "one-hot" else 2
    module, readout = made(cell, columns, hidden, layers, bias=bias, seed=seed)
    rng = np.random.default_rng(seed)
    first = torch.from_numpy(rng.normal(size=(2, layers, 1, hidden)))
    start = tuple(first) if cell == "lstm" else first[0]
    given_start = tuple(p[:, 0] for p in start) if cell == "lstm" else start[:, 0]
    save_network(
        module, path, readout=readout, inputs=ranges, length=5, reads=reads, gives="argmax",
        values=[5, 7, 9], start=given_start,
    )  # fmt: skip
    network = load_model(path).network
    x = Domain(("x", "w"), (-1, 0), (2, 2)).sample(6, 5, rng)
    coded = x.astype(float)
    if reads == "one-hot":
        coded = np.concatenate([np.eye(4)[x[..., 0] + 1], np.eye(3)[x[..., 1]]], axis=2)
    several = [p.expand(layers, 6, hidden).contiguous() for p in start] if cell == "lstm" else None
    start = tuple(several) if several else start.expand(layers, 6, hidden).contiguous()
    scores = by_torch(module, readout, torch.from_numpy(coded), start)
    assert np.array_equal(network.run(x)[1][..., 0], np.array([5, 7, 9])[scores.argmax(axis=2)])


def test_rounded_scores_are_outputs(tmp_path):
    module, readout = made("gru", 1, 4, 1)
    save_network(
        module, tmp_path / "n.safetensors", readout=readout, inputs={"x": (0, 9)}, length=5,
        reads="numbers", gives="round",
    )  # fmt: skip
    network = load_model(tmp_path / "n.safetensors").network
    x = np.arange(10).reshape(2, 5, 1)
    scores = by_torch(module, readout, torch.from_numpy(x).double())
    assert np.array_equal(network.run(x)[1], np.rint(scores))


def test_modules_that_are_not_understood_are_refused(tmp_path):
    _, readout = made("gru", 2, 4, 1)
    for module, why in (
        (torch.nn.Linear(2, 2), "Linear is not a torch.nn.RNN, GRU or LSTM"),
        (torch.nn.GRU(2, 4, bidirectional=True), "reads backwards"),
        (torch.nn.LSTM(2, 4, proj_size=3), "projects"),
        (torch.nn.GRU(3, 4), "reads 3 inputs, expected 2"),
        (torch.nn.GRU(2, 5), "weight has shape .3, 4., expected .3, 5."),
    ):
        with pytest.raises(ModuleError, match=why):
            save_network(module, tmp_path / "n", readout=readout, inputs={"x": (0, 1)}, length=5)
    assert not list(tmp_path.iterdir())


def test_what_means_whole_numbers_is_written(tmp_path):
    module, readout = made("gru", 3, 2, 1)
    path = tmp_path / "n.safetensors"
    save_network(
        module, path, readout=readout, inputs={"x": range(3)}, length=np.int64(7), values=range(3)
    )
    assert load_model(path).domain == Domain(("x",), (0,), (2,))
    pair = [np.int64(0), np.int32(2)]
    save_network(
        module, path, readout=readout, inputs={"x": pair}, length=7, values=np.array([4, 5, 6])
    )
    assert load_model(path).domain == Domain(("x",), (0,), (2,))
    assert load_model(path).network.values.tolist() == [4, 5, 6]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"length": 7.5}, "length is 7.5, not a whole number"),
        ({"length": "7"}, "length is '7', not a whole number"),
        ({"inputs": {"x": (0, 2.0)}}, "input x is 2.0, not a whole number"),
        ({"inputs": {"x": range(0, 6, 2)}}, "two whole numbers"),
        ({"inputs": {"x": (0, 1, 2)}}, "two whole numbers"),
        ({"inputs": {"x": 3}}, "two whole numbers"),
        ({"inputs": [(0, 2)]}, "a dictionary"),
        ({"values": [0, 1.5, 2]}, "one of values is 1.5, not a whole number"),
        ({"values": 3}, "values is 3, not a list"),
        ({"start": np.zeros((1, 2)) + 1j}, "complex"),
    ],
)
def test_what_means_no_whole_numbers_is_refused(tmp_path, changes, says):
    module, readout = made("gru", 3, 2, 1)
    given = {"inputs": {"x": (0, 2)}, "length": 7} | changes
    with pytest.raises(ModuleError, match=says):
        save_network(module, tmp_path / "n.safetensors", readout=readout, **given)
    assert not list(tmp_path.iterdir())


def save_ternary(module, readout, path):
    save_network(module, path, readout=readout, inputs={"x": (0, 2)}, length=7)
    x = np.random.default_rng(0).integers(0, 3, size=(20, 7, 1))
    with torch.no_grad():
        want = readout(module(torch.eye(3).double()[x[..., 0]])[0]).argmax(-1)
    assert (load_model(path).network.run(x)[1][..., 0] == want.numpy()).all()


def test_weights_under_a_parametrization_are_the_ones_that_act(tmp_path):
    module, readout = made("lstm", 3, 4, 2)
    for part in ("weight_ih_l0", "weight_hh_l1"):
        torch.nn.utils.parametrizations.weight_norm(module, part)
    torch.nn.utils.parametrizations.weight_norm(readout)
    with torch.no_grad():
        module.parametrizations.weight_hh_l1.original0 *= 3
    save_ternary(module, readout, tmp_path / "n.safetensors")


@pytest.mark.slow
def test_a_compiled_module_is_the_module(tmp_path):
    module, readout = made("gru", 3, 4, 1)
    save_network(
        torch.compile(module), tmp_path / "a.safetensors", readout=torch.compile(readout),
        inputs={"x": (0, 2)}, length=7,
    )  # fmt: skip
    save_ternary(module, readout, tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_weights_that_a_hook_makes_are_refused(tmp_path):
    module, readout = made("gru", 3, 4, 1)
    torch.nn.utils.weight_norm(module, "weight_hh_l0")
    with pytest.raises(ModuleError, match="hooks"):
        save_ternary(module, readout, tmp_path / "n.safetensors")
    module, readout = made("gru", 3, 4, 1)
    readout.register_forward_hook(lambda *a: None)
    with pytest.raises(ModuleError, match="hooks"):
        save_ternary(module, readout, tmp_path / "n.safetensors")


def test_complex_weights_are_refused_not_cut(tmp_path):
    module, readout = made("gru", 3, 2, 1)
    with pytest.raises(ModuleError, match="complex"):
        save_network(
            module, tmp_path / "n.safetensors", readout=readout.to(torch.complex128),
            inputs={"x": (0, 2)}, length=7,
        )  # fmt: skip
