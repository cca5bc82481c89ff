"""The list of tasks."""

from __future__ import annotations

import click

from mips_verify.commands.options import json_option


@click.command()
@click.option("--suite", help="Only the tasks of this suite, such as mips or tomita.")
@json_option
def tasks(suite: str | None, as_json: bool) -> None:
    """List the tasks."""
    from mips_verify.commands.printing import print_json, print_table
    from mips_verify.errors import one_line
    from mips_verify.report.json import task_to_dict
    from mips_verify.spec.task import load_tasks, tasks_folder

    found = load_tasks(suite=suite)
    if as_json:
        print_json({"tasks": [task_to_dict(t) for t in found]})
        return
    if not found:
        click.echo(f"no task file in {tasks_folder()}; `mips-verify new` writes one", err=True)
    width = max((len(t.name) for t in found), default=0)
    print_table("\n".join(one_line(f"{t.name:{width}}  {t.suite:6}  {t.says}") for t in found))
