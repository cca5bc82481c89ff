"""Bundles, networks and examples as one HTML file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify.commands.interface_options import interface_options
from mips_verify.commands.options import (
    FILE,
    effort_option,
    range_option,
    runs_option,
    seed_option,
)
from mips_verify.commands.stopping import keeps
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.report.page.subject import Subject

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
@click.argument(
    "paths",
    nargs=-1,
    type=click.Path(path_type=Path),
    metavar="[DIR | MODEL | EXAMPLES | SWEEP]...",
)
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
@click.option("--task", help="Prove the programs of models against this task.")
@range_option
@click.option(
    "--length",
    type=click.IntRange(1, 1000),
    help="Steps in the sequences that trained a model; of examples, those that are used.",
)
@interface_options
@click.option(
    "--output", "outputs", multiple=True, metavar="COLUMN",
    help="An output column of examples; the last one when none is named.",
)  # fmt: skip
@click.option(
    "--letters", multiple=True, metavar="COLUMN",
    help="A column of examples whose cells are letters, even if some look like numbers.",
)  # fmt: skip
@effort_option
@seed_option
@runs_option
def report(
    paths: tuple[Path, ...], out: Path, checks: Path | None, bench: Path | None,
    figures: Path | None, task: str | None, ranges: tuple[str, ...], length: int | None,
    outputs: tuple[str, ...], letters: tuple[str, ...], effort: str, seed: int, runs: Path,
    **interface: Any,
) -> None:  # fmt: skip
    """Write one HTML file: results, programs, pictures, invariants.

    DIR is a bundle or a folder of bundles; proofs/ when nothing is named. Of bundles nothing is
    proved here: the page shows what they claim, and the verdicts in the files that are given. A
    MODEL is read as by `extract`, and EXAMPLES (.csv, .jsonl, .npz) are learned as by `synth`.
    Of a SWEEP (.sqlite) the page shows the distributions, and the programs in classes.
    """
    from mips_verify.commands.report_subjects import Said, kind_of, read_subjects
    from mips_verify.commands.terminal import bar
    from mips_verify.errors import one_line
    from mips_verify.files import make_folder, make_room, write_whole
    from mips_verify.report.page.report_page import report_page

    make_room(out)
    if figures is not None:
        make_folder(figures)
        keeps(None, f"the pictures drawn so far are in {figures}")
    said = Said(task, ranges, length, outputs, letters, effort, seed, runs, interface)
    given = [(path, kind_of(path)) for path in paths or (Path("proofs"),)]
    bundles = _bundles([path for path, kind in given if kind == "bundles"], checks, bench)
    others = [
        subject
        for path, kind in given if kind != "bundles"
        for subject in read_subjects(path, kind, said)
    ]  # fmt: skip
    subjects = [*bundles, *others]
    with bar(len(subjects)) as done:
        page = report_page(
            subjects, _sources(checks, bench, bool(bundles), bool(others)), figures,
            lambda name, text: done(one_line(name), text),
        )  # fmt: skip
    write_whole(out, page)
    note(f"{out} written: {len(subjects)} in all")
    sys.exit(_exit_code(subjects))


def _bundles(paths: list[Path], checks: Path | None, bench: Path | None) -> list[Subject]:
    from mips_verify.check.bundle_for_page import bundle_for_page
    from mips_verify.check.find_bundles import find_bundles
    from mips_verify.check.recorded_runs import recorded_checks, recorded_results
    from mips_verify.report.page.bundle_subject import bundle_subject

    said, results = recorded_checks(checks), recorded_results(bench)
    folders = find_bundles(paths) if paths else ()
    return [bundle_subject(bundle_for_page(folder, said, results)) for folder in folders]


def _sources(checks: Path | None, bench: Path | None, bundles: bool, others: bool) -> list[str]:
    """Where the verdicts on the page come from."""
    given = [(checks, "mips-verify check --json"), (bench, "mips-verify bench")]
    files = [f"{path.name}, a report of {what}" for path, what in given if path is not None]
    claims = ["the certificates alone, which this page does not check"] if bundles else []
    here = ["the readings made for this page"] if others else []
    return [*(files or claims), *here]


def _exit_code(subjects: list[Subject]) -> int:
    """2 if something cannot be read, which the page says in that bundle's section."""
    from mips_verify.errors import one_line

    for subject in subjects:
        for problem in subject.problems:
            click.echo(one_line(f"mips-verify: {subject.name}: {problem}"), err=True)
    return 2 if any(subject.problems for subject in subjects) else 0
