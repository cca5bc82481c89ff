"""The search gives networks that are right, and smaller ones before larger ones."""

import json

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import mlp
from mips_verify.spec.labelling import datasets
from mips_verify.spec.search_config import read_config
from mips_verify.spec.task import load_task
from mips_verify.train.architecture_search import search
from mips_verify.train.identify.machine_network import packed_network
from mips_verify.train.rung import sequences_right


@st.composite
def tables(draw):
    states, low, high = draw(st.integers(1, 6)), draw(st.integers(-2, 2)), draw(st.integers(0, 3))
    domain = Domain(("x",), (low,), (low + high,))
    outputs = draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    following = rng.integers(0, states, (states, high + 1))
    values = rng.integers(-5, 6, (states, high + 1, outputs))
    return following, values, domain


@given(tables(), st.integers(0, 2**32 - 1))
@settings(max_examples=60)
def test_one_number_holds_a_machine_and_its_outputs(machine, seed):
    following, values, domain = machine
    network = packed_network(following, values, domain)
    assert network.hidden == 1
    x = domain.sample(20, 12, np.random.default_rng(seed))
    got = mlp(network.g, network.run(x)[0][:, 1:])
    for word, answers in zip(x[:, :, 0], got, strict=True):
        q = 0
        for letter, answer in zip(word - domain.lows[0], answers, strict=True):
            assert np.allclose(answer, values[q, letter], atol=1e-6)
            q = following[q, letter]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "hidden"), [("Parity_Last3", 1), ("Sum_Last2", 2), ("Newton_Freebody", 2)]
)
def test_the_network_is_right_and_small(name, hidden):
    task = load_task(name)
    found = search(lambda seed: datasets(task, seed, ()), (0, 1), 2, progress=lambda _: None)
    assert found is not None
    assert found.network.hidden == hidden
    assert (found.right, found.tried) == (2, 2)
    assert sequences_right(found.network, datasets(task, 7, ())[1]) == 1.0


def test_of_networks_with_as_many_hidden_values_the_one_with_fewest_units_is_taken():
    task = load_task("Bitwise_Not")  # linear; a machine in one number needs units
    found = search(lambda seed: datasets(task, seed, ()), (0,), 1, progress=lambda _: None)
    assert found is not None
    assert found.size == (1, 0, 0)


REFERENCE = """
Prev1: {args: {activation: ReLU, input_dim: 1, loss_fn: log, output_dim: 1, seeds_per_run: 2,
  steps: 100, test_batch_size: 65536, train_batch_size: 4096}, include: true}
rnn_prev2_numerical: {args: {seeds_per_run: 1}}
Sum_All: {args: {}, include: false}
Base_99_Addition: {args: {input_dim: 2}}
"""


def test_a_configuration_of_the_reference_is_read_and_what_is_not_used_is_named(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(REFERENCE)
    asked, says = read_config(path)
    assert [(a.task.name, a.seeds, a.steps, a.batch) for a in asked] == [
        ("Prev1", 2, 100, 4096), ("Prev2", 1, 0, 0),
    ]  # fmt: skip
    assert "loss_fn has no meaning here" in says
    assert "left out: Sum_All" in says
    assert any(s.startswith("left out: Base_99_Addition (no task") for s in says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "write a task"),
        ("Prev1: 3", "no table of args"),
        ("Prev1: {args: {input_dim: 2}}", "Prev1.input_dim is 2; the task has 1"),
        ("Prev1: {args: {steps: many}}", "Prev1.steps: 'many' is no number"),
        ("Prev1: {args: {seeds_per_run: -1}}", "is no number"),
        ("a: [", "is not YAML"),
        ("!!python/object/apply:os.getcwd []", "is not YAML"),
        ("a: &a [*a, *a]", "no table of args"),
    ],
)
def test_a_bad_configuration_is_one_sentence(text, says, tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(text)
    with pytest.raises(MipsVerifyError, match=r"c\.yaml") as caught:
        read_config(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*args):
    return CliRunner().invoke(main, ["search", *map(str, args)])


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["Prev1", "--need", 4, "--seeds", 3], "--need 4 is more than 3 seeds"),
        (["Prev1", "--config", "c.yaml"], "no task is left"),
    ],
)
def test_impossible_wishes_are_one_sentence(args, says, folder):
    (folder / "c.yaml").write_text("Prev2: {args: {}}")
    result = run(*args)
    assert result.exit_code == 2
    assert says in result.stderr


@pytest.mark.slow
def test_a_search_prints_sizes_writes_networks_and_is_not_repeated(folder):
    names = ("Bitwise_Not", "Parity_Last2")
    first = run(*names, "--seeds", 2, "--jobs", 1, "--networks", "n")
    assert first.exit_code == 0, first.output
    assert "2 of 2 networks right on all fresh sequences" in first.stdout
    assert sorted(p.name for p in (folder / "n").iterdir()) == [
        "Bitwise_Not.safetensors", "Parity_Last2.safetensors",
    ]  # fmt: skip
    stored = {p: p.stat().st_mtime_ns for p in (folder / "runs").rglob("search-*.json")}
    assert len(stored) == 2
    again = run(*names, "--seeds", 2, "--jobs", 1, "--networks", "n", "--json")
    rows = json.loads(again.stdout)["tasks"]
    assert [(r["task"], r["hidden"]) for r in rows] == [("Bitwise_Not", 1), ("Parity_Last2", 1)]
    assert stored == {p: p.stat().st_mtime_ns for p in stored}


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_the_papers_way_tries_one_architecture_after_the_other():
    result = run("Bitwise_Not", "--engine", "adam", "--seeds", 1, "--fresh", "--jobs", 1, "--json")
    (row,) = json.loads(result.stdout)["tasks"]
    assert row["engine"].startswith("plain Adam h=1")
