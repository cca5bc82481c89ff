"""Readings: the answers of a state to probe words, before and after a step.

After a word that resets one register, or drives it to a bound, the answer may be another register
alone; so may a difference of two readings.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import key_up_to_sign
from mips_verify.extract.oracle import Letter, Word
from mips_verify.extract.study import Study


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """One row per step: hidden states before and after it, the letter and the answer."""

    before: Floats
    letters: Ints
    after: Floats
    answers: Ints


def steps(study: Study, last: int) -> Steps:
    """Random steps from states after at most ``last`` letters."""
    rng = study.rng()
    hidden, answers = study.oracle.network.run(study.evidence[:, : last + 1])
    n, length = answers.shape[:2]
    rows = rng.permutation(n * length)[: budgets.PROBED_ROWS]
    i, t = rows // length, rows % length
    return Steps(hidden[i, t], study.evidence[i, t], hidden[i, t + 1], answers[i, t])


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A number of the state: at the start, and before and after each step."""

    start: int
    before: Ints
    after: Ints

    def moved(self, sign: int, shift: int) -> Reading:
        """``sign * (number - shift)``."""
        return Reading(
            sign * (self.start - shift),
            sign * (self.before - shift),
            sign * (self.after - shift),
        )


def short_words(study: Study) -> tuple[Word, ...]:
    """Words of one letter (only some letters of a large alphabet) and of two probe letters."""
    probes = study.oracle.probes()
    singles = dict.fromkeys((a,) for a in (*_spread(study), *probes))
    pairs = itertools.islice(itertools.product(probes, repeat=2), budgets.SERIAL_PAIRS)
    return (*singles, *pairs)


def rays(study: Study) -> tuple[Word, ...]:
    """Words that repeat one letter, short enough to leave half of the horizon for states."""
    longest = max(1, min(budgets.SERIAL_RAY, study.oracle.horizon // 2))
    probes = study.oracle.probes()
    words = [(a,) * k for a in probes for k in range(1, longest + 1)]
    return tuple(dict.fromkeys([*words, *((a,) * longest for a in _spread(study))]))


def _spread(study: Study) -> list[Letter]:
    """Letters spread evenly over the alphabet; all letters if it is small."""
    letters = study.oracle.letters(study.rng())
    chosen = np.unique(np.linspace(0, len(letters) - 1, budgets.SPREAD_LETTERS).astype(np.int64))
    return [tuple(row) for row in letters[chosen].tolist()]


def readings(study: Study, rows: Steps, words: tuple[Word, ...]) -> list[Reading]:
    """The answers to words, and their differences, those with the most values first."""
    oracle = study.oracle
    before = oracle.signatures(rows.before, words)
    after = oracle.signatures(rows.after, words)
    start = oracle.signatures(oracle.network.start(1), words)[0]
    plain = [Reading(int(start[j]), before[:, j], after[:, j]) for j in range(before.shape[1])]
    single = _different(plain)
    mixed = list(_mixed(single[: budgets.SERIAL_COLUMNS]))
    if oracle.network.outputs > 1:
        # sums of two outputs after the same word
        k = oracle.network.outputs
        for j in range(0, len(plain), k):
            mixed += [_sum(a, b) for a, b in itertools.combinations(plain[j : j + k], 2)]
    found = single + _different(mixed)
    return sorted(_different(found), key=lambda r: -len(np.unique(r.before)))


def _mixed(single: list[Reading]) -> Iterator[Reading]:
    for a, b in itertools.combinations(single, 2):
        yield Reading(a.start - b.start, a.before - b.before, a.after - b.after)


def _sum(a: Reading, b: Reading) -> Reading:
    return Reading(a.start + b.start, a.before + b.before, a.after + b.after)


def _different(found: list[Reading]) -> list[Reading]:
    """The readings that vary and that differ from earlier ones by more than sign and start."""
    kept: dict[bytes, Reading] = {}
    for r in found:
        values = np.concatenate([r.before, r.after])
        if (values != r.start).any():
            kept.setdefault(key_up_to_sign(values, r.start), r)
    return list(kept.values())
