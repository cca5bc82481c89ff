"""The picture of a network's hidden states, coloured by the state of its program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.network_kernel.cells import Cells
from mips_verify.report.page.drawing import COLOURS, INK, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mips_verify.network_kernel.network_certificate import NetworkCertificate
    from mips_verify.report.page.hidden_points import HiddenPoints
    from mips_verify.report.page.lattice_lines import LatticeLines

MOST_MARKS: Final = 60  # exact states that are marked; more would hide the points
_RING: Final = 70.0  # area of a mark where there are few, in square points
_FEW: Final = 12
_LINE_HEIGHT: Final = 1.9
_PLANE_HEIGHT: Final = 3.2
_BAR: Final = 0.02  # half the height of a bar


def exact_states(theorem: NetworkCertificate | None) -> Floats | None:
    """All hidden states that the network can reach, ``(n, hidden)``, if a proof lists them.

    It does if none of its cells has a width and any number of letters may follow.
    """
    cells = [] if theorem is None else [p.cells for p in theorem.proofs if isinstance(p, Cells)]
    for part in cells:
        points = not any(any(cell.radius) or cell.depth is not None for cell in part)
        if points and 0 < len(part) <= MOST_MARKS:
            return np.array([[float(v) for v in cell.centre] for cell in part])
    return None


def hidden_figure(
    found: HiddenPoints,
    names: tuple[str, ...],
    exact: Floats | None,
    lattice: LatticeLines | None = None,
) -> Figure:
    """Draw the hidden states.

    Args:
        found: the points.
        names: the program's state variables.
        exact: the exact hidden states, if the network has them.
        lattice: the lattice on which they lie, if there is one.
    """
    line = found.points.shape[1] == 1
    figure = new_figure(4.2, _LINE_HEIGHT if line else _PLANE_HEIGHT)
    axes = figure.add_subplot()
    if lattice is not None:
        _draw_lattice(axes, lattice)
    _scatter(axes, _in_plane(found.points), found.states, names)
    if exact is not None:
        marks = _in_plane((exact - found.centre) @ found.axes)
        area = _RING * min(1.0, _FEW / len(marks))
        axes.scatter(marks[:, 0], marks[:, 1], s=area, facecolors="none", edgecolors=INK,
                     linewidths=0.8, label="exact state")  # fmt: skip
    _label(axes, found)
    if axes.get_legend_handles_labels()[1]:
        title = f"state ({', '.join(names)})" if len(names) > 1 else None
        figure.legend(loc="outside lower center", ncols=4, fontsize=8, title=title)
    return figure


def _draw_lattice(axes: Axes, lattice: LatticeLines) -> None:
    from matplotlib.collections import LineCollection

    if lattice.ends.shape[2] == 1:  # a point of a line is drawn as a bar across it
        ends = np.concatenate([lattice.ends, np.zeros_like(lattice.ends)], axis=2)
        ends[:, 0, 1], ends[:, 1, 1] = -_BAR, _BAR
    else:
        ends = lattice.ends
    style: dict[str, Any] = {"colors": INK, "linewidths": 0.5, "alpha": 0.3, "zorder": 0}
    axes.add_collection(LineCollection(list(ends), **style))


def _in_plane(points: Floats) -> Floats:
    """Points of a line at height 0; others as they are."""
    return points if points.shape[1] == 2 else np.hstack([points, np.zeros_like(points)])


def _scatter(axes: Axes, points: Floats, states: Ints, names: tuple[str, ...]) -> None:
    """One colour a state if there are few, else shades by the first state variable."""
    size: dict[str, Any] = {"s": 16, "linewidths": 0}
    kinds = np.unique(states, axis=0)
    if not names:
        axes.scatter(points[:, 0], points[:, 1], color=COLOURS[0], **size)
    elif len(kinds) <= len(COLOURS):
        for colour, kind in zip(COLOURS, kinds, strict=False):
            here = points[(states == kind).all(axis=1)]
            text = ", ".join(map(str, kind.tolist()))
            text = f"{names[0]} = {text}" if len(names) == 1 else text
            axes.scatter(here[:, 0], here[:, 1], color=colour, label=text, **size)
    else:
        shade = axes.scatter(points[:, 0], points[:, 1], c=states[:, 0].astype(float),
                             cmap="viridis", **size)  # fmt: skip
        axes.figure.colorbar(shade, ax=axes, label=names[0])


def _label(axes: Axes, found: HiddenPoints) -> None:
    hidden = len(found.centre)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if hidden == 1:
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("hidden value")
        return
    kind = "hidden value" if hidden == 2 else "principal axis"
    axes.set_xlabel(f"{kind} 1")
    axes.set_ylabel(f"{kind} 2")
