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
