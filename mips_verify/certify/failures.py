"""The first word on which a network fails: found among many, made short, run exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import neighbours
from mips_verify.certify import certify_budgets as budgets
from mips_verify.certify.exact_failures import replayed
from mips_verify.certify.lockstep import Failure, Lockstep
from mips_verify.certify.needle_words import needles
from mips_verify.certify.short_words import Compared, every_word, listed_letters
from mips_verify.certify.shorter_words import shortened
from mips_verify.data import affordable
from mips_verify.deadline import interruptible, time_is_up
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.progress import Say

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent


def first_failure(
    network: Recurrent,
    program: Machine,
    domain: Domain,
    *,
    seed: int,
    longest: int = 10_000,
    progress: Say,
) -> Compared:
    """A word, as short as the search can find, on which the network differs from the program.

    That none is found proves nothing. All short words come first, and then random ones.

    Args:
        network: the network, whose rounded outputs in float64 are compared.
        program: the program.
        domain: the letters.
        seed: the seed of random words.
        longest: letters of the longest words that are tried.
        progress: called with the length that is tried.

    Returns:
        the failure, if one was found, and the length up to which all words agree.

    Raises:
        OverflowError: a constant of the program that does not fit in 64 bits.
        TaskError: a range of letters beyond 64 bits.
    """
    pair, rng = Lockstep.of(network, program), np.random.default_rng(seed)
    with np.errstate(all="ignore"):  # a network may well leave the numbers; that is a failure
        known = _short_failure(pair, domain, longest, progress)
        found = known.failure or _long_failure(pair, domain, longest, rng, progress)
        if found is None:
            return known
        if len(found.word) > known.letters + 1:
            progress(f"wrong after {len(found.word)} letters; looking for a shorter word")
            with interruptible():
                found = _shortest(pair, found, domain, rng)
        return replace(known, failure=replayed(pair, found, domain, longest, rng))


def fails_soon(network: Recurrent, program: Machine, domain: Domain, *, seed: int) -> bool:
    """Whether all words of a few letters, or some longer ones, hold a failure: in milliseconds.

    The arguments are those of :func:`first_failure`.
    """
    pair = Lockstep.of(network, program)
    with np.errstate(all="ignore"):
        most = budgets.fewer(min(budgets.MOST_LISTED), network.hidden)
        length = listed_letters(domain, most, budgets.GLANCE_LETTERS)
        if length and every_word(pair, domain, length).failure is not None:
            return True
        count, rng = budgets.fewer(budgets.GLANCE, network.hidden), np.random.default_rng(seed)
        return pair.failing(needles(domain, count, budgets.GLANCE_LETTERS, rng)) is not None


def _short_failure(pair: Lockstep, domain: Domain, longest: int, progress: Say) -> Compared:
    """What all words of a few letters show; of more letters, if these show no failure."""
    known, before = Compared(0), 0
    for most in budgets.MOST_LISTED:
        length = listed_letters(domain, budgets.fewer(most, pair.network.hidden), longest)
        if length > before and not time_is_up():
            progress(f"every word of up to {length} letters")
            known, before = every_word(pair, domain, length), length
        if known.failure is not None:
            break
    return known


def _long_failure(
    pair: Lockstep, domain: Domain, longest: int, rng: np.random.Generator, progress: Say
) -> Failure | None:
    """A failure on random words, of which the short ones come first."""
    for length, count in _schedule(longest):
        if length > listed_letters(domain, min(budgets.MOST_LISTED), longest):
            progress(f"words of {length} letters")
            words = needles(domain, budgets.fewer(count, pair.network.hidden), length, rng)
            if (found := pair.failing(words)) is not None:
                return found
    return None


def _shortest(pair: Lockstep, found: Failure, domain: Domain, rng: np.random.Generator) -> Failure:
    """A failure on a word for which neither cuts nor other words gave a shorter one."""
    found = shortened(pair, found)
    for _ in range(budgets.AGAIN):
        length = len(found.word) - 1
        count = affordable(budgets.ROUNDS[0][1], length, budgets.AGAIN_LETTERS)
        if not length or (other := pair.failing(_others(found, domain, count, rng))) is None:
            break
        found = shortened(pair, other)
    return found


def _others(found: Failure, domain: Domain, count: int, rng: np.random.Generator) -> Ints:
    """Words a letter shorter: some afresh, some near the given one."""
    word = np.array(found.word, dtype=np.int64)
    less = [np.delete(word, i, axis=0) for i in rng.integers(len(word), size=1 + count // 2)]
    near = neighbours(domain, np.stack(less), rng, len(less))
    return np.concatenate([near, needles(domain, count - len(near), len(word) - 1, rng)])


def _schedule(longest: int) -> Iterator[tuple[int, int]]:
    """Lengths and numbers of words, up to the longest."""
    below = 0
    for length, count in budgets.ROUNDS:
        if below < longest:
            yield min(length, longest), count
        below = length
    if longest > below:
        yield longest, max(budgets.FEWEST, count * below // longest)
