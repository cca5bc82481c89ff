"""Names and sentences from task files, made harmless for emitted files."""

from __future__ import annotations

import re
from collections.abc import Collection

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


def in_docstring(text: str) -> str:
    r"""``text``, escaped so that a docstring in triple double quotes has exactly this value.

    Escapes the backslash, the double quote if three meet, and every character that is not
    printable: line ends, NUL, lone surrogates, direction marks.
    """
    return one_line(text.replace("\\", "\\\\")).replace('""', '\\"\\"')
