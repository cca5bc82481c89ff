"""Where the labels of a picture stand, so that none lies on another or on a state.

Each label has a few places that would do, the best first. One after the other gets its first place
that is free; if none is, the one that covers least.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, bottom, right, top
CHARACTER: Final = 0.056  # width of one of a label, in units of the picture
LINE: Final = 0.13  # height of a line of one


@dataclass(slots=True)
class LabelPlaces:
    """The places that are taken, as boxes with what each belongs to.

    Attributes:
        taken: of labels, and of circles and lines by their points.
    """

    taken: list[tuple[Box, object]] = field(default_factory=list)

    def add(self, places: Iterable[Point], radius: float, owner: object) -> None:
        """Take some points, each with so much around it; a label may lie on its owner's points."""
        self.taken += [((x - radius, y - radius, x + radius, y + radius), owner) for x, y in places]

    def choose(
        self, text: str, places: Iterable[tuple[Point, str]], owner: object
    ) -> tuple[Point, str]:
        """A place for a label, which is then taken.

        Args:
            text: the label, of one or more lines.
            places: where it may stand, each a point and which side of the label is at the point:
                ``left``, ``right`` or ``center``.
            owner: what the label belongs to.
        """
        best = min(places, key=lambda place: self._covered(_box(text, *place), owner))
        self.taken.append((_box(text, *best), None))
        return best

    def _covered(self, box: Box, owner: object) -> float:
        return sum(_common(box, other) for other, of in self.taken if of is None or of != owner)


def _box(text: str, place: Point, side: str) -> Box:
    lines = text.split("\n")
    width, height = CHARACTER * max(map(len, lines)), LINE * len(lines)
    left = place[0] - {"left": 0.0, "center": width / 2, "right": width}[side]
    return left, place[1] - height / 2, left + width, place[1] + height / 2


def _common(a: Box, b: Box) -> float:
    """The area that two boxes share."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    return max(width, 0.0) * max(height, 0.0)
