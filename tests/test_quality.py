"""The trials of the prover on a small even sample; `python -m tests.quality.prover` is the rest."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from mips_verify.domain import Domain
from mips_verify.errors import TaskError
from mips_verify.machine import Machine
from mips_verify.prove.verdict import Status, Verdict
from mips_verify.task import load_task
from tests.quality.claims import empty_specs
from tests.quality.journal import Journal
from tests.quality.judge import Opinion, compiled, judge
from tests.quality.material import broken_programs, material, proved_tasks
from tests.quality.operators import mutants
from tests.quality.programs import fault, faults, missed, plan, try_program
from tests.quality.prover import main, run_claims
from tests.strategies import machines, words
from tests.test_prove_pairs import machine

BIT = Domain(("x",), (0,), (1,))


def assert_sound(trials, least: float) -> None:
    assert not faults(trials)
    differ = [t for t in trials if t.opinion == "DIFFERS"]
    assert len(differ) > len(trials) / 3
    assert len(missed(trials)) <= (1 - least) * len(differ), missed(trials)


def test_a_few_broken_programs_are_not_proved() -> None:
    rows = plan(proved_tasks()[::2], 31, 7)
    assert_sound([try_program(*row) for row in rows], 0.95)


@pytest.mark.slow
def test_broken_programs_of_every_task_are_refuted_and_none_is_proved() -> None:
    rows = plan(proved_tasks(), 300, 1)
    assert_sound([try_program(*row) for row in rows], 0.98)


def test_false_claims_are_not_proved() -> None:
    every = run_claims(["Dithering", "Parity_Last2"], 3, specs=2, invariants=2, dicts=10)
    assert not [c for c in every if c.fault]
    assert {"PROVED", "UNKNOWN", "REFUTED", "VACUOUS", "refused"} == {c.answer for c in every}


@pytest.mark.slow
def test_false_claims_about_every_task_are_not_proved() -> None:
    every = run_claims(list(proved_tasks()), 4, specs=1, invariants=1, dicts=3)
    assert not [c for c in every if c.fault]


@pytest.mark.parametrize("name", proved_tasks()[::9])
def test_a_specification_without_a_value_is_vacuous(name: str) -> None:
    assert {c.answer for c in empty_specs(name)} == {"VACUOUS"}


def test_an_empty_domain_cannot_be_written() -> None:
    with pytest.raises(TaskError, match="empty"):
        Domain(("x",), (1,), (0,))


@settings(max_examples=50)
@given(machines(inputs=("x", "w")), words(channels=2))
def test_the_judge_runs_machines_as_they_run(m: Machine, word) -> None:
    z, outputs = m.init, []
    for x in word:
        z, y = compiled(m)(z, x)
        outputs.append(y)
    assert outputs == m.run(word)


@pytest.mark.parametrize(
    ("program", "spec", "opinion", "length"),
    [
        (machine("x", {"n": (0, "(n + x) % 3")}, "n"), machine("x", {}, "x"), "DIFFERS", 2),
        (machine("x", {}, "x * x"), machine("x", {}, "x"), "EQUAL", None),
        (machine("x", {"n": (0, "n + x")}, "n"),) * 2 + ("NOTHING", None),
        (machine("x", {"n": (0, "n + 1")}, "int(n > 30)"), machine("x", {}, "0"), "DIFFERS", 31),
        (machine("x", {}, "(0,)[x]"), machine("x", {}, "0"), "DIFFERS", 1),
        (machine("x", {}, "0"), machine("x", {}, "(0,)[x]"), "UNDEFINED", 1),
        (machine("x", {"n": (2, "n * n")}, "0"), machine("x", {}, "0"), "NOTHING", None),
    ],
)
def test_the_judge_tells_machines_apart(program, spec, opinion, length) -> None:
    found = judge(program, spec, BIT)
    assert found.opinion is Opinion[opinion]
    assert (found.word and len(found.word)) == length


def test_mutants_are_many_different_and_unlike_the_original() -> None:
    for name in ("Current_Number", "Majority_0_3", "Binary_Addition"):
        task, program = material(name)
        found = [m.machine for m in mutants(program, task.domain, 160, random.Random(0))]
        assert len(found) == 160
        assert len({program, *found}) == 161
    assert len({m.kind for m in broken_programs("Majority_0_3", 160, 0)}) > 15


def test_false_verdicts_are_faults() -> None:
    task = load_task("Parity_Last2")
    wrong = replace(task.spec, outputs=(machine("x", {}, "x").outputs[0],))
    found = judge(wrong, task.spec, task.domain)
    word = ((1,), (0,))
    assert found.word == word
    refuted = Verdict(Status.REFUTED, "", counterexample=word, expected=(1,), got=(0,))
    assert fault(wrong, task, found, refuted) == ""
    assert "does not replay" in fault(wrong, task, found, replace(refuted, got=(3,)))
    long = replace(refuted, counterexample=((0,), *word), shortest=True)
    assert "shorter" in fault(wrong, task, found, long)
    outside = Verdict(Status.REFUTED, "", counterexample=((7,),), expected=(7,), got=(8,))
    assert "domain" in fault(wrong, task, found, outside)
    assert "false PROVED" in fault(wrong, task, found, Verdict(Status.PROVED, strategy="s"))
    upto = Verdict(Status.PROVED_UPTO, "", length=2)
    assert "false PROVED_UPTO" in fault(wrong, task, found, upto)
    assert fault(wrong, task, found, replace(upto, length=1)) == ""
    assert "kernel" in fault(
        task.spec, task, replace(found, word=None), Verdict(Status.PROVED, strategy="s")
    )


def test_a_stopped_trial_goes_on(tmp_path) -> None:
    path = tmp_path / "run.lines"
    first = Journal(path, {"seed": 0})
    first.add({"task": "a"})
    first.add({"task": "b"})
    path.write_text(path.read_text()[:-5])  # cut off in the middle of a line
    assert Journal(path, {"seed": 0}).results == [{"task": "a"}]
    assert Journal(path, {"seed": 1}).results == []


def test_the_trial_prints_its_table(tmp_path, capsys) -> None:
    out = tmp_path / "trial.json"
    argv = ["--count", "4", "--tasks", "Add_Mod_3", "--programs-only", "--json", str(out)]
    assert main(argv) == 0
    assert "refuted of those that differ" in capsys.readouterr().out
    assert '"mutants": 4' in out.read_text()
