"""The prover's answer: a status together with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Shown, show_word


class Status(Enum):
    """The possible results of a comparison of two machines."""

    PROVED = "PROVED"  # the same outputs on every sequence of every length
    PROVED_UPTO = "PROVED_UPTO"  # the same outputs on sequences of at most `length` letters
    REFUTED = "REFUTED"  # the outputs differ on a known sequence
    UNKNOWN = "UNKNOWN"  # undecided; `reason` says why
    VACUOUS = "VACUOUS"  # the specification has no value on any sequence


@dataclass(frozen=True, slots=True, repr=False)
class Verdict(Shown):
    """The answer of one comparison, with its evidence.

    Attributes:
        status: see :class:`Status`.
        reason: why the answer is not PROVED; empty otherwise.
        length: the n of PROVED_UPTO.
        all_integers: whether the proof needs no input range.
        counterexample: the letters of a sequence after which the outputs differ.
        expected: the outputs of the specification after that sequence.
        got: the outputs of the program after it; ``None`` if the program has no value.
        shortest: whether the machines are known to agree on all shorter sequences.
        invariant: conditions that prove the theorem, over the states of the program (prefix
            ``p_``) and of the specification (``s_``).
        strategy: the method that gave the verdict.
        seconds: wall-clock time; not part of the evidence.

    Raises:
        ValueError: evidence that does not fit the status.
    """

    status: Status
    reason: str = ""
    length: int | None = None
    all_integers: bool = False
    counterexample: tuple[tuple[int, ...], ...] | None = None
    expected: tuple[int, ...] | None = None
    got: tuple[int, ...] | None = None
    shortest: bool = False
    invariant: tuple[Expr, ...] = ()
    strategy: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        proved, refuted = self.status is Status.PROVED, self.status is Status.REFUTED
        if refuted != (self.counterexample is not None):
            raise ValueError("REFUTED, and nothing else, comes with a counterexample")
        if refuted and (not self.counterexample or self.expected is None):
            raise ValueError("a counterexample has letters and an expected output")
        if refuted and self.expected == self.got:
            raise ValueError("a counterexample needs outputs that differ")
        if not refuted and (self.expected is not None or self.got is not None or self.shortest):
            raise ValueError("outputs belong to a counterexample")
        if (self.status is Status.PROVED_UPTO) != (self.length is not None):
            raise ValueError("PROVED_UPTO, and nothing else, comes with a length")
        if self.length is not None and self.length < 1:
            raise ValueError("PROVED_UPTO says nothing about fewer than one letter")
        if not proved and (self.invariant or self.all_integers):
            raise ValueError("an invariant and 'all integers' belong to PROVED")
        if any(e.sort != "bool" for e in self.invariant):
            raise ValueError("an invariant is made of conditions")
        if proved and not self.strategy:
            raise ValueError("PROVED says by which strategy")
        if self.status in (Status.UNKNOWN, Status.VACUOUS) and not self.reason:
            raise ValueError(f"{self.status.name} needs a reason")

    def __str__(self) -> str:
        if self.status is Status.PROVED:
            over = "all integers" if self.all_integers else "the declared input range"
            return f"PROVED for every length, over {over} ({self.strategy})"
        if self.status is Status.PROVED_UPTO:
            return f"PROVED up to length {self.length}: {self.reason}"
        if self.status is Status.REFUTED:
            assert self.counterexample is not None
            word = show_word(self.counterexample)
            kind = "shortest sequence" if self.shortest else "sequence"
            got = "no value" if self.got is None else show_word([self.got])
            wanted = show_word([self.expected or ()])
            return f"REFUTED by the {kind} {word}: {got} instead of {wanted}"
        return f"{self.status.name}: {self.reason}"
