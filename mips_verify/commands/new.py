"""A task file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from mips_verify.commands.options import FILE


@click.command()
@click.argument("name")
@click.option(
    "--out", type=FILE, metavar="FILE", help="Where to write it; NAME.toml when not given."
)
def new(name: str, out: Path | None) -> None:
    """Write a commented task file NAME.toml to start from."""
    from mips_verify.emit.templates import render
    from mips_verify.errors import TaskError
    from mips_verify.files import make_room, write_whole
    from mips_verify.spec.task import is_task_name, load_tasks

    path = out or Path(f"{name}.toml")
    if not is_task_name(name):
        raise TaskError(f"the task name {name!r} is not letters, digits and _, a letter first")
    if name in {task.name for task in load_tasks()}:
        raise TaskError(f"there is a task {name} already, with a bundle to lose; take another name")
    if path.exists():
        raise TaskError(f"{path} exists and is not replaced; name another file with --out")
    make_room(path)
    write_whole(path, render("task.toml.j2", name=name, file=path))
    click.echo(f"{path} written; edit it, then `mips-verify synth-and-prove {path}`", err=True)
