"""A small finite program as an automaton: its states on a circle, and arrows between them.

On a circle no arrow runs through a third state, whatever the automaton, and no layout program is
needed. A label stands on its arrow, nearer to the start than to the end: in the middle of the
circle many arrows meet.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from mips_verify.errors import MipsVerifyError
from mips_verify.report.page.drawing import COLOURS, GROUND, INK, new_figure
from mips_verify.report.page.label_places import LabelPlaces, Point
from mips_verify.report.state_graph import StateGraph, Values, state_graph
from mips_verify.spec.value_names import Names, Words, called

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine

MOST_STATES: Final = 30
FEW: Final = 8  # states, or arrows, for which a circle of radius 1 has room
MOST_LETTERS: Final = 32
ARROWS: Final = 20  # from one state to another that can always be told apart
ARROWS_EACH: Final = 2.0  # for each state; the labels of more would lie on one another
LABEL: Final = 16  # characters of a label of an arrow
MOST_LINES: Final = 3  # of one arrow, each for other outputs
_BESIDE: Final = 1.4  # between the circle of states and the edge of the picture
_INCHES: Final = 1.08  # for a unit of length
_BEND: Final = 0.18
_ALONG: Final = (0.36, 0.3, 0.42, 0.24, 0.48, 0.54, 0.6, 0.66)  # of a label: 0 is the start
_POINTS: Final = 16  # parts of an arrow that labels keep away from
_LINE: Final = 0.03  # half of what an arrow needs beside it
_APART: Final = 0.06  # between an arrow and the end of its label
_TURNS: Final = (0.0, 0.5, -0.5, 0.9, -0.9)  # of the label of a loop, from the loop's middle
_RADIUS: Final = 0.16  # of a state
_SHORT: Final = 4  # characters of a state that fit its circle
_WORD: Final = 8  # of a line in it, smaller
_SMALL: Final = 7.5  # points of a label

Arrows = dict[tuple[int, int], list[str]]


def small_graph(program: Machine, domain: Domain) -> StateGraph:
    """The states and steps of a program.

    Raises:
        MipsVerifyError: there are more than can be drawn.
    """
    graph = state_graph(program, domain, "a picture", MOST_STATES, MOST_LETTERS)
    between = {(q, p) for q, _, p, _ in graph.arrows() if q != p}
    if len(between) > max(ARROWS, ARROWS_EACH * len(graph.states)):
        raise MipsVerifyError(f"{len(between)} arrows are too many for a picture")
    return graph


def automaton_figure(graph: StateGraph, names: Names, words: Sequence[Words]) -> Figure:
    """Draw the states and steps; an arrow says "letters / outputs".

    Args:
        graph: the states and steps.
        names: what the values of inputs and outputs are called.
        words: what those of each state variable are called.
    """
    count = len(graph.states)
    arrows = _arrows(graph, names)
    far = max(1.0, count / FEW, min(len(arrows), ARROWS) / FEW)
    width = far + _BESIDE
    height = {1: 1.0, 2: 0.9}.get(count, far + 0.75)  # half of it; two states lie on a line
    figure = new_figure(2 * _INCHES * width, 2 * _INCHES * height)
    axes = figure.add_subplot()
    places = _places(count, far)
    labels = LabelPlaces()
    for q, place in enumerate(places):
        _state(axes, place, _called(words, graph.states[q]), start=q == 0)
        labels.add([place], _RADIUS, None)
    for q, p in arrows:
        if q != p:
            curve = [_on_arrow(places[q], places[p], i / _POINTS) for i in range(1, _POINTS)]
            labels.add(curve, _LINE, (places[q], places[p]))
    for (q, p), lines in sorted(arrows.items(), key=lambda arrow: arrow[0][0] != arrow[0][1]):
        text = "\n".join(lines[:MOST_LINES] + ["…"] * (len(lines) > MOST_LINES))
        if q == p:
            _loop(axes, places[q], text, labels)
        else:
            _arrow(axes, places[q], places[p], text, labels)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-width, width)
    axes.set_ylim(-height, height)
    return figure


def _places(count: int, far: float) -> list[Point]:
    """The first state on the left, the others clockwise from there."""
    if count == 1:
        return [(0.0, 0.0)]
    turns = [math.pi - 2 * math.pi * i / count for i in range(count)]
    return [(far * math.cos(a), 0.9 * far * math.sin(a)) for a in turns]


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


def _called(words: Sequence[Words], state: Values) -> str:
    """A state as lines of text that fit a circle: names, or numbers if the names do not fit."""
    lines = textwrap.wrap(", ".join(called(words, state)), _WORD, break_long_words=False)
    if len(lines) > MOST_LINES or any(len(line) > _WORD for line in lines):
        lines = textwrap.wrap(", ".join(map(str, state)), _WORD)
    return "\n".join(lines) or "•"


def _state(axes: Axes, place: Point, text: str, *, start: bool) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle(place, _RADIUS, facecolor=f"{COLOURS[0]}40", edgecolor=INK,
                          linewidth=2.0 if start else 0.8, zorder=3))  # fmt: skip
    size = 8 if len(text) <= _SHORT else 6
    axes.text(*place, text, ha="center", va="center", zorder=4, fontsize=size)


def _arrow(axes: Axes, a: Point, b: Point, text: str, labels: LabelPlaces) -> None:
    """A curved arrow with its label."""
    axes.annotate("", b, a, arrowprops={
        "arrowstyle": "-|>", "color": INK, "linewidth": 0.8, "shrinkA": 12, "shrinkB": 12,
        "connectionstyle": f"arc3,rad={_BEND}",
    })  # fmt: skip
    on = [(_on_arrow(a, b, along), "center") for along in _ALONG]
    (x, y), side = labels.choose(text, on + [_outside(a, b, along) for along in _ALONG], (a, b))
    box = {"facecolor": GROUND, "edgecolor": "none", "pad": 0.8}
    axes.text(x, y, text, ha=side, va="center", fontsize=_SMALL, bbox=box)


def _on_arrow(a: Point, b: Point, along: float) -> Point:
    """A point on an arrow; arc3 is a quadratic curve, drawn to the right of its direction."""
    dx, dy, side = b[0] - a[0], b[1] - a[1], 2 * along * (1 - along) * _BEND
    return a[0] + along * dx + side * dy, a[1] + along * dy - side * dx


def _outside(a: Point, b: Point, along: float) -> tuple[Point, str]:
    """Where a label stands that has its end at an arrow, on the side to which the arrow bends."""
    turn = math.atan2(a[0] - b[0], b[1] - a[1])
    x, y = _on_arrow(a, b, along)
    return (x + _APART * math.cos(turn), y + 2 * _APART * math.sin(turn)), _side(turn)


def _loop(axes: Axes, place: Point, text: str, labels: LabelPlaces) -> None:
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
    (x, y), side = labels.choose(text, [_beside(place, turn + d) for d in _TURNS], None)
    axes.text(x, y, text, ha=side, va="center", fontsize=_SMALL)


def _beside(place: Point, turn: float) -> tuple[Point, str]:
    """Where the label of a loop stands, in a direction from its state, and on which side of it."""
    x, y = math.cos(turn), math.sin(turn)
    return (place[0] + 0.56 * x, place[1] + 0.62 * y), _side(turn)


def _side(turn: float) -> str:
    """The side of a label at a point from which it leads away in a direction."""
    x = math.cos(turn)
    return "left" if x > 0.3 else "right" if x < -0.3 else "center"
