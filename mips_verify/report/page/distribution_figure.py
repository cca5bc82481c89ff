"""How often each value occurs in many runs, a panel of bars for each thing that is counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mips_verify.report.page.drawing import COLOURS, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Counts = tuple[tuple[str, int], ...]
MOST: Final = 8  # bars of a panel; the rest are one bar


def distribution_figure(counted: Sequence[tuple[str, Counts]]) -> tuple[Figure, str] | None:
    """The panels with their caption; none if nothing is counted."""
    from matplotlib.ticker import MaxNLocator

    shown = [(title, _fewer(counts)) for title, counts in counted if counts]
    if not shown:
        return None
    most = max(len(counts) for _, counts in shown)
    figure = new_figure(2.6 * len(shown), 0.8 + 0.25 * most)
    for i, (title, counts) in enumerate(shown):
        axes = figure.add_subplot(1, len(shown), i + 1)
        places = range(len(counts))
        axes.barh(places, [n for _, n in counts], color=COLOURS[i % len(COLOURS)])
        axes.set_yticks(places, [label for label, _ in counts])
        axes.set_ylim(most - 0.5, -0.5)  # the first value is on top
        axes.set_title(title, fontsize="medium")
        axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    return figure, "A bar is the number of runs."


def _fewer(counts: Counts) -> Counts:
    """The first values, and the others together."""
    if len(counts) <= MOST:
        return counts
    others = sum(n for _, n in counts[MOST - 1 :])
    return (*counts[: MOST - 1], ("others", others))
