"""Names in task files: which are allowed, and the nearest one to a name that is not known."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mips_verify.errors import TaskError

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_RESERVED: Final = {
    "abs", "min", "max", "int", "old", "back", "sumback", "and", "or", "not", "if", "else", "in",
    "is", "True", "False", "None", "lambda", "for", "while", "def", "class", "return", "yield",
}  # fmt: skip


def is_task_name(text: str) -> bool:
    """Whether a task can have this name: letters, digits and _, beginning with a letter."""
    return _NAME.fullmatch(text) is not None


def demand_task_name(text: str) -> None:
    """Refuse a name that no task can have.

    Raises:
        TaskError: it is none; the message has one that resembles it.
    """
    if not is_task_name(text):
        raise TaskError(
            f"the task name {text!r} is not letters, digits and _, a letter first, such as "
            f"{task_name_from(text)}"
        )


def task_name_from(text: str) -> str:
    """A name for a task that resembles ``text``, such as the name of a file."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", text)[:90].strip("_")
    return name if is_task_name(name) else f"Task_{name}"


def is_input_name(text: str) -> bool:
    """Whether an input or a state variable can have this name."""
    return is_task_name(text) and text not in _RESERVED


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three of the known names that resemble ``name``, the nearest first."""
    lower = {k.lower(): k for k in known}
    return [lower[m] for m in difflib.get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """A question with the names that ``name`` may stand for; ``otherwise`` if none resembles it."""
    near = nearest(name, known)
    return f"did you mean {' or '.join(near)}?" if near else otherwise


def aliases_of(data: Mapping[str, Any]) -> list[str]:
    """Other names of a task.

    Raises:
        TaskError: they are no list of names.
    """
    found = data.get("aliases", [])
    if not isinstance(found, list) or not all(isinstance(a, str) for a in found):
        raise TaskError('aliases: write a list of names, such as ["Last_But_One"]')
    return found
