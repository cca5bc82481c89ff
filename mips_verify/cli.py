"""The command line: thin commands over the pipeline.

Data goes to stdout, progress to stderr. Heavy imports stay inside the commands, so
that ``--help`` answers at once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mips_verify import __version__
from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from mips_verify.pipeline import Result
    from mips_verify.prove.verdict import Verdict

EXIT_CODES = """
\b
Exit codes:
  0  proved (for bench: every task; for check: every bundle holds)
  1  refuted (for check: a bundle does not hold)
  2  bad input or usage
  3  undecided
  4  no program found
  5  checkers disagree, or an internal error
"""
INTERRUPTED = 130


class Commands(click.Group):
    """A group that turns errors into one sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and leave with the exit code that the error names."""
        try:
            return super().main(*args, **{**kwargs, "standalone_mode": False})
        except MipsVerifyError as error:
            _leave(str(error), error.exit_code)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except (click.Abort, KeyboardInterrupt):
            _leave("stopped; finished stages are kept and the next run resumes there", INTERRUPTED)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as error:
            if os.environ.get("MIPS_VERIFY_DEBUG"):
                raise
            what = f"{type(error).__name__}: {error}"
            _leave(f"internal error ({what}); set MIPS_VERIFY_DEBUG=1 for the traceback", 5)


def _leave(message: str, code: int) -> None:
    click.echo(f"mips-verify: {message}", err=True)
    sys.exit(code)


@click.group(cls=Commands, epilog=EXIT_CODES, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="mips-verify")
def main() -> None:
    """Read programs out of recurrent networks and prove them for sequences of every length."""


_seed = click.option("--seed", default=0, show_default=True, help="Decides every random choice.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
_engine = click.option(
    "--engine",
    type=click.Choice(["ladder", "adam"]),
    default="ladder",
    show_default=True,
    help="How networks are trained: cheapest method first, or plain Adam as in the MIPS paper.",
)
_runs = click.option(
    "--runs",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs"),
    show_default=True,
    help="Where finished stages are kept; a killed run resumes from here.",
)
_FILE = click.Path(dir_okay=False, path_type=Path)
_fresh = click.option("--fresh", is_flag=True, help="Use and keep no finished stages.")


@main.command("synth-and-prove", epilog=EXIT_CODES)
@click.argument("task")
@_engine
@_seed
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("proofs"),
    show_default=True,
    help="Folder for the bundle OUT/<Task>/ of a proved program.",
)
@_runs
@_fresh
@_json
def synth_and_prove(
    task: str, engine: str, seed: int, out: Path, runs: Path, fresh: bool, as_json: bool
) -> None:
    """Train a network on TASK, read a program out of it, and prove the program."""
    from mips_verify.files import make_folder
    from mips_verify.task import load_task

    found = load_task(task)
    make_folder(out / found.name)  # before minutes are spent, not after
    from mips_verify.bundle import write_result
    from mips_verify.pipeline import Settings, synthesize
    from mips_verify.report import result_to_dict, result_to_text
    from mips_verify.store import Store
    from mips_verify.terminal import status

    store = Store(None if fresh else runs / found.name)
    with status(found.name) as progress:
        result = synthesize(found, Settings(engine, seed), store=store, progress=progress)
    if result.proved:
        write_result(result, out / found.name)
    click.echo(json.dumps(result_to_dict(result), indent=1) if as_json else result_to_text(result))
    if result.proved and not as_json:
        click.echo(f"bundle written to {out / found.name}", err=True)
    sys.exit(_exit_code(result))


def _exit_code(result: Result) -> int:
    if result.verdict is None:
        return 4
    return _verdict_code(result.verdict)


def _verdict_code(verdict: Verdict) -> int:
    from mips_verify.prove.verdict import Status

    return {Status.PROVED: 0, Status.REFUTED: 1}.get(verdict.status, 3)


@main.command(epilog=EXIT_CODES)
@click.argument("program", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("task")
@_seed
@click.option(
    "--timeout",
    default=20.0,
    show_default=True,
    help="Seconds for running a program that cannot be read as a machine.",
)
@_json
def prove(program: Path, task: str, seed: int, timeout: float, as_json: bool) -> None:
    """Prove any Python program file against TASK.

    PROGRAM holds one function with a loop over the inputs and integer state. A program
    outside that shape is run in a subprocess instead and compared on sequences.
    """
    from mips_verify.foreign import prove_file
    from mips_verify.report import verdict_to_dict, verdict_to_text
    from mips_verify.task import load_task
    from mips_verify.terminal import status

    found = load_task(task)
    with status(found.name) as progress:
        verdict = prove_file(program, found, seed=seed, timeout=timeout, progress=progress)
    if as_json:
        click.echo(json.dumps({"task": found.name, **verdict_to_dict(verdict)}, indent=1))
    else:
        click.echo(verdict_to_text(verdict, found))
    sys.exit(_verdict_code(verdict))


@main.command(epilog=EXIT_CODES)
@click.argument("tasks", nargs=-1)
@click.option("--suite", default="mips", show_default=True, help="The tasks when none is named.")
@_engine
@_seed
@click.option("--jobs", default=os.cpu_count() or 1, show_default="cores", help="Tasks at once.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the table to FILE as JSON.",
)
@click.option("--markdown", is_flag=True, help="Print the table as Markdown.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the bundle of every proved task to OUT/<Task>/.",
)
@_runs
@_fresh
def bench(
    tasks: tuple[str, ...], suite: str, engine: str, seed: int, jobs: int,
    json_file: Path | None, markdown: bool, out: Path | None, runs: Path, fresh: bool,
) -> None:  # fmt: skip
    """Run TASKS (the whole benchmark when none is named) and print the table of results."""
    from mips_verify.files import make_folder, write_whole
    from mips_verify.task import load_task, load_tasks

    chosen = tuple(map(load_task, tasks)) if tasks else load_tasks(suite=suite)
    if not chosen:
        raise click.UsageError(f"no task belongs to the suite '{suite}'")
    if jobs < 1:
        raise click.UsageError(f"--jobs is {jobs}; at least one task runs at a time")
    for folder in (json_file.resolve().parent if json_file else None, out):
        if folder is not None:
            make_folder(folder)
    from mips_verify.bench import table
    from mips_verify.bench.run import run
    from mips_verify.pipeline import Settings
    from mips_verify.terminal import board

    with board(len(chosen), jobs) as watch:
        outcome = run(
            chosen, Settings(engine, seed), jobs=jobs, runs=None if fresh else runs,
            out=out, watch=watch,
        )  # fmt: skip
    if json_file:
        write_whole(json_file, json.dumps(table.to_json(outcome), indent=1) + "\n")
    click.echo(table.markdown(outcome) if markdown else table.text(outcome))
    click.echo(table.summary(outcome), err=markdown)
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)


@main.command("fuzz-tasks", epilog=EXIT_CODES)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Number of the first task; Mealy_7 is always the same task.",
)
@click.option(
    "--count",
    default=10,
    show_default=True,
    type=click.IntRange(min=1),
    help="Tasks of each kind.",
)
@click.option(
    "--kind",
    type=click.Choice(["all", "mealy", "affine", "register"]),
    default="all",
    show_default=True,
)
@_engine
@click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="cores",
    type=click.IntRange(min=1),
    help="Tasks at once.",
)
@click.option("--json", "json_file", type=_FILE, metavar="FILE", help="Write all to FILE as JSON.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write the task files to DIR.",
)
@_runs
@_fresh
def fuzz_tasks(
    seed: int, count: int, kind: str, engine: str, jobs: int, json_file: Path | None,
    out: Path | None, runs: Path, fresh: bool,
) -> None:  # fmt: skip
    """Make random tasks that nobody tuned for, and run the whole pipeline on each."""
    from mips_verify.bench import by_kind, table
    from mips_verify.bench.random_tasks import KINDS, random_tasks
    from mips_verify.bench.run import run
    from mips_verify.bench.task_file import task_to_toml
    from mips_verify.files import make_folder, write_whole
    from mips_verify.pipeline import Settings
    from mips_verify.terminal import board

    if json_file:
        make_folder(json_file.resolve().parent)
    kinds = random_tasks(KINDS if kind == "all" else (kind,), seed, count)
    tasks = [task for made in kinds.values() for task in made]
    if out:
        for task in tasks:
            write_whole(out / f"{task.name}.toml", task_to_toml(task))
    with board(len(tasks), jobs) as watch:
        outcome = run(
            tasks, Settings(engine), jobs=jobs, runs=None if fresh else runs, out=None, watch=watch
        )
    summaries = by_kind.by_kind(outcome.rows, {k: [t.name for t in ts] for k, ts in kinds.items()})
    if json_file:
        data = {**table.to_json(outcome), "kinds": by_kind.to_json(summaries)}
        data["files"] = {task.name: task_to_toml(task) for task in tasks}
        write_whole(json_file, json.dumps(data, indent=1) + "\n")
    click.echo(f"{table.text(outcome)}\n{by_kind.text(summaries)}")
    sys.exit(0 if all(row.status == "PROVED" for row in outcome.rows) else 3)


@main.command(epilog=EXIT_CODES)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--dafny", is_flag=True, help="Let Dafny (2 to 4, on the PATH) verify each program.")
@click.option("--cvc5", is_flag=True, help="Let cvc5 re-check each proof (pip package cvc5).")
@click.option("--z3", is_flag=True, help="Let the z3 on the PATH re-check each proof as well.")
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
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds for each step of a bundle.",
)
@click.option(
    "--tasks",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Task files that bundles are held against, in place of the tool's own.",
)
@click.option("--since", metavar="REV", help="Only bundles that changed since this git revision.")
@click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="cores",
    type=click.IntRange(min=1),
    help="Bundles at once.",
)
@click.option("--junit", type=_FILE, metavar="FILE", help="Write a JUnit report.")
@click.option("--sarif", type=_FILE, metavar="FILE", help="Write a SARIF 2.1.0 report.")
@_json
def check(
    paths: tuple[Path, ...], dafny: bool, cvc5: bool, z3: bool, fuzz: int, timeout: float,
    tasks: Path | None, since: str | None, jobs: int, junit: Path | None, sarif: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Check bundles again from their texts, believing nothing that they store.

    PATHS are bundles, folders of bundles or files of bundles; proofs/ when none is given.
    Needs no torch. Exit code 1 means that a bundle does not hold, 3 that one is undecided.
    """
    from mips_verify.check.find import changed_since, find_bundles
    from mips_verify.check.finding import Options
    from mips_verify.files import make_folder, write_whole
    from mips_verify.task import tasks_folder

    for file in (junit, sarif):
        if file is not None:
            make_folder(file.resolve().parent)
    folders = find_bundles(paths or (Path("proofs"),))
    if since is not None:
        folders = changed_since(folders, tasks or tasks_folder(), since)
        click.echo(f"{len(folders)} bundles changed since {since}", err=True)
    from mips_verify.check import table
    from mips_verify.check.run import run
    from mips_verify.terminal import bar

    options = Options(tasks=tasks, fuzz=fuzz, seconds=timeout, cvc5=cvc5, z3=z3, dafny=dafny)
    with bar(len(folders)) as done:
        report = run(folders, options, jobs=jobs, done=lambda b: done(b.folder.name, b.status))
    if junit:
        from mips_verify.check.junit import to_junit

        write_whole(junit, to_junit(report))
    if sarif:
        from mips_verify.check.sarif import to_sarif

        write_whole(sarif, json.dumps(to_sarif(report, Path.cwd()), indent=1) + "\n")
    click.echo(json.dumps(table.to_json(report), indent=1) if as_json else table.text(report))
    click.echo(table.summary(report), err=as_json)
    sys.exit(report.exit_code)


@main.command("tasks")
@click.option("--suite", help="Only the tasks of this suite, such as mips or tomita.")
@_json
def list_tasks(suite: str | None, as_json: bool) -> None:
    """List the tasks."""
    from mips_verify.report import task_to_dict
    from mips_verify.task import load_tasks

    found = load_tasks(suite=suite)
    if as_json:
        click.echo(json.dumps([task_to_dict(t) for t in found], indent=1))
        return
    width = max((len(t.name) for t in found), default=0)
    for t in found:
        click.echo(f"{t.name:{width}}  {t.suite:6}  {t.says}")


@main.command()
@click.argument("task")
@_json
def show(task: str, as_json: bool) -> None:
    """Show what TASK asks for: its inputs, length and specification."""
    from mips_verify.report import task_to_dict, task_to_text
    from mips_verify.task import load_task

    found = load_task(task)
    click.echo(json.dumps(task_to_dict(found), indent=1) if as_json else task_to_text(found))
