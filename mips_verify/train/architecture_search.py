"""The smallest network that is right: by hidden size, then by hidden units, then by depth.

The search of MIPS (arXiv 2402.05110, section 3.1) asks for the smallest network that learns a task.
The engine ``adam`` searches as it does, one architecture after the other. The engine ``ladder``
first solves for networks, whose sizes follow from the data, and then trains smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.progress import Say
from mips_verify.train.ladder import EXACT, ONE_OUTPUT, PAPER, SEVERAL_OUTPUTS, STATES
from mips_verify.train.optimise.adam import Plan
from mips_verify.train.rung import Rung, sequences_right
from mips_verify.train.rungs.letter_subspace import LetterSubspace
from mips_verify.train.rungs.merged_states import MergedStates
from mips_verify.train.rungs.one_hot_subspace import OneHotSubspace
from mips_verify.train.rungs.plain_adam import PlainAdam
from mips_verify.train.rungs.plain_lm import PlainLM
from mips_verify.train.rungs.subspace import Subspace
from mips_verify.train.rungs.teacher_forcing import TeacherForcing
from mips_verify.train.snapping.snapped import snapped
from mips_verify.train.train import one_thread, train

# methods that solve for a network with few hidden values; those of the ladder's EXACT have more
SOLVED: tuple[Rung, ...] = (
    MergedStates(STATES, packed=True),
    Subspace(),
    OneHotSubspace(),
    LetterSubspace(),
)
LEAST = 1  # hidden values; no network has fewer
Data = tuple[Dataset, Dataset]


@dataclass(frozen=True, slots=True, eq=False)
class Smallest:
    """The smallest network found.

    Attributes:
        network: the network of the first seed for which it is right.
        engine: the training method.
        right: for how many seeds the method gives a network that is right.
        tried: how many seeds were tried.
    """

    network: Network
    engine: str
    right: int
    tried: int

    @property
    def widths(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Widths of the hidden layers of f and of g."""
        f, g = (tuple(len(b) for _, b in part[:-1]) for part in (self.network.f, self.network.g))
        return f, g

    @property
    def size(self) -> tuple[int, int, int]:
        """What decides which network is smaller."""
        widths = sum(self.widths, ())
        return self.network.hidden, sum(widths), len(widths)


def search(
    data: Callable[[int], Data],
    seeds: Sequence[int],
    need: int,
    *,
    engine: str = "ladder",
    steps: int = 0,
    batch: int = 0,
    progress: Say,
) -> Smallest | None:
    """The smallest network that is right on all fresh sequences, for enough of the seeds.

    Args:
        data: labelled sequences for a seed, to learn from and to check.
        seeds: they decide data and initial weights.
        need: for how many seeds a method must give a network that is right.
        engine: ``ladder`` or ``adam``, as for training.
        steps, batch: optimiser steps and sequences in a minibatch of ``adam``; 0 for its own.
        progress: called with a line for every method.

    Returns:
        the network, or ``None``; of the ladder, the one that training finds if no method of the
        search is right for enough seeds.
    """
    trial = _Trial(data, seeds, need, engine == "ladder", progress)
    with one_thread():
        if engine == "adam":
            rungs = _by_size(steps, batch)
            return next((found for rung in rungs if (found := trial(rung))), None)
        best = _smaller(trial, SOLVED, None)
        if best is None or best.network.hidden > LEAST:
            best = _smaller(trial, EXACT, best)
        return _smaller(trial, _trained(trial.outputs), best) or trial.by_training()


def _smaller(trial: _Trial, rungs: Iterable[Rung], best: Smallest | None) -> Smallest | None:
    """The smallest of the best network so far and those of methods that may give a smaller one."""
    for rung in rungs:
        if best is not None and getattr(rung, "hidden", LEAST) > best.network.hidden:
            continue
        found = trial(rung)
        if found is not None and (best is None or found.size < best.size):
            best = found
    return best


def _by_size(steps: int, batch: int) -> list[PlainAdam]:
    """The paper's architectures, by hidden size, then depth, then width."""
    rungs = [r for r in PAPER if isinstance(r, PlainAdam)]
    rungs.sort(key=lambda r: (r.hidden, len(r.f) + len(r.g), sum((*r.f, *r.g))))
    return [replace(r, plan=_asked(r.plan, steps, batch)) for r in rungs]


def _asked(plan: Plan, steps: int, batch: int) -> Plan:
    """A plan with as many steps on whole sequences as asked, and as many sequences in each."""
    *early, last = plan.stages
    stages = (last if not steps else replace(last, steps=steps),)
    return replace(plan, stages=(*early, *stages), batch=batch or plan.batch)


def _trained(outputs: int) -> list[TeacherForcing | PlainLM]:
    """The ladder's rungs that train small networks, the smallest first."""
    rungs = ONE_OUTPUT if outputs == 1 else SEVERAL_OUTPUTS
    found = [r for r in rungs if isinstance(r, TeacherForcing | PlainLM)]
    return sorted(found, key=lambda r: r.hidden)


class _Trial:
    """Tries a method with one seed after the other."""

    def __init__(
        self,
        data: Callable[[int], Data],
        seeds: Sequence[int],
        need: int,
        snap: bool,
        progress: Say,
    ) -> None:
        self.data = {seed: data(seed) for seed in seeds}
        self.seeds, self.need, self.snap, self.progress = seeds, need, snap, progress

    @property
    def outputs(self) -> int:
        """Outputs of a step."""
        return self.data[self.seeds[0]][0].outputs

    def __call__(self, rung: Rung) -> Smallest | None:
        """The network of a method, if it is right for enough seeds."""
        first, right, tried = None, 0, 0
        for seed in self.seeds:
            learn, check = self.data[seed]
            network = rung.fit(learn, seed, self.progress).network
            tried += 1
            if network is not None and sequences_right(network, check) == 1.0:
                right += 1
                first = first or self._snapped(network, learn, check)
            if right >= self.need or right + len(self.seeds) - tried < self.need:
                break
        self.progress(f"{rung.name}: right for {right} of {tried} seeds")
        if first is None or right < self.need:
            return None
        return Smallest(first, rung.name, right, tried)

    def by_training(self) -> Smallest | None:
        """What the whole ladder finds with the first seed."""
        seed = self.seeds[0]
        found = train(*self.data[seed], seed=seed, progress=self.progress)
        return Smallest(found.network, found.engine, 1, 1) if found.exact else None

    def _snapped(self, network: Network, learn: Dataset, check: Dataset) -> Network:
        return (snapped(network, learn, check) or network) if self.snap else network
