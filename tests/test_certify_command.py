"""`mips-verify certify` and `api.certify`: is a network its program?"""

import json
import shutil
import time

import numpy as np
import pytest
from click.testing import CliRunner

import mips_verify
from mips_verify import api
from mips_verify.certify import certify_network
from mips_verify.certify.repairs import Repair
from mips_verify.check.finding import Options, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network.network import Network
from mips_verify.network.weights import save
from mips_verify.pipeline.network_theorem import NotAsked
from mips_verify.report.json import reading_to_dict
from tests.test_certify_methods import parity_network
from tests.test_check_bundles import PROOFS, copied
from tests.test_network_theorem import BITS, LAST, last

RIGHT = PROOFS / "Div_3"
INPUT = ("--input", "x=0..1", "--length", "5")
PROVED = "network PROVED equal for every length (exact reals and float64)"
PYTHON = "def program(xs):\n    return [x for x in xs]\n"


def certify(*arguments):
    return CliRunner().invoke(main, ["certify", *map(str, arguments)])


def sentence(result):
    assert result.exit_code == 2, result.output
    (line,) = [x for x in result.stderr.splitlines() if x and not x.startswith(("Usage", "Try"))]
    return line


@pytest.fixture
def model(tmp_path):
    """A file of the network that gives the last bit."""
    save(tmp_path / "last.safetensors", last())
    return tmp_path / "last.safetensors"


@pytest.fixture
def program(tmp_path):
    (tmp_path / "last.py").write_text(PYTHON)
    return tmp_path / "last.py"


def test_a_file_and_a_python_program(model, program):
    result = certify(model, program, *INPUT)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"network: ReLU perceptrons f and g, 1 hidden\n{PROVED}\n"


@pytest.mark.parametrize("what", [RIGHT, RIGHT / "certificate.json", "Div_3"])
@pytest.mark.parametrize("network", [RIGHT, RIGHT / "network.safetensors"])
def test_a_bundle_a_certificate_and_a_task(network, what):
    result = certify(network, what)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1] == PROVED


def test_a_network_that_is_another_program_is_refuted_with_the_sequence(program, tmp_path):
    save(tmp_path / "twice.safetensors", last(2.0))
    result = certify(tmp_path / "twice.safetensors", program, *INPUT)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[1:] == [
        "network not proved for any length, WRONG after 1 letter: "
        "replayed in float64 and in exact reals",
        "after 1 the network gives 2, the program 1",
    ]
    found = json.loads(certify(tmp_path / "twice.safetensors", program, *INPUT, "--json").stdout)
    theorem = found["network_theorem"]
    assert (theorem["exact"], theorem["float64"], theorem["repaired"]) == (0, 0, None)
    assert theorem["failure"] == {"word": [[1]], "expected": [1], "float64": [2], "exact": True}


@pytest.fixture
def drifting(tmp_path):
    """The arguments for a parity that grows with every letter, and is wrong on some word."""
    save(tmp_path / "d.safetensors", parity_network(1.0625))
    (tmp_path / "parity.py").write_text(
        "def program(xs):\n    s, ys = 0, []\n    for x in xs:\n        s = (s + x) % 2\n"
        "        ys.append(s)\n    return ys\n"
    )
    return tmp_path / "d.safetensors", tmp_path / "parity.py", *INPUT


def repaired_by(networks, monkeypatch):
    monkeypatch.setattr(certify_network, "REPAIRS", (Repair("tried", networks),))


def test_a_repaired_network_comes_after_what_is_known_of_the_given_one(drifting):
    result = certify(*drifting)
    assert result.exit_code == 1, result.output
    *known, last_line = result.stdout.splitlines()
    assert "wrong at" in known[1]
    assert last_line.startswith("network repaired by ")
    assert "looking for a repair" in result.stderr
    alone = certify(*drifting, "--no-repair")
    assert alone.stdout.splitlines() == known
    assert "looking for a repair" not in alone.stderr


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_a_repair_that_is_stopped_keeps_what_is_known(drifting, monkeypatch, tmp_path, json_too):
    def stopped(*_):
        raise KeyboardInterrupt

    repaired_by(stopped, monkeypatch)
    result = certify(*drifting, "--out", tmp_path / "out", *json_too)
    assert result.exit_code == 130
    assert "what is known of the network itself is printed" in result.stderr
    assert ("wrong at" in result.stdout) == (not json_too)
    assert not json_too or json.loads(result.stdout)["network_theorem"]["failure"]
    assert (tmp_path / "out" / "network.json").exists()


def test_a_limit_ends_a_repair_and_keeps_the_theorem(drifting, monkeypatch):
    def endless(*_):
        while True:
            time.sleep(0.01)

    repaired_by(endless, monkeypatch)
    result = certify(*drifting, "--limit", "4")
    assert result.exit_code == 1, result.output
    assert "wrong at" in result.stdout
    assert "none found before the time was up" in result.stderr
    assert "the time limit ended the search" in result.stderr


def test_what_cannot_be_asked_is_undecided(model, program):
    result = certify(model, program, "--input", "x=0..100000", "--length", "5")
    assert result.exit_code == 3
    assert "network: not established (the input has 100001 letters" in result.stdout


def test_json_says_both_readings(model, program):
    found = json.loads(certify(model, program, *INPUT, "--json").stdout)
    theorem = found["network_theorem"]
    assert (theorem["exact"], theorem["float64"]) == ("every length", "every length")
    assert theorem["methods"]
    assert len(found["weights"]) == 64
    assert found["program"]["outputs"] == ["x"]


def test_the_lost_theorem_of_a_bundle_is_written_again(tmp_path):
    folder = copied("Div_3", tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "network.json").unlink()
    result = certify(folder, folder, "--out", folder)
    assert result.exit_code == 0, result.output
    assert f"network.json, network.v written to {folder}" in result.stderr
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert overall(check_bundle(folder, Options(fuzz=0))) == "ok"


def test_a_pytorch_network_brings_its_ranges(tmp_path, program):
    torch = pytest.importorskip("torch")
    module, readout = torch.nn.RNN(1, 1, nonlinearity="relu"), torch.nn.Linear(1, 1)
    with torch.no_grad():
        for p in (*module.parameters(), *readout.parameters()):
            p.zero_()
        module.weight_ih_l0[:] = readout.weight[:] = 1
    path = tmp_path / "n.safetensors"
    mips_verify.save_network(
        module,
        path,
        readout=readout,
        inputs={"x": (0, 1)},
        length=5,
        reads="numbers",
        gives="round",
    )
    result = certify(path, program)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1].startswith("network PROVED equal for every length")


@pytest.mark.parametrize(
    ("model", "program", "options", "says"),
    [
        (RIGHT, "Dvi_3", (), "did you mean Div_3"),
        (RIGHT, "none.py", INPUT, "cannot read none.py"),
        (RIGHT, "none.json", (), "cannot read none.json"),
        (RIGHT, "Bitwise_And", (), "the network reads 1 inputs, not 2 (x, w)"),
        (RIGHT, RIGHT, ("--input", "x=0..5"), "the input ranges differ from those of Div_3"),
        (RIGHT, RIGHT / "program.py", (), "does not say what its inputs are"),
        (RIGHT, RIGHT / "program.py", INPUT[:2], "give the length"),
        (RIGHT / "certificate.json", "Div_3", (), "is not a readable safetensors file"),
        (RIGHT / "none", "Div_3", (), "does not exist"),
        (PROOFS, "Div_3", (), "cannot read"),
        (RIGHT, "Newton_Magnetic", (), "the network reads 1 inputs, not 2"),
    ],
)
def test_bad_input_is_one_sentence(model, program, options, says):
    assert says in sentence(certify(model, program, *options))


def test_a_program_that_cannot_be_read_or_gives_more_outputs_is_one_sentence(tmp_path, model):
    (tmp_path / "p.py").write_text("def program(xs):\n    return eval('xs')\n")
    assert "cannot be read as a machine" in sentence(certify(model, tmp_path / "p.py", *INPUT))
    (tmp_path / "p.py").write_text("def program(xs):\n    return [(x, x) for x in xs]\n")
    said = sentence(certify(model, tmp_path / "p.py", *INPUT))
    assert "gives 2 outputs; the network reads x and gives 1" in said


def test_a_certificate_that_is_no_text_is_one_sentence(tmp_path, model):
    for data in (b"\xff", b"{}", b"[" * 100_000, b"9" * 5_000):
        (tmp_path / "c.json").write_bytes(data)
        assert sentence(certify(model, tmp_path / "c.json"))


def test_the_interface_takes_machines_tasks_and_paths(model, program):
    given = mips_verify.load_model(model)
    for asked in (LAST, program):
        answer = api.certify(given, asked, BITS, 5)
        assert answer.theorem.proved
    assert api.certify(RIGHT_NETWORK, api.load_task("Div_3")).theorem.floats is None
    assert api.certify(RIGHT_NETWORK, RIGHT).theorem.proved
    with pytest.raises(MipsVerifyError, match="gives 2 outputs"):
        api.certify(given, Machine(("x",), (), (), (), (parse("x"), parse("x"))), BITS, 5)


RIGHT_NETWORK = mips_verify.load_model(RIGHT / "network.safetensors")


def test_a_pair_of_functions_has_no_theorem():
    pair = mips_verify.Functions(np.zeros(1), 1, lambda h, x: x * 1.0, lambda h: h.astype(int))
    answer = api.certify(pair, LAST, BITS, 5)
    assert isinstance(answer, NotAsked)
    assert "weights are not known" in answer.reason


def test_extract_prints_the_theorem_of_a_proved_program():
    result = CliRunner().invoke(
        main, ["extract", "--model", str(RIGHT / "network.safetensors"), "--task", "Div_3"]
    )
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == PROVED
    reading = api.extract(RIGHT_NETWORK, task=api.load_task("Div_3"))
    said = reading_to_dict(reading, "by hand", None)["network_theorem"]
    assert said["exact"] == said["float64"] == "every length"


def test_a_network_that_leaves_the_numbers_is_no_crash(tmp_path, program, recwarn):
    wild = Network(
        f=((np.array([[1e200, 1e200]]), np.zeros(1)),), g=((np.ones((1, 1)), np.zeros(1)),),
        h0=np.ones(1), channels=1,
    )  # fmt: skip
    save(tmp_path / "wild.safetensors", wild)
    result = certify(tmp_path / "wild.safetensors", program, *INPUT)
    assert result.exit_code == 1
    assert not recwarn.list


def test_the_files_of_a_bundle_are_not_taken_from_elsewhere(tmp_path):
    folder = copied("Div_3", tmp_path)
    shutil.copy(PROOFS / "Div_5" / "network.json", folder)
    assert certify(folder, folder, "--out", folder).exit_code == 0
    assert overall(check_bundle(folder, Options(fuzz=0))) == "ok"
