"""A bundle's program against its specification, on sequences that Hypothesis draws and shrinks.

The program runs in a process of its own and is judged outside it, so that no program file can
influence the judgement. All drawn sequences are run in one process. Shrinking a failing sequence
starts a new process for each attempt.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from mips_verify.check.check_budgets import SHRINKING
from mips_verify.check.execution import Outcome, judge, readable
from mips_verify.check.strategies import Letter, words
from mips_verify.emit.python.hypothesis_test import longest_word
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.processes import LATE
from mips_verify.reader.execute import Answer, Failure, run_foreign

Letters = tuple[Letter, ...]


def fuzz_program(
    path: Path, proof: Certificate, *, count: int, seconds: float, memory: int
) -> Outcome:
    """Run ``program`` of a file on up to ``count`` sequences; each call draws the same ones.

    Returns:
        ``ok``; or ``failed``, with a short sequence that refutes the program; or ``undecided``, if
        the program gave no answer within ``seconds``. A message comes with each.
    """
    end = time.monotonic() + seconds

    def run(asked: list[Letters]) -> list[Answer]:
        left = end - time.monotonic()
        if left <= 0:
            return [Failure(f"{LATE} {seconds:g} s")] * len(asked)
        try:
            return run_foreign(path, asked, entry="program", timeout=left, memory=memory)
        except MipsVerifyError as error:  # the file is missing or is not Python
            return [Failure(str(error))] * len(asked)

    strategy = words(proof.domain, longest_word(proof)).map(lambda w: tuple(readable(proof, w)))
    drawn = _draw(strategy, count)
    seen: dict[Letters, Outcome] = {}
    for word, answer in zip(drawn, run(drawn), strict=True):
        seen[word] = judge(proof, word, answer)
        if seen[word][0] == "failed":
            return _shrunk(strategy, count, seen, lambda w: judge(proof, w, run([w])[0]))
        if seen[word][0] == "undecided":
            return seen[word]
    return "ok", f"{len(drawn)} sequences"


def _draw(strategy: SearchStrategy[Letters], count: int) -> list[Letters]:
    """The sequences from ``count`` draws, without repetition."""
    drawn: dict[Letters, None] = {}

    def keep(word: Letters) -> bool:
        drawn[word] = None
        return False

    _find(strategy, count, keep)
    return list(drawn)


def _shrunk(
    strategy: SearchStrategy[Letters],
    count: int,
    seen: dict[Letters, Outcome],
    again: Callable[[Letters], Outcome],
) -> Outcome:
    """The failure on the last sequence in ``seen``, or on a simpler sequence."""
    most = len(seen) + SHRINKING
    last = next(reversed(seen))

    def wrong(word: Letters) -> bool:
        if word not in seen and len(seen) < most:
            seen[word] = again(word)
        return word in seen and seen[word][0] == "failed"

    found = _find(strategy, count, wrong)
    return seen[last if found is None else found]


def _find(
    strategy: SearchStrategy[Letters], count: int, wanted: Callable[[Letters], bool]
) -> Letters | None:
    """The simplest wanted sequence; every call draws the same sequences."""
    quiet = settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(strategy, wanted, settings=quiet, random=random.Random(0))
    except NoSuchExample:
        return None
