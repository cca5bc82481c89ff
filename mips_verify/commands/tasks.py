"""What tasks there are and what they ask for."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mips_verify.commands.options import FILE, json_option


@click.command("tasks")
@click.option("--suite", help="Only the tasks of this suite, such as mips or tomita.")
@json_option
def list_tasks(suite: str | None, as_json: bool) -> None:
    """List the tasks."""
    from mips_verify.errors import one_line
    from mips_verify.report.json import task_to_dict
    from mips_verify.spec.task import load_tasks

    found = load_tasks(suite=suite)
    if as_json:
        click.echo(json.dumps([task_to_dict(t) for t in found], indent=1))
        return
    width = max((len(t.name) for t in found), default=0)
    for t in found:
        click.echo(one_line(f"{t.name:{width}}  {t.suite:6}  {t.says}"))


@click.command()
@click.argument("task")
@click.option(
    "--diagram", is_flag=True, help="Print its states and arrows as a Mermaid diagram instead."
)
@json_option
def show(task: str, diagram: bool, as_json: bool) -> None:
    """Show what TASK asks for: its inputs, length and specification, and a short run."""
    from mips_verify.report.diagram import state_diagram
    from mips_verify.report.json import task_to_dict
    from mips_verify.report.text import task_to_text
    from mips_verify.spec.task import load_task

    found = load_task(task)
    if diagram:
        click.echo(state_diagram(found.spec, found.domain))
    else:
        click.echo(json.dumps(task_to_dict(found), indent=1) if as_json else task_to_text(found))


@click.command()
@click.argument("name")
@click.option(
    "--out", type=FILE, metavar="FILE", help="Where to write it; NAME.toml when not given."
)
def new(name: str, out: Path | None) -> None:
    """Write a commented task file NAME.toml to start from."""
    from mips_verify.emit.templates import render
    from mips_verify.errors import TaskError
    from mips_verify.files import make_folder, write_whole
    from mips_verify.spec.task import is_task_name

    path = out or Path(f"{name}.toml")
    if not is_task_name(name):
        raise TaskError(f"the task name {name!r} is not letters, digits and _, a letter first")
    if path.exists():
        raise TaskError(f"{path} exists; it is not replaced")
    make_folder(path.resolve().parent)
    write_whole(path, render("task.toml.j2", name=name, file=path))
    click.echo(f"{path} written; edit it, then `mips-verify synth-and-prove {path}`", err=True)
