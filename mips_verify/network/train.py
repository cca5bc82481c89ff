"""The training stage: labelled sequences in, one network out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from mips_verify.data import Dataset
from mips_verify.network.network import Network
from mips_verify.network.rung import Fit, Rung, is_exact, sequences_right


@dataclass(frozen=True, slots=True)
class Attempt:
    """One rung tried: its name, the share of check sequences right, CPU seconds, why it stopped."""

    name: str
    accuracy: float
    seconds: float
    steps: int
    why: str


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network and how it came about.

    Attributes:
        network: the exact network, or the best one found.
        engine: name of the rung that made it.
        widths_f, widths_g: hidden layer widths of f and g.
        seed: the seed given.
        seconds: CPU seconds of the whole search.
        steps: optimiser steps of the whole search.
        exact: right on every output of every check sequence.
        accuracy: share of check sequences entirely right.
        trail: every rung tried, in order.
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


def train(
    train: Dataset,
    check: Dataset,
    *,
    engine: str = "ladder",
    seed: int = 0,
    start: Network | None = None,
    progress: Callable[[str], None] | None = None,
) -> Trained:
    """Train a network; see :class:`Trained`.

    Args:
        train: labelled sequences to learn from.
        check: fresh labelled sequences that decide exactness.
        engine: ``ladder`` (cheapest engine first) or ``adam`` (the paper's plain way).
        seed: the only source of randomness.
        start: a network to continue from.
        progress: told a line now and then.
    """
    rungs = _rungs(engine)
    if start is not None:
        from mips_verify.network.resume import Resume

        rungs = (Resume(start), *rungs)
    return climb(rungs, train, check, seed, progress or _quiet)


def _quiet(line: str) -> None:
    del line


def _rungs(engine: str) -> tuple[Rung, ...]:
    # imported here: torch is needed only to train
    if engine == "ladder":
        from mips_verify.network.ladder import default_ladder

        return default_ladder()
    if engine == "adam":
        from mips_verify.network.plain import plain_ladder

        return plain_ladder()
    raise ValueError(f"there is no engine '{engine}', only ladder and adam")


def climb(
    rungs: tuple[Rung, ...],
    train: Dataset,
    check: Dataset,
    seed: int,
    progress: Callable[[str], None],
) -> Trained:
    """Try the rungs in order until one gives a network that is exact on ``check``."""
    began = time.process_time()
    trail: list[Attempt] = []
    best: tuple[float, Network, str] | None = None
    for rung in rungs:
        from_here = time.process_time()
        fit: Fit = rung.fit(train, seed, progress)
        accuracy, exact = 0.0, False
        if fit.network is not None:
            exact = is_exact(fit.network, check)
            accuracy = 1.0 if exact else sequences_right(fit.network, check)
            if best is None or accuracy > best[0]:
                best = accuracy, fit.network, rung.name
        seconds = time.process_time() - from_here
        trail.append(Attempt(rung.name, accuracy, seconds, fit.steps, fit.note))
        progress(f"{rung.name}: {accuracy:.4f} ({fit.note})")
        if exact:
            break
    if best is None:
        raise ValueError("no rung gave a network")
    accuracy, network, name = best
    return Trained(
        network,
        name,
        tuple(len(b) for _, b in network.f[:-1]),
        tuple(len(b) for _, b in network.g[:-1]),
        seed,
        time.process_time() - began,
        sum(a.steps for a in trail),
        accuracy == 1.0,
        accuracy,
        tuple(trail),
    )
