"""Bounds on the work of the search for failures, and what larger ones give.

Bounds count letters, candidates and cells, never seconds. More work finds rarer failures and
shorter words; no budget makes a failure that is found wrong.
"""

from __future__ import annotations

from typing import Final

# --- words on which a network is tried ---------------------------------------------------------
# words of one length, if a network is tried on all of them; more where the first show no failure,
# which takes a second or two for a small network of two letters
MOST_LISTED: Final = (4_096, 2**17)
TOGETHER_LISTED: Final = 8_192  # of these words that are run at once
# Lengths of words, and words of each. Short words come first, so that a short failure is found
# first; together 3.5 million letters, a second for a small network.
ROUNDS: Final = ((10, 8_192), (20, 4_096), (50, 2_048), (200, 1_024), (1_000, 512), (10_000, 256))
# words, and letters of each, on which a network is tried before any proof of it
GLANCE: Final = 256
GLANCE_LETTERS: Final = 50
FEWEST: Final = 8  # words of a length, however large the network is
LIGHT: Final = 256  # products of a step in a light network; heavier ones get fewer words
LIGHT_BOX: Final = 16**3  # products of a box's image in a light network; see `fewer_boxes`
LIGHT_CELL: Final = 32**3  # the same where each cell has coordinates of its own
PALETTE: Final = 12  # letters of structured words: all of a small alphabet, else its extremes
BLOCK: Final = 128  # letters between two looks at the outputs; more waste letters after a failure
CONFIRMED: Final = 16  # words that are run alone; in nearly all cases the first one fails

# --- shorter words -----------------------------------------------------------------------------
SHORTENING: Final = 4_000_000  # letters read, counting at least STEP_LETTERS a step
STEP_LETTERS: Final = 32  # letters that cost as much as the calls of numpy in one step
CUTS: Final = 64  # places at which letters are cut out, for each number of letters
TOGETHER: Final = 64  # shorter words that are run at once
AGAIN: Final = 5  # times that other words, a letter shorter, are tried
AGAIN_LETTERS: Final = 500_000  # letters of these words each time

# --- exact runs --------------------------------------------------------------------------------
EXACT_CELLS: Final = 200_000_000  # products of 64-bit numbers in one exact run
SURPLUS: Final = 256  # places that are kept beyond what errors can gain until the end of a word
NEARBY: Final = 8  # words near a failure that only float64 has, which are run exactly

# --- proofs ------------------------------------------------------------------------------------
LABELS: Final = 400  # states of a program whose cells are looked for
BOXES: Final = 1_000  # boxes in one search; more follow longer transients
BOX_IMAGES: Final = 300_000  # images taken in one search for closed boxes
# comparisons of an image with a box in one search; those that close make up to a hundred thousand
BOX_COMPARISONS: Final = 4_000_000
BOX_ROUNDS: Final = 120  # a box that still grows then will hardly stop
FEW: Final = 2_000  # exact states times letters that are looked at first of all
MANY: Final = 20_000  # and where nothing else reaches as far
LEVEL_IMAGES: Final = 20_000  # images taken letter by letter; more prove longer words
OWN_LENGTH_IMAGES: Final = 120_000  # the same, as long as words that trained a network are longer


def fewer(count: int, hidden: int) -> int:
    """A number of words for a network with so many hidden values: a step is quadratic in them."""
    return _share(count, hidden**2 / LIGHT)


def fewer_boxes(count: int, hidden: int, light: int = LIGHT_BOX) -> int:
    """A number of boxes: each is spanned by ``hidden`` axes, so that its image is cubic in them."""
    return _share(count, hidden**3 / light)


def _share(count: int, heavy: float) -> int:
    return max(FEWEST, int(count / max(1.0, heavy)))
