"""The pictures of a section: a program as an automaton, and its network's hidden states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.algebra.percent import percent
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.report.page.automaton_figure import automaton_figure, small_graph
from mips_verify.report.page.distribution_figure import distribution_figure
from mips_verify.report.page.drawing import STYLE, to_svg, write_figure
from mips_verify.report.page.hidden_figure import exact_states, hidden_figure
from mips_verify.report.page.hidden_points import HiddenPoints, hidden_points
from mips_verify.report.page.lattice_lines import LatticeLines, lattice_lines
from mips_verify.report.page.normal_form_figure import normal_form
from mips_verify.report.page.training_figure import training_curve
from mips_verify.report.state_words import state_words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mips_verify.report.page.subject import Subject

WIDTH: Final = 6.0  # inches of half a page


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG with its caption, or the reason why there is none.

    Attributes:
        title: what it shows.
        svg_html: the picture, if there is one.
        caption: what its marks mean, or the reason.
        wide: whether it needs the whole width of a page.
    """

    title: str
    svg_html: str
    caption: str
    wide: bool = False


def pictures(subject: Subject, key: str, folder: Path | None) -> Iterator[Picture]:
    """All pictures of a subject; also written into a folder if one is given."""
    from matplotlib import rc_context

    if subject.program is None or subject.domain is None:
        return
    with rc_context(STYLE):
        for title, name, drawn in (
            ("The program as an automaton", "automaton", _automaton(subject)),
            ("Inside the network", "states", _states(subject)),
            (
                "The network's normal form",
                "normal_form",
                normal_form(subject.network, subject.domain, subject.length),
            ),
            ("Training", "training", training_curve(subject.trail)),
            ("The runs", "runs", distribution_figure(subject.distributions)),
        ):
            if drawn is None:
                continue
            if isinstance(drawn, str):
                yield Picture(title, "", drawn, wide=True)  # leaves no gap beside a picture
                continue
            figure, caption = drawn
            if folder is not None:
                write_figure(figure, folder, f"{_file_name(subject.name)}_{key}_{name}")
            says = escape(f"{title}: {subject.name}")
            wide = figure.get_figwidth() > WIDTH
            yield Picture(title, to_svg(figure, f"{key}-{name}", says), caption, wide)


def _file_name(name: str) -> str:
    """A name without what a path cannot hold."""
    return re.sub(r"[^\w.-]", "_", name)


def _automaton(subject: Subject) -> tuple[Figure, str] | str:
    assert subject.program is not None
    assert subject.domain is not None
    try:
        graph = small_graph(subject.program, subject.domain)
    except MipsVerifyError as error:
        return f"No picture: {one_line(str(error))}."
    names = ", ".join(subject.program.state)
    state = f"({names})" if names else "nothing"
    caption = f"A circle is a state {state}, the thick one the first; arrows: letters / outputs."
    words = state_words(subject.program, subject.names)
    return automaton_figure(graph, subject.names, words), caption


def _states(subject: Subject) -> tuple[Figure, str] | str | None:
    if subject.distributions:
        return None  # many networks
    if subject.network is None or subject.program is None or subject.domain is None:
        return "No picture: there is no network that can be read."
    try:
        found = hidden_points(subject.network, subject.program, subject.domain, subject.length)
    except (MipsVerifyError, ArithmeticError, ValueError) as error:
        return f"No picture: {one_line(str(error))}."
    exact = exact_states(subject.theorem) if found.what == "hidden states" else None
    lattice = lattice_lines(found)
    figure = hidden_figure(found, subject.program.state, exact, lattice)
    return figure, _caption(found, subject.length, exact is not None, lattice)


def _caption(found: HiddenPoints, length: int, marked: bool, lattice: LatticeLines | None) -> str:
    size = len(found.centre)
    seen = "" if found.all_seen else ", a part of those seen"
    sentences = [
        f"{len(found.points)} {found.what}, of {size} value{'s' * (size > 1)}, on random words of "
        f"up to {length} letters{seen}; colours are the program's states."
    ]
    if size > 2:
        sentences.append(
            "The plane of their two principal axes shows "
            f"{percent(found.share, 1)} of their variance."
        )
    if lattice is not None:
        drawn = "" if lattice.every == 1 else f"; one of {lattice.every} is drawn"
        sentences.append(f"The lines are those of the lattice on which they lie{drawn}.")
    if marked:
        sentences.append("Rings mark the exact states that the theorem about the network names.")
    return " ".join(sentences)
