"""The verdict on a function or a class of the running program."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from mips_verify.algebra.printable import printable_steps
from mips_verify.kernel.machine import Word
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.progress import Progress, quiet
from mips_verify.reader.child import outputs_of, steps_of
from mips_verify.reader.live_source import live_source
from mips_verify.reader.prove_file import prove_source
from mips_verify.spec.task import Task

CALLS: Final = 50  # sequences on which what was proved is called once more, where it lives


def prove_live(
    program: Callable[..., Any],
    task: Task,
    *,
    decorators: int = 0,
    seed: int = 0,
    progress: Progress = quiet,
) -> Verdict:
    """The verdict on a function over a sequence, or a class with a method ``step``.

    It is read and run as a file of its own. A verdict on that counts if the program, called where
    it lives, agrees: on random sequences if it is PROVED, on the counterexample if it is REFUTED.

    Args:
        program: the function or class.
        task: the task with the specification.
        decorators: how many decorators above a class do not belong to it.
        seed: decides the random sequences.
        progress: called with the stage and what it is doing.

    Raises:
        MipsVerifyError: its source cannot be read as a file of its own.
    """
    source = live_source(program, decorators)
    verdict = prove_source(
        source.text.encode(), source.path, task, entry=source.entry, seed=seed, progress=progress
    )
    words = _words(task, seed) if verdict.status is Status.PROVED else []
    words += [verdict.counterexample] if verdict.counterexample is not None else []
    called = steps_of(program) if isinstance(program, type) else program
    for word in words:
        right = (got := _answer(called, word)) == task.spec.run(word)
        if right != (verdict.status is Status.PROVED):
            why = f"is {verdict.status.name}, but Python gives {got} for {task.names.word(word)}"
            return Verdict(Status.UNKNOWN, reason=f"its source {why}")
    return verdict


def _words(task: Task, seed: int) -> list[Word]:
    """Random sequences of up to twice the task's length, as far as the specification has values."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 2 * task.length, endpoint=True, size=CALLS).tolist()
    drawn = [[tuple(a) for a in task.domain.sample(1, n, rng)[0].tolist()] for n in lengths]
    return [word[: printable_steps(task.spec, word)] for word in drawn]


def _answer(called: Callable[..., Any], word: Word) -> object:
    if not word:
        return []
    try:
        return [tuple(y) for y in outputs_of(called, [list(letter) for letter in word])]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
