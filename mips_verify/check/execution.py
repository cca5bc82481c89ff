"""A bundle's program, run by Python in a process of its own and compared with its specification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.check.finding import Status
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.machine import Machine, Word

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.reader.execute import Answer

Outcome = tuple[Status, str]
LONGEST: Final = 10  # times the task's length
SHOWN: Final = 40  # letters of a sequence in a sentence
BITS: Final = 10_000  # of the largest number that is compared; Python reads 4300 digits


def run_program(
    path: Path, proof: Certificate, *, count: int, seconds: float, memory: int
) -> Outcome:
    """Run ``program`` of a file on ``count`` sequences of 0 to ten times the task's length.

    Those that lead to very large numbers are cut short, see :func:`readable`.

    Returns:
        ``ok``, or ``failed`` with the sequence that shows it, or ``undecided`` where the
        program gave no answer in time; and the sentence that says so.
    """
    from mips_verify.reader.execute import run_foreign

    words = [readable(proof, word) for word in sequences(proof.domain, proof.length, count)]
    answers = run_foreign(path, words, entry="program", timeout=seconds, memory=memory)
    for word, answer in zip(words, answers, strict=True):
        outcome = judge(proof, word, answer)
        if outcome[0] != "ok":
            return outcome
    return "ok", f"{len(words)} sequences"


def readable(proof: Certificate, word: Word) -> Word:
    """``word`` up to where a number of a machine exceeds ``BITS`` bits.

    Further on, numbers may grow until no memory holds them. A letter after which a machine
    has no value is kept, for :func:`judge` to say so.
    """
    return word[: min(_steps(machine, word) for machine in (proof.spec, proof.program))]


def _steps(machine: Machine, word: Word) -> int:
    z = machine.init
    for t, x in enumerate(word):
        try:
            z, y = machine.step(z, tuple(x))
        except ValueError:
            return t + 1
        if any(v.bit_length() > BITS for v in z + y):
            return t
    return len(word)


def judge(proof: Certificate, word: Word, answer: Answer) -> Outcome:
    """What a program's answer to one sequence is worth, by both machines of its certificate."""
    from mips_verify.reader.execute import LATE, Failure

    if isinstance(answer, Failure):
        late = answer.why.startswith(LATE)
        return ("undecided" if late else "failed"), f"on {_word(word)}: {answer.why}"
    for machine in (proof.spec, proof.program):
        try:
            want = machine.run(word)
        except ValueError as error:
            return "failed", f"the certificate has no value on {_word(word)}: {error}"
        if len(answer) != len(want):
            return "failed", f"gives {len(answer)} outputs for {_word(word)}"
        for i, (gives, wants) in enumerate(zip(answer, want, strict=True)):
            if gives != wants:
                why = f"gives {_letter(gives)} instead of {_letter(wants)}"
                return "failed", f"{why} after {_word(word[: i + 1])}"
    return "ok", ""


def _word(word: Word) -> str:
    shown = " ".join(map(_letter, word[-SHOWN:])) or "the empty sequence"
    return shown if len(word) <= SHOWN else f"{len(word)} letters that end in {shown}"


def _letter(values: tuple[int, ...]) -> str:
    # Python refuses to print a number of more than 4300 digits
    return ",".join(str(v) if v.bit_length() < BITS else "(a huge number)" for v in values)


def sequences(domain: Domain, length: int, count: int) -> list[Word]:
    """``count`` sequences: none, one letter, the longest, then every length between.

    Letters are random, extreme or in runs; the same for the same arguments.
    """
    import numpy as np

    from mips_verify.algebra.sequences import mixed_words

    rng = np.random.default_rng(0)
    longest = LONGEST * length
    found = rng.permutation(mixed_words(domain, max(1, count), longest, rng))[:count].tolist()
    lengths = [0, 1, longest, *rng.integers(0, longest + 1, size=max(0, count - 3)).tolist()]
    return [[tuple(x) for x in word[:n]] for word, n in zip(found, lengths, strict=False)]
