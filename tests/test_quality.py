"""The trials of the prover on a small sample; `python -m tests.quality.prover` runs them whole."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
import z3
from hypothesis import given, settings

from mips_verify.errors import TaskError
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.spec.task import load_task
from tests.quality.claims import empty_specs
from tests.quality.journal import Journal
from tests.quality.judge import Opinion, compiled, judge
from tests.quality.material import PROOFS, broken_programs, material, proved_tasks
from tests.quality.operators import mutants
from tests.quality.programs import fault, faults, missed, plan, try_program
from tests.quality.prover import main, run_claims
from tests.quality.stability import certified_tasks, solver_seed, stability, variants
from tests.quick import examples
from tests.strategies import machines, words
from tests.test_prove_pairs import machine

BIT = Domain(("x",), (0,), (1,))


def assert_sound(trials, least: float) -> None:
    assert not faults(trials)
    differ = [t for t in trials if t.opinion == "DIFFERS"]
    assert len(differ) > len(trials) / 3
    assert len(missed(trials)) <= (1 - least) * len(differ), missed(trials)


def test_a_few_broken_programs_are_not_proved() -> None:
    rows = plan(proved_tasks()[::4], 16, 7)
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


@settings(max_examples=examples(50))
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


def work_of_z3() -> int:
    """What one question in a fresh context costs."""
    context = z3.Context()
    solver = z3.SimpleSolver(ctx=context)
    xs = [z3.Int(f"x{i}", context) for i in range(8)]
    solver.add(z3.Sum([x * x for x in xs]) == 97, *(x >= 0 for x in xs), z3.Distinct(xs[:4]))
    assert solver.check() == z3.sat
    return solver.statistics().get_key_value("rlimit count")


def test_the_seed_reaches_contexts_made_later_and_is_taken_back() -> None:
    usual = work_of_z3()
    with solver_seed(1):
        other = work_of_z3()
    assert other != usual
    assert work_of_z3() == usual


def test_reordered_certificates_state_the_same_theorem_and_recheck() -> None:
    found = stability(["Majority_0_2"], [1])
    assert [(c.runs, c.flips) for c in found] == [(1, ())] * 5
    proof = certificate_from_text((PROOFS / "Prev3" / "certificate.json").read_text())
    every = [v for seed in range(4) for _, v in variants(proof, random.Random(seed))]
    assert len({v.program.state for v in every}) > 1
    assert len({v.invariant for v in every}) > 1
    word = [(3,), (1,), (4,), (1,)]
    assert len({tuple(v.program.run(word)) for v in every}) == 1
    assert {frozenset(v.invariant) for v in every} == {frozenset(proof.invariant)}


def test_a_verdict_that_changes_is_counted(monkeypatch) -> None:
    weak = Verdict(Status.UNKNOWN, "not decided")
    monkeypatch.setattr("tests.quality.stability.recheck", lambda proof: weak)
    found = {c.what: c.flips for c in stability(["Prev1"], [0, 1])}
    assert found["re-checked, as it is"] == ("Prev1/0", "Prev1/1")
    assert found["proved anew"] == ()


@pytest.mark.slow
def test_no_verdict_depends_on_chance() -> None:
    found = stability(certified_tasks()[::3], range(4))
    assert not [c for c in found if c.flips]
