"""The pictures of a bundle: its program as an automaton, and its network's hidden states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.report.page.automaton_figure import automaton_figure, small_graph
from mips_verify.report.page.drawing import STYLE, to_svg, write_figure
from mips_verify.report.page.hidden_figure import exact_states, hidden_figure
from mips_verify.report.page.hidden_points import HiddenPoints, hidden_points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from mips_verify.kernel.certificate import Certificate
    from mips_verify.report.page.given_bundle import GivenBundle


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as SVG with its caption, or the reason why there is none."""

    title: str
    svg_html: str
    caption: str


def pictures(given: GivenBundle, key: str, folder: Path | None) -> Iterator[Picture]:
    """All pictures of a bundle; also written into a folder if one is given."""
    from matplotlib import rc_context

    if (proof := given.proof) is None:
        return
    with rc_context(STYLE):
        for title, name, drawn in (
            ("The program as an automaton", "automaton", _automaton(proof)),
            ("Hidden states of the network", "states", _states(given)),
        ):
            if isinstance(drawn, str):
                yield Picture(title, "", drawn)
                continue
            figure, caption = drawn
            if folder is not None:
                write_figure(figure, folder, f"{given.name}_{key}_{name}")
            says = escape(f"{title}: {given.name}")
            yield Picture(title, to_svg(figure, f"{key}-{name}", says), caption)


def _automaton(proof: Certificate) -> tuple[Figure, str] | str:
    try:
        graph = small_graph(proof)
    except MipsVerifyError as error:
        return f"No picture: {one_line(str(error))}."
    state = f"({', '.join(proof.program.state)})" if proof.program.state else "nothing"
    caption = f"A circle is a state {state}, the thick one the first; arrows: letters / outputs."
    return automaton_figure(proof, graph), caption


def _states(given: GivenBundle) -> tuple[Figure, str] | str:
    network, proof = given.network, given.proof
    if network is None or proof is None:
        return "No picture: there is no network that can be read."
    try:
        found = hidden_points(network, proof)
    except (MipsVerifyError, ArithmeticError, ValueError) as error:
        return f"No picture: {one_line(str(error))}."
    exact = exact_states(given.theorem)
    figure = hidden_figure(found, proof.program.state, exact)
    return figure, _caption(found, network.hidden, proof.length, exact is not None)


def _caption(found: HiddenPoints, hidden: int, length: int, marked: bool) -> str:
    shown = f"{len(found.points)} hidden states on random words of up to {length} letters"
    if not found.all_seen:
        shown += ", a part of those seen"
    where = f" of {hidden} value{'s' * (hidden > 1)}" if hidden <= 2 else (
        f" of {hidden} values in the plane of their two principal axes, which shows "
        f"{found.share:.1%} of their variance"
    )  # fmt: skip
    rings = " Rings mark the exact states that network.json names." if marked else ""
    return f"{shown}{where}; colours are the program's states.{rings}"
