"""The states that words lead to, breadth first, where nearly equal states count as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certifying import Certifying

LARGEST: Final = 1e100


@dataclass(frozen=True, slots=True)
class MergedOrbit:
    """Hidden states, each of which stands for those near to it.

    Attributes:
        states: the program's state at each; equal hidden states with different ones stay apart.
        centres: hidden states; the start comes first, ``(cells, hidden)``.
        to: the cell whose centre is near to the state after each letter, ``(cells, letters)``.
        outputs: the program's outputs after each letter, ``(cells, letters, outputs)``.
    """

    states: tuple[tuple[int, ...], ...]
    centres: Floats
    to: Ints
    outputs: Ints


def merged_orbit(problem: Certifying, root: Floats, gap: float, most: int) -> MergedOrbit | None:
    """States at most ``gap`` apart become one.

    Args:
        problem: the network and the program.
        root: the metric, as :func:`~mips_verify.certify.error_growth.metric` gives it.
        gap: the largest distance ``|root @ (h - centre)|``.
        most: give up beyond this many states.
    """
    labels, start = problem.labels(), problem.model.start(1)
    if not (np.isfinite(root).all() and np.isfinite(gap) and _tame(start)):
        return None
    found = Merging(root, gap)
    found.place(start, np.zeros(1, np.int64))
    to, outputs, done = [], [], 0
    while done < len(found.labels):
        marks = np.array(found.labels[done:])
        images = problem.images(np.array(found.centres[done:]))
        done = len(found.labels)
        if not _tame(images):
            return None
        follow, right = labels.rows(marks)
        goal = found.place(images.reshape(-1, images.shape[2]), follow.ravel())
        to.append(goal.reshape(follow.shape))
        outputs.append(right)
        if len(found.labels) > most:
            return None
    return MergedOrbit(
        tuple(labels.states[z] for z in found.labels),
        np.array(found.centres),
        np.concatenate(to),
        np.concatenate(outputs),
    )


def _tame(states: Floats) -> bool:
    """Whether states have distances: none is infinite, no number, or very large."""
    return bool((np.abs(states) < LARGEST).all())


class Merging:
    """States so far, each of which stands for those of its label within ``gap``."""

    def __init__(self, root: Floats, gap: float) -> None:
        self.root, self.gap = root, gap
        self.labels: list[int] = []
        self.centres: list[Floats] = []
        self.keys: list[Floats] = []
        self.members: dict[int, list[int]] = {}

    def place(self, states: Floats, labels: Ints) -> Ints:
        """The numbers of states near to these, which are added where there is none."""
        keys = states @ self.root.T
        goal = np.full(len(states), -1)
        for label in np.unique(labels):
            mine = np.flatnonzero(labels == label)
            cells = self.members.setdefault(int(label), [])
            goal[mine] = self._nearest(keys[mine], cells)
            rest = mine[goal[mine] < 0]
            while len(rest):
                number = self._add(states[rest[0]], keys[rest[0]], int(label))
                near = self._distance(keys[rest], keys[rest[0]]) <= self.gap
                goal[rest[near]] = number
                rest = rest[~near]
        return goal

    def _nearest(self, keys: Floats, cells: list[int]) -> Ints:
        """The nearest of some cells, or -1 where none is near."""
        goal = np.full(len(keys), -1)
        if cells:
            theirs, numbers = np.array([self.keys[i] for i in cells]), np.array(cells)
            for i, key in enumerate(keys):
                distance = self._distance(theirs, key)
                best = int(distance.argmin())
                if distance[best] <= self.gap:
                    goal[i] = numbers[best]
        return goal

    def _distance(self, keys: Floats, key: Floats) -> Floats:
        distance: Floats = np.linalg.norm(keys - key, axis=1)
        return distance

    def _add(self, state: Floats, key: Floats, label: int) -> int:
        number = len(self.labels)
        self.labels.append(label)
        self.centres.append(state)
        self.keys.append(key)
        self.members[label].append(number)
        return number
