"""Weighted automata and their identification from labelled words.

A weighted (multiplicity) automaton is a linear system switched by its letters: ``h' = A_x h``,
``y = C h'``. Its rank is that of the Hankel matrix ``H[u, v] = y(uv)``. Independent rows become the
coordinates of the state; every other row is a combination of them (Beimel, Bergadano, Bshouty,
Kushilevitz and Varricchio, J. ACM 47, 2000; Balle and Mohri, arXiv 1206.2269 on spectral learning
from samples). Unlike in the first of these, only words in the data have a label here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from mips_verify.algebra.arrays import Bools, Floats, Ints
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.labelled_words import EMPTY, Word, WordTable

_ZERO = 1e-6  # labels are integers, so dependent rows are dependent up to rounding
_DENOMINATORS = 12


@dataclass(frozen=True, slots=True, eq=False)
class WeightedAutomaton:
    """``h' = A[x] h`` from ``start``, features ``C h'``.

    Attributes:
        start: ``(n,)``.
        A: ``(letters, n, n)``.
        C: ``(features, n)``.
        certain: whether the words seen determine the automaton.
    """

    start: Floats
    A: Floats
    C: Floats
    certain: bool

    @property
    def rank(self) -> int:
        """Size of the state."""
        return len(self.start)

    def states(self, index: Ints) -> Floats:
        """Hidden states after each letter of ``(n, length)``: ``(n, length, rank)``."""
        n, length = index.shape
        out = np.zeros((n, length, self.rank))
        h = np.tile(self.start, (n, 1))
        for t in range(length):
            for x in np.unique(index[:, t]):
                rows = index[:, t] == x
                out[rows, t] = h[rows] @ self.A[x].T
            h = out[:, t]
        return out


def identify(
    table: WordTable, suffixes: Sequence[Word], largest: int, *, guess: bool
) -> WeightedAutomaton | str:
    """The automaton whose Hankel rows agree with the table on columns ``suffixes``.

    Args:
        table: the words seen.
        suffixes: the columns; the empty word is the first.
        largest: the largest rank.
        guess: whether to choose a row that fits the words seen if they do not determine it.

    Returns:
        an automaton, or the reason why there is none.
    """
    return _Search(table, tuple(suffixes), largest, guess).run()


@dataclass(slots=True)
class _Search:
    """The basis so far: its words, its rows, and the coefficients of all other rows."""

    table: WordTable
    suffixes: tuple[Word, ...]
    largest: int
    guess: bool
    certain: bool = True
    basis: list[Floats] = field(default_factory=list)
    known: list[Bools] = field(default_factory=list)
    witnesses: list[list[Word]] = field(default_factory=list)  # words that lead to a basis state
    steps: dict[tuple[int, int], Floats] = field(default_factory=dict)  # (-1, x) from the start
    solvers: dict[bytes, tuple[Floats, Floats, bool]] = field(default_factory=dict)

    def run(self) -> WeightedAutomaton | str:
        k = self.table.letters
        while True:
            before = len(self.steps)
            source = -1
            while source < len(self.basis):
                self._expand(source)
                if len(self.basis) > self.largest:
                    return f"rank above {self.largest}"
                source += 1
            if len(self.steps) == k * (len(self.basis) + 1):
                return self._automaton()
            if len(self.steps) == before:
                if not self.guess:
                    return f"rank {len(self.basis)} or more, and too few words seen"
                self._force()

    def _open(self, source: int) -> Ints:
        """Letters whose step from ``source`` is unknown."""
        k = self.table.letters
        return np.array([x for x in range(k) if (source, x) not in self.steps], dtype=np.int64)

    def _expand(self, source: int) -> None:
        """Express rows one letter after a source by the basis, if the words seen determine them."""
        letters = self._open(source)
        if not len(letters):
            return
        rows, known = self._rows(source, letters)
        waiting = list(range(len(letters)))
        while waiting and len(self.basis) <= self.largest:
            placed = self._combinations(rows[waiting], known[waiting])
            fresh = None
            for i, found in zip(waiting, placed, strict=True):
                if isinstance(found, np.ndarray):
                    self._step(source, int(letters[i]), found)
                elif found and fresh is None:
                    fresh = i
            waiting = [i for i in waiting if (source, int(letters[i])) not in self.steps]
            if fresh is None:
                return
            if not self._add(source, int(letters[fresh]), rows[fresh], known[fresh]):
                waiting.remove(fresh)

    def _rows(self, source: int, letters: Ints) -> tuple[Floats, Bools]:
        """Hankel rows ``(letters, columns)`` from all words that are known to reach the source."""
        words = [EMPTY] if source < 0 else self.witnesses[source]
        k, p = self.table.letters, self.table.features
        rows = np.zeros((len(letters), len(self.suffixes), p))
        known = np.zeros((len(letters), len(self.suffixes)), dtype=np.bool_)
        for word in words:
            for s, v in enumerate(self.suffixes):
                missing = ~known[:, s]
                if missing.any():
                    codes = (word.code * k + letters[missing]) * k**v.length + v.code
                    values, seen = self.table.look(codes, word.length + 1 + v.length)
                    rows[missing, s], known[missing, s] = values, seen
            if known.all():
                break
        return rows.reshape(len(letters), -1), np.repeat(known, p, axis=1)

    def _combinations(self, rows: Floats, known: Bools) -> Iterator[Floats | bool]:
        """For each row its coefficients, True if it is independent, or False if undecided."""
        if not self.basis:
            some = known & (np.abs(rows) > _ZERO)
            for i in range(len(rows)):
                yield bool(some[i].any()) or (np.zeros(0) if known[i].all() else False)
            return
        common = np.logical_and.reduce(self.known)
        for row, here in zip(rows, known & common, strict=True):
            q, r, full = self._solver(here)
            if not full:
                yield False
                continue
            projection = q.T @ row[here]
            rest = row[here] - q @ projection
            if np.abs(rest).max(initial=0.0) > _ZERO * max(1.0, np.abs(row[here]).max(initial=0.0)):
                yield True
            else:
                yield _tidy(np.linalg.solve(r, projection))

    def _solver(self, mask: Bools) -> tuple[Floats, Floats, bool]:
        """QR of the basis on the columns of ``mask``, and whether the basis has full rank there."""
        key = mask.tobytes()
        if key not in self.solvers:
            part = np.array(self.basis)[:, mask].T
            q, r = np.linalg.qr(part)
            diagonal = np.abs(np.diagonal(r))
            full = part.shape[0] >= part.shape[1] and bool(
                diagonal.min() > _ZERO * max(1.0, diagonal.max())
            )
            self.solvers[key] = q, r, full
        return self.solvers[key]

    def _step(self, source: int, x: int, found: Floats) -> None:
        """Record coefficients; a word that leads to a basis state becomes its witness."""
        self.steps[source, x] = found
        at = np.flatnonzero(found)
        if len(at) == 1 and found[at[0]] == 1.0:
            words = self.witnesses[at[0]]
            if len(words) < budgets.SPECTRAL_WITNESSES:
                words.append(self._word(source, x))

    def _word(self, source: int, x: int) -> Word:
        first = EMPTY if source < 0 else self.witnesses[source][0]
        return first.then(Word(x, 1), self.table.letters)

    def _add(self, source: int, x: int, row: Floats, known: Bools) -> bool:
        """Add a row to the basis, unless it is dependent on the columns known for all rows."""
        if not known.all() and self.basis:
            common = np.logical_and.reduce([*self.known, known])
            part = np.array([*self.basis, row])[:, common]
            if np.linalg.matrix_rank(part) < len(part):
                return False
        self._take(source, x, row, known)
        return True

    def _take(self, source: int, x: int, row: Floats, known: Bools) -> None:
        word = self._word(source, x)
        self.solvers.clear()
        self.basis.append(row)
        self.known.append(known)
        self.witnesses.append([word])
        self.steps[source, x] = _unit(len(self.basis) - 1, len(self.basis))

    def _force(self) -> None:
        """Fix the undetermined row with the most known entries, as a combination if one fits."""
        self.certain = False
        best: tuple[int, int, int, Floats, Bools] | None = None
        for source in range(-1, len(self.basis)):
            letters = self._open(source)
            if not len(letters):
                continue
            rows, known = self._rows(source, letters)
            for x, row, here in zip(letters.tolist(), rows, known, strict=True):
                if best is None or int(here.sum()) > best[0]:
                    best = int(here.sum()), source, x, row, here
        assert best is not None
        _, source, x, row, here = best
        fits = self._fitting(row, here)
        if fits is None:
            self._take(source, x, row, np.ones_like(here))
        else:
            self._step(source, x, fits)

    def _fitting(self, row: Floats, here: Bools) -> Floats | None:
        """Coefficients that give the known entries of the row, or None."""
        if not self.basis:
            return None
        part = np.array(self.basis)[:, here]
        scale = max(1.0, np.abs(row[here]).max(initial=0.0))
        same = np.flatnonzero(np.abs(part - row[here]).max(axis=1, initial=0.0) <= _ZERO * scale)
        if len(same):
            return _unit(int(same[0]), len(self.basis))
        found: Floats = np.linalg.lstsq(part.T, row[here], rcond=1e-9)[0].astype(np.float64)
        if np.abs(found @ part - row[here]).max(initial=0.0) > _ZERO * scale:
            return None
        return _tidy(found)

    def _automaton(self) -> WeightedAutomaton:
        """The automaton of the coefficients; the start is a combination or an extra coordinate."""
        n, k, p = len(self.basis), self.table.letters, self.table.features
        columns = [np.array([_padded(self.steps[i, x], n) for x in range(k)]) for i in range(n)]
        first = np.array([_padded(self.steps[-1, x], n) for x in range(k)])
        a = np.stack(columns, axis=2) if n else np.zeros((k, 0, 0))
        c = np.array([row[:p] for row in self.basis]).reshape(n, p).T
        start = self._start(a, first)
        if start is not None:
            return WeightedAutomaton(start, a, c, self.certain)
        wide = np.zeros((k, n + 1, n + 1))
        wide[:, :n, :n] = a
        wide[:, :n, n] = first
        return WeightedAutomaton(
            _unit(n, n + 1), wide, np.hstack([c, np.zeros((p, 1))]), self.certain
        )

    def _start(self, a: Floats, first: Floats) -> Floats | None:
        """A state from which every letter leads to the same state as from the start, or None."""
        n = a.shape[1]
        if not n:
            return None
        system, target = a.reshape(-1, n), first.reshape(-1)
        for i in range(n):
            if np.abs(system[:, i] - target).max() < _ZERO:
                return _unit(i, n)
        found: Floats = np.linalg.lstsq(system, target, rcond=1e-9)[0].astype(np.float64)
        scale = max(1.0, float(np.abs(target).max()))
        return _tidy(found) if np.abs(system @ found - target).max() < _ZERO * scale else None


def _unit(i: int, size: int) -> Floats:
    out = np.zeros(size)
    out[i] = 1.0
    return out


def _padded(values: Floats, size: int) -> Floats:
    return np.concatenate([values, np.zeros(size - len(values))])


def _tidy(values: Floats) -> Floats:
    """The values, each replaced by a fraction with a small denominator if one is near."""
    out = values.copy()
    for d in range(_DENOMINATORS, 0, -1):
        near = np.rint(values * d) / d
        out = np.where(np.abs(values - near) < 1e-9 * np.maximum(1.0, np.abs(values)), near, out)
    return out + 0.0
