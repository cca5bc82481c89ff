"""Matplotlib figures as SVG that can stand in a page, and as files.

Many figures share one page: ids are made unique, nothing is fetched from elsewhere, and black
becomes ``currentColor`` and white the page's ground, so that figures can be read on a dark screen.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mips_verify.files import write_whole

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK: Final = "#010203"  # no other colour of a figure; becomes that of the text around it
GROUND: Final = "#fefdfe"  # likewise; becomes that of the page
COLOURS: Final = (
    "#4c8dd6", "#e0803a", "#4aa564", "#c95d8f", "#9277cf", "#b08d2e", "#3aa6a6", "#d1605e",
)  # fmt: skip
STYLE: Final[Any] = {
    "svg.fonttype": "none", "svg.hashsalt": "mips-verify", "font.size": 9,
    "text.color": INK, "axes.edgecolor": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK, "figure.facecolor": "none", "axes.facecolor": "none",
    "savefig.facecolor": "none", "legend.frameon": False, "text.parse_math": False,
}  # fmt: skip
_NOTHING: Final = {"Creator": None, "Date": None, "Format": None, "Type": None}


def new_figure(width: float, height: float) -> Figure:
    """An empty figure of so many inches; it belongs to no window, so no backend is needed.

    Raises:
        ModuleNotFoundError: matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def to_svg(figure: Figure, key: str, says: str) -> str:
    """The figure as an ``<svg>`` element.

    Args:
        figure: the figure.
        key: begins all of its ids; no other figure of the page has it.
        says: what the figure shows, for those who cannot see it; it must be escaped already.
    """
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=_NOTHING)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r' (xmlns(:\w+)?|version)="[^"]*"', "", text)
    text = re.sub(r'\bid="', f'id="{key}-', text).replace("url(#", f"url(#{key}-")
    text = re.sub(r'\b(xlink:)?href="#', f'href="#{key}-', text)
    text = re.sub(r"\n\s*", "\n", text).replace(INK, "currentColor")
    text = text.replace(GROUND, "var(--ground)")
    return text.replace("<svg", f'<svg role="img" aria-label="{says}"', 1)


def write_figure(figure: Figure, folder: Path, name: str) -> None:
    """Write the figure as SVG and as PDF, black on white."""
    for kind in ("svg", "pdf"):
        buffer = io.BytesIO()
        metadata = _NOTHING if kind == "svg" else {"CreationDate": None}
        figure.savefig(buffer, format=kind, metadata=metadata, facecolor="white")
        write_whole(folder / f"{name}.{kind}", buffer.getvalue())
