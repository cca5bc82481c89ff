"""Networks that others trained: weight files, pickles, and what `extract` says of them."""

import json
import pickle
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

import mips_verify
from mips_verify.cli import main
from mips_verify.commands.extract import extract
from mips_verify.errors import MipsVerifyError
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.domain import Domain
from mips_verify.network.load import load_model
from mips_verify.network.mips_checkpoint import general_rnn
from mips_verify.network.torch_modules import save_network
from mips_verify.network.torch_recurrent import Functions
from mips_verify.network.weights import WeightFileError, read_tensors, save, write_tensors
from mips_verify.normalize.integer_autoencoders import LATTICE_FINDERS
from mips_verify.pipeline.compare_network import compare
from mips_verify.pipeline.faithfulness import Parties, faithfulness
from mips_verify.pipeline.read_network import Asked, Reading, read_network
from mips_verify.pipeline.score import Miss
from mips_verify.report.text import reading_to_text
from tests.quick import slow_case
from tests.test_network_from_torch import made

BITS = Domain(("x",), (0,), (1,))


def parity(path, *, corrupt=None, **changes):
    """A ReLU network that tells odd from even, written with its tensors changed by ``corrupt``."""
    module = torch.nn.RNN(2, 2, nonlinearity="relu", bias=True).double()
    readout = torch.nn.Linear(2, 2).double()
    with torch.no_grad():
        # h = [odd so far and zero read, even so far and one read]; their sum is the parity
        module.weight_ih_l0.copy_(torch.tensor([[0.0, -1.0], [-1.0, 0.0]]))
        module.weight_hh_l0.copy_(torch.tensor([[1.0, 1.0], [-1.0, -1.0]]))
        module.bias_ih_l0.copy_(torch.tensor([0.0, 1.0]))
        module.bias_hh_l0.zero_()
        readout.weight.copy_(torch.tensor([[-1.0, -1.0], [1.0, 1.0]]))
        readout.bias.copy_(torch.tensor([0.5, -0.5]))
    save_network(module, path, readout=readout, inputs={"x": (0, 1)}, length=8)
    if corrupt or changes:
        tensors, header = read_tensors(path)
        if corrupt:
            corrupt(tensors)
        write_tensors(path, tensors, header | changes)
    return path


def run(*args):
    return CliRunner().invoke(main, ["extract", *map(str, args)])


def test_a_program_from_outside_is_proved_against_a_task(tmp_path):
    result = run("--model", parity(tmp_path / "n.safetensors"), "--task", "Parity_All")
    assert result.exit_code == 0, result.output
    assert "rnn_relu, 1 layers, 2 hidden" in result.stdout
    assert "PROVED equal to Parity_All" in result.stdout


def test_a_proof_is_for_the_ranges_of_the_task(tmp_path):
    model = parity(tmp_path / "n.safetensors")
    result = run("--model", model, "--task", "Parity_All", "--input", "x=0..0")
    assert result.exit_code == 2
    assert "the input ranges differ from those of Parity_All (x=0..1)" in result.stderr


def test_inputs_in_another_order_are_refused(tmp_path):
    module, readout = made("gru", 2, 4, 1)
    path = tmp_path / "n.safetensors"
    ranges = {"w": (0, 1), "x": (0, 1)}
    save_network(module, path, readout=readout, inputs=ranges, length=5, reads="numbers")
    result = run("--model", path, "--task", "Binary_Addition")  # reads x, w
    assert result.exit_code == 2
    assert "reads its inputs in the order w, x, not x, w" in result.stderr


def test_a_network_is_trusted_no_further_than_its_file_says(tmp_path):
    model = parity(tmp_path / "n.safetensors", length=4)
    said = json.loads(run("--model", model, "--task", "Parity_All", "--json").stdout)
    assert said["compared"]["full"]["sequences"] == 2**4


@pytest.mark.parametrize(
    ("why", "corrupt"),
    [
        ("outputs reach", lambda t: t["readout.bias"].fill(1e300)),
        ("states are not finite numbers", lambda t: t["weight_hh_l0"].fill(1e200)),
    ],
)
def test_numbers_that_no_integer_stands_for_are_refused(tmp_path, why, corrupt):
    module = torch.nn.RNN(2, 2, nonlinearity="relu").double()
    readout = torch.nn.Linear(2, 1).double()
    path = tmp_path / "n.safetensors"
    with torch.no_grad():
        for p in module.parameters():
            p.fill_(1.0)
    save_network(module, path, readout=readout, inputs={"x": (0, 1)}, length=8, gives="round")
    tensors, header = read_tensors(path)
    corrupt(tensors)
    write_tensors(path, tensors, header)
    result = run("--model", path)
    assert result.exit_code == 2
    assert why in result.stderr


def test_files_beside_a_model_are_not_run(tmp_path):
    pickled(tmp_path / "n.pt")
    (tmp_path / "torch.py").write_text("raise SystemExit('the file beside the model ran')")
    (tmp_path / "z3.py").write_text("raise SystemExit('the file beside the model ran')")
    code = "from mips_verify.cli import main; main()"
    args = ["extract", "--model", "n.pt", "--task", "Sum_Last2"]
    command = [sys.executable, "-P", "-c", code, *args]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_without_a_task_program_and_network_are_compared(tmp_path):
    result = run("--model", parity(tmp_path / "n.safetensors"), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["agree"]
    assert said["compared"]["short"]["sequences"] == 256
    assert said["verdict"] is None


def test_a_program_of_another_task_is_refuted(tmp_path):
    result = run("--model", parity(tmp_path / "n.safetensors"), "--task", "Parity_Zeros")
    assert result.exit_code == 1
    assert "REFUTED by the shortest sequence" in result.stdout


BROKEN = {
    "lacks the tensors bias_hh_l0": {"corrupt": lambda t: t.pop("bias_hh_l0")},
    "does not list: extra": {"corrupt": lambda t: t.update(extra=np.zeros(2))},
    "weight_hh has shape (2, 3)": {"corrupt": lambda t: t.update(weight_hh_l0=np.ones((2, 3)))},
    "readout.bias holds a value that is not finite": {
        "corrupt": lambda t: t["readout.bias"].fill(np.nan)
    },
    "no cell 'elman'": {"cell": "elman"},
    "lacks the number of layers": {"layers": 0},
    "inputs are numbers or one-hot": {"reads": "words"},
    "weight has shape (2, 2), expected (3, 2)": {"values": [0, 1, 2]},
    "Python int too large": {"values": [0, 10**30]},
    "the range of input x is 0.0..1.0, not two whole numbers": {"inputs": {"x": [0.0, 1.0]}},
    "weight_ih has shape (4,), expected (rows, inputs)": {
        "corrupt": lambda t: t.update(weight_ih_l0=np.zeros(4))
    },
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_file_is_one_sentence(tmp_path, why):
    result = run("--model", parity(tmp_path / "n.safetensors", **BROKEN[why]))
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("mips-verify: ")
    assert why in line
    assert "n.safetensors" in line


# sum of the last two, in the state dict of the paper: h = [x, h0], y = h0 + h1
SUM_LAST2 = {
    "hmlp.mlp.0.weight": [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]],
    "hmlp.mlp.0.bias": [0.0, 0.0],
    "ymlp.mlp.0.weight": [[1.0, 1.0]],
    "ymlp.mlp.0.bias": [0.0],
}


def pickled(path, **changes):
    state = SUM_LAST2 | changes
    torch.save({k: torch.tensor(v) for k, v in state.items()}, path)
    return path


def network_file(path, **changes):
    """The same as safetensors, for what has nothing to do with pickles."""
    arrays = {k: np.array(v) for k, v in (SUM_LAST2 | changes).items()}
    save(path, general_rnn(path, arrays))
    return path


def test_a_state_dict_of_the_papers_network_is_read(tmp_path):
    result = run("--model", pickled(tmp_path / "n.pt"), "--task", "Sum_Last2")
    assert result.exit_code == 0, result.output
    assert "PROVED equal to Sum_Last2" in result.stdout


class Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_a_pickle_with_code_in_it_is_refused_and_runs_nothing(tmp_path):
    trap, path = tmp_path / "trap", tmp_path / "n.pt"
    torch.save({"hmlp.mlp.0.weight": Touch(trap)}, path)
    with pytest.raises(WeightFileError, match=r"it asks for io\.open, which could run") as found:
        load_model(path)
    assert "weights_only" not in str(found.value)  # torch advises to load it unsafely
    path.write_bytes(pickle.dumps(Touch(trap)))
    with pytest.raises(WeightFileError, match="is not a pickle of plain tensors"):
        load_model(path)
    assert not trap.exists()


@pytest.mark.parametrize(
    ("why", "changes"),
    [
        ("lacks the tensor hmlp.mlp.0.bias", {"hmlp.mlp.0.bias": None}),
        ("hmlp.mlp.0.bias has shape .1, 2., expected 1 axes", {"hmlp.mlp.0.bias": [[0.0, 0.0]]}),
        ("the layers of ymlp are numbered 0, 1, expected 0, 2, 4 and so on",
         {"ymlp.mlp.1.weight": [[1.0]], "ymlp.mlp.1.bias": [0.0]}),
        ("it holds the tensor other", {"other": [1.0]}),
        ("layer 0 of g has weight .1, 3.", {"ymlp.mlp.0.weight": [[1.0, 1.0, 1.0]]}),
    ],
)  # fmt: skip
def test_a_state_dict_that_does_not_fit_is_one_sentence(why, changes):
    arrays = {k: np.array(v) for k, v in (SUM_LAST2 | changes).items() if v is not None}
    with pytest.raises(WeightFileError, match=why) as caught:
        general_rnn(Path("n.pt"), arrays)
    assert "n.pt" in str(caught.value)


def test_a_state_dict_with_a_value_that_is_not_finite_is_refused(tmp_path):
    path = pickled(tmp_path / "n.pt", **{"ymlp.mlp.0.weight": [[float("nan"), 1.0]]})
    with pytest.raises(WeightFileError, match=r"ymlp.mlp.0.weight holds a value that is not fin"):
        load_model(path)


def test_the_command_line_offers_every_lattice_finder():
    (option,) = (p for p in extract.params if p.name == "lattice")
    assert list(option.type.choices) == [*LATTICE_FINDERS]


@pytest.mark.parametrize("method", ["linear", "gcd"])
def test_integer_coordinates_of_the_hidden_states_can_be_shown(tmp_path, method):
    scaled = {  # with a bias, so that the start is not on the lattice of what follows
        "hmlp.mlp.0.weight": [[0.0, 0.0, 0.5], [3.0, 0.0, 0.0]],
        "hmlp.mlp.0.bias": [0.05, 0.0],
        "ymlp.mlp.0.weight": [[2.0, 2 / 3]],
        "ymlp.mlp.0.bias": [-0.2],
    }
    path = network_file(tmp_path / "n.safetensors", **scaled)
    args = ("--model", path, "--task", "Sum_Last2", "--lattice", method)
    program = tmp_path / "p.py"
    said = run(*args, "--out", program).stdout
    assert f"{method}_lattice: 2 integer coordinates, 100.0% of the" in said
    assert "right on 100.00% of 8192 sequences of Sum_Last2" in said
    assert runpy.run_path(str(program))["program"]([1, 2, 3]) == [1, 3, 5]
    found = json.loads(run(*args, "--json").stdout)["lattice"]
    assert abs(np.linalg.det(found["basis"])) == pytest.approx(0.5 * 1.5, rel=1e-4)


def test_what_the_file_does_not_say_is_asked_for(tmp_path):
    path = network_file(tmp_path / "n.safetensors")
    for args, why in (
        ((), "does not say what its inputs are; give a task, or the range of each input"),
        (("--input", "x=0..5"), "give the length"),
        (("--input", "x=5..0", "--length", 5), "the range 5..0 of input 'x' is empty"),
        (("--input", "x:0-5"), "is not NAME=LOW..HIGH"),
        (("--task", "Binary_Addition"), "the network reads 1 inputs, not 2 (x, w)"),
    ):
        result = run("--model", path, *args)
        assert result.exit_code == 2
        assert why in result.stderr


def test_a_one_hot_network_is_not_asked_beyond_its_columns(tmp_path):
    result = run("--model", parity(tmp_path / "n.safetensors"), "--input", "x=0..2")
    assert result.exit_code == 2
    assert "was made for x=0..1, which does not cover x=0..2" in result.stderr


def test_any_pair_of_functions_is_a_network():
    network = Functions(
        origin=np.zeros(1),
        outputs=1,
        step=lambda h, x: (h + x) % 3,
        read=lambda h: h.astype(np.int64),
    )
    reading = read_network(network, Domain(("x",), (0,), (2,)), 8)
    assert str(reading.program) == "n = 0 -> (n + x) % 3\noutput n"
    assert reading.comparison.agree


def test_where_network_and_program_differ_the_right_one_is_named():
    task = mips_verify.load_task("Parity_All")
    wrong_at = (1, 0, 1, 1)

    def step(h, x):  # the state is the whole word as a number in base 3
        return h * 3 + x + 1

    def read(h):
        words = [np.base_repr(int(v), 3) for v in h.ravel()]
        right = [w.count("2") % 2 for w in words]
        rare = [w == "2122" for w in words]  # the letters are written 1 and 2
        return (np.array(right) ^ np.array(rare)).reshape(h.shape)

    network = Functions(np.zeros(1), 1, step, read)
    comparison = compare(network, task.spec, BITS, 6, 0)
    assert not comparison.agree
    assert comparison.misses == (Miss(tuple((a,) for a in wrong_at), ((1,), (1,), (0,), (0,))),)
    report = faithfulness(Parties(network, task.spec, task.spec), BITS, [6], comparison)
    found = Extraction(task.spec, "given", None, 1.0, ())
    reading = Reading(Asked(network, BITS, 6, None), found, comparison, None, faithfulness=report)
    said = reading_to_text(reading, "functions", task)
    assert "agree on 119 of 126 sequences of up to 6 letters" in said
    assert "on 1 0 1 1 the network gives 0, the program 1; the program is right" in said


def test_the_interface_is_what_the_documentation_says():
    assert {"save_network", "load_model", "read_network", "synthesize", "load_task"} <= set(
        mips_verify.__all__
    )
    assert all(
        callable(getattr(mips_verify, n))
        for n in mips_verify.__all__
        if n not in ("__version__", "api")
    )
    with pytest.raises(AttributeError, match="no attribute 'guess'"):
        mips_verify.guess  # noqa: B018


def state_dict(**changes):
    weight = torch.eye(3)[:2].clone()
    known = {"hmlp.mlp.0.weight": weight, "hmlp.mlp.0.bias": torch.zeros(2)}
    known |= {"ymlp.mlp.0.weight": torch.ones(1, 2), "ymlp.mlp.0.bias": torch.zeros(1)}
    return known | {name.replace("_", "."): value for name, value in changes.items()}


@pytest.mark.parametrize(
    ("tensor", "says"),
    [
        (torch.zeros(1).expand(2**15, 2**15), "hold more than"),
        slow_case(torch.zeros(1).expand(2**31, 2**31), "hold more than"),
        slow_case(torch.zeros(2, 3, dtype=torch.complex64), "complex"),
        slow_case(torch.zeros(2, 3).to_sparse(), "plain numbers"),
        (torch.zeros(2, 3, device="meta"), "plain numbers"),
    ],
)
def test_a_pickle_that_grows_or_is_no_plain_numbers_is_refused(tmp_path, tensor, says):
    path = tmp_path / "m.pt"
    torch.save(state_dict(hmlp_mlp_0_weight=tensor), path)
    assert path.stat().st_size < 10_000
    result = run("--model", path, "--input", "x=0..1", "--length", 5)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_pickle_that_unpacks_to_gigabytes_is_refused(tmp_path):
    path = tmp_path / "m.pt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("archive/data.pkl", pickle.dumps({}))
        file.writestr("archive/version", "3\n")
        file.writestr("archive/data/0", b"\0" * 2**27)
    result = run("--model", path, "--input", "x=0..1", "--length", 5)
    assert result.exit_code == 2, result.output
    assert "unpacks to more than" in result.stderr


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (lambda h: h[..., 0].astype(np.int64), "read gives an array of shape \\(2,\\)"),
        (lambda h: h.reshape(-1, 1).astype(np.int64), "read gives an array of shape \\(6, 1\\)"),
        (lambda h: h * 1.0, "read gives float64, not integers"),
    ],
)
def test_functions_that_drop_an_axis_are_refused(read, says):
    network = Functions(np.zeros(1), 1, lambda h, x: (h + x) % 3, read)
    with pytest.raises(MipsVerifyError, match=says):
        read_network(network, Domain(("x",), (0,), (2,)), 8)


def test_a_step_that_drops_an_axis_is_refused():
    network = Functions(np.zeros(1), 1, lambda h, x: (h + x)[:, 0], lambda h: h.astype(int))
    with pytest.raises(MipsVerifyError, match="step gives an array of shape"):
        read_network(network, Domain(("x",), (0,), (2,)), 8)


def test_a_large_network_is_read_as_far_as_its_states_fit_the_memory():
    said = []
    wide = Functions(
        origin=np.zeros(1000),
        outputs=1,
        step=lambda h, x: np.broadcast_to((h[:, :1] + x) % 2, (len(h), 1000)),
        read=lambda h: h[..., :1].astype(np.int64),
    )
    reading = read_network(wide, BITS, 50, progress=lambda _, line: said.append(line))
    assert said[0] == "states of 1000 numbers are large; reading 10 letters"
    assert str(reading.program) == "s = 0 -> s ^ x\noutput s"
    assert reading.comparison.length == 50
