"""Random tasks: the same for the same number, as minimal as they say, and equal to their files."""

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Matrix

from mips_verify.algebra.batch import run_batch, trace
from mips_verify.algebra.mealy import Mealy
from mips_verify.bench import bench_table
from mips_verify.bench.random_tasks import KINDS, random_task, random_tasks
from mips_verify.bench.random_tasks.random_affine import LARGEST, Recurrence, machine_of
from mips_verify.bench.random_tasks.random_mealy import depth, random_mealy, separation
from mips_verify.bench.random_tasks.random_registers import frozen
from mips_verify.bench.run_tasks import Row
from mips_verify.cli import fuzz_tasks, main
from mips_verify.kernel.domain import Domain
from mips_verify.spec.task import load_task, load_tasks, read_task
from mips_verify.spec.write_task_file import task_to_toml
from tests.quick import examples
from tests.strategies import machines

SEEDS = st.integers(0, 2**40)
A_KIND = st.sampled_from(sorted(KINDS))
few = settings(max_examples=examples(25), deadline=None)


def words(task, count=300, length=None):
    return task.domain.sample(count, length or task.length, np.random.default_rng(0))


@few
@given(kind=A_KIND, seed=SEEDS)
def test_a_task_is_decided_by_its_kind_and_number(kind, seed):
    task = random_task(kind, seed)
    assert task == random_task(kind, seed)
    assert task.name == f"{kind.title()}_{seed}"


def test_numbers_give_different_tasks_and_a_later_start_gives_the_same_ones():
    ten, seven = random_tasks(KINDS, 0, 10), random_tasks(KINDS, 3, 7)
    for kind in KINDS:
        assert seven[kind] == ten[kind][3:]
        assert len({(str(t.spec), t.domain) for t in ten[kind]}) == 10


def test_the_kinds_of_the_command_are_those_that_exist():
    (option,) = (p for p in fuzz_tasks.params if p.name == "kind")
    assert set(option.type.choices) == {"all", *KINDS}


@few
@given(seed=SEEDS, states=st.integers(2, 12), letters=st.integers(2, 4), values=st.integers(2, 3))
def test_a_mealy_machine_is_minimal_and_shows_itself_in_time(seed, states, letters, values):
    machine = random_mealy(states, letters, values, np.random.default_rng(seed))
    assert machine.next.shape == (states, letters)
    assert machine.minimal().states == states
    assert len(np.unique(machine.output)) == values

    def reached(steps):
        seen = {0}
        for _ in range(steps):
            seen |= {int(d) for q in seen for d in machine.next[q]}
        return len(seen)

    def told_apart(steps):
        every = Domain(("x",), (0,), (letters - 1,)).all_sequences(steps)[:, :, 0]
        rows = set()
        for q in range(states):
            seen = np.full(len(every), q)
            out = []
            for t in range(steps):
                out.append(machine.output[seen, every[:, t], 0])
                seen = machine.next[seen, every[:, t]]
            rows.add(tuple(np.concatenate(out).tolist()))
        return len(rows)

    d, s = depth(machine), separation(machine)
    assert d + 1 + s <= 10
    assert reached(d) == states > reached(d - 1)  # both are the least numbers that will do
    if letters**s <= 5_000:
        assert told_apart(s) == states > (told_apart(s - 1) if s > 1 else 1)


@few
@given(seed=SEEDS)
def test_a_mealy_task_is_a_machine_with_as_many_states_as_it_says(seed):
    task = random_task("mealy", seed)
    states = int(task.says.split(" of ")[1].split()[0])
    letters = [a for (a,) in task.domain.letters()]
    steps = [[task.spec.step((q,), (a,)) for a in letters] for q in range(states)]
    table = Mealy(
        inputs=("x",),
        letters=np.array(letters)[:, None],
        next=np.array([[z for (z,), _ in row] for row in steps]),
        output=np.array([[y for _, y in row] for row in steps]),
    )
    assert table.minimal().states == states
    assert 3 <= states <= 12


def hankel_rank(spec, channels, n):
    """The fewest state variables that give the same outputs for 2 n steps (Ho and Kalman)."""
    still = np.array(spec.run([(0,) * channels] * 2 * n))
    answers = []
    for i in range(channels):
        hit = tuple(int(k == i) for k in range(channels))
        answers.append(np.array(spec.run([hit] + [(0,) * channels] * (2 * n - 1))) - still)
    after = np.stack(answers, axis=2)  # step, output, channel
    rows = [np.concatenate([after[1 + a + b] for b in range(n)], axis=1) for a in range(n)]
    return Matrix(np.concatenate(rows).tolist()).rank()


@few
@given(seed=SEEDS)
def test_an_affine_task_needs_all_its_variables_shows_them_in_time_and_keeps_its_bound(seed):
    task = random_task("affine", seed)
    assert 1 <= len(task.spec.state) <= 4
    # so that the data do not leave open which recurrence it is
    assert task.length // 2 > len(task.spec.state) + 1
    assert hankel_rank(task.spec, task.domain.channels, task.length // 2) == len(task.spec.state)
    assert np.abs(run_batch(task.spec, words(task))).max() <= LARGEST


@few
@given(seed=SEEDS, m=st.integers(1, 2), outputs=st.integers(1, 2), n=st.integers(1, 3))
def test_the_largest_output_is_exact_over_all_words(seed, m, outputs, n):
    rng = np.random.default_rng(seed)
    parts = [rng.integers(-3, 4, s) for s in ((n, n), (n, m), (n,), (outputs, n), (outputs, m))]
    found = Recurrence(*parts, start=rng.integers(-3, 4, n))
    low = rng.integers(-3, 1, m)
    domain = Domain(("x", "w")[:m], tuple(low.tolist()), tuple((low + 1).tolist()))
    length = 4 if m == 1 else 3
    y = run_batch(machine_of(found, domain.names), domain.all_sequences(length))
    assert found.largest(domain, length) == np.abs(y).max()


@few
@given(seed=SEEDS)
def test_every_register_matters_and_no_output_is_constant(seed):
    task = random_task("register", seed)
    x = words(task, 500)
    states, y = trace(task.spec, x)
    assert (y.min(axis=(0, 1)) < y.max(axis=(0, 1))).all()
    assert 1 <= states.shape[2] <= 3
    for i in range(states.shape[2]):
        assert (run_batch(frozen(task.spec, i), x) != y).any()


@few
@given(kind=A_KIND, seed=SEEDS)
def test_a_random_task_comes_back_from_its_file(kind, seed):
    task = random_task(kind, seed)
    back = read_task(tomllib.loads(task_to_toml(task)), Path("t.toml"))
    assert back == task
    x = words(task, 50, 20)
    assert (run_batch(back.spec, x) == run_batch(task.spec, x)).all()


def test_every_task_of_the_folder_comes_back_from_a_file_of_its_own():
    for task in load_tasks():
        back = read_task(tomllib.loads(task_to_toml(task)), Path("t.toml"))
        assert back == replace(task, declarative="", declarative_rocq="")


@few
@given(spec=machines(inputs=("x", "w"), outputs=2), says=st.text(st.characters(codec="utf-8")))
def test_any_machine_and_any_text_come_back_from_a_file(spec, says):
    task = replace(
        random_task("register", 0),
        spec=spec,
        says=says,
        domain=Domain(("x", "w"), (-2, 0), (3, 1)),
        suite="",
    )
    assert read_task(tomllib.loads(task_to_toml(task)), Path("t.toml")) == task


def test_what_stood_in_the_way_is_the_first_stage_that_fell_short():
    rows = [
        Row("a", "PROVED", exact=True, all_integers=True, seconds={"train": 1.0}),
        Row("b", "REFUTED", exact=False, seconds={"train": 3.0}),
        Row("c", "NO_PROGRAM", exact=True, seconds={"train": 2.0}),
        Row("d", "UNKNOWN", exact=True),
        Row("e", "ERROR"),
        Row("f", "PROVED"),
    ]
    first, second = bench_table.by_kind(rows, {"one": ["a", "b", "c"], "two": ["d", "e", "f"]})
    assert (first.proved, first.all_integers, first.seconds) == (1, 1, 2.0)
    assert first.obstacles == {
        "network not exact": ("b",),
        "no program in an exact network": ("c",),
    }
    assert second.obstacles == {"proof undecided": ("d",), "internal error": ("e",)}
    assert "one: 1 of 3 PROVED (33%), 1 of them" in bench_table.kinds_to_text((first, second))
    assert bench_table.kinds_to_json((second,))["two"]["obstacles"]["internal error"] == ["e"]


@pytest.mark.parametrize("args", [("--count", "0"), ("--kind", "turing"), ("--seed", "-1")])
def test_bad_options_are_usage_errors(args):
    assert CliRunner().invoke(main, ["fuzz-tasks", *args]).exit_code == 2


@pytest.mark.slow
def test_the_command_runs_two_of_each_kind(tmp_path):
    table, files = tmp_path / "table.json", tmp_path / "tasks"
    args = ["fuzz-tasks", "--count", "2", "--seed", "3", "--jobs", "1", "--fresh"]
    result = CliRunner().invoke(main, [*args, "--out", str(table), "--save", str(files)])
    assert result.exit_code in (0, 3), result.output
    data = json.loads(table.read_text())
    names = [f"{kind.title()}_{n}" for kind in KINDS for n in (3, 4)]
    assert [row["task"] for row in data["tasks"]] == names
    assert all(row["status"] != "ERROR" for row in data["tasks"])
    assert {kind: made["tasks"] for kind, made in data["kinds"].items()} == dict.fromkeys(KINDS, 2)
    for kind in KINDS:
        assert f"{kind}: {data['kinds'][kind]['proved']} of 2 PROVED" in result.stdout
    for name in names:
        assert (files / f"{name}.toml").read_text() == data["files"][name]
        kind, number = name.lower().split("_")
        assert load_task(name, files) == random_task(kind, int(number))
