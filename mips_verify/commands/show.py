"""What a task asks for."""

from __future__ import annotations

import click

from mips_verify.commands.complete import complete_task
from mips_verify.commands.options import json_option


@click.command(context_settings={"ignore_unknown_options": True})  # a letter may be -1
@click.argument("task", shell_complete=complete_task)
@click.argument("letters", nargs=-1)
@click.option(
    "--diagram", is_flag=True, help="Print its states and arrows as a Mermaid diagram instead."
)
@click.option(
    "--dot",
    is_flag=True,
    help="Print it as an automaton in dot instead, as AALpy, LearnLib and the Automata Wiki read.",
)
@json_option
def show(task: str, letters: tuple[str, ...], diagram: bool, dot: bool, as_json: bool) -> None:
    """Show what TASK asks for: its inputs, length and specification, and a short run.

    The run is on LETTERS, if they are given: a text for each, numbers or names of values, with
    commas where there are several inputs, as in `1,0 2,1`.
    """
    if unknown := [text for text in letters if text.startswith("--")]:
        raise click.NoSuchOption(unknown[0])
    if letters and (diagram or dot or as_json):
        raise click.UsageError("LETTERS are shown as text, without --diagram, --dot and --json")
    from mips_verify.commands.printing import print_json, print_text
    from mips_verify.report.diagram import state_diagram
    from mips_verify.report.dot_file import automaton_dot
    from mips_verify.report.json import task_to_dict
    from mips_verify.report.text import task_to_text
    from mips_verify.spec.example_words import word_from
    from mips_verify.spec.task import load_task

    found = load_task(task)
    if diagram:
        click.echo(state_diagram(found.spec, found.domain, found.names))
    elif dot:
        click.echo(automaton_dot(found.spec, found.domain, found.name, found.names), nl=False)
    elif as_json:
        print_json(task_to_dict(found))
    else:
        print_text(task_to_text(found, word_from(letters, found)))
