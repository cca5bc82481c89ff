"""Numbers of the state that show at times: answers after words, counts of answers, their rests.

A word that fills one register up shows another one, up to some bound; how many last letters are
answered 1 shows by how much one register is above another. What a known register leaves of an
output shows a further one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract.method import Study
from mips_verify.extract.registers.saturating_shifts import Glimpse

SEQUENCES: Final = 500
LONGEST: Final = 7  # letters of a word
LETTERS: Final = 64  # of the alphabet


def glimpses(study: Study, sequences: Ints) -> Iterator[Glimpse]:
    """What words show after each letter of ``sequences (n, horizon, channels)``.

    The answers themselves, then those after rays ``a^k`` and ``b a^k``, sums and differences of
    two outputs, and counts.
    """
    observer = study.observer
    hidden, answers = observer.network.run(sequences)
    unknown = np.zeros((len(sequences), 1, answers.shape[2]), dtype=np.int64)
    yield from _of(np.concatenate([unknown, answers], axis=1), first=1)
    for a in observer.letters(study.rng()):
        yield from _along(study, hidden, a, LONGEST)
    probes = [np.array(p) for p in observer.probes()]
    for b, a in itertools.permutations(probes, 2):
        yield from _along(study, _step(study, hidden[:, :-1], b), a, LONGEST - 2)


def _along(study: Study, states: Floats, letter: Ints, longest: int) -> Iterator[Glimpse]:
    """After one letter, two, and so on, as far as the horizon allows."""
    for _ in range(min(longest, states.shape[1] - 3)):
        states = _step(study, states[:, :-1], letter)
        yield from _of(study.observer.network.read(states), first=0)


def _step(study: Study, states: Floats, letter: Ints) -> Floats:
    """States ``(n, t, hidden)`` after one more letter."""
    flat = states.reshape(-1, states.shape[2])
    letters = np.broadcast_to(letter, (len(flat), len(letter)))
    return study.observer.network.step(flat, letters).reshape(states.shape)


def _of(read: Ints, first: int) -> Iterator[Glimpse]:
    """Outputs ``(n, t, k)`` one by one, and sums and differences of two."""
    columns = list(np.moveaxis(read, 2, 0))
    pairs = list(itertools.combinations(columns, 2))
    for values in (*columns, *(a + b for a, b in pairs), *(a - b for a, b in pairs)):
        shown = np.ones(values.shape, dtype=np.bool_)
        shown[:, :first] = False
        if values[shown].min() < values[shown].max():
            yield Glimpse(values, shown)


def rests(answers: Ints, known: list[Ints]) -> Iterator[Glimpse]:
    """Outputs ``(n, length, k)``, and what is left of them beside registers ``(n, length + 1)``."""
    first = np.zeros((len(answers), 1), dtype=np.int64)
    for y in np.moveaxis(answers, 2, 0):
        padded = np.concatenate([first, y], axis=1)
        everywhere = np.ones(padded.shape, dtype=np.bool_)
        everywhere[:, 0] = False
        yield Glimpse(padded, everywhere)
        for r, sign in itertools.product(known, (1, -1)):
            # the other argument of a maximum or a minimum
            other = everywhere & (padded != sign * r)
            if 0 < other.sum() < everywhere.sum():
                yield Glimpse(padded, other)
        for r, sign in itertools.product(known, (1, -1)):
            yield Glimpse(padded - sign * r, everywhere)


def growth(glimpse: Glimpse) -> Glimpse:
    """By how much the number grows with the next letter, where it is not at an end."""
    values = glimpse.values
    seen = values[glimpse.shown]
    inside = glimpse.shown & (values > seen.min()) & (values < seen.max())
    grown = np.zeros_like(values)
    grown[:, :-1] = np.diff(values, axis=1)
    shown = np.zeros_like(inside)
    shown[:, :-1] = inside[:, :-1] & inside[:, 1:]
    return Glimpse(grown, shown)
