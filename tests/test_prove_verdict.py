"""Verdicts check their own evidence."""

from __future__ import annotations

import pytest

from mips_verify.kernel.expr import TRUE, var
from mips_verify.kernel.verdict import Status, Verdict

WORD = {"counterexample": ((0,),), "expected": (0,), "got": (1,)}


@pytest.mark.parametrize(
    ("status", "evidence"),
    [
        (Status.REFUTED, {}),
        (Status.REFUTED, {**WORD, "counterexample": ()}),
        (Status.REFUTED, {**WORD, "got": (0,)}),
        (Status.REFUTED, {**WORD, "expected": None}),
        (Status.REFUTED, {**WORD, "invariant": (TRUE,)}),
        (Status.PROVED, {}),
        (Status.PROVED, {**WORD, "strategy": "s"}),
        (Status.PROVED, {"strategy": "s", "invariant": (var("x"),)}),
        (Status.PROVED, {"strategy": "s", "length": 4}),
        (Status.PROVED_UPTO, {}),
        (Status.PROVED_UPTO, {"length": 0}),
        (Status.PROVED_UPTO, {"length": 3, "all_integers": True}),
        (Status.UNKNOWN, {}),
        (Status.UNKNOWN, {"reason": "why", "shortest": True}),
        (Status.VACUOUS, {}),
    ],
)
def test_evidence_that_does_not_fit_is_refused(status, evidence) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Verdict(status, **evidence)


@pytest.mark.parametrize(
    ("verdict", "text"),
    [
        (Verdict(Status.PROVED, strategy="affine", all_integers=True), "all integers"),
        (Verdict(Status.PROVED_UPTO, "no luck", length=7), "up to length 7"),
        (Verdict(Status.REFUTED, **WORD, shortest=True), "shortest sequence 0: 1 instead of 0"),
        (Verdict(Status.REFUTED, **{**WORD, "got": None}), "no value instead of 0"),
        (Verdict(Status.UNKNOWN, "the reason"), "the reason"),
    ],
)
def test_verdicts_read_as_a_sentence(verdict, text) -> None:
    assert text in str(verdict)
