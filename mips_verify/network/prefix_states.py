"""A function of words as a network with states: a state is the prefix that was read.

Prefixes are the nodes of a trie, and a state is the number of its node. So equal prefixes are one
state, no prefix is evaluated twice, and one call on a word answers all of its prefixes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import affordable
from mips_verify.kernel.domain import Domain
from mips_verify.network.sequence_function import SequenceFunction

BATCH: Final = 4_096  # words in one call
NUMBERS: Final = 2**18  # letters in one call; attention takes memory for every pair of them
ROOM: Final = 1_024  # nodes for which there is room at first


class PrefixStates:
    """A recurrent network whose only hidden number is the node of the prefix that was read.

    Attributes:
        function: what answers.
        domain: its letters.
        dimension: the most coordinates that a linear system with its outputs is looked for in.
    """

    hidden: Final = 1

    def __init__(self, function: SequenceFunction, domain: Domain, longest: int) -> None:
        self.function, self.domain, self.dimension = function, domain, longest
        self._nodes = 1
        self._parent = np.zeros(ROOM, dtype=np.int64)
        self._depth = np.zeros(ROOM, dtype=np.int64)
        self._known = np.zeros(ROOM, dtype=np.bool_)
        self._letter = np.zeros((ROOM, domain.channels), dtype=np.int64)
        self._answer = np.zeros((ROOM, function.outputs), dtype=np.int64)
        self._children: dict[tuple[int, ...], int] = {}  # the node after a node and a letter

    @property
    def outputs(self) -> int:
        """Outputs given after each step."""
        return self.function.outputs

    def start(self, count: int) -> Floats:
        """``count`` times the empty prefix, ``(count, 1)``."""
        return np.zeros((count, 1))

    def step(self, h: Floats, x: Ints) -> Floats:
        """The prefixes after one more letter: ``(n, 1), (n, channels) -> (n, 1)``."""
        return self._after(h[:, 0].astype(np.int64), np.asarray(x)).astype(np.float64)[:, None]

    def read(self, h: Floats) -> Ints:
        """The outputs after prefixes ``(..., 1)``, shape ``(..., outputs)``; 0 after none."""
        nodes = h[..., 0].astype(np.int64)
        asked = np.unique(nodes)
        self._evaluate(asked[~self._known[asked] & (asked > 0)])
        return self._answer[nodes]

    def run(self, x: Ints) -> tuple[Floats, Ints]:
        """States ``(n, length + 1, 1)`` and outputs ``(n, length, outputs)``."""
        states = np.zeros((len(x), x.shape[1] + 1, 1))
        for t in range(x.shape[1]):
            states[:, t + 1] = self.step(states[:, t], x[:, t])
        return states, self.read(states[:, 1:])

    def answers(self, x: Ints) -> Ints:
        """The outputs on words ``(n, length, channels)``, which are not kept."""
        parts = [self.function.answers(x[rows]) for rows in _batches(len(x), x.shape[1])]
        return np.concatenate(parts) if parts else np.zeros((*x.shape[:2], self.outputs), np.int64)

    def _after(self, nodes: Ints, x: Ints) -> Ints:
        """The nodes after one more letter each; new ones are added."""
        first, group = _groups(nodes, x)
        keys = list(zip(nodes[first].tolist(), *x[first].T.tolist(), strict=True))
        found = np.array([self._children.get(key, -1) for key in keys], dtype=np.int64)
        new = np.nonzero(found < 0)[0]
        found[new] = self._added(nodes[first[new]], x[first[new]])
        self._children.update((keys[i], int(found[i])) for i in new)
        return found[group]

    def _added(self, parents: Ints, letters: Ints) -> Ints:
        """New nodes, one after each of ``parents``."""
        made = np.arange(self._nodes, self._nodes + len(parents))
        self._nodes += len(made)
        while len(self._parent) < self._nodes:
            for name in ("_parent", "_depth", "_known", "_letter", "_answer"):
                kept = getattr(self, name)
                setattr(self, name, np.concatenate([kept, np.zeros_like(kept)]))
        self._parent[made], self._letter[made] = parents, letters
        self._depth[made] = self._depth[parents] + 1
        return made

    def _evaluate(self, nodes: Ints) -> None:
        """Find the answers of ``nodes``, longest prefixes first: they answer shorter ones too."""
        for depth in np.unique(self._depth[nodes])[::-1].tolist():
            some = nodes[(self._depth[nodes] == depth) & ~self._known[nodes]]
            for rows in _batches(len(some), depth):
                self._ask(some[rows], depth)

    def _ask(self, nodes: Ints, depth: int) -> None:
        """Ask the function about prefixes of one length, and note what it says."""
        path = np.empty((len(nodes), depth), dtype=np.int64)  # the node of every prefix
        path[:, -1] = nodes
        for t in range(depth - 1, 0, -1):
            path[:, t - 1] = self._parent[path[:, t]]
        words = self._letter[path]
        if self.function.causal:
            self._answer[path], self._known[path] = self.function.answers(words), True
        else:
            self._answer[nodes], self._known[nodes] = self.function.last(words), True


def _groups(nodes: Ints, x: Ints) -> tuple[Ints, Ints]:
    """Where each pair of a node and a letter is first, and which pair each row is."""
    first, group = np.arange(len(nodes)), nodes
    for column in x.T:
        values, which = np.unique(column, return_inverse=True)
        _, first, group = np.unique(
            group * len(values) + which, return_index=True, return_inverse=True
        )
    return first, group


def _batches(count: int, length: int) -> Iterator[slice]:
    """Slices of as many words as one call may have."""
    rows = affordable(BATCH, length, NUMBERS)
    starts: Iterable[int] = range(0, count, rows)
    return (slice(i, i + rows) for i in starts)
