"""How the error of a network fell while it was trained."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mips_verify.report.page.drawing import COLOURS, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mips_verify.train.train import Attempt

_RIGHT = 0.5  # an error below it is rounded away


def training_curve(trail: Sequence[Attempt]) -> tuple[Figure, str] | None:
    """The curve of the last method that has one, with its caption; none if it was solved at once.

    A method that solves equations takes no steps, so that it has no curve.
    """
    attempt = next((a for a in reversed(trail) if len(a.curve) > 1), None)
    if attempt is None:
        return None
    figure = new_figure(4.2, 2.4)
    axes = figure.add_subplot()
    axes.semilogy(range(1, len(attempt.curve) + 1), attempt.curve, color=COLOURS[0])
    axes.axhline(_RIGHT, color=INK, linewidth=0.6, linestyle="--")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.set_xlabel("look at the network")
    axes.set_ylabel("worst error")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    caption = (
        f"The worst error of the best network of {attempt.name}, each time that it was looked at "
        f"on a batch ({attempt.steps} steps in all). Below the dashed line every output rounds to "
        "its label; batches and their lengths change, so the curve may rise."
    )
    return figure, caption
