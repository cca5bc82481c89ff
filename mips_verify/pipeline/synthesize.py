"""The method, from a task to a proved program.

    Task -> data -> Network -> Machine -> Score -> Verdict -> Certified -> Bundle
              ^         |          |        |         |
              +---------+----------+--------+---------+   a counterexample goes back

Extraction sees the network, the input ranges and the length, never the specification. The program
is scored on the labelled sequences, because it may be better than its network. The first program
that agrees with the network is proved at once, before a shorter one is looked for. Once a program
is proved to meet the specification, the network is certified: how far is it that program?
"""

from __future__ import annotations

from collections.abc import Iterator

from mips_verify.deadline import time_is_up
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline import stages
from mips_verify.pipeline.choose_program import proved_first
from mips_verify.pipeline.lesson import Lesson, next_lesson
from mips_verify.pipeline.problem import Problem, problem_of
from mips_verify.pipeline.score import score as score_program
from mips_verify.pipeline.stage_clock import StageClock
from mips_verify.pipeline.store import Store
from mips_verify.pipeline.synthesis_result import Result, Round, Settings
from mips_verify.progress import Found, Progress, quiet
from mips_verify.spec.task import Task

ROUNDS = 4
AT_ONCE = 2_500  # nodes; a larger table takes minutes to prove, and a shorter program comes sooner
UNREAD = 2  # exact networks without a program before giving up; a third almost never has one


def synthesize(
    task: Task,
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    progress: Progress = quiet,
) -> Result:
    """Train, extract, prove: at most :data:`ROUNDS` rounds, not counting continued searches."""
    settings = settings or Settings()
    found = rounds(problem_of(task), settings, store or Store(), progress)
    return Result(task, settings, tuple(found))


def rounds(
    problem: Problem, settings: Settings, store: Store, progress: Progress
) -> Iterator[Round]:
    """Passes through the stages until one is accepted, or nothing is left to try."""
    lesson, lessons = Lesson(settings.seed), 1
    while True:
        yield (seen := one_round(problem, settings, lesson, store, progress))
        if (seen.exact if settings.accept == "data" else seen.decided) or time_is_up():
            return
        if not seen.trained.finished:  # the network was nearly right, and its search can continue
            why = "no program in a network that is nearly right; training goes on"
            progress("train", Found(why))
            lesson = lesson.continue_search(seen.trained)
        elif seen.trained.exact and lessons < (ROUNDS if seen.score else UNREAD):
            lesson, lessons = next_lesson(lesson, seen, problem, settings, progress), lessons + 1
        else:
            return


def one_round(
    problem: Problem, settings: Settings, lesson: Lesson, store: Store, progress: Progress
) -> Round:
    """One pass through the stages; the last two need a specification, the last one a proof."""
    clock, domain, length = StageClock(progress), problem.domain, problem.length
    learn, check = clock.run("data", problem.data, lesson.seed, lesson.train_on)
    trained = clock.run(
        "train", stages.train, learn, check, settings.engine, lesson, store, progress
    )
    network, seed = trained.network, lesson.seed
    prover = Prover(problem, seed, clock, store, progress)
    found = clock.run(
        "extract", stages.extract, network, domain, length, lesson, settings.effort,
        prover.at_once, store, progress,
    )  # fmt: skip
    score = verdict = certified = None
    if problem.spec is not None:
        found, verdict = clock.run("prove", proved_first, found, tuple, prover)
    if (program := found.machine) is not None:
        score = clock.run("score", score_program, program, (learn, check))
        if verdict is not None and verdict.status is Status.PROVED:
            given = network, program, domain, length, seed
            certified = clock.run("certify", stages.certify, *given, store, progress)
    return Round(trained, found, score, verdict, certified, clock.seconds, prover.first_proof)


class Prover:
    """Proves the programs of a round, the first of them before a better one is looked for.

    Attributes:
        first_proof: seconds of the clock at which a program was proved; ``None`` before.
    """

    def __init__(
        self, problem: Problem, seed: int, clock: StageClock, store: Store, progress: Progress
    ) -> None:
        self.problem, self.seed, self.clock = problem, seed, clock
        self.store, self.progress = store, progress
        self.first_proof: float | None = None

    def at_once(self, program: Machine) -> None:
        """Prove a program that is not huge, if there is a specification; the store keeps it."""
        if self.problem.spec is None or program.size > AT_ONCE:
            return
        if self(program).status is Status.PROVED:
            self.progress("extract", "PROVED; looking for a shorter program")

    def __call__(self, program: Machine) -> Verdict:
        """The verdict on a program."""
        spec, domain = self.problem.spec, self.problem.domain
        assert spec is not None
        verdict = stages.prove(program, spec, domain, self.seed, self.store, self.progress)
        if verdict.status is Status.PROVED and self.first_proof is None:
            self.first_proof = self.clock.now()
        return verdict
