"""The weights of a linear step before and after the normalisers, as in the paper's Figure 4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network
from mips_verify.report.page.drawing import COLOURS, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mips_verify.kernel.domain import Domain
    from mips_verify.network.sequence_function import Recurrent
    from mips_verify.normalize.result import Normalised

MOST_HIDDEN: Final = 10
_CELL: Final = 0.4  # inches
_SMALL: Final = 6.5  # points of a number
_DEEPEST: Final = 0.75  # opacity of the largest number


def normal_form(
    network: Recurrent | None, domain: Domain, length: int
) -> tuple[Figure, str] | None:
    """The picture with its caption; none of a network that has no normal form or is in it.

    Args:
        network: the network, if there is one.
        domain: its letters.
        length: letters in the sequences that trained it.
    """
    from mips_verify.normalize.normalizers import normalize
    from mips_verify.normalize.result import Check

    low, high = min(domain.lows), max(domain.highs)
    if not isinstance(network, Network) or len(network.f) > 1 or low == high:
        return None
    if network.hidden > MOST_HIDDEN:
        return None
    steps = normalize(network, Check(low, high, length))
    before, after = network.f[0][0], steps[-1].network.f[0][0]
    if before.shape == after.shape and np.allclose(before, after):
        return None
    return _drawn(before, after), _caption(steps)


def _caption(steps: tuple[Normalised, ...]) -> str:
    done = ", ".join(s.name for s in steps if s.declined is None)
    same = "give the same outputs on words of every length, in exact arithmetic"
    if not all(s.difference.exact for s in steps):
        most = sum(s.difference.bound for s in steps)
        same = f"give outputs that differ by at most {most:.1g} on words of the trained length"
    return (
        "Weights of a step: each row is a hidden value after a letter; the columns are the hidden "
        f"values before it and, after the line, the inputs. Left as they are, right after {done}. "
        f"The two networks {same}."
    )


def _drawn(before: Floats, after: Floats) -> Figure:
    columns, rows = before.shape[1] + after.shape[1] + 1, max(len(before), len(after))
    figure = new_figure(_CELL * columns, _CELL * (rows + 1))
    figure.set_layout_engine("constrained", wspace=0.12)
    ratios = [before.shape[1], after.shape[1]]
    pair = figure.subplots(1, 2, width_ratios=ratios)
    for axes, weights, title in zip(pair, (before, after), ("before", "after"), strict=True):
        _matrix(axes, weights)
        axes.set_title(title, fontsize=8)
    return figure


def _matrix(axes: Axes, weights: Floats) -> None:
    """A square for each number: its colour is the sign, its depth the size."""
    from matplotlib.patches import Rectangle

    rows, columns = weights.shape
    largest = float(np.abs(weights).max()) or 1.0
    for i, j in np.ndindex(rows, columns):
        value = float(weights[i, j])
        colour, depth = COLOURS[value < 0], _DEEPEST * abs(value) / largest
        axes.add_patch(Rectangle((j, -i - 1), 1, 1, facecolor=colour, alpha=depth, linewidth=0))
        axes.text(j + 0.5, -i - 0.5, f"{value:.3g}", ha="center", va="center", fontsize=_SMALL)
    axes.axvline(rows, color=INK, linewidth=0.8)  # a column for each hidden value stands before it
    axes.set_xlim(0, columns)
    axes.set_ylim(-rows, 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
