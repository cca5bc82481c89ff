"""Checking bundles again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from mips_verify.check.verifiers import VERIFIERS
from mips_verify.commands.options import EXIT_CODES, FILE, SECONDS, json_option, until_nobody_reads
from mips_verify.commands.place_options import place_options
from mips_verify.commands.volume import note, volume_options

if TYPE_CHECKING:
    from mips_verify.check.run_checks import Report
    from mips_verify.workers.place import Place

Function = TypeVar("Function", bound=Callable[..., None])


def verifier_options(command: Function) -> Function:
    """Add one flag per verifier to a command."""
    for verifier in reversed(VERIFIERS):  # click adds the options of a function from last to first
        command = click.option(f"--{verifier.name}", is_flag=True, help=verifier.flag)(command)
    return command


@click.command(epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@verifier_options
@click.option(
    "--fuzz",
    default=100,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="Sequences on which each program is run, of up to ten times the task's length.",
)
@click.option(
    "--timeout",
    default=60.0,
    show_default=True,
    type=SECONDS,
    help="Seconds for each step of a bundle.",
)
@click.option(
    "--tasks",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Task files to compare bundles with, in place of the tool's own.",
)
@click.option("--since", metavar="REV", help="Only bundles that changed since this git revision.")
@click.option(
    "--every-task",
    is_flag=True,
    help="Demand a bundle of every task; with --since, changed or not.",
)
@place_options
@click.option("--junit", type=FILE, metavar="FILE", help="Write a JUnit report.")
@click.option("--sarif", type=FILE, metavar="FILE", help="Write a SARIF 2.1.0 report.")
@json_option
@volume_options
def check(
    paths: tuple[Path, ...], fuzz: int, timeout: float, tasks: Path | None, since: str | None,
    every_task: bool, place: Place, junit: Path | None, sarif: Path | None, as_json: bool,
    **verifiers: bool,
) -> None:  # fmt: skip
    """Check bundles again from their texts, believing nothing that they store.

    PATHS are bundles, folders of bundles or files of bundles; proofs/ when none is given.
    Needs no torch. Exit code 1 means that a bundle does not hold, 3 that one is undecided.
    """
    from mips_verify.check.find_bundles import find_bundles
    from mips_verify.check.finding import Options
    from mips_verify.check.run_checks import Checked, run
    from mips_verify.check.tasks_without_bundle import tasks_without_bundle
    from mips_verify.commands.terminal import bar
    from mips_verify.errors import one_line
    from mips_verify.files import make_room

    for file in (junit, sarif):
        if file is not None:
            make_room(file)
    there = find_bundles(paths or (Path("proofs"),))
    missing = tasks_without_bundle(there, tasks) if every_task else ()
    folders = there if since is None else _changed(there, tasks, since)
    asked = tuple(verifier.name for verifier in VERIFIERS if verifiers[verifier.name])
    options = Options(tasks=tasks, fuzz=fuzz, seconds=timeout, verifiers=asked)
    with bar(len(folders)) as done:

        def told(b: Checked) -> None:
            done(one_line(b.folder.name), b.status)

        report = run(folders, options, place=place, done=told)
    report = replace(report, bundles=(*report.bundles, *missing))
    try:
        _print(report, as_json)
    finally:  # a file that cannot be written takes no verdict away, nor does a full stdout a file
        _write(report, junit, sarif)
    sys.exit(report.exit_code)


def _changed(bundles: tuple[Path, ...], tasks: Path | None, since: str) -> tuple[Path, ...]:
    from mips_verify.check.find_bundles import changed_since
    from mips_verify.spec.task import tasks_folder

    folders = changed_since(bundles, tasks or tasks_folder(), since)
    note(f"{len(folders)} bundles changed since {since}")
    return folders


def _write(report: Report, junit: Path | None, sarif: Path | None) -> None:
    from mips_verify.check.junit import to_junit
    from mips_verify.check.sarif import to_sarif
    from mips_verify.files import write_whole

    if junit:
        write_whole(junit, to_junit(report))
    if sarif:
        write_whole(sarif, json.dumps(to_sarif(report, Path.cwd()), indent=1) + "\n")


def _print(report: Report, as_json: bool) -> None:
    from mips_verify.check import findings_table
    from mips_verify.commands.printing import print_json, print_table, print_text

    with until_nobody_reads():  # the verdict counts even if the report is not read
        if as_json:
            print_json(findings_table.to_json(report))
            note(findings_table.summary(report))
        else:
            table, _, remarks = findings_table.text(report).partition("\n\n")
            print_table(table)
            print_text(f"\n{remarks}\n" * bool(remarks) + findings_table.summary(report))
