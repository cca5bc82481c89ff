"""Verdicts check their own evidence and read as one sentence."""

from __future__ import annotations

import re

import pytest

from mips_verify.kernel.expr import TRUE, var
from mips_verify.kernel.verdict import Status, Verdict

WORD = {"counterexample": ((0, 1), (2, 3)), "expected": (0, 5), "got": (1, 5)}
ALONE = "REFUTED, and nothing else, comes with a counterexample"
LETTERS = "a counterexample has letters and an expected output"
OUTPUTS = "outputs belong to a counterexample"
LENGTH = "PROVED_UPTO, and nothing else, comes with a length"
BELONG = "an invariant and 'all integers' belong to PROVED"


@pytest.mark.parametrize(
    ("status", "evidence", "says"),
    [
        (Status.REFUTED, {}, ALONE),
        (Status.REFUTED, {"expected": (0,), "got": (1,)}, ALONE),
        (Status.PROVED, {**WORD, "strategy": "s"}, ALONE),
        (Status.UNKNOWN, {**WORD, "reason": "why"}, ALONE),
        (Status.REFUTED, {**WORD, "counterexample": ()}, LETTERS),
        (Status.REFUTED, {**WORD, "expected": None}, LETTERS),
        (Status.REFUTED, {**WORD, "got": (0, 5)}, "a counterexample needs outputs that differ"),
        (Status.UNKNOWN, {"reason": "why", "expected": (0,)}, OUTPUTS),
        (Status.UNKNOWN, {"reason": "why", "got": (0,)}, OUTPUTS),
        (Status.UNKNOWN, {"reason": "why", "shortest": True}, OUTPUTS),
        (Status.PROVED, {"strategy": "s", "shortest": True}, OUTPUTS),
        (Status.PROVED_UPTO, {"reason": "why"}, LENGTH),
        (Status.PROVED, {"strategy": "s", "length": 4}, LENGTH),
        (Status.REFUTED, {**WORD, "length": 4}, LENGTH),
        (Status.PROVED_UPTO, {"length": 0}, "PROVED_UPTO says nothing about fewer than one letter"),
        (
            Status.PROVED_UPTO,
            {"length": -3},
            "PROVED_UPTO says nothing about fewer than one letter",
        ),
        (Status.PROVED_UPTO, {"length": 3, "all_integers": True}, BELONG),
        (Status.UNKNOWN, {"reason": "why", "invariant": (TRUE,)}, BELONG),
        (Status.REFUTED, {**WORD, "invariant": (TRUE,)}, BELONG),
        (
            Status.PROVED,
            {"strategy": "s", "invariant": (TRUE, var("x"))},
            "an invariant is made of conditions",
        ),
        (Status.PROVED, {}, "PROVED says by which strategy"),
        (Status.UNKNOWN, {}, "UNKNOWN needs a reason"),
        (Status.VACUOUS, {}, "VACUOUS needs a reason"),
    ],
)
def test_evidence_that_does_not_fit_is_refused(status, evidence, says) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        Verdict(status, **evidence)


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (
            Verdict(Status.PROVED, strategy="affine", all_integers=True),
            "PROVED for every length, over all integers (affine)",
        ),
        (
            Verdict(Status.PROVED, strategy="modes", invariant=(TRUE,)),
            "PROVED for every length, over the declared input range (modes)",
        ),
        (Verdict(Status.PROVED_UPTO, "no luck", length=1), "PROVED up to length 1: no luck"),
        (Verdict(Status.PROVED_UPTO, length=7), "PROVED up to length 7: "),
        (
            Verdict(Status.REFUTED, **WORD, shortest=True),
            "REFUTED by the shortest sequence (0, 1) (2, 3): (1, 5) instead of (0, 5)",
        ),
        (
            Verdict(Status.REFUTED, **WORD),
            "REFUTED by the sequence (0, 1) (2, 3): (1, 5) instead of (0, 5)",
        ),
        (
            Verdict(Status.REFUTED, **{**WORD, "got": None}),
            "REFUTED by the sequence (0, 1) (2, 3): no value instead of (0, 5)",
        ),
        (Verdict(Status.UNKNOWN, "the reason"), "UNKNOWN: the reason"),
        (Verdict(Status.VACUOUS, "nothing there"), "VACUOUS: nothing there"),
    ],
)
def test_verdicts_read_as_a_sentence(verdict: Verdict, text: str) -> None:
    assert str(verdict) == text


def test_what_is_not_said_is_empty() -> None:
    found = Verdict(Status.PROVED, strategy="s")
    assert (found.reason, found.length, found.counterexample) == ("", None, None)
    assert (found.expected, found.got, found.shortest, found.all_integers) == (
        None,
        None,
        False,
        False,
    )
    assert (found.invariant, found.seconds) == ((), 0.0)
    assert Verdict(Status.UNKNOWN, "why").strategy == ""


def test_a_status_is_its_name() -> None:
    assert [s.value for s in Status] == [s.name for s in Status]
    assert [s.name for s in Status] == ["PROVED", "PROVED_UPTO", "REFUTED", "UNKNOWN", "VACUOUS"]
