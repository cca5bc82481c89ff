"""A bundle's program, run by Python in a process of its own and compared with its specification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.check.finding import Status
from mips_verify.machine import Word
from mips_verify.prove.certificate import Certificate

if TYPE_CHECKING:
    from mips_verify.domain import Domain

LONGEST = 10  # times the task's length


def run_program(
    path: Path, proof: Certificate, *, count: int, seconds: float, memory: int
) -> tuple[Status, str]:
    """Run ``program`` of a file on ``count`` sequences of 0 to ten times the task's length.

    Returns:
        ``ok``, or ``failed`` with the sequence that shows it, or ``undecided`` where the
        program gave no answer in time; and the sentence that says so.
    """
    from mips_verify.reader.execute import run_foreign

    words = sequences(proof.domain, proof.length, count)
    answers = run_foreign(path, words, entry="program", timeout=seconds, memory=memory)
    for word, got in zip(words, answers, strict=True):
        shown = " ".join(",".join(map(str, letter)) for letter in word[:20])
        if isinstance(got, str):
            status: Status = "undecided" if "did not finish" in got else "failed"
            return status, f"on the sequence {shown or '(empty)'}: {got}"
        try:
            want, meant = proof.spec.run(word), proof.program.run(word)
        except ValueError as error:
            return "failed", f"the certificate's machines have no value on {shown}: {error}"
        if got != want or got != meant:
            return "failed", _difference(word, got, want if got != want else meant)
    return "ok", f"{len(words)} sequences"


def _difference(word: Word, got: list[tuple[int, ...]], want: list[tuple[int, ...]]) -> str:
    first = next((i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), None)
    if first is None:
        return f"gives {len(got)} outputs for {len(word)} inputs"
    shown = " ".join(",".join(map(str, letter)) for letter in word[: first + 1])
    gives, wants = (", ".join(map(str, y[first])) for y in (got, want))
    return f"gives {gives} instead of {wants} after {shown}"


def sequences(domain: Domain, length: int, count: int) -> list[Word]:
    """``count`` sequences: none, one letter, the longest, then every length between.

    Letters are random, extreme or in runs; the same for the same arguments.
    """
    import numpy as np

    from mips_verify.prove.words import words

    rng = np.random.default_rng(0)
    longest = LONGEST * length
    found = rng.permutation(words(domain, max(1, count), longest, rng))[:count].tolist()
    lengths = [0, 1, longest, *rng.integers(0, longest + 1, size=max(0, count - 3)).tolist()]
    return [[tuple(x) for x in word[:n]] for word, n in zip(found, lengths, strict=False)]
