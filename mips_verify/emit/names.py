"""Names and sentences from task files, made harmless for emitted files."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from mips_verify.errors import one_line


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


def names_in_file(
    state: Sequence[str], inputs: Sequence[str], taken: frozenset[str], made: re.Pattern[str]
) -> dict[str, str]:
    """A name for every joint state name (``p_...``, ``s_...``) and every input.

    Ordinary names stay as they are; all names of the result differ, and none holds a prime.

    Args:
        state: the names of state variables, none of which any file uses otherwise.
        inputs: the names of inputs.
        taken: words of the language, and names that the file uses itself.
        made: names that the file may make.
    """
    result: dict[str, str] = {}
    for name in state:
        result[name] = fresh(identifier(name), set(result.values()))
    for name in inputs:
        wanted = identifier(name)
        if made.fullmatch(wanted):
            wanted = f"in_{wanted}"
        result[name] = fresh(wanted, taken | set(result.values()))
    return result


def in_docstring(text: str) -> str:
    r"""``text``, escaped so that a docstring in triple double quotes has exactly this value.

    Escapes the backslash, the double quote if three meet, and every character that is not
    printable: line ends, NUL, lone surrogates, direction marks.
    """
    return one_line(text.replace("\\", "\\\\")).replace('""', '\\"\\"')
