"""Bundles as one HTML file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import FILE
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.report.page.given_bundle import GivenBundle

EXIT_CODES = """
\b
Exit codes:
  0  written
  2  bad input or usage; the page is written even if a bundle cannot be read
  5  an internal error
"""
_READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(epilog=EXIT_CODES)
@volume_options
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[DIR]...")
@click.option("--out", type=FILE, required=True, metavar="FILE", help="The HTML file to write.")
@click.option(
    "--checks", type=_READABLE, metavar="FILE",
    help="What `check --json` printed; without it the page shows no verdict of a verifier.",
)  # fmt: skip
@click.option(
    "--bench", type=_READABLE, metavar="FILE",
    help="What `bench --out FILE` wrote; verdicts, engines and seconds of the runs.",
)  # fmt: skip
@click.option(
    "--figures", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Write the pictures into DIR too, as SVG and PDF.",
)  # fmt: skip
def report(
    paths: tuple[Path, ...], out: Path, checks: Path | None, bench: Path | None,
    figures: Path | None,
) -> None:  # fmt: skip
    """Write one HTML file about bundles: results, programs, pictures, invariants.

    DIR is a bundle or a folder of bundles; proofs/ when none is given. Nothing is proved here: the
    page shows what bundles claim, and the verdicts in the files that are given.
    """
    from mips_verify.check.bundle_for_page import bundle_for_page
    from mips_verify.check.find_bundles import find_bundles
    from mips_verify.check.recorded_runs import recorded_checks, recorded_results
    from mips_verify.commands.terminal import bar
    from mips_verify.errors import one_line
    from mips_verify.files import make_folder, make_room, write_whole
    from mips_verify.report.page.bundle_page import bundle_page

    make_room(out)
    if figures is not None:
        make_folder(figures)
        keeps(None, f"the pictures drawn so far are in {figures}")
    said, results = recorded_checks(checks), recorded_results(bench)
    bundles = [bundle_for_page(b, said, results) for b in find_bundles(paths or (Path("proofs"),))]
    with bar(len(bundles)) as done:
        page = bundle_page(
            bundles, _sources(checks, bench), figures, lambda name, text: done(one_line(name), text)
        )
    write_whole(out, page)
    note(f"{out} written: {len(bundles)} bundles")
    sys.exit(_exit_code(bundles))


def _sources(checks: Path | None, bench: Path | None) -> list[str]:
    """Where the verdicts on the page come from."""
    given = [(checks, "mips-verify check --json"), (bench, "mips-verify bench")]
    said = [f"{path.name}, a report of {what}" for path, what in given if path is not None]
    return said or ["the certificates alone, which this page does not check"]


def _exit_code(bundles: list[GivenBundle]) -> int:
    """2 if something cannot be read, which the page says in that bundle's section."""
    from mips_verify.errors import one_line

    for given in bundles:
        for problem in given.problems:
            click.echo(one_line(f"mips-verify: {given.folder}: {problem}"), err=True)
    return 2 if any(given.problems for given in bundles) else 0
