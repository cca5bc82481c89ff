"""A bundle's program, run by Python in a process of its own and compared with the specification."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.algebra.printable import PRINTABLE_BITS, printable_steps
from mips_verify.check.finding import Status
from mips_verify.emit.python.hypothesis_test import TIMES
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.machine import Word
from mips_verify.processes import LATE
from mips_verify.spec.value_names import Names

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.reader.execute import Answer

Outcome = tuple[Status, str]
SHOWN: Final = 40  # letters of a sequence that a message shows


def run_program(
    path: Path, proof: Certificate, *, count: int, seconds: float, memory: int
) -> Outcome:
    """Run ``program`` of a file on ``count`` sequences of 0 to ``TIMES`` times the task's length.

    A sequence that leads to very large numbers is cut short, see :func:`readable`.

    Returns:
        ``ok``; or ``failed``, if a sequence refutes the program; or ``undecided``, if the program
        gave no answer in time. A message comes with each.
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
    """``word`` up to the letter at which a machine gets a number too large to print.

    After it, numbers may grow until they exhaust the memory. A letter after which a machine
    has no value is kept, so that :func:`judge` reports it.
    """
    machines = proof.spec, proof.program
    return word[: min(printable_steps(m, word, undefined_too=True) for m in machines)]


def judge(proof: Certificate, word: Word, answer: Answer) -> Outcome:
    """Compare a program's answer to one sequence with both machines of its certificate."""
    from mips_verify.reader.execute import Failure

    names = Names(proof.input_names, proof.output_names)
    if isinstance(answer, Failure):
        late = answer.why.startswith(LATE)
        return ("undecided" if late else "failed"), f"on {_word(word, names)}: {answer.why}"
    for machine in (proof.spec, proof.program):
        try:
            want = machine.run(word)
        except ValueError as error:
            return "failed", f"the certificate has no value on {_word(word, names)}: {error}"
        if len(answer) != len(want):
            return "failed", f"gives {len(answer)} outputs for {_word(word, names)}"
        for i, (gives, wants) in enumerate(zip(answer, want, strict=True)):
            if gives != wants:
                why = f"gives {_shown(gives, names)} instead of {_shown(wants, names)}"
                return "failed", f"{why} after {_word(word[: i + 1], names)}"
    return "ok", ""


def _word(word: Word, names: Names) -> str:
    shown = names.word(word[-SHOWN:]) or "the empty sequence"
    return shown if len(word) <= SHOWN else f"{len(word)} letters that end in {shown}"


def _shown(values: tuple[int, ...], names: Names) -> str:
    huge = any(v.bit_length() >= PRINTABLE_BITS for v in values)
    return "(a huge number)" if huge else names.answer(values)


def sequences(domain: Domain, length: int, count: int) -> list[Word]:
    """``count`` sequences: the empty one, one letter, the longest, then random lengths between.

    Letters are random, extreme or in runs. Equal arguments give equal sequences.
    """
    import numpy as np

    from mips_verify.algebra.sequences import mixed_words

    rng = np.random.default_rng(0)
    longest = TIMES * length
    found = rng.permutation(mixed_words(domain, max(1, count), longest, rng))[:count].tolist()
    lengths = [0, 1, longest, *rng.integers(0, longest + 1, size=max(0, count - 3)).tolist()]
    return [[tuple(x) for x in word[:n]] for word, n in zip(found, lengths, strict=False)]
