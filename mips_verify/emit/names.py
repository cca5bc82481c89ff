"""Names and sentences from task files, made harmless in emitted Python."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection
from typing import Final

from mips_verify.machine import Machine

# what the template itself calls things, and names that a linter finds ambiguous
TAKEN: Final = frozenset(
    {"self", "step", "stream", "xs", "program", "Stream", "Iterable", "l", "O", "I"}
    | {*keyword.kwlist, *keyword.softkwlist}
)
_BUILTIN: Final = frozenset(dir(builtins))


def python_names(machine: Machine) -> dict[str, str]:
    """From every input and state name to an identifier; all of them differ.

    Ordinary names stay as they are. State lives in attributes, so that it may be called
    like a builtin function; an input may not.
    """
    result: dict[str, str] = {}
    for name in machine.inputs:
        result[name] = fresh(identifier(name), TAKEN | _BUILTIN | set(result.values()))
    for name in machine.state:
        result[name] = fresh(identifier(name), TAKEN | set(result.values()))
    return result


def identifier(name: str) -> str:
    """``name`` in ASCII letters, digits and ``_``, starting with a letter."""
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name).lstrip("_")
    return plain if plain[:1].isalpha() else f"v{plain}"


def fresh(wanted: str, taken: Collection[str]) -> str:
    """``wanted``, or the first of ``wanted_2``, ``wanted_3`` ... that is free."""
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}_{count}"
    return name


def in_docstring(text: str) -> str:
    r"""``text`` for a docstring in triple double quotes, whose value then shows it exactly.

    Escaped are the backslash, the double quote where three meet, and every character
    that is not printable: line ends, NUL, lone surrogates, direction marks.
    """
    return "".join(map(_character, text.replace("\\", "\\\\"))).replace('""', '\\"\\"')


def _character(c: str) -> str:
    return c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")
