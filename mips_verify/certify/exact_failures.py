"""Is a failure in float64 one in exact arithmetic too? If not: is there one nearby that is?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import neighbours
from mips_verify.certify.certify_budgets import EXACT_CELLS, NEARBY
from mips_verify.certify.exact_replay import ExactNetwork, exact_network
from mips_verify.certify.lockstep import Failure, Lockstep
from mips_verify.kernel.domain import Domain


def replayed(
    pair: Lockstep, found: Failure, domain: Domain, longest: int, rng: np.random.Generator
) -> Failure:
    """The failure, with what exact arithmetic says of it.

    If only float64 fails, words nearby of up to ``longest`` letters are run too, and the first
    on which float64 and the exact network are both wrong after the same letter is given instead.
    """
    network = exact_network(pair.network)
    if network is None:
        return found
    exact = wrong_exactly(network, found)
    if exact is False:
        word = np.array(found.word, dtype=np.int64)
        for near in islice(_nearby(word, domain, longest, rng), NEARBY):
            if (better := _both_wrong(pair, network, near)) is not None:
                return better
    return replace(found, exact=exact)


def wrong_exactly(network: ExactNetwork, found: Failure) -> bool | None:
    """Whether the exact network is wrong after the last letter; ``None`` if that stays open."""
    for after, state in enumerate(network.states(found.word, EXACT_CELLS), 1):
        if after == len(found.word):
            got = network.read(state)
            return None if got is None else got != found.expected
    return None


def _both_wrong(pair: Lockstep, network: ExactNetwork, word: Ints) -> Failure | None:
    """The first letter of a word after which float64 and the exact network are both wrong."""
    states = network.states(word.tolist(), EXACT_CELLS)
    for state, failure in zip(states, pair.outcomes(word), strict=False):
        if failure is not None and network.read(state) not in (None, failure.expected):
            return replace(failure, exact=True)
    return None


def _nearby(word: Ints, domain: Domain, longest: int, rng: np.random.Generator) -> Iterator[Ints]:
    """The word with letters appended; then with runs of letters merged, and letters replaced."""
    room = min(len(word), max(0, longest - len(word)))
    changes = np.flatnonzero((word[1:] != word[:-1]).any(axis=1)) + 1
    runs = [0, *changes.tolist(), len(word)]
    merged = []
    for a, b, c in zip(runs, runs[1:NEARBY], runs[2:], strict=False):
        merged += [_set(word, a, b, word[b]), _set(word, b, c, word[a])]
    for near in [word, *merged, *neighbours(domain, word[None], rng, NEARBY)]:
        yield np.concatenate([near, np.repeat(near[-1:], room, axis=0)])


def _set(word: Ints, start: int, end: int, letter: Ints) -> Ints:
    changed = word.copy()
    changed[start:end] = letter
    return changed
