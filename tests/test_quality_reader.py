"""The corpus of ordinary programs: what is written at the top of each file is so."""

from __future__ import annotations

from collections import Counter

import pytest

from mips_verify.prove.verdict import Status, Verdict
from mips_verify.task import load_tasks
from tests.quality.ordinary import Program, mislabelled, programs, replayed
from tests.quality.ordinary import __main__ as trials

CORPUS = {p.name: p for p in programs()}


def test_the_labels_stand() -> None:
    assert not {p.name: fault for p in CORPUS.values() if (fault := mislabelled(p, 50))}


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
    lines = [verdict_of(n, proved, monkeypatch) for n in ("sum_last2_or", "sum_last2_guard")]
    assert trials.summary(lines)["false PROVED"] == 1
    assert trials.summary(lines)["right, PROVED"] == 1
