"""Partial observations: numbers of the state that show at times.

A word that drives one register to a bound shows another one, up to some bound. A comparison of two
registers changes the later the further they are apart, so that the number of 1s while a letter is
repeated shows their distance. What a known register leaves of an output shows a further one.
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
    """What words show after each letter of ``sequences (n, horizon, channels)``.

    First the answers themselves, then those after words ``a^k`` and ``b a^k``; of several outputs
    also the sums and differences of two.
    """
    observer = study.observer
    hidden, answers = observer.network.run(sequences)
    unknown = np.zeros((len(sequences), 1, answers.shape[2]), dtype=np.int64)
    yield from _columns(np.concatenate([unknown, answers], axis=1), first=1)
    for a in observer.letters(study.rng()).tolist():
        yield from _repeated(study, hidden, tuple(a), budgets.PARTIAL_WORD)
    for b, a in itertools.permutations(observer.probes(), 2):
        yield from _repeated(study, _step(study, hidden, b), a, budgets.PARTIAL_WORD - 2)


def _repeated(study: Study, states: Floats, letter: Letter, longest: int) -> Iterator[Observation]:
    """The answers after one letter, two, and so on, as far as the horizon allows."""
    for _ in range(min(longest, states.shape[1] - 3)):
        states = _step(study, states, letter)
        yield from _columns(study.observer.network.read(states), first=0)


def _step(study: Study, states: Floats, letter: Letter) -> Floats:
    """States ``(n, t, hidden)`` after one more letter, without the last of each sequence.

    One letter more leaves one letter less before the horizon.
    """
    flat = states[:, :-1].reshape(-1, states.shape[2])
    letters = np.broadcast_to(np.array(letter), (len(flat), len(letter)))
    return study.observer.network.step(flat, letters).reshape(len(states), -1, states.shape[2])


def _columns(read: Ints, first: int) -> Iterator[Observation]:
    """Outputs ``(n, t, k)`` one by one, and the sums and differences of two."""
    columns = list(np.moveaxis(read, 2, 0))
    pairs = list(itertools.combinations(columns, 2))
    for values in (*columns, *(a + b for a, b in pairs), *(a - b for a, b in pairs)):
        shown = np.ones(values.shape, dtype=np.bool_)
        shown[:, :first] = False
        if values[shown].min() < values[shown].max():
            yield Observation(values, shown)


def rests(answers: Ints, known: list[Ints]) -> Iterator[Observation]:
    """Outputs ``(n, length, k)``, and what known registers ``(n, length + 1)`` leave of them."""
    first = np.zeros((len(answers), 1), dtype=np.int64)
    for y in np.moveaxis(answers, 2, 0):
        padded = np.concatenate([first, y], axis=1)
        everywhere = np.ones(padded.shape, dtype=np.bool_)
        everywhere[:, 0] = False
        yield Observation(padded, everywhere)
        for r, sign in itertools.product(known, (1, -1)):
            # the other argument of a maximum or a minimum
            other = everywhere & (padded != sign * r)
            if 0 < other.sum() < everywhere.sum():
                yield Observation(padded, other)
        for r, sign in itertools.product(known, (1, -1)):
            yield Observation(padded - sign * r, everywhere)


def growth(observation: Observation) -> Observation:
    """By how much the number grows with the next letter, away from its least and largest value."""
    values = observation.values
    seen = values[observation.shown]
    inside = observation.shown & (values > seen.min()) & (values < seen.max())
    grown = np.zeros_like(values)
    grown[:, :-1] = np.diff(values, axis=1)
    shown = np.zeros_like(inside)
    shown[:, :-1] = inside[:, :-1] & inside[:, 1:]
    return Observation(grown, shown)


def counts_of_ones(study: Study, sequences: Ints) -> list[Observation]:
    """How often an output is 1 while a letter is repeated, the most telling counts first.

    They are taken after each letter of ``sequences (n, horizon, channels)``, of outputs that are
    0 or 1.
    """
    hidden, answers = study.observer.network.run(sequences)
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
    """What a count shows of a register that is compared with a known one ``(n, steps + 1)``."""
    for r, sign in itertools.product(known, (1, -1)):
        yield Observation(count.values + sign * r[:, : count.values.shape[1]], _inside(count))


def _inside(count: Observation) -> NDArray[np.bool_]:
    """Where the count is neither the least nor the largest."""
    values = count.values
    return np.asarray((values > values.min()) & (values < values.max()))


def _telling_letters(study: Study, hidden: Floats) -> list[Letter]:
    """The most forgetful letters, after which the fewest states are told apart, and the probes."""
    observer = study.observer
    probes = observer.probes()
    words = tuple(itertools.product(probes, repeat=2))
    states = hidden[:, hidden.shape[1] // 2]
    left = {}
    for row in observer.letters(study.rng()).tolist():
        after = observer.network.step(
            states, np.broadcast_to(np.array(row), (len(states), len(row)))
        )
        left[tuple(row)] = len(distinct(observer.signatures(after, words))[0])
    forgetful = sorted(left, key=lambda a: left[a])[: budgets.FORGETFUL]
    return list(dict.fromkeys([*forgetful, *probes]))


def _prefixed(study: Study, hidden: Floats, letters: list[Letter]) -> Iterator[Floats]:
    """States ``(n, t, hidden)``; after one letter; after ``a^k b`` with a forgetful ``b``."""
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
    total = np.zeros((len(states), states.shape[1], study.observer.network.outputs), dtype=np.int64)
    for times in range(1, min(max(budgets.REPEATS), states.shape[1] - 3) + 1):
        states = _step(study, states, letter)
        total = total[:, : states.shape[1]] + study.observer.network.read(states)
        if times in budgets.REPEATS:
            yield total
