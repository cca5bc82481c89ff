"""Bundles, networks and examples as one HTML file, which fetches nothing."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence, Set
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify import __version__
from mips_verify.algebra.percent import percent
from mips_verify.emit.templates import render
from mips_verify.report.page.page_section import section_of
from mips_verify.report.page.results_table import counts

if TYPE_CHECKING:
    from mips_verify.report.page.subject import Subject

TEMPLATE: Final = "report.html.j2"
_IDS: Final = ("results", "shown", "filter-verdict", "filter-engine", "filter-suite")  # of the page


def report_page(
    subjects: Sequence[Subject],
    sources: Sequence[str],
    figures: Path | None,
    done: Callable[[str, str], None] = lambda _name, _verdict: None,
) -> str:
    """The page.

    Args:
        subjects: what it is about.
        sources: where verdicts and seconds come from, in sentences.
        figures: a folder for the pictures as files, if they are wanted.
        done: called with the name and the verdict of each subject whose section is made.

    Raises:
        ModuleNotFoundError: matplotlib or Pygments is not installed.
    """
    sections, taken = [], set(_IDS)
    for number, subject in enumerate(subjects, 1):
        anchor = _anchor(subject.name, taken)
        taken.add(anchor)
        sections.append(section_of(subject, anchor, f"b{number}", figures))
        done(subject.name, subject.verdict)
    rows = [section.row for section in sections]
    choices = {name: sorted({getattr(row, name) for row in rows})
               for name in ("verdict", "engine", "suite")}  # fmt: skip
    return render(
        TEMPLATE, version=__version__, counts=counts(rows), rows=rows, sections=sections,
        choices=choices, sources=sources, percent=percent,
        bundles=any(s.kind == "bundle" for s in subjects),
    )  # fmt: skip


def _anchor(name: str, taken: Set[str]) -> str:
    """The id of a section: its name without what a link cannot hold, and a number if taken."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    numbered = (f"{plain}-{n}" for n in itertools.count(2))
    return next(anchor for anchor in itertools.chain([plain], numbered) if anchor not in taken)
