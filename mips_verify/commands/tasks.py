"""The list of tasks."""

from __future__ import annotations

import json

import click

from mips_verify.commands.options import json_option


@click.command()
@click.option("--suite", help="Only the tasks of this suite, such as mips or tomita.")
@json_option
def tasks(suite: str | None, as_json: bool) -> None:
    """List the tasks."""
    from mips_verify.errors import one_line
    from mips_verify.report.json import task_to_dict
    from mips_verify.spec.task import load_tasks, tasks_folder

    found = load_tasks(suite=suite)
    if as_json:
        click.echo(json.dumps([task_to_dict(t) for t in found], indent=1))
        return
    if not found:
        click.echo(f"no task file in {tasks_folder()}; `mips-verify new` writes one", err=True)
    width = max((len(t.name) for t in found), default=0)
    for t in found:
        click.echo(one_line(f"{t.name:{width}}  {t.suite:6}  {t.says}"))
