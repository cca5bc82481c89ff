"""The verdict on any Python file: proved if it can be read as a machine, and always run."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from mips_verify.algebra.printable import printable_steps
from mips_verify.deadline import REASON, interruptible, seconds_left, time_is_up
from mips_verify.kernel.machine import Machine, Word
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.processes import LATE
from mips_verify.progress import Found, Progress
from mips_verify.prove.verdict_line import verdict_line
from mips_verify.reader.execute import Answer, Failure, read_source, run_source
from mips_verify.reader.program import read_program
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.spec.task import Task

SEQUENCES: Final = 2000  # number of runs of a program that cannot be read
FIRST: Final = 20  # this many of them run before the others
CONFIRMING: Final = 100  # number of runs of a program that was proved
CONFIRMING_SECONDS: Final = 60.0
LONG: Final = (5, 5_000)  # number of long sequences, and their length
NO_VALUE: Final = "an operation has no value as an integer machine"
MISREAD: Final = "read as a machine, but Python runs it differently"
UNCONFIRMED: Final = "proved as it was read, but a run of the file gave no answer"
SOON: Final = 0.1  # seconds that a part gets although the time is up
MEMORY: Final = 2**30  # bytes for the processes of the program
Output = tuple[int, ...]


def prove_file(
    path: Path,
    task: Task,
    *,
    seed: int = 0,
    timeout: float = 8.0,
    progress: Progress,
) -> Verdict:
    """The verdict on a program file, as :func:`prove_source` finds it.

    Raises:
        MipsVerifyError: the file cannot be read at all, or is not Python.
    """
    source = read_source(path)
    return prove_source(
        source, path, task, file=path, seed=seed, timeout=timeout, progress=progress
    )


def prove_source(
    source: bytes,
    path: Path,
    task: Task,
    *,
    entry: str | None = None,
    file: Path | None = None,
    seed: int = 0,
    timeout: float = 8.0,
    progress: Progress,
) -> Verdict:
    """The verdict on the source of a program.

    A file that can be read as a machine (:mod:`mips_verify.reader`) is PROVED only if Python also
    loads it and agrees on random and on long sequences, and REFUTED only if Python fails or differs
    on the counterexample. Any other file is run on :data:`SEQUENCES` sequences; it is REFUTED if it
    fails or differs on one, and otherwise UNKNOWN; so it is if the time is up before.

    Args:
        source: the bytes of a Python file.
        path: the file's name, for messages.
        task: the task with the specification.
        entry: the function or class to prove; ``None`` for ``program``, or the only public one.
        file: where it lies, if it lies anywhere; modules beside it may hide Python's own.
        seed: decides the random sequences.
        timeout: seconds for running a program that cannot be read as a machine.
        progress: called with the stage and what it is doing.

    Raises:
        MipsVerifyError: the source is not Python, or has no such function or class.
    """
    verdict = Verdict(Status.UNKNOWN, reason="it was not read to its end")
    with interruptible():
        for known in _judged(_Trial(source, path, task, entry, seed, timeout), file, progress):
            verdict = known
    if verdict.status is Status.UNKNOWN and time_is_up():
        reason = f"{REASON} before it was proved or refuted; so far: {verdict.reason}"
        return Verdict(Status.UNKNOWN, reason=reason)
    return verdict


def _judged(trial: _Trial, file: Path | None, progress: Progress) -> Iterator[Verdict]:
    """What is known at each stage; the last is the verdict, however long it takes."""
    task, path = trial.task, str(trial.path)
    try:
        machine = read_program(
            trial.source, inputs=task.domain.names, path=path, entry=trial.entry,
            file=file,
        )  # fmt: skip
    except OutsideSubset as error:
        progress("read", Found(f"no state machine ({error}); it is only run"))
        yield Verdict(Status.UNKNOWN, reason=f"outside the provable subset ({error}); its runs by "
                      "Python were not finished")  # fmt: skip
        yield trial.instead(str(error))
        return
    yield Verdict(Status.UNKNOWN, reason="it was read as a machine, which was not decided")
    count = len(machine.state)
    progress("read", Found(f"a state machine with {count} state variable{'s' * (count != 1)}"))
    if len(machine.outputs) != len(task.spec.outputs):
        wanted = len(task.spec.outputs)
        yield trial.instead(f"it gives {len(machine.outputs)} outputs a step, not {wanted}")
        return
    yield from _proved(machine, trial, progress)


def prove_machine(machine: Machine, task: Task, *, seed: int = 0, progress: Progress) -> Verdict:
    """The verdict on a machine: whether it equals the specification of a task.

    Raises:
        MachineError: its inputs or outputs do not fit the task's.
    """
    from mips_verify.prove.sandbox import SECONDS, equal_in_worker

    return equal_in_worker(
        machine, task.spec, task.domain, seed=seed, seconds=seconds_left(SECONDS, SOON),
        progress=partial(progress, "prove"),
    )  # fmt: skip


def _proved(machine: Machine, trial: _Trial, progress: Progress) -> Iterator[Verdict]:
    """The verdict on a program that was read as ``machine``, confirmed by running the file.

    Before the run, what is known without it.
    """
    verdict = prove_machine(machine, trial.task, seed=trial.seed, progress=progress)
    progress("prove", Found(f"of the state machine: {verdict_line(verdict)}"))
    reached = f"the machine read from it is {verdict.status.name}"
    yield Verdict(Status.UNKNOWN, reason=f"{reached}, but its run by Python was not finished")
    if verdict.status is Status.REFUTED and verdict.counterexample is not None:
        verdict = trial.confirm_refuted(verdict, verdict.counterexample)
    elif verdict.status in (Status.PROVED, Status.PROVED_UPTO):
        progress("run", "running the file, so that Python agrees with its reading")
        verdict = trial.confirm(verdict)
        agrees = verdict.status in (Status.PROVED, Status.PROVED_UPTO)
        said = "Python runs the file as it was read" if agrees else str(verdict)
        progress("run", Found(said))
    yield verdict


class _Runs(NamedTuple):
    """What a program does on some words.

    Attributes:
        differs: the first word on which it differs or fails, and what it gives there.
        unknown: why another word has no answer.
        agreed: the number of words before these, on which it gives what is right.
    """

    differs: tuple[Word, Answer] | None
    unknown: Failure | None
    agreed: int


@dataclass(frozen=True, slots=True)
class _Trial:
    """A program that Python runs, to be compared with the specification."""

    source: bytes
    path: Path
    task: Task
    entry: str | None
    seed: int
    timeout: float

    def instead(self, why: str) -> Verdict:
        """The verdict from runs alone; ``why`` is why the program cannot be read as a machine."""
        outside = f"outside the provable subset ({why})"
        words, long = self.words(SEQUENCES), self.long_words()
        agreed, deadline = 0, time.monotonic() + self.timeout
        for part in (words[:FIRST], long[:1], words[FIRST:], long[1:]):
            left = deadline - time.monotonic()
            found = self.run(part, max(left, SOON), each=self.timeout / 2)
            if found.differs is not None:
                return self.refuted(found.differs, outside)
            agreed += found.agreed
            if found.unknown is not None:
                said = self.after(agreed, found.unknown)
                return Verdict(Status.UNKNOWN, reason=f"{outside}; {said}")
        return Verdict(Status.UNKNOWN, reason=f"{outside}; it agreed on {agreed} sequences")

    def after(self, agreed: int, failure: Failure) -> str:
        """What happened after so many sequences on which the program agreed."""
        why = failure.why
        if why.startswith(LATE):
            whole = "" if time_is_up() else f" ({self.timeout:g} s, --timeout)"
            why = f"the time for testing{whole} ended"
        return f"it agreed on {agreed} sequences, then {why}" if agreed else why

    def confirm(self, verdict: Verdict) -> Verdict:
        """``verdict``, if Python agrees on a number of random and long sequences."""
        for words in (self.words(CONFIRMING), self.long_words()):
            found = self.run(words, CONFIRMING_SECONDS)
            if found.differs is not None:
                return self.refuted(found.differs, MISREAD)
            if found.unknown is not None:
                return Verdict(Status.UNKNOWN, reason=f"{UNCONFIRMED}: {found.unknown.why}")
        return verdict

    def confirm_refuted(self, verdict: Verdict, word: Word) -> Verdict:
        """``verdict``, if Python also fails or differs on its counterexample."""
        run = self.run([word], CONFIRMING_SECONDS)
        if run.differs is None and run.unknown is not None:
            reason = f"a counterexample was not run: {run.unknown.why}"
            return Verdict(Status.UNKNOWN, reason=reason)
        if run.differs is None:
            return self.instead(NO_VALUE if verdict.got is None else MISREAD)
        found = self.refuted(run.differs, "")
        same = found.counterexample == verdict.counterexample
        return Verdict(
            Status.REFUTED,
            reason=found.reason or verdict.reason,
            counterexample=found.counterexample,
            expected=found.expected,
            got=found.got,
            shortest=verdict.shortest and same,
            strategy=verdict.strategy,
            seconds=verdict.seconds,
        )

    def run(self, words: Sequence[Word], seconds: float, each: float | None = None) -> _Runs:
        """What the program does on words, each within ``each`` seconds if that is given."""
        words = [w for w in map(self.readable, words) if len(w)]
        answers = run_source(
            self.source, self.path, words, entry=self.entry, timeout=seconds_left(seconds, SOON),
            memory=MEMORY, each=each,
        )  # fmt: skip
        unknown, agreed = None, 0
        for word, answer in zip(words, answers, strict=True):
            if isinstance(answer, Failure):
                if answer.decisive:
                    return _Runs((word, answer), None, agreed)
                unknown = unknown or self.about(word, answer)
            elif answer != self.task.spec.run(word):
                return _Runs((word, answer), None, agreed)
            else:
                agreed += 1
        return _Runs(None, unknown, agreed)

    def about(self, word: Word, failure: Failure) -> Failure:
        """The failure, with the word if it is about that one alone."""
        if failure.of_program:
            return failure
        return replace(failure, why=f"on {self.task.names.brief(word)} {failure.why}")

    def readable(self, word: Word) -> Word:
        """``word``, cut where the specification has no value, or one too large to compare."""
        return word[: printable_steps(self.task.spec, word)]

    def refuted(self, found: tuple[Word, Answer], why: str) -> Verdict:
        """REFUTED by a run, with a shorter sequence if the program is wrong on that one, too."""
        word, got = self._shorter(*found)
        want = self.task.spec.run(word)
        reasons = [why] if why else []
        if isinstance(got, Failure):
            return self.verdict(word, want[-1], None, [*reasons, got.why])
        if len(got) == len(want) and got[-1] != want[-1]:
            return self.verdict(word, want[-1], got[-1], [*reasons, "refuted by running it"])
        if len(got) != len(want):
            shown = f"{len(got)} outputs for {len(want)} inputs"
        else:
            place = _first_difference(got, want)
            gives, due = (self.task.names.answer(y[place]) for y in (got, want))
            shown = f"output {place + 1} of {len(got)} is {gives} instead of {due}"
        return self.verdict(word, want[-1], None, [*reasons, shown])

    def _shorter(self, word: Word, got: Answer) -> tuple[Word, Answer]:
        """The first prefix on which the program is wrong; run again, as it may read ahead."""
        if len(word) > 2 * self.task.length and not isinstance(got, Failure):
            place = _first_difference(got, self.task.spec.run(word))
            prefixes = [word[: place + 1]]
        else:
            prefixes = [word[:n] for n in range(1, min(len(word), 2 * self.task.length))]
        return self.run(prefixes, CONFIRMING_SECONDS).differs or (word, got)

    def verdict(self, word: Word, want: Output, got: Output | None, reasons: list[str]) -> Verdict:
        """The verdict REFUTED, with the counterexample ``word``."""
        return Verdict(
            Status.REFUTED,
            reason="; ".join(reasons),
            counterexample=tuple(tuple(letter) for letter in word),
            expected=want,
            got=got,
            strategy="execution",
        )

    def words(self, count: int) -> list[Word]:
        """Random sequences of every length up to twice the task's, shorter ones first."""
        rng = np.random.default_rng(self.seed)
        longest = 2 * self.task.length
        each = max(1, count // longest)
        found: list[Word] = []
        for length in range(1, longest + 1):
            drawn = self.task.domain.sample(each, length, rng).tolist()
            found += [[tuple(letter) for letter in x] for x in drawn]
        return found

    def long_words(self) -> list[Word]:
        """A few long sequences, for programs that change only after many steps."""
        count, length = LONG
        rng = np.random.default_rng(self.seed + 1)
        sampled = self.task.domain.sample(count, length, rng).tolist()
        return [[tuple(letter) for letter in x] for x in sampled]


def _first_difference(got: list[Output], want: list[Output]) -> int:
    """The index of the first output that differs or is missing on one side."""
    pairs = enumerate(zip(got, want, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(got), len(want) - 1))
