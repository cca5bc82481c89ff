"""What a state variable means, as a claim about the sequence read so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mips_verify.kernel.expr import Expr

Shape = Literal[
    "delay", "sum", "guarded sum", "state sum", "modular sum", "digits",
    "digits from the end", "power", "carry", "largest", "smallest", "capped count",
    "run", "once", "latch",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claim:
    """The value of ``variable`` after ``t`` letters; ``e(i)`` is ``of`` at the i-th of them.

    ============================  ====================================================
    ``delay``                     ``e(t - number + 1)``, before that ``start``
    ``sum``                       ``start + e(1) + .. + e(t)``
    ``guarded sum``               the same, but only while ``other`` holds for the value
    ``state sum``                 the same, with ``of`` over the state and inputs before a step
    ``digits``                    ``v = base * v + e(i)`` from ``start`` on
    ``modular sum``               the same modulo ``number``
    ``digits from the end``       ``start + e(1) + base * e(2) + base ** 2 * e(3) ..``
    ``power``                     ``start * base ** t``
    ``carry``                     ``v = (v + e(i)) // base`` from ``start`` on
    ``largest``, ``smallest``     the extreme of ``start`` and all ``e(i)``
    ``capped count``              ``start + e(1) + .. + e(t)``, at most ``number``; e is 0 or 1
    ``run``                       how many of the last ``e(i)`` in a row are 1, at most
                                  ``number`` (0: no limit); with ``base`` 1 it stays there
    ``once``                      ``number`` from the first ``e(i)`` that is 1 on, ``start`` before
    ``latch``                     ``number`` after ``e(i)`` was 1, ``base`` after ``other``
                                  was 1, and ``start`` before either
    ============================  ====================================================

    Attributes:
        of: an ``int`` expression over the inputs.
        other: for ``latch`` a second such expression, for ``guarded sum`` a condition on the value.
        text: the claim in words.
    """

    variable: str
    shape: Shape
    start: int
    of: Expr
    text: str
    number: int = 0
    base: int = 1
    other: Expr | None = None
