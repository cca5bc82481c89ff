"""Numbers that a yes or no shows: how often it is answered while a letter is repeated.

A comparison of two registers flips the later the further they are apart. What is repeated may
follow letters that make one register forget; what these are shows in how few states they lead to.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract.method import Study
from mips_verify.extract.oracle import Letter, distinct
from mips_verify.extract.registers.saturating_shifts import Glimpse

REPEATS: Final = (4, 7)  # times a letter is repeated
SHIFTS: Final = 3  # letters before one that makes forget
FORGETFUL: Final = 2
MOST: Final = 40  # counts kept, those with most values


def counts(study: Study, sequences: Ints) -> list[Glimpse]:
    """Counts of ones after each letter of ``sequences (n, horizon, channels)``, most telling first.

    Only of outputs that are 0 or 1.
    """
    hidden, answers = study.observer.network.run(sequences)
    binary = [k for k, y in enumerate(np.moveaxis(answers, 2, 0)) if set(np.unique(y)) == {0, 1}]
    if not binary:
        return []
    found: dict[bytes, Glimpse] = {}
    letters = _telling(study, hidden)
    for states in _prefixed(study, hidden, letters):
        for letter in letters:
            for count in _along(study, states, letter):
                for values in np.moveaxis(count[:, :, binary], 2, 0):
                    found.setdefault(values.tobytes(), Glimpse(values, np.ones_like(values, bool)))
    return sorted(found.values(), key=lambda g: -_inside(g).mean())[:MOST]


def beside(count: Glimpse, known: list[Ints]) -> Iterator[Glimpse]:
    """What a count shows of a register that is compared with a known one ``(n, steps + 1)``."""
    for r, sign in itertools.product(known, (1, -1)):
        yield Glimpse(count.values + sign * r[:, : count.values.shape[1]], _inside(count))


def _inside(count: Glimpse) -> NDArray[np.bool_]:
    """Where the count is neither the least nor the largest."""
    values = count.values
    return np.asarray((values > values.min()) & (values < values.max()))


def _telling(study: Study, hidden: Floats) -> list[Letter]:
    """Probe letters, and those after which the fewest states are told apart."""
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
    forgetful = sorted(left, key=lambda a: left[a])[:FORGETFUL]
    return list(dict.fromkeys([*forgetful, *probes]))


def _prefixed(study: Study, hidden: Floats, letters: list[Letter]) -> Iterator[Floats]:
    """The states ``(n, t, hidden)``; after one letter; after repeated ones and a forgetful one."""
    yield hidden
    for b in letters:
        yield _step(study, hidden, b)
    for b, a in itertools.product(letters[:FORGETFUL], letters):
        states = hidden
        for _ in range(SHIFTS if a != b else 0):
            states = _step(study, states, a)
            yield _step(study, states, b)


def _along(study: Study, states: Floats, letter: Letter) -> Iterator[Ints]:
    """Sums ``(n, t, k)`` of the answers to a letter repeated some times."""
    total = np.zeros((len(states), states.shape[1], study.observer.network.outputs), dtype=np.int64)
    for times in range(1, min(max(REPEATS), states.shape[1] - 3) + 1):
        states = _step(study, states, letter)
        total = total[:, : states.shape[1]] + study.observer.network.read(states)
        if times in REPEATS:
            yield total


def _step(study: Study, states: Floats, letter: Letter) -> Floats:
    """States that had a letter to go, after one more letter."""
    flat = states[:, :-1].reshape(-1, states.shape[2])
    letters = np.broadcast_to(np.array(letter), (len(flat), len(letter)))
    after = study.observer.network.step(flat, letters)
    return after.reshape(len(states), -1, states.shape[2])
