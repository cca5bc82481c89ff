"""The trials of the reader: ordinary programs are what they say, and random ones find faults."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.reader import OutsideSubset, read_program
from mips_verify.spec.task import load_task, load_tasks
from tests.python_runs import as_machine, as_python
from tests.quality import reader as fuzzer
from tests.quality.journal import Journal
from tests.quality.ordinary import Program, mislabelled, programs, replayed
from tests.quality.ordinary import __main__ as trials
from tests.quality.ordinary.call import outputs
from tests.quality.python_programs import Generated, compiles, program
from tests.quick import THOROUGH, examples

CORPUS = {p.name: p for p in programs()}


def test_the_labels_stand() -> None:
    some = [p for p in CORPUS.values() if THOROUGH or p.name.endswith(tuple("aeghl"))]
    assert not {p.name: fault for p in some if (fault := mislabelled(p, 50))}


@pytest.mark.slow
def test_the_labels_stand_on_thousands_of_sequences() -> None:
    assert not {p.name: fault for p in CORPUS.values() if (fault := mislabelled(p, 3_000, 1))}


def test_every_benchmark_task_has_a_program_and_nearly_half_are_wrong() -> None:
    assert {t.name for t in load_tasks(suite="mips")} <= {p.task for p in CORPUS.values()}
    count = Counter(p.expected for p in CORPUS.values())
    assert len(CORPUS) >= 120
    assert min(count.values()) > 0.4 * len(CORPUS)


def test_a_wrong_label_is_noticed() -> None:
    right, wrong = CORPUS["sum_last2_guard"], CORPUS["sum_last2_or"]
    assert mislabelled(Program(right.name, right.task, "REFUTED", "none"), 10) == "differs nowhere"
    assert "differs on" in mislabelled(Program(wrong.name, wrong.task, "PROVED", ""), 10)


def test_a_fresh_process_gives_outputs_or_what_was_raised() -> None:
    assert replayed(CORPUS["sum_last2_guard"], ((1,), (2,))) == [(1,), (3,)]
    assert replayed(CORPUS["newton_magnetic_class"], ((1, 2),)) == [(1, 2)]
    assert "KeyError" in replayed(CORPUS["add_mod_3_dict"], ((7,),))


def verdict_of(name: str, verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> trials.Line:
    monkeypatch.setattr(trials, "prove_file", lambda *a, **k: verdict)
    return trials.trial(CORPUS[name])


def test_verdicts_that_are_false_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    proved = Verdict(Status.PROVED, strategy="none")
    refuted = Verdict(
        Status.REFUTED, counterexample=((1,),), expected=(1,), got=(2,), strategy="none"
    )
    assert verdict_of("sum_last2_or", proved, monkeypatch).fault == "false PROVED"
    assert not verdict_of("sum_last2_guard", proved, monkeypatch).fault
    assert "does not replay" in verdict_of("sum_last2_or", refuted, monkeypatch).fault
    with monkeypatch.context() as patch:
        patch.setattr(trials, "prove_file", lambda *a, **k: {}["x"])
        assert "KeyError" in trials.trial(CORPUS["sum_last2_guard"]).fault
    lines = [verdict_of(n, proved, monkeypatch) for n in ("sum_last2_or", "sum_last2_guard")]
    assert trials.summary(lines)["false PROVED"] == 1
    assert trials.summary(lines)["right, PROVED"] == 1


def made(source: str, *names: str) -> Generated:
    return Generated(source, Domain(names, (0,) * len(names), (3,) * len(names)), "by hand")


SUM = "def program(xs):\n    s = 0\n    for x in xs:\n        s += x\n        yield s\n"
COUNTER = Machine(("x",), ("s",), (0,), (parse("s + 1"),), (parse("s"),))
SUMMER = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse("s"),))
BITS = Machine(("x",), (), (), (), (parse("x & 1"),))


def test_a_machine_that_is_the_program_is_no_fault() -> None:
    fault, agreed, fewer = fuzzer.compare(made(SUM, "x"), SUMMER)
    assert (fault, agreed, fewer) == ("", fuzzer.SHORT + fuzzer.LONG, False)


@pytest.mark.parametrize(
    "source",
    [
        SUM,
        "def program(xs):\n    return list(range(1, len(xs)))\n",
        "def program(xs):\n    return [i + 1 + i // 4000 for i in range(len(xs))]\n",
        "def program(xs: int[3]):\n    return list(range(1, len(xs) + 1))\n",
        "def program(xs):\n    return [1 / x for x in xs]\n",
        "raise SystemExit\n",
        "def f(",
    ],
)
def test_outputs_that_differ_and_values_where_python_raises_are_faults(source: str) -> None:
    assert fuzzer.compare(made(source, "x"), COUNTER)[0]


def test_no_value_of_the_machine_is_counted_and_no_fault() -> None:
    both = made("def program(xs):\n    return [x & 1 for x in xs]\n", "x")
    assert fuzzer.compare(both, BITS)[0::2] == ("", True)
    neither = made("def program(xs):\n    return [(0, 1)[x] for x in xs]\n", "x")
    assert fuzzer.compare(neither, BITS)[0::2] == ("", False)


def test_a_program_that_changes_python_changes_it_for_itself_only() -> None:
    source = "__builtins__['abs'] = int\ndef program(xs):\n    return [abs(x) for x in xs]\n"
    assert outputs(compile(source, "program.py", "exec"), ((-1,),)) == [(-1,)]
    assert abs(-1) == 1


def test_a_program_without_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzer, "PATIENCE", 0.01)
    monkeypatch.setattr(fuzzer, "words", lambda _: (((1,),), ((0,),)))
    endless = "def program(xs):\n    while xs[0]:\n        pass\n    return [1]\n"
    assert fuzzer.compare(made(endless, "x"), COUNTER) == ("", 1, False)


def test_a_reader_that_crashes_or_is_slow_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> Machine:
        raise KeyError("x")

    monkeypatch.setattr(fuzzer, "read_program", crash)
    assert "crash" in fuzzer.trial(0).fault
    monkeypatch.setattr(fuzzer, "SLOW", 0.001)
    monkeypatch.setattr(fuzzer, "read_program", lambda *_, **__: [0 for _ in iter(int, 1)])
    assert "reading takes more" in fuzzer.trial(0).fault


def test_random_programs_follow_from_their_seeds_and_are_mostly_python() -> None:
    drawn = [program(s) for s in range(150)]
    assert drawn[:20] == [program(s) for s in range(20)]
    assert sum(compiles(one.source) for one in drawn) > 143
    assert len({one.form for one in drawn}) > 15


@pytest.fixture
def untimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow read is a fault in the trial, but no fault of a test on a machine that is busy."""
    monkeypatch.setattr(fuzzer, "SLOW", 1_000.0)


@pytest.mark.usefixtures("untimed")
def test_random_programs_are_run_by_python_as_they_are_read() -> None:
    found = [fuzzer.trial(s) for s in range(examples(80))]
    assert not [t for t in found if t.fault]
    assert {"READ", "OUTSIDE"} <= {t.outcome for t in found}


def die(seed: int) -> fuzzer.Trial:
    os._exit(1) if seed == 1 else None
    return fuzzer.Trial(seed, "by hand", "READ")


def test_a_process_that_dies_costs_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzer, "trial", die)
    found = fuzzer.run(3, 0, 1, Journal(None, {}))
    assert [(t.seed, t.outcome) for t in found] == [(0, "READ"), (1, "REFUSED"), (2, "READ")]
    assert "died" in found[1].reason
    assert not found[1].fault


def test_a_faulty_program_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzer, "read_program", lambda *_, **__: COUNTER)
    source = SUM.replace("        s += x\n", "        if x > 1:\n            s += 2 * x\n")
    small = fuzzer.smaller(made(source, "x"), fuzzer.examine(made(source, "x")).fault)
    assert len(small.source) < len(source) - 20
    assert fuzzer.examine(small).fault


@pytest.mark.slow
@pytest.mark.usefixtures("untimed")
def test_a_thousand_random_programs_are_run_by_python_as_they_are_read() -> None:
    assert not [t for t in map(fuzzer.trial, range(1_000)) if t.fault]


def test_a_stopped_run_goes_on(tmp_path: Path) -> None:
    question = {"count": 2, "seed": 0}
    fuzzer.run(1, 0, 1, Journal(tmp_path / "lines", question))
    again = fuzzer.run(2, 0, 1, Journal(tmp_path / "lines", question))
    assert [t.seed for t in again] == [0, 1]


def words_for(task: str, count: int) -> list[list[tuple[int, ...]]]:
    found, rng = load_task(task), np.random.default_rng(0)
    lengths = rng.integers(1, 5 * found.length, count)
    return [[tuple(x) for x in found.domain.sample(1, n, rng)[0].tolist()] for n in lengths]


def differs_from_its_task(program: Program, count: int) -> bool | None:
    """Whether the machine that a program is read as does; ``None`` for one that is not read."""
    task = load_task(program.task)
    try:
        machine = read_program(program.path.read_bytes(), inputs=task.domain.names)
    except OutsideSubset:
        return None
    return any(as_machine(machine, w) != task.spec.run(w) for w in words_for(program.task, count))


def test_right_programs_are_read_as_their_tasks() -> None:
    right = [p for p in CORPUS.values() if p.expected == "PROVED"]
    found = {p.name: differs_from_its_task(p, 12) for p in right}
    assert not [name for name, differs in found.items() if differs]
    assert [*found.values()].count(None) < 0.05 * len(right)


def test_wrong_programs_are_read_as_what_they_do() -> None:
    for p in (p for p in CORPUS.values() if p.expected == "REFUTED"):
        source, inputs = p.path.read_bytes(), load_task(p.task).domain.names
        try:
            machine = read_program(source, inputs=inputs)
        except OutsideSubset:
            continue
        for word in words_for(p.task, 5):
            assert as_machine(machine, word) == as_python(source.decode(), word, inputs), p.name
