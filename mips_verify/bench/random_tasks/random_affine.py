"""Random affine recurrences: reachable, observable, and of moderate growth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.bench.random_tasks.draw import LENGTH, SUITE, first_accepted
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import var
from mips_verify.kernel.machine import Machine, old
from mips_verify.spec.task import Task

LARGEST: Final = 5_000
"""The largest absolute value of an output within the task's length, on the worst word.

It is a few times what the benchmark's tasks reach. A recurrence may be unstable, but a network
trained on it must still distinguish neighbouring integers.
"""
_RANGES: Final = ((-10, 10), (-5, 5), (-2, 2), (0, 1), (0, 4), (0, 9), (0, 99))
_KIND: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """``z' = A z + B x + c`` from ``start``, ``y = C z + D x``; all integers."""

    A: Ints
    B: Ints
    c: Ints
    C: Ints
    D: Ints
    start: Ints

    @property
    def minimal(self) -> bool:
        """Whether it is reachable and observable (Kalman): no fewer variables would do."""
        n = len(self.A)
        powers = [np.eye(n, dtype=np.int64)]
        for _ in range(n - 1):
            powers.append(self.A @ powers[-1])
        reach = np.concatenate([p @ self.B for p in powers], axis=1)
        observe = np.concatenate([self.C @ p for p in powers], axis=0)
        return _rank(reach) == n == _rank(observe)

    def largest(self, domain: Domain, length: int) -> int:
        """The largest absolute value of an output within ``length`` steps, over all words."""
        lows, highs = np.array(domain.lows), np.array(domain.highs)
        state, power, most = self.start, self.C, 0
        gain = self.D  # effect on the output of a letter read t steps ago
        low = high = np.zeros(
            len(self.C), dtype=np.int64
        )  # the range of the sum of the effects of all letters so far
        for _ in range(length):
            low = low + np.minimum(gain * lows, gain * highs).sum(axis=1)
            high = high + np.maximum(gain * lows, gain * highs).sum(axis=1)
            ends = np.abs([low + self.C @ state, high + self.C @ state])
            most = max(most, int(ends.max()))
            gain, power = power @ self.B, power @ self.A
            state = self.A @ state + self.c
        return most


def affine_task(seed: int) -> Task:
    """A recurrence of 1 to 4 variables with 1 or 2 inputs and outputs."""
    rng = np.random.default_rng([_KIND, seed])
    variables = int(rng.integers(1, 5))
    channels, outputs = (int(n) for n in rng.integers(1, 3, 2))
    ranges = [_RANGES[i] for i in rng.integers(0, len(_RANGES), channels)]
    domain = Domain(("x", "w")[:channels], *zip(*ranges, strict=True))
    length = length_for(variables)
    found = random_recurrence(variables, domain, outputs, length, rng)
    return Task(
        name=f"Affine_{seed}",
        says=f"random affine recurrence; variables: {variables}, outputs: {outputs}",
        length=length,
        domain=domain,
        spec=machine_of(found, domain.names),
        suite=SUITE,
    )


def length_for(variables: int) -> int:
    """Enough steps for the data to determine a recurrence with this many variables.

    Together with its constant, it is a linear system of order n = ``variables`` + 1. The first
    response to a letter is direct, and the 2 n + 1 after it determine the system (Ho and Kalman).
    """
    return max(LENGTH, 2 * (variables + 1) + 2)


def random_recurrence(
    variables: int, domain: Domain, outputs: int, length: int, rng: np.random.Generator
) -> Recurrence:
    """A minimal recurrence within :data:`LARGEST` whose inputs and outputs all matter."""

    def draw(rng: np.random.Generator) -> Recurrence | None:
        n, m = variables, domain.channels
        found = Recurrence(
            A=_coefficients((n, n), 0.5, rng),
            B=_coefficients((n, m), 0.5, rng),
            c=_coefficients((n,), 0.2, rng),
            C=_coefficients((outputs, n), 0.5, rng),
            D=_coefficients((outputs, m), 0.5, rng),
            start=_coefficients((n,), 0.2, rng),
        )
        inputs_count = np.concatenate([found.B, found.D]).any(axis=0).all()
        read = np.hstack([found.C, found.D])
        outputs_count = found.C.any(axis=1).all() and len(np.unique(read, axis=0)) == outputs
        if not (inputs_count and outputs_count and found.minimal):
            return None
        return found if found.largest(domain, length) <= LARGEST else None

    return first_accepted(draw, rng)


def _coefficients(shape: tuple[int, ...], density: float, rng: np.random.Generator) -> Ints:
    """Integers in -3..3, each different from 0 with probability ``density``."""
    values = rng.choice([-3, -2, -1, 1, 2, 3], shape, p=[0.05, 0.15, 0.25, 0.35, 0.15, 0.05])
    return np.where(rng.random(shape) < density, values, 0).astype(np.int64)


def _rank(matrix: Ints) -> int:
    """The rank over the rationals, exactly."""
    from sympy import Matrix

    return int(Matrix(matrix.tolist()).rank())


def machine_of(found: Recurrence, inputs: tuple[str, ...]) -> Machine:
    """The recurrence as a machine over ``z1``, ``z2``, ..."""
    names = tuple(f"z{i + 1}" for i in range(len(found.A)))
    before = [var(old(n)) for n in names]
    plain, letter = [var(n) for n in names], [var(n) for n in inputs]
    nexts, outputs = np.hstack([found.A, found.B]), np.hstack([found.C, found.D])
    return Machine(
        inputs=inputs,
        state=names,
        init=tuple(found.start.tolist()),
        next=tuple(
            combination(row, plain + letter, c)
            for row, c in zip(nexts.tolist(), found.c.tolist(), strict=True)
        ),
        outputs=tuple(combination(row, before + letter) for row in outputs.tolist()),
    )
