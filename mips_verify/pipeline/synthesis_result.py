"""One run of the pipeline as data: its settings, its rounds and its result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mips_verify.extract.effort import Effort
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline.score import Score
from mips_verify.spec.task import Task
from mips_verify.train.train import Trained

if TYPE_CHECKING:
    from mips_verify.kernel.machine import Machine
    from mips_verify.pipeline.network_theorem import Answer

ACCEPT = ("proof", "data")
_WORTH = {
    Status.PROVED: 5,
    Status.VACUOUS: 4,
    Status.PROVED_UPTO: 3,
    Status.UNKNOWN: 2,
    Status.REFUTED: 1,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a run; together with the task they decide every result.

    Attributes:
        engine: how networks are trained.
        seed: the source of every random choice.
        effort: how long a better program is looked for once there is one.
        accept: what ends a run: a ``proof``, or a program that is right on all labelled
            ``data``; such a program is proved too, but the run learns nothing from the verdict.
    """

    engine: str = "ladder"
    seed: int = 0
    accept: str = "proof"
    effort: Effort = Effort.NORMAL

    def __post_init__(self) -> None:
        if self.accept not in ACCEPT:
            raise ValueError(f"accept is '{self.accept}', not one of {', '.join(ACCEPT)}")


@dataclass(frozen=True, slots=True)
class Round:
    """One pass through the stages.

    Attributes:
        trained, extraction, score, verdict: what the stages gave.
        certified: how far the network is its program, if the program was proved.
        seconds: wall-clock seconds of each stage.
        first_proof: wall-clock seconds from the beginning until a program was proved, although a
            better one was still looked for; ``None`` if none was.
    """

    trained: Trained
    extraction: Extraction
    score: Score | None
    verdict: Verdict | None
    certified: Answer | None = None
    seconds: dict[str, float] = field(default_factory=dict)
    first_proof: float | None = None

    @property
    def exact(self) -> bool:
        """Whether there is a program that is right on all labelled data."""
        return self.score is not None and self.score.exact

    @property
    def better_than_network(self) -> bool:
        """Whether the program is right on all labelled data and the network is not."""
        return self.exact and not self.trained.exact

    @property
    def proved(self) -> bool:
        """Whether the program equals the specification for sequences of every length."""
        return self.verdict is not None and self.verdict.status is Status.PROVED

    @property
    def decided(self) -> bool:
        """Whether there is a proof for sequences of every length."""
        proofs = (Status.PROVED, Status.VACUOUS)
        return self.verdict is not None and self.verdict.status in proofs

    @property
    def worth(self) -> tuple[int, bool]:
        """A rank for comparing rounds: a better verdict first, then an exact program."""
        return 0 if self.verdict is None else _WORTH[self.verdict.status], self.exact


@dataclass(frozen=True, slots=True)
class Result:
    """Every round for a task. The best one counts; of equally good ones, the last."""

    task: Task
    settings: Settings
    rounds: tuple[Round, ...]

    @property
    def best(self) -> Round:
        """The round that counts: a proof before a bounded proof before the rest.

        If labelled data decide, it is the last round, because that round ended the run.
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
        """The verdict on the program; ``None`` if there is no program."""
        return self.best.verdict

    @property
    def proved(self) -> bool:
        """Whether the program equals the specification for sequences of every length."""
        return self.best.proved

    @property
    def seconds(self) -> dict[str, float]:
        """Wall-clock seconds of each stage, summed over all rounds."""
        stages = [stage for r in self.rounds for stage in r.seconds]
        return {s: sum(r.seconds.get(s, 0.0) for r in self.rounds) for s in stages}

    @property
    def first_proof(self) -> float | None:
        """Wall-clock seconds until a program was proved; ``None`` without a proof."""
        before = 0.0
        for r in self.rounds:
            if r.first_proof is not None:
                return before + r.first_proof
            before += sum(r.seconds.values())
        return None
