"""Completion of task names by the shell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from click import Context, Parameter


def complete_task(context: Context, _: Parameter, beginning: str) -> list[CompletionItem]:
    """The names of tasks with this beginning; if there are none, the shell completes files."""
    from mips_verify.spec.task import names_of_tasks

    folder = context.find_root().params.get("tasks_folder")
    try:
        names = names_of_tasks(Path(folder) if folder else None)
    except MipsVerifyError:  # a shell that completes has no place for messages
        names = ()
    found = [CompletionItem(name) for name in names if name.startswith(beginning)]
    return found or [CompletionItem(beginning, type="file")]
