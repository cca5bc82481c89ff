"""Bits to write down a program and the answers that it gets wrong (Rissanen, Automatica 14, 1978).

The shortest description is the best explanation: a longer program must save more bits of exceptions
than it takes itself.
"""

from __future__ import annotations

from math import lgamma, log, log2
from typing import Final

NODE: Final = 5.0  # bits of one node: some thirty operators, names and small numbers


def exceptions(answers: int, wrong: int) -> float:
    """Bits that say how many of the answers are wrong, and which."""
    ways = lgamma(answers + 1) - lgamma(wrong + 1) - lgamma(answers - wrong + 1)
    return ways / log(2) + log2(answers + 1)


def corrections(wrong: int, values: int) -> float:
    """Bits that say what the answers are instead, of so many values."""
    return wrong * log2(max(2, values))
