"""The training stage: from labelled sequences to one network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from mips_verify.algebra.percent import percent
from mips_verify.data import Dataset
from mips_verify.deadline import interruptible, time_is_up
from mips_verify.errors import MipsVerifyError
from mips_verify.network.network import Network
from mips_verify.progress import Say
from mips_verify.train.optimise.training_curve import recorded, thinned
from mips_verify.train.rung import Rung, sequences_right
from mips_verify.train.snapping.snapped import snapped

if TYPE_CHECKING:
    from mips_verify.train.ladder import Section


class TrainingError(MipsVerifyError):
    """A training request that cannot be met."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One rung that was tried.

    Attributes:
        name: method and sizes.
        accuracy: share of check sequences with all outputs right; 0 without a network.
        seconds: CPU seconds, including the check.
        steps: optimiser steps.
        why: why the rung stopped.
        curve: the worst error of its best network, each time that it was looked at; empty if it
            takes no steps.
    """

    name: str
    accuracy: float
    seconds: float
    steps: int
    why: str
    curve: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network and how it was found.

    Attributes:
        network: the exact network, or the best one found.
        engine: name of the rung that made it, and whether it was then snapped to integers.
        widths_f, widths_g: hidden layer widths of f and g.
        seed: the seed given.
        seconds: CPU seconds of the whole search.
        steps: optimiser steps of the whole search.
        exact: whether every output of every check sequence is right.
        accuracy: share of check sequences with all outputs right.
        trail: every rung tried, in order.
        finished: whether no rung is left to try.
    """

    network: Network
    engine: str
    widths_f: tuple[int, ...]
    widths_g: tuple[int, ...]
    seed: int
    seconds: float
    steps: int
    exact: bool
    accuracy: float
    trail: tuple[Attempt, ...]
    finished: bool = True


def train(
    train: Dataset,
    check: Dataset,
    *,
    engine: str = "ladder",
    seed: int = 0,
    start: Network | None = None,
    earlier: Trained | None = None,
    enough: float = 1.0,
    progress: Callable[[str], None] | None = None,
) -> Trained:
    """Train until a network is right on enough of ``check``, or the ladder ends.

    Args:
        train: labelled sequences to learn from; their prefixes are labelled data, too.
        check: fresh labelled sequences that decide exactness.
        engine: ``ladder`` (every rung, the cheapest first) or ``adam`` (plain networks and
            plain Adam, as in arXiv 2402.05110).
        seed: the only source of randomness.
        start: a network to train further before any new network is trained.
        earlier: the result of the same call with a smaller ``enough``, from which to continue.
        enough: share of check sequences with all outputs right at which to stop.
        progress: receives a line of text after every rung and sometimes within one.

    Raises:
        TrainingError: the engine is unknown, or data do not fit each other or ``start``.
    """
    _demand_fit(train, check, start)
    # imported here because torch is needed to train, but not to use this module's types
    from mips_verify.train.ladder import ENGINES, sections

    if engine not in ENGINES:
        raise TrainingError(f"no engine '{engine}'; there are {' and '.join(ENGINES)}")
    search = _Search(train, check, progress or _silent, enough)
    if earlier is not None:
        search.resume(earlier)
    with one_thread(), interruptible():
        search.climb(sections(engine, train.outputs, start), _seeds(seed))
    return search.result(seed)


def _seeds(seed: int) -> tuple[int, int, int]:
    """The seeds that a section of the ladder may use: the given one and two drawn from it."""
    first, second = (int(s) for s in np.random.SeedSequence(seed).generate_state(2))
    return seed, first, second


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use one thread, which is faster on small tensors and makes sums reproducible."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(slots=True)
class _Search:
    """The best network so far and the rungs tried."""

    train: Dataset
    check: Dataset
    progress: Say
    enough: float = 1.0
    began: float = field(default_factory=time.process_time)
    trail: list[Attempt] = field(default_factory=list)
    best: tuple[float, Network, str] | None = None
    known: list[Attempt] = field(default_factory=list)
    finished: bool = False

    @property
    def accuracy(self) -> float:
        """Share of check sequences that the best network gets right."""
        return max((a.accuracy for a in self.trail), default=0.0)

    def resume(self, earlier: Trained) -> None:
        """Continue an earlier search without repeating its attempts."""
        self.known = list(earlier.trail)
        self.best = earlier.accuracy, earlier.network, earlier.engine
        self.began -= earlier.seconds

    def climb(self, sections: Iterable[Section], seeds: Sequence[int]) -> None:
        """Try one rung after another until a network is right on enough sequences."""
        for section in sections:
            if not section.above < self.accuracy < section.below:
                continue
            for rung in section.rungs:
                if time_is_up():
                    return
                if self.known and self.known[0].name == rung.name:
                    self.trail.append(self.known.pop(0))
                elif self.accuracy < self.enough or (
                    self.accuracy < 1.0 and rung in section.anyway
                ):
                    self._try(rung, seeds[section.seed])
                    self._snap(section)
            if self.accuracy >= self.enough and not self.known:
                return
        self.finished = True

    def _try(self, rung: Rung, seed: int) -> None:
        before = time.process_time()
        with recorded() as curve:
            fit = rung.fit(self.train, seed, self.progress)
        accuracy = 0.0 if fit.network is None else sequences_right(fit.network, self.check)
        if fit.network is not None and (self.best is None or accuracy > self.best[0]):
            self.best = accuracy, fit.network, rung.name
        seconds = time.process_time() - before
        looks = thinned(curve)
        self.trail.append(Attempt(rung.name, accuracy, seconds, fit.steps, fit.note, looks))
        self.progress(f"{rung.name}: {percent(accuracy)} of sequences ({fit.note})")

    def _snap(self, section: Section) -> None:
        """Prefer a network of integers to a network that is right on all sequences."""
        if section.as_trained or self.best is None or self.best[0] < 1.0:
            return
        accuracy, network, name = self.best
        exact = snapped(network, self.train, self.check)
        if exact is not None:
            self.best = accuracy, exact, f"{name}, snapped"
            self.progress(f"{name}: snapped to integers")

    def result(self, seed: int) -> Trained:
        if self.best is None:
            raise TrainingError("no rung gave a network: " + "; ".join(a.why for a in self.trail))
        accuracy, network, name = self.best
        return Trained(
            network=network,
            engine=name,
            widths_f=tuple(len(bias) for _, bias in network.f[:-1]),
            widths_g=tuple(len(bias) for _, bias in network.g[:-1]),
            seed=seed,
            seconds=time.process_time() - self.began,
            steps=sum(a.steps for a in self.trail),
            exact=accuracy == 1.0,
            accuracy=accuracy,
            trail=tuple(self.trail),
            finished=self.finished or accuracy == 1.0,
        )


def _demand_fit(train: Dataset, check: Dataset, start: Network | None) -> None:
    if not len(train) or not len(check):
        raise TrainingError("no labelled sequences to train on; give at least one")
    if train.domain != check.domain or train.outputs != check.outputs:
        raise TrainingError("the training and the check sequences are of different tasks")
    if start is not None and (start.channels, start.outputs) != (
        train.domain.channels,
        train.outputs,
    ):
        raise TrainingError(
            f"the network to continue from reads {start.channels} inputs and gives "
            f"{start.outputs} outputs, the data have {train.domain.channels} and {train.outputs}"
        )


def _silent(line: str) -> None:
    del line
