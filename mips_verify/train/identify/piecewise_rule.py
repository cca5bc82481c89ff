"""The next output as one of a few sums, chosen by where another sum lies.

A withdrawal that would overdraw is refused, a lift goes up, stays or goes down: the update is
affine on each side of a threshold. In system identification such updates are piecewise affine
models (Roll, Bemporad and Ljung, Automatica 40, 2004); on integers with small weights all of them
can be tried.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.network import Layers
from mips_verify.train import training_budgets as budgets

_FEW = 2048  # steps on which pieces and most thresholds are looked for


@dataclass(frozen=True, slots=True, eq=False)
class PiecewiseRule:
    """The next output is ``sums[j] @ z + constants[j]`` where ``starts[j] <= index @ z``.

    The last j counts for which this holds; z holds the last outputs and the inputs.

    Attributes:
        index: integer weights of the sum that decides, ``(terms,)``.
        starts: where each piece but the first begins, rising, ``(pieces - 1,)``.
        sums, constants: the pieces, ``(pieces, terms)`` and ``(pieces,)``.
        largest: a bound on what two neighbouring pieces differ by.
    """

    index: Ints
    starts: Ints
    sums: Ints
    constants: Ints
    largest: int

    def layers(self, domain: Domain) -> Layers:
        """Layers that read z: the first piece, plus each change where its start is reached.

        With ``g`` the bit of a start, which is ``relu(s + 1) - relu(s)``, a change d counts as
        ``relu(d - R + 2 R g) - R g``, where R is at least ``abs(d)``.
        """
        del domain  # the weights say how letters are read
        k = len(self.sums)
        n, r = k - 1, float(self.largest)
        paths = np.vstack([self.sums[:1], np.diff(self.sums, axis=0)]).astype(np.float64)
        shifts = np.concatenate([self.constants[:1], np.diff(self.constants)]).astype(np.float64)
        reads = np.tile(self.index.astype(np.float64), (n, 1))
        first = (
            np.vstack([paths, -paths, reads, reads]),
            np.concatenate([shifts, -shifts, 1.0 - self.starts, -1.0 * self.starts]),
        )
        signed = np.hstack([np.eye(k), -np.eye(k), np.zeros((k, 2 * n))])
        bits = np.hstack([np.zeros((n, 2 * k)), np.eye(n), -np.eye(n)])
        second = (
            np.vstack([signed[:1], -signed[:1], signed[1:] + 2 * r * bits, bits]),
            np.concatenate([[0.0, 0.0], np.full(n, -r), np.zeros(n)]),
        )
        top = np.concatenate([[1.0, -1.0], np.ones(n), np.full(n, -r)])[None]
        return first, second, (top, np.zeros(1))


def piecewise_rule(last: Ints, x: Ints, after: Ints, domain: Domain) -> PiecewiseRule | None:
    """The rule with the fewest pieces that holds in all steps, if a few are enough.

    Args:
        last: the last outputs, ``(n, outputs)``.
        x: the inputs, ``(n, channels)``.
        after: the next values of one output, ``(n,)``.
        domain: the letters.
    """
    z = np.hstack([last, x])
    pieces = _pieces(z[:_FEW], after[:_FEW])
    if pieces is None:
        return None
    sums, constants = pieces
    right = z @ sums.T + constants == after[:, None]
    few = [i for i in _small(z.shape[1]) if _intervals(z[:_FEW] @ i, right[:_FEW]) is not None]
    found = ((i, _intervals(z @ i, right)) for i in few)
    rules = [(i, parts) for i, parts in found if parts is not None and len(parts) > 1]
    if not rules:
        return None
    index, parts = min(rules, key=lambda r: len(r[1]))
    starts = np.array([s for _, s in parts[1:]])
    chosen = np.array([p for p, _ in parts])
    a, b = sums[chosen], constants[chosen]
    return PiecewiseRule(index, starts, a, b, _largest_change(a, b, last, domain))


def _largest_change(sums: Ints, constants: Ints, last: Ints, domain: Domain) -> int:
    """What neighbouring pieces differ by at most, for outputs twice as large as those seen."""
    letters = np.maximum(np.abs(domain.lows), np.abs(domain.highs))
    widest = np.concatenate([2 * np.abs(last).max(axis=0), letters])
    change = np.abs(np.diff(sums, axis=0)) @ widest + np.abs(np.diff(constants))
    return int(change.max())


def _small(terms: int) -> Iterator[Ints]:
    """Weights -1, 0 and 1 of which the first that is not 0 is positive, few first."""
    vectors = itertools.product((-1, 0, 1), repeat=min(terms, budgets.PIECE_TERMS))
    for v in sorted(vectors, key=lambda v: sum(map(abs, v))):
        if next((w for w in v if w), 0) > 0:
            yield np.array([*v, *[0] * (terms - len(v))], dtype=np.int64)


def _pieces(z: Ints, after: Ints) -> tuple[Ints, Ints] | None:
    """Sums with weights -1, 0 and 1 and a constant that are often right, the most often first."""
    found: list[tuple[int, Sequence[int], int]] = []
    for v in [np.zeros(z.shape[1], dtype=np.int64), *_small(z.shape[1])]:
        for weights in (v, -v) if v.any() else (v,):
            rest, counts = np.unique(after - z @ weights, return_counts=True)
            often = counts * budgets.PIECE_SHARE >= len(z)
            found += [(int(n), weights.tolist(), int(c)) for c, n in
                      zip(rest[often], counts[often], strict=True)]  # fmt: skip
    if not found:
        return None
    found = sorted(found, key=lambda f: (-f[0], sum(map(abs, f[1]))))[: budgets.PIECES_TRIED]
    return np.array([w for _, w, _ in found]), np.array([c for _, _, c in found])


def _intervals(sums: Ints, right: Bools) -> list[tuple[int, int]] | None:
    """The pieces from the least sum upwards, each as far as it is right, and where they start."""
    values, at = np.unique(sums, return_inverse=True)
    holds = np.ones((len(values), right.shape[1]), dtype=np.bool_)
    np.logical_and.at(holds, at.reshape(-1), right)
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(values):
        reach = np.where(
            holds[start:].all(axis=0), len(values), start + holds[start:].argmin(axis=0)
        )
        best = int(reach.argmax())
        if reach[best] == start or len(found) == budgets.PIECES:
            return None
        found.append((best, int(values[start])))
        start = int(reach[best])
    return found
