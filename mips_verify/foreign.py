"""Any Python program file against a task: proved where it can be read, else run and compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from mips_verify.errors import MipsVerifyError
from mips_verify.machine import Word
from mips_verify.prove.verdict import Status, Verdict
from mips_verify.task import Task

SEQUENCES = 2000
FEW = 100
NO_VALUE = "an operation has no value as an integer machine"
MISREAD = "read as a machine that was proved, but Python runs it differently"
MEMORY = 2**30  # bytes for the program's own process


def prove_file(
    path: Path,
    task: Task,
    *,
    seed: int = 0,
    timeout: float = 20.0,
    progress: Callable[[str, str], None],
) -> Verdict:
    """The verdict on a program file.

    A file outside the provable subset (:mod:`mips_verify.reader`) is run in a subprocess
    on :data:`SEQUENCES` sequences: REFUTED where it differs, else UNKNOWN.

    Raises:
        MipsVerifyError: a file that cannot be read at all, or is not Python.
    """
    from mips_verify.prove.sandbox import equal
    from mips_verify.reader import OutsideSubset, read_program

    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MipsVerifyError(f"cannot read {path} as text: {error}") from None
    try:
        machine = read_program(source, inputs=task.domain.names, path=str(path))
    except OutsideSubset as error:
        progress("run", f"{error}; running it instead")
        return compare_by_running(path, task, str(error), seed=seed, timeout=timeout)
    verdict = equal(
        machine,
        task.spec,
        task.domain,
        seed=seed,
        progress=lambda message: progress("prove", message),
    )
    if verdict.status is Status.REFUTED and verdict.got is None:
        # the machine has no value there, as with | on numbers; Python itself may well have one
        return compare_by_running(path, task, NO_VALUE, seed=seed, timeout=timeout)
    if verdict.status is Status.PROVED:
        progress("run", "running the file, so that Python agrees with its reading")
        ran = compare_by_running(path, task, MISREAD, seed=seed, timeout=timeout, count=FEW)
        return ran if ran.status is Status.REFUTED else verdict
    return verdict


def compare_by_running(
    path: Path, task: Task, why: str, *, seed: int, timeout: float, count: int = SEQUENCES
) -> Verdict:
    """Run a program on ``count`` sequences of the task, shorter ones first."""
    from mips_verify.reader.execute import run_foreign

    words = _words(task, seed, count)
    answers = run_foreign(path, words, entry=None, timeout=timeout, memory=MEMORY)
    for word, got in zip(words, answers, strict=False):
        want = task.spec.run(word)
        if not isinstance(got, list):
            return Verdict(Status.UNKNOWN, reason=f"outside the provable subset ({why}); {got}")
        if got != want:
            return _refuted(word, got, want, why)
    return Verdict(
        Status.UNKNOWN,
        reason=f"outside the provable subset ({why}), agreed on {len(answers)} sequences",
    )


def _refuted(
    word: Word, got: list[tuple[int, ...]], want: list[tuple[int, ...]], why: str
) -> Verdict:
    pairs = enumerate(zip(got, want, strict=False))
    first = next((i for i, (a, b) in pairs if a != b), None)
    if first is None:  # too few or too many outputs
        why += f"; {len(got)} outputs for {len(want)} inputs"
        first = min(len(got), len(want) - 1)
    return Verdict(
        Status.REFUTED,
        reason=f"outside the provable subset ({why}); refuted by running it",
        counterexample=tuple(tuple(letter) for letter in word[: first + 1]),
        expected=want[first],
        got=got[first] if first < len(got) and got[first] != want[first] else None,
        strategy="execution",
    )


def _words(task: Task, seed: int, count: int) -> list[list[tuple[int, ...]]]:
    """Random sequences of every length up to twice the task's, shorter ones first."""
    rng = np.random.default_rng(seed)
    longest = 2 * task.length
    each = max(1, count // longest)
    words = []
    for length in range(1, longest + 1):
        for x in task.domain.sample(each, length, rng).tolist():
            words.append([tuple(letter) for letter in x])
    return words
