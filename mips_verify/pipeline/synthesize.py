"""The method, from a task to a proved program.

    Task -> data -> Network -> Machine -> Score -> Verdict -> Bundle
              ^         |          |        |         |
              +---------+----------+--------+---------+   a counterexample goes back

The network learns from labelled sequences; extraction sees the network, the input
ranges and the length, never the specification; the program is scored on the labelled
sequences, for it may be better than its network; the specification is the right-hand
side of the proof.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.machine import show_word
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline import stages
from mips_verify.pipeline.lesson import Lesson, Problem, problem_of
from mips_verify.pipeline.score import Miss, Score
from mips_verify.pipeline.score import score as compare
from mips_verify.pipeline.store import Store
from mips_verify.progress import Progress, quiet
from mips_verify.spec.task import Task
from mips_verify.train.train import Trained

if TYPE_CHECKING:
    from mips_verify.kernel.machine import Machine

ROUNDS = 4
UNREAD = 2  # exact networks without a program; a third one is hardly ever read
ACCEPT = ("proof", "data")
_WORTH = {
    Status.PROVED: 5,
    Status.VACUOUS: 4,
    Status.PROVED_UPTO: 3,
    Status.UNKNOWN: 2,
    Status.REFUTED: 1,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may choose; together with the task it decides every result.

    Attributes:
        engine: how networks are trained.
        seed: where every random choice comes from.
        accept: what ends a run: a ``proof``, or a program that is right on all labelled
            ``data``; the proof is then tried afterwards and teaches the run nothing.
    """

    engine: str = "ladder"
    seed: int = 0
    accept: str = "proof"

    def __post_init__(self) -> None:
        if self.accept not in ACCEPT:
            raise ValueError(f"accept is '{self.accept}', not one of {', '.join(ACCEPT)}")


@dataclass(frozen=True, slots=True)
class Round:
    """One pass through the stages, and the seconds that each took when it was computed."""

    trained: Trained
    extraction: Extraction
    score: Score | None
    verdict: Verdict | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether there is a program that is right on all labelled data."""
        return self.score is not None and self.score.exact

    @property
    def better_than_network(self) -> bool:
        """Whether the program is right on all labelled data and the network is not."""
        return self.exact and not self.trained.exact

    @property
    def decided(self) -> bool:
        """Whether there is a proof."""
        proofs = (Status.PROVED, Status.VACUOUS)
        return self.verdict is not None and self.verdict.status in proofs

    @property
    def worth(self) -> tuple[int, bool]:
        """How much this round found out, to compare rounds."""
        return 0 if self.verdict is None else _WORTH[self.verdict.status], self.exact


@dataclass(frozen=True, slots=True)
class Result:
    """Every round for a task; the best one counts, the later of equals."""

    task: Task
    settings: Settings
    rounds: tuple[Round, ...]

    @property
    def best(self) -> Round:
        """The round that counts: a proof before a bounded one before the rest.

        Where data decide, it is the last one: no later one was asked for.
        """
        if self.settings.accept == "data":
            return self.rounds[-1]
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
    """Train, extract and prove; learn from what went wrong, at most :data:`ROUNDS` - 1 times."""
    settings = settings or Settings()
    found = rounds(problem_of(task), settings, store or Store(), progress)
    return Result(task, settings, tuple(found))


def rounds(
    problem: Problem, settings: Settings, store: Store, progress: Progress
) -> Iterator[Round]:
    """Passes through the stages until one is accepted, or nothing is left to try."""
    lesson, lessons = Lesson(seed=settings.seed), 1
    while True:
        current = _round(problem, settings.engine, lesson, store, progress)
        yield current
        if current.exact if settings.accept == "data" else current.decided:
            return
        if not current.trained.finished:  # the network was nearly right; its search goes on
            progress("train", "no program from a network that is nearly right; training on")
            lesson = lesson.climb_on(current.trained)
        elif current.trained.exact and lessons < (ROUNDS if current.score else UNREAD):
            lesson, lessons = _learn(problem, settings, lesson, current, progress), lessons + 1
        else:  # another round could not help, or enough is enough
            return


def _round(
    problem: Problem, engine: str, lesson: Lesson, store: Store, progress: Progress
) -> Round:
    clock = _Clock()
    learn, check = clock.time("data", lambda: problem.data(lesson.seed, lesson.train_on))
    trained = clock.time(
        "train",
        lambda: stages.train(
            learn, check, engine=engine, lesson=lesson, store=store, progress=progress
        ),
    )
    extraction = clock.time(
        "extract",
        lambda: stages.extract(
            trained.network,
            problem.domain,
            problem.length,
            lesson=lesson,
            store=store,
            progress=progress,
        ),
    )
    score = verdict = None
    if (program := extraction.machine) is not None:
        score = clock.time("score", lambda: compare(program, (learn, check)))
    if program is not None and (spec := problem.spec) is not None:
        verdict = clock.time(
            "prove",
            lambda: stages.prove(
                program, spec, problem.domain, seed=lesson.seed, store=store, progress=progress
            ),
        )
    return Round(trained, extraction, score, verdict, clock.seconds)


def _learn(
    problem: Problem, settings: Settings, lesson: Lesson, seen: Round, progress: Progress
) -> Lesson:
    """What the next round does with what this one showed.

    Where the network was right on the refuting sequence, extraction must look again;
    where it was wrong, it trains on. A sequence longer than the network's own length, a
    program that could not be decided, or none at all, asks for another network.
    """
    miss = _miss(problem, settings, seen)
    if miss is None or len(miss.word) > problem.length:
        progress("train", "no proof from this network; training another one")
        return lesson.another_seed()
    if stages.agrees(seen.trained.network, miss):
        progress("extract", f"the network is right on {show_word(miss.word)}; reading it again")
        return lesson.read_again(miss.word)
    progress("train", f"the network is wrong on {show_word(miss.word)}; training on")
    return lesson.train_again(miss.word, seen.trained.network)


def _miss(problem: Problem, settings: Settings, seen: Round) -> Miss | None:
    """A sequence that the program got wrong; from the labelled data alone, where these decide."""
    if settings.accept == "data" or problem.spec is None:
        return seen.score.miss if seen.score is not None else None
    word = seen.verdict.counterexample if seen.verdict is not None else None
    return Miss(word, tuple(problem.spec.run(word))) if word is not None else None


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
