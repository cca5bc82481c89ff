"""The command that normalises a network file."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.network.network import Network
from mips_verify.network.weights import load, save
from mips_verify.normalize.result import Check
from tests.linear_systems import linear, mixing, moved

SUMS = linear(np.eye(3, k=-1), [[1], [0], [0]], [[1, 1, 1]])


def run(*args):
    return CliRunner().invoke(main, ["normalize", *map(str, args)])


@pytest.fixture
def model(tmp_path):
    save(tmp_path / "m.safetensors", moved(SUMS, mixing(3, np.random.default_rng(0))), {"seed": 4})
    return tmp_path / "m.safetensors"


def test_it_shows_the_formula_after_each_step(model):
    result = run(model)
    assert result.exit_code == 0
    heads = [line.split(":")[0] for line in result.stdout.splitlines() if line[0] != " "]
    assert heads == [
        "network", "minimal", "whitening", "jordan", "toeplitz", "debias", "quantization", "in all",
    ]  # fmt: skip
    assert "    y = h1' + h2' + h3'\nin all: all weights are integers" in result.stdout


@pytest.mark.parametrize(("scale", "start"), [(1e200, 0.0), (1e308, 1e308), (-1e308, 1.0)])
@pytest.mark.filterwarnings("error")
def test_a_network_that_overflows_is_left_as_it_is(tmp_path, scale, start):
    f = ((np.hstack([np.eye(2) * scale, np.ones((2, 1))]), np.zeros(2)),)
    g = ((np.ones((1, 2)), np.zeros(1)),)
    save(tmp_path / "m.safetensors", Network(f, g, np.full(2, start), 1))
    result = run(tmp_path / "m.safetensors")
    assert result.exit_code == 0, result.output
    assert "not done" in result.stdout
    assert "inf" not in result.stdout.replace("its result is not finite", "").split("in all")[0]


def test_a_large_network_is_refused_before_hours_are_spent(tmp_path):
    f = ((np.zeros((101, 102)), np.zeros(101)),)
    g = ((np.zeros((1, 101)), np.zeros(1)),)
    save(tmp_path / "m.safetensors", Network(f, g, np.zeros(101), 1))
    result = run(tmp_path / "m.safetensors")
    assert result.exit_code == 2
    assert "101 hidden values" in result.stderr


def test_the_json_holds_the_same(model):
    found = json.loads(run(model, "--json", "--low", 0, "--high", 3).stdout)
    assert found["schema"] == 1
    assert found["integer"] is True
    assert (found["check"]["low"], found["check"]["high"]) == (0, 3)
    assert found["steps"][-1]["after"].endswith("y = h1' + h2' + h3'")
    assert 0 <= found["difference"]["bound"] < 1e-9
    assert found["steps"][0]["declined"]


def test_the_network_written_computes_the_same_and_says_where_it_came_from(model, tmp_path):
    assert run(model, "--out", tmp_path / "n.safetensors").exit_code == 0
    before, after = load(model), load(tmp_path / "n.safetensors")
    assert after.about == {
        "from": "m.safetensors",
        "normalised": ["whitening", "jordan", "toeplitz", "debias", "quantization"],
    }
    x = Check().sequences(1)
    assert np.array_equal(before.network.run(x)[1], after.network.run(x)[1])
    assert np.array_equal(after.network.f[0][0], np.rint(after.network.f[0][0]))


def test_a_network_that_is_not_linear_is_no_error(tmp_path):
    f = ((np.ones((4, 2)), np.zeros(4)), (np.ones((1, 4)), np.zeros(1)))
    save(tmp_path / "m", Network(f, ((np.ones((1, 1)), np.zeros(1)),), np.zeros(1), 1))
    result = run(tmp_path / "m")
    assert result.exit_code == 0
    assert result.stdout.count("not done, f has a hidden layer") == 6
    assert json.loads(run(tmp_path / "m", "--json").stdout)["difference"] is None


def test_what_is_no_network_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "x").write_text("not a network")
    for args in ((tmp_path / "x",), (tmp_path / "missing",)):
        result = run(*args)
        assert result.exit_code == 2
        assert not result.stdout
        assert "Traceback" not in result.stderr


def test_a_range_that_is_empty_is_refused(model):
    result = run(model, "--low", 5, "--high", 5)
    assert result.exit_code == 2
    assert "--low 5 is not below --high 5" in result.stderr
