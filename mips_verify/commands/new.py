"""A task file to start from."""

from __future__ import annotations

from pathlib import Path

import click

from mips_verify.commands.options import FILE


@click.command()
@click.argument("name", required=False)
@click.option(
    "--from",
    "model",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.dot",
    help="An automaton that is the specification: a Mealy machine, a Moore machine or a DFA in dot "
    "as AALpy, LearnLib and the Automata Wiki write it. NAME is that of the file when left out.",
)
@click.option(
    "--out", type=FILE, metavar="FILE", help="Where to write it; NAME.toml when not given."
)
def new(name: str | None, model: Path | None, out: Path | None) -> None:
    """Write a task file NAME.toml: one with comments to start from, or one from an automaton."""
    from mips_verify.emit.templates import render
    from mips_verify.errors import TaskError
    from mips_verify.files import make_room, write_whole
    from mips_verify.spec.task import load_tasks
    from mips_verify.spec.task_names import demand_task_name, task_name_from

    if name is None:
        if model is None:
            raise click.UsageError("give the NAME of the task, or an automaton with --from")
        name = task_name_from(model.stem)
    path = out or Path(f"{name}.toml")
    demand_task_name(name)
    if name in {task.name for task in load_tasks()}:
        raise TaskError(f"there is a task {name} already, with a bundle to lose; take another name")
    if path.exists():
        raise TaskError(f"{path} exists and is not replaced; name another file with --out")
    text = _from_automaton(model, name) if model else render("task.toml.j2", name=name, file=path)
    make_room(path)
    write_whole(path, text)
    first = f"see it with `mips-verify show {path}`" if model else "edit it"
    click.echo(f"{path} written; {first}, then `mips-verify synth-and-prove {path}`", err=True)


def _from_automaton(model: Path, name: str) -> str:
    """The text of a task file; reading it checks the limits of task files."""
    import tomllib

    from mips_verify.spec.dot_automaton import read_automaton
    from mips_verify.spec.task import read_task
    from mips_verify.spec.write_task_file import task_to_toml

    text = task_to_toml(read_automaton(model, name))
    read_task(tomllib.loads(text), model)
    return text
