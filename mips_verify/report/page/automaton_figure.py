"""A small finite program as an automaton: its states on a circle, and arrows between them.

A circle needs no layout program, and the automata that are small enough to be read as a picture
are small enough for it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from mips_verify.errors import MipsVerifyError
from mips_verify.report.page.drawing import COLOURS, INK, new_figure
from mips_verify.report.state_graph import StateGraph, Values, state_graph
from mips_verify.spec.value_names import Names, called

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine

MOST_STATES: Final = 8
MOST_LETTERS: Final = 32
MOST_ARROWS: Final = 12  # from one state to another; the labels of more lie on one another
LABEL: Final = 16  # characters of a label of an arrow
MOST_LINES: Final = 3  # of one arrow, each for other outputs
_HALF_WIDTH: Final = 2.4  # of the picture, where the states lie on a circle of radius 1
_RADIUS: Final = 0.16  # of a state
_SMALL: Final = 7.5  # points of a label

Arrows = dict[tuple[int, int], list[str]]
Point = tuple[float, float]


def small_graph(program: Machine, domain: Domain) -> StateGraph:
    """The states and steps of a program.

    Raises:
        MipsVerifyError: there are more than can be drawn.
    """
    graph = state_graph(program, domain, "a picture", MOST_STATES, MOST_LETTERS)
    between = {(q, p) for q, _, p, _ in graph.arrows() if q != p}
    if len(between) > MOST_ARROWS:
        raise MipsVerifyError(f"{len(between)} arrows are too many for a picture")
    return graph


def automaton_figure(graph: StateGraph, names: Names) -> Figure:
    """Draw the states and steps; an arrow says "letters / outputs"."""
    height = {1: 1.0, 2: 0.9}.get(len(graph.states), 1.75)  # half of it; two states lie on a line
    figure = new_figure(5.2, 5.2 * height / _HALF_WIDTH)
    axes = figure.add_subplot()
    places = _places(len(graph.states))
    for (q, p), labels in _arrows(graph, names).items():
        text = "\n".join(labels[:MOST_LINES] + ["…"] * (len(labels) > MOST_LINES))
        if q == p:
            _loop(axes, places[q], text)
        else:
            _arrow(axes, places[q], places[p], text)
    for q, place in enumerate(places):
        _state(axes, place, ", ".join(called((), graph.states[q])) or "•", start=q == 0)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-_HALF_WIDTH, _HALF_WIDTH)
    axes.set_ylim(-height, height)
    return figure


def _places(count: int) -> list[Point]:
    """The first state on the left, the others clockwise from there."""
    if count == 1:
        return [(0.0, 0.0)]
    turns = [math.pi - 2 * math.pi * i / count for i in range(count)]
    return [(math.cos(a), 0.9 * math.sin(a)) for a in turns]


def _arrows(graph: StateGraph, names: Names) -> Arrows:
    """The labels of the arrow from one state to another, one for each outputs."""
    read: dict[tuple[int, int, Values], list[str]] = {}
    for q, a, p, out in graph.arrows():
        read.setdefault((q, p, out), []).append(names.letter(a))
    found: Arrows = {}
    for (q, p, out), letters in read.items():
        found.setdefault((q, p), []).append(f"{_brief(letters, graph)} / {names.answer(out)}")
    return found


def _brief(letters: list[str], graph: StateGraph) -> str:
    """The letters, or how many they are where their names are too long for a picture."""
    if len(letters) == len(graph.letters) > 1:
        return "any"
    text = " ".join(letters)
    return text if len(text) <= LABEL else f"{len(letters)} letters"


def _state(axes: Axes, place: Point, text: str, *, start: bool) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle(place, _RADIUS, facecolor=f"{COLOURS[0]}40", edgecolor=INK,
                          linewidth=2.0 if start else 0.8, zorder=3))  # fmt: skip
    axes.text(*place, text, ha="center", va="center", zorder=4, fontsize=8)


def _arrow(axes: Axes, a: Point, b: Point, text: str) -> None:
    """A curved arrow; its label stands beside its middle, on the side to which it bends."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    far = math.hypot(dx, dy)
    bend = 0.18
    axes.annotate("", b, a, arrowprops={
        "arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "shrinkA": 12, "shrinkB": 12,
        "connectionstyle": f"arc3,rad={bend}",
    })  # fmt: skip
    side = 0.5 * bend * far + 0.14  # arc3 bends to the right of its direction
    middle = (a[0] + b[0]) / 2 + side * dy / far, (a[1] + b[1]) / 2 - side * dx / far
    axes.text(*middle, text, ha="center", va="center", fontsize=_SMALL)


def _loop(axes: Axes, place: Point, text: str) -> None:
    """An arrow from a state to itself, on the side away from the middle of the picture."""
    from matplotlib.patches import FancyArrowPatch
    from matplotlib.path import Path

    far = math.hypot(*place)
    turn = math.atan2(place[1], place[0]) if far else math.pi / 2
    corners = [(0.5, _RADIUS), (0.6, 4 * _RADIUS), (-0.6, 4 * _RADIUS), (-0.5, 1.05 * _RADIUS)]
    path = Path([(place[0] + r * math.cos(turn + d), place[1] + r * math.sin(turn + d))
                 for d, r in corners], [Path.MOVETO, *[Path.CURVE4] * 3])  # fmt: skip
    axes.add_patch(FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=8, color=INK,
                                   fill=False, linewidth=0.8))  # fmt: skip
    x, y = math.cos(turn), math.sin(turn)
    side = "left" if x > 0.3 else "right" if x < -0.3 else "center"
    axes.text(place[0] + 0.56 * x, place[1] + 0.62 * y, text, ha=side, va="center",
              fontsize=_SMALL)  # fmt: skip
