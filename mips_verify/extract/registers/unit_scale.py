"""Integers behind the numbers of a hidden unit: its scale, and a saturating shift for each letter.

A trained network often keeps an integer in one unit, or along one direction of its hidden state,
up to a factor and small errors. On steps with the same letter such a number usually moves by the
same amount, or always becomes the same; all these amounts are multiples of the factor.

Source: the integer autoencoders of Michaud et al. (arXiv 2402.05110, section 3.2) find lattices of
hidden states; here each direction has a factor of its own, since registers saturate and reset.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Bools, Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.registers.saturating_shifts import FAR, Actions

ALIKE: Final = 0.02  # amounts count as the same within this share of a large one
USUAL: Final = 0.9  # of the moves are not larger than a large one; resets may be much larger
SAME_LINE: Final = 0.999  # cosine of two directions that count as one
ALWAYS: Final = 0.9  # a letter that leads to one value at this share of its steps forgets the rest
CLEAN: Final = 0.05  # errors of multiples, root mean square: these are surely multiples
FAIR: Final = 0.15  # and these may be; errors of other numbers are 0.29 on average
CUT: Final = 0.5  # a step that ends this far, in factors, from where the shift leads was clamped
SEEN: Final = 10  # fewer steps show nothing: no bound, and no usual move
SAME: Final = 0.6  # share of clamped steps that must end at the bound
ODD: Final = 0.01  # share of steps that may end beyond it
HALF: Final = 0.2  # bounds this near to a half may be rounded either way


def directions(hidden: Floats, letters: Ints, count: int) -> Iterator[Floats]:
    """Numbers ``(n, steps + 1)`` of a hidden state that may be integers on some scale.

    First each unit; then, for units that mix registers, the directions in which most letters move
    nothing.

    Args:
        hidden: hidden states ``(n, steps + 1, units)``.
        letters: indices ``(n, steps)`` below ``count``.
        count: size of the alphabet.
    """
    units = [u for u in np.moveaxis(hidden, 2, 0) if np.ptp(u) > 0.0]
    yield from units
    if not 1 < len(units) <= budgets.MIXED_UNITS:
        return
    moves = np.stack([_usual_moves(u, letters, count)[0] for u in units], axis=1)
    sets = itertools.combinations(range(count), len(units) - 1)
    normals = np.array([np.linalg.svd(moves[list(some)])[2][-1] for some in sets])
    moved = np.abs(moves @ normals.T)
    still = (moved <= ALIKE * moved.max(axis=0)).sum(axis=0)
    kept: list[Floats] = []
    for normal in normals[np.argsort(-still, kind="stable")]:
        if len(kept) < len(units) and all(abs(normal @ other) < SAME_LINE for other in kept):
            kept.append(normal)
            yield np.tensordot(normal, np.array(units), axes=1)


def integer_actions(values: Floats, letters: Ints, count: int) -> list[Actions]:
    """The saturating shifts that explain a number, counted from its start on its own scale.

    There are several where the bounds are not near to integers, and none without a scale.

    Args:
        values: the number along words, ``(n, steps + 1)``.
        letters: indices ``(n, steps)`` below ``count``.
        count: size of the alphabet.
    """
    values = values - values[0, 0]
    moves, images = _usual_moves(values, letters, count)
    forgets = ~np.isnan(images)
    factor = _factor(moves[~forgets])
    if factor is None:
        return []
    if moves[~forgets][np.flatnonzero(np.abs(moves[~forgets]) > factor / 2)[-1]] < 0:
        factor = -factor  # so that the last letter that moves anything adds to the number
    shift = np.where(forgets, 0, np.rint(moves / factor)).astype(np.int64)
    image = np.where(forgets, np.rint(np.nan_to_num(images) / factor), 0).astype(np.int64)
    lows, highs = (
        [sign * bound for bound in _bounds(sign * values / factor, letters, sign * shift, forgets)]
        for sign in (-1, 1)
    )
    return [
        Actions(shift, np.where(forgets, image, low), np.where(forgets, image, high))
        for low, high in itertools.product(lows, highs)
    ]


def _usual_moves(values: Floats, letters: Ints, count: int) -> tuple[Floats, Floats]:
    """How far each letter usually moves a number, and where it always leads, else NaN.

    Both are ``(count,)``; a letter that was never read moves nothing. Steps from the least and the
    largest values do not count if there are others: a register that is full moves no more.
    """
    moved, before = np.diff(values, axis=1), values[:, :-1]
    width = ALIKE * float(np.quantile(np.abs(moved), USUAL))
    edge = ALIKE * float(np.ptp(before))
    inside = (before > before.min() + edge) & (before < before.max() - edge)
    moves, images = np.zeros(count), np.full(count, np.nan)
    for a in range(count):
        read = letters == a
        if not read.any():
            continue
        image, always = _usual(values[:, 1:][read], width)
        within = read & inside if (read & inside).sum() >= SEEN else read
        moves[a], share = _usual(moved[within], width)
        if always >= ALWAYS and always > share:
            images[a] = image
    return moves, images


def _usual(values: Floats, width: float) -> tuple[float, float]:
    """The middle of the interval of this width that holds most values, and their share."""
    values = np.sort(values)
    ends = np.searchsorted(values, values + width, side="right")
    first = int(np.argmax(ends - np.arange(len(values))))
    inside = values[first : ends[first]]
    return float(np.median(inside)), len(inside) / len(values)


def _factor(moves: Floats) -> float | None:
    """The number of which all moves are nearly multiples; ``None`` if there is none.

    The largest of which they are multiples but for tiny errors, or else that with the least errors.
    """
    largest = float(np.abs(moves).max(initial=0.0))
    moves = moves[np.abs(moves) > ALIKE * largest]
    fair: list[tuple[float, float]] = []
    for parts in range(1, budgets.UNIT_PARTS + 1 if len(moves) else 1):
        multiples = np.rint(moves * parts / largest)
        factor = float(moves @ multiples / (multiples @ multiples))
        error = float(np.sqrt(np.mean((moves / factor - multiples) ** 2)))
        if error <= CLEAN:
            return factor
        if error <= FAIR:  # which more parts do more easily
            fair.append((error * math.sqrt(parts), factor))
    return min(fair)[1] if fair else None


def _bounds(scaled: Floats, letters: Ints, shift: Ints, forgets: Bools) -> list[Ints]:
    """The upper bounds of each letter that steps lead to, ``(letters,)`` each; at least one.

    Numbers may be bounded after the shift or before it; the bound of the first kind is the same
    for every letter. There are two where it is not near to an integer.
    """
    moved, ends = scaled[:, :-1] + shift[letters], scaled[:, 1:]
    cut = (moved - ends > CUT) & ~forgets[letters]
    if cut.sum() >= SEEN:
        for by, numbers in ((np.zeros_like(shift), ends), (shift, ends - shift[letters])):
            bound, share = _usual(numbers[cut], CUT)
            beyond = (numbers > bound + CUT) & ~forgets[letters]
            if share >= SAME and beyond.mean() <= ODD:
                near = [np.floor(bound), np.ceil(bound)]
                if abs(bound - near[0] - 0.5) >= HALF:
                    near = [np.rint(bound)]
                return [by + int(b) for b in near]
    return [np.full_like(shift, FAR)]
