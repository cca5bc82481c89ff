"""The method, from a task to a proved program.

    Task -> data -> Network -> Machine -> Verdict -> Bundle
              ^         |          |         |
              +---------+----------+---------+   a counterexample goes back

The network learns from labelled sequences; extraction sees the network, the input
ranges and the length, never the specification; the specification is the right-hand
side of the proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from mips_verify import stages
from mips_verify.extract.extract import Extraction
from mips_verify.machine import Word
from mips_verify.network.train import Trained
from mips_verify.prove.verdict import Status, Verdict
from mips_verify.sampling import Lesson, datasets
from mips_verify.store import Store
from mips_verify.task import Task

if TYPE_CHECKING:
    from mips_verify.machine import Machine

Progress = Callable[[str, str], None]  # stage, what it is doing
ROUNDS = 4
_WORTH = {
    Status.PROVED: 5,
    Status.VACUOUS: 4,
    Status.PROVED_UPTO: 3,
    Status.UNKNOWN: 2,
    Status.REFUTED: 1,
}
T = TypeVar("T")


def quiet(stage: str, message: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may choose; together with the task it decides every result."""

    engine: str = "ladder"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Round:
    """One pass through the stages, and the seconds that each took when it was computed."""

    trained: Trained
    extraction: Extraction
    verdict: Verdict | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether another round could not help: decided, or training does not succeed."""
        decided = self.verdict is not None and self.verdict.status in (
            Status.PROVED,
            Status.VACUOUS,
        )
        return decided or not self.trained.exact

    @property
    def worth(self) -> int:
        """How much this round found out, to compare rounds."""
        return 0 if self.verdict is None else _WORTH[self.verdict.status]


@dataclass(frozen=True, slots=True)
class Result:
    """Every round for a task; the best one counts, the later of equals."""

    task: Task
    settings: Settings
    rounds: tuple[Round, ...]

    @property
    def best(self) -> Round:
        """The round that counts: a proof before a bounded one before the rest."""
        return max(reversed(self.rounds), key=lambda r: r.worth)

    @property
    def program(self) -> Machine | None:
        """The program read out of the network, if there is one."""
        return self.best.extraction.machine

    @property
    def verdict(self) -> Verdict | None:
        """What is known of the program; ``None`` without one."""
        return self.best.verdict

    @property
    def proved(self) -> bool:
        """Whether the program equals the specification for sequences of every length."""
        return self.verdict is not None and self.verdict.status is Status.PROVED

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds a stage, over all rounds."""
        stages_seen = [stage for r in self.rounds for stage in r.seconds]
        return {s: sum(r.seconds.get(s, 0.0) for r in self.rounds) for s in stages_seen}


def synthesize(
    task: Task,
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    progress: Progress = quiet,
) -> Result:
    """Train, extract and prove; learn from refutations for at most :data:`ROUNDS` rounds."""
    settings = settings or Settings()
    rounds = list(_rounds(task, settings, store or Store(), progress))
    return Result(task, settings, tuple(rounds))


def _rounds(task: Task, settings: Settings, store: Store, progress: Progress) -> Iterator[Round]:
    lesson = Lesson(seed=settings.seed)
    for _ in range(ROUNDS):
        current = _round(task, settings, lesson, store, progress)
        yield current
        if current.settled:
            return
        lesson = _learn(task, lesson, current, progress)


def _round(
    task: Task, settings: Settings, lesson: Lesson, store: Store, progress: Progress
) -> Round:
    clock = _Clock()
    learn, check = clock.time("data", lambda: datasets(task, lesson.seed, lesson.train_on))
    trained = clock.time(
        "train",
        lambda: stages.train(
            learn, check, engine=settings.engine, lesson=lesson, store=store, progress=progress
        ),
    )
    extraction = clock.time(
        "extract",
        lambda: stages.extract(
            trained.network,
            task.domain,
            task.length,
            lesson=lesson,
            store=store,
            progress=progress,
        ),
    )
    verdict = None
    if (program := extraction.machine) is not None:
        verdict = clock.time(
            "prove",
            lambda: stages.prove(
                program, task.spec, task.domain, seed=lesson.seed, store=store, progress=progress
            ),
        )
    return Round(trained, extraction, verdict, clock.seconds)


def _learn(task: Task, lesson: Lesson, seen: Round, progress: Progress) -> Lesson:
    """What the next round does with what this one showed.

    Where the network was right on the refuting sequence, extraction must look again;
    where it was wrong, it trains on. A sequence longer than the network's own length, a
    program that could not be decided, or none at all, asks for another network.
    """
    word = seen.verdict.counterexample if seen.verdict is not None else None
    if word is None or len(word) > task.length:
        progress("train", "no proof from this network; training another one")
        return lesson.another_seed()
    if stages.agrees(seen.trained.network, task.spec, word):
        progress("extract", f"the network is right on {_show(word)}; reading it again")
        return lesson.read_again(word)
    progress("train", f"the network is wrong on {_show(word)}; training on")
    return lesson.train_again(word, seen.trained.network)


def _show(word: Word) -> str:
    return " ".join(",".join(map(str, letter)) for letter in word)


class _Clock:
    """Wall seconds a stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, stage: str, run: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return run()
        finally:
            self.seconds[stage] = time.perf_counter() - began
