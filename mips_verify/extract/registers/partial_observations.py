"""Partial observations: numbers of the state that are visible only at some steps.

A word that drives one register to a bound can make another register visible, up to some bound.
While a letter is repeated, a comparison of two registers changes later if they are further apart,
so the number of 1s shows their distance. Subtracting a known register from an output shows another.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.oracle import Letter
from mips_verify.extract.registers.saturating_shifts import Observation
from mips_verify.extract.study import Study


def word_answers(study: Study, sequences: Ints) -> Iterator[Observation]:
    """The answers to words that are read after each letter of ``sequences (n, horizon, channels)``.

    First the answers to the sequences, then those to words ``a^k`` and ``b a^k``. If there are
    several outputs, also the sums and differences of two.
    """
    oracle = study.oracle
    hidden, answers = oracle.network.run(sequences)
    unknown = np.zeros((len(sequences), 1, answers.shape[2]), dtype=np.int64)
    yield from _columns(np.concatenate([unknown, answers], axis=1), first=1)
    for a in oracle.letters(study.rng()).tolist():
        yield from _repeated(study, hidden, tuple(a), budgets.PARTIAL_WORD)
    for b, a in itertools.permutations(oracle.probes(), 2):
        yield from _repeated(study, _step(study, hidden, b), a, budgets.PARTIAL_WORD - 2)


def _repeated(study: Study, states: Floats, letter: Letter, longest: int) -> Iterator[Observation]:
    """The answers after ``letter`` is read once, twice, and so on, as far as the horizon allows."""
    for _ in range(min(longest, states.shape[1] - 3)):
        states = _step(study, states, letter)
        yield from _columns(study.oracle.network.read(states), first=0)


def _step(study: Study, states: Floats, letter: Letter) -> Floats:
    """States ``(n, t, hidden)`` after one more letter, without the last of each sequence.

    The last state is dropped because its word would pass the horizon.
    """
    flat = states[:, :-1].reshape(-1, states.shape[2])
    letters = np.broadcast_to(np.array(letter), (len(flat), len(letter)))
    return study.oracle.network.step(flat, letters).reshape(len(states), -1, states.shape[2])


def _columns(read: Ints, first: int) -> Iterator[Observation]:
    """Each output of ``(n, t, k)``, and the sums and differences of two."""
    columns = list(np.moveaxis(read, 2, 0))
    pairs = list(itertools.combinations(columns, 2))
    for values in (*columns, *(a + b for a, b in pairs), *(a - b for a, b in pairs)):
        shown = np.ones(values.shape, dtype=np.bool_)
        shown[:, :first] = False
        if values[shown].min() < values[shown].max():
            yield Observation(values, shown)


def rests(answers: Ints, known: list[Ints]) -> Iterator[Observation]:
    """Outputs ``(n, length, k)``, alone and less a known register ``(n, length + 1)``."""
    first = np.zeros((len(answers), 1), dtype=np.int64)
    for y in np.moveaxis(answers, 2, 0):
        padded = np.concatenate([first, y], axis=1)
        everywhere = np.ones(padded.shape, dtype=np.bool_)
        everywhere[:, 0] = False
        yield Observation(padded, everywhere)
        for r, sign in itertools.product(known, (1, -1)):
            # if the output is a maximum or a minimum, this is its other argument
            other = everywhere & (padded != sign * r)
            if 0 < other.sum() < everywhere.sum():
                yield Observation(padded, other)
        for r, sign in itertools.product(known, (1, -1)):
            yield Observation(padded - sign * r, everywhere)


def growth(observation: Observation) -> Observation:
    """The growth of a number with the next letter, except at its least and largest value."""
    values = observation.values
    seen = values[observation.shown]
    inside = observation.shown & (values > seen.min()) & (values < seen.max())
    grown = np.zeros_like(values)
    grown[:, :-1] = np.diff(values, axis=1)
    shown = np.zeros_like(inside)
    shown[:, :-1] = inside[:, :-1] & inside[:, 1:]
    return Observation(grown, shown)


def counts_of_ones(study: Study, sequences: Ints) -> list[Observation]:
    """How often an output is 1 while a letter is repeated, the most informative counts first.

    Only outputs that are 0 or 1 are counted, after each letter of ``sequences (n, horizon,
    channels)``.
    """
    hidden, answers = study.oracle.network.run(sequences)
    binary = [k for k, y in enumerate(np.moveaxis(answers, 2, 0)) if set(np.unique(y)) == {0, 1}]
    if not binary:
        return []
    found: dict[bytes, Observation] = {}
    letters = _telling_letters(study, hidden)
    for states in _prefixed(study, hidden, letters):
        for letter in letters:
            for count in _summed(study, states, letter):
                for values in np.moveaxis(count[:, :, binary], 2, 0):
                    shown = np.ones_like(values, bool)
                    found.setdefault(values.tobytes(), Observation(values, shown))
    return sorted(found.values(), key=lambda c: -_inside(c).mean())[: budgets.COUNTS]


def beside(count: Observation, known: list[Ints]) -> Iterator[Observation]:
    """A count plus or minus a known register ``(n, steps + 1)``: the register compared with it."""
    for r, sign in itertools.product(known, (1, -1)):
        yield Observation(count.values + sign * r[:, : count.values.shape[1]], _inside(count))


def _inside(count: Observation) -> NDArray[np.bool_]:
    """The steps at which the count is neither the least nor the largest."""
    values = count.values
    return np.asarray((values > values.min()) & (values < values.max()))


def _telling_letters(study: Study, hidden: Floats) -> list[Letter]:
    """The probes, after the most forgetful letters: those that leave the fewest distinct states."""
    oracle = study.oracle
    probes = oracle.probes()
    words = tuple(itertools.product(probes, repeat=2))
    states = hidden[:, hidden.shape[1] // 2]
    left = {}
    for row in oracle.letters(study.rng()).tolist():
        after = oracle.network.step(states, np.broadcast_to(np.array(row), (len(states), len(row))))
        left[tuple(row)] = len(distinct(oracle.signatures(after, words))[0])
    forgetful = sorted(left, key=lambda a: left[a])[: budgets.FORGETFUL]
    return list(dict.fromkeys([*forgetful, *probes]))


def _prefixed(study: Study, hidden: Floats, letters: list[Letter]) -> Iterator[Floats]:
    """The states as given, after one letter, and after ``a^k b`` with a forgetful ``b``."""
    yield hidden
    for b in letters:
        yield _step(study, hidden, b)
    for b, a in itertools.product(letters[: budgets.FORGETFUL], letters):
        states = hidden
        for _ in range(budgets.SHIFTS if a != b else 0):
            states = _step(study, states, a)
            yield _step(study, states, b)


def _summed(study: Study, states: Floats, letter: Letter) -> Iterator[Ints]:
    """Sums ``(n, t, k)`` of the answers while a letter is repeated."""
    total = np.zeros((len(states), states.shape[1], study.oracle.network.outputs), dtype=np.int64)
    for times in range(1, min(max(budgets.REPEATS), states.shape[1] - 3) + 1):
        states = _step(study, states, letter)
        total = total[:, : states.shape[1]] + study.oracle.network.read(states)
        if times in budgets.REPEATS:
            yield total
