"""Bundles as one HTML file, which fetches nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify import __version__
from mips_verify.emit.templates import render
from mips_verify.report.page.bundle_section import section_of
from mips_verify.report.page.results_table import counts

if TYPE_CHECKING:
    from mips_verify.report.page.given_bundle import GivenBundle

TEMPLATE: Final = "report.html.j2"


def bundle_page(
    bundles: Sequence[GivenBundle],
    sources: Sequence[str],
    figures: Path | None,
    done: Callable[[str, str], None],
) -> str:
    """The page.

    Args:
        bundles: what it is about.
        sources: where verdicts and seconds come from, in sentences.
        figures: a folder for the pictures as files, if they are wanted.
        done: called with the name and the verdict of each bundle whose section is made.

    Raises:
        ModuleNotFoundError: matplotlib or Pygments is not installed.
    """
    sections = []
    for number, given in enumerate(bundles, 1):
        section = section_of(given, f"b{number}", figures)
        sections.append(section)
        done(given.name, section.row.verdict)
    rows = [section.row for section in sections]
    choices = {name: sorted({getattr(row, name) for row in rows})
               for name in ("verdict", "engine", "suite")}  # fmt: skip
    return render(
        TEMPLATE, version=__version__, counts=counts(rows), rows=rows, sections=sections,
        choices=choices, sources=sources,
    )  # fmt: skip
