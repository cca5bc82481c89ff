"""Every word of up to some length, compared in float64: a check, and no proof about real numbers.

Random words miss a rare short failure. Where the letters are few, all short words are run, so that
a failure is known to be the shortest, or short words to be free of any.
"""

from __future__ import annotations

from dataclasses import dataclass

from mips_verify.certify.certify_budgets import TOGETHER_LISTED
from mips_verify.certify.lockstep import Failure, Lockstep
from mips_verify.kernel.domain import Domain


@dataclass(frozen=True, slots=True)
class Compared:
    """What the comparison of all short words shows.

    Attributes:
        letters: on every word of up to so many letters network and program agree.
        failure: the shortest failure among the words, if there is one.
    """

    letters: int
    failure: Failure | None = None


def listed_letters(domain: Domain, most: int, longest: int) -> int:
    """The length of the longest words, up to ``longest``, of which there are at most ``most``."""
    longest = min(longest, most.bit_length())  # one letter has one word of each length
    return max((n for n in range(1, longest + 1) if domain.size**n <= most), default=0)


def every_word(pair: Lockstep, domain: Domain, length: int) -> Compared:
    """Compare network and program on all words of ``length`` letters, and so on their beginnings.

    Where the program has a number beyond 2**53, nothing is compared, and the words end.
    """
    agreed, found = length, None
    words = domain.all_sequences(length)
    for i in range(0, len(words), TOGETHER_LISTED):
        batch = words[i : i + TOGETHER_LISTED, : length if found is None else len(found.word) - 1]
        if not batch.shape[1]:
            break
        if (same := pair.agreeing(batch)) < batch.shape[1]:
            agreed = min(agreed, same)
            found = pair.failing(batch) or found
    return Compared(agreed, found)
