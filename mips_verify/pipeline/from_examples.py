"""A program from examples alone, which are split to train, to select and to judge."""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.data import Dataset
from mips_verify.kernel.machine import Machine
from mips_verify.pipeline.compare_network import Comparison, compare
from mips_verify.pipeline.found import examples_found
from mips_verify.pipeline.problem import Problem
from mips_verify.pipeline.score import Score, score
from mips_verify.pipeline.store import Store
from mips_verify.pipeline.synthesis_result import Round, Settings
from mips_verify.pipeline.synthesize import rounds
from mips_verify.progress import Progress, quiet
from mips_verify.spec.examples import Examples, split


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned from examples.

    Attributes:
        examples: all examples.
        held_out: the sequences that were used neither to train nor to select a network.
        rounds: the passes through the stages; the last one counts.
        score: the program on the held-out sequences.
        comparison: program and network on sequences that need no labels.
    """

    examples: Examples
    held_out: Dataset
    rounds: tuple[Round, ...]
    score: Score | None
    comparison: Comparison | None

    @property
    def best(self) -> Round:
        """The round that counts."""
        return self.rounds[-1]

    @property
    def program(self) -> Machine | None:
        """The program, if one was found."""
        return self.best.extraction.machine

    @property
    def exact(self) -> bool:
        """Whether the program is right on every example, including those held out."""
        return self.best.exact and self.score is not None and self.score.exact


def learn(
    examples: Examples,
    settings: Settings | None = None,
    *,
    store: Store | None = None,
    progress: Progress = quiet,
) -> Learned:
    """Train a network on examples and read a program out of it.

    Nothing is proved, because there is no specification. The score on the held-out sequences tells
    how far the program can be trusted.
    """
    settings = settings or Settings(accept="data")
    train, choose, held_out = split(examples, settings.seed)
    progress("data", examples_found(examples))
    domain, length = examples.data.domain, examples.data.length
    problem = Problem(domain, length, lambda _seed, _words: (train, choose), None)
    found = tuple(rounds(problem, settings, store or Store(), progress))
    program = found[-1].extraction.machine
    if program is None:
        return Learned(examples, held_out, found, None, None)
    network = found[-1].trained.network
    comparison = compare(network, program, domain, length, settings.seed)
    return Learned(examples, held_out, found, score(program, [held_out]), comparison)
