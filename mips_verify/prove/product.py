"""Breadth-first search through the product of two machines.

If the search closes, it decides equality. Until then it is bounded model checking: after level
n, all sequences of at most n letters have been compared, in exact integers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import compiled
from mips_verify.algebra.magnitude import EXACT, bounded, magnitude
from mips_verify.kernel.expr import conjoin
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.counterexample import Letters
from mips_verify.prove.joint_runs import machine_defined
from mips_verify.prove.limits import MOST_PRODUCT_LETTERS

LEVEL_COST = 200  # cost of starting a level, in steps
CHUNK = 2**16  # steps computed at once; few enough for the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """The result of a search through the product.

    Attributes:
        states: reachable joint states, ``(m, variables)``, program's variables first, the initial
            state in the first row.
        closed: whether ``states`` are all reachable states and no difference was found.
        length: number of letters up to which no sequence shows a difference.
        word: a sequence of ``length + 1`` letters that shows a difference, if one was found.
    """

    states: Ints
    closed: bool
    length: int
    word: Letters | None = None


def search_product(pair: Pair, steps: int) -> Reached:
    """Search level by level until all states are known, machines differ or ``steps`` are used up.

    The search also stops before any value could exceed 64 bits, so its result is exact.
    """
    return ProductSearch(pair).until(steps)


class ProductSearch:
    """A search that can be continued with more steps."""

    def __init__(self, pair: Pair) -> None:
        start = list(pair.init.values())
        self._step = _Step(pair)
        self._large = pair.domain.size > MOST_PRODUCT_LETTERS or any(abs(v) > EXACT for v in start)
        self._levels = [np.array([start], dtype=np.int64)]
        # per later level, for each state the index of its first occurrence in (states, letters)
        # of the level before, in row-major order
        self._chosen: list[Ints] = []
        self._seen = set(_keys(self._levels[0]))
        self._spent = 0
        self._closed = False
        self._word: Letters | None = None

    @property
    def finite(self) -> bool:
        """Whether the machines' texts alone show that there are finitely many joint states."""
        pair = self._step.pair
        start = {name: abs(value) for name, value in pair.init.items()}
        return bounded(pair.next, self._step.ends | start)

    def until(self, steps: int) -> Reached:
        """The result after ``steps`` steps, including the steps of earlier calls."""
        while not (self._large or self._closed or self._word):
            frontier = self._levels[-1]
            cost = LEVEL_COST + len(frontier) * self._step.pair.domain.size
            if self._spent + cost > steps or not self._step.exact_from(frontier):
                break
            self._spent += cost
            self._level(frontier)
        states, length = np.concatenate(self._levels), len(self._levels) - 1
        return Reached(states, self._closed, length, self._word)

    def _level(self, frontier: Ints) -> None:
        """Take one step from every state of the last level under every letter."""
        fresh, kept = [np.zeros(0, dtype=np.int64)], [frontier[:0]]
        letters = self._step.letters
        chunk = max(1, CHUNK // len(letters))
        for first in range(0, len(frontier), chunk):
            successors, differs = self._step.take(frontier[first : first + chunk])
            if differs.any():
                entry = np.flatnonzero(differs)[:1] + first * len(letters)
                self._word = _path(letters, [*self._chosen, entry])
                return
            new = []
            for i, key in enumerate(_keys(successors)):
                if key not in self._seen:
                    self._seen.add(key)
                    new.append(i)
            kept.append(successors[new])
            fresh.append(np.array(new, dtype=np.int64) + first * len(letters))
        self._levels.append(np.concatenate(kept))
        self._chosen.append(np.concatenate(fresh))
        if not len(self._levels[-1]):
            self._closed = True


def _keys(states: Ints) -> list[bytes]:
    """Each row as a hashable value."""
    count, width = states.shape
    rows = np.ascontiguousarray(states).view(f"V{8 * width}") if width else None
    return [b""] * count if rows is None else rows.ravel().tolist()


class _Step:
    """One step of both machines from many states, over old state and inputs."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        outputs = pair.program.outputs_before(), pair.spec.outputs_before()
        defined = conjoin([machine_defined(pair.program), machine_defined(pair.spec)])
        self._every = (*pair.next.values(), *outputs[0], *outputs[1], defined)
        self._room: list[int] | None = None  # bounds on the state within which a step is exact

    @cached_property
    def ends(self) -> dict[str, int]:
        """A bound on the absolute value of every input."""
        domain = self.pair.domain
        rows = zip(domain.names, domain.lows, domain.highs, strict=True)
        return {name: max(abs(low), abs(high)) for name, low, high in rows}

    @cached_property
    def letters(self) -> Ints:
        """All letters, ``(letters, channels)``."""
        return np.array(list(self.pair.domain.letters()), dtype=np.int64)

    @cached_property
    def _compiled(self) -> Callable[[dict[str, Ints]], list[Ints]]:
        return compiled(self._every)

    def take(self, frontier: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Successors of every state under every letter, and whether the machines differ there."""
        pair, (count, width) = self.pair, frontier.shape
        env = {name: self.letters[None, :, i] for i, name in enumerate(pair.domain.names)}
        env |= {name: frontier[:, i, None] for i, name in enumerate(pair.state)}
        values = self._compiled(env)
        successors = np.empty((count, len(self.letters), width), dtype=np.int64)
        for i, value in enumerate(values[:width]):
            successors[:, :, i] = value
        *outputs, defined = values[width:]
        differs = np.zeros(successors.shape[:2], dtype=np.bool_)
        half = len(outputs) // 2
        for ours, theirs in zip(outputs[:half], outputs[half:], strict=True):
            differs |= ours != theirs
        differs |= ~defined
        return successors.reshape(count * len(self.letters), width), differs.ravel()

    def exact_from(self, frontier: Ints) -> bool:
        """Whether one step stays within 64 bits, intermediate values included."""
        most = [int(v) for v in np.abs(frontier).max(axis=0)]
        if self._room is not None and all(map(int.__le__, most, self._room)):
            return True
        for room in ([2 * m for m in most], most):  # doubled first, to ask rarely
            if self._exact_within(room):
                self._room = room
                return True
        return False

    def _exact_within(self, most: list[int]) -> bool:
        bounds = self.ends | dict(zip(self.pair.state, most, strict=True))
        return all(magnitude(e, bounds) < EXACT for e in self._every)


def _path(letters: Ints, chosen: list[Ints]) -> Letters:
    """The word that leads to the first entry of the last level."""
    index, word = int(chosen[-1][0]), []
    for level in reversed(range(len(chosen))):
        state, letter = divmod(index, len(letters))
        word.append(tuple(int(v) for v in letters[letter]))
        if level:
            index = int(chosen[level - 1][state])
    return tuple(reversed(word))
