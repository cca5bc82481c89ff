"""Names and sentences from task files, made harmless in emitted files."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Collection, Sequence
from typing import Final

from mips_verify.kernel.machine import Machine

# what the template itself calls things, and names that a linter finds ambiguous
TAKEN: Final = frozenset(
    {"self", "step", "stream", "xs", "program", "Stream", "Iterable", "l", "O", "I"}
    | {*keyword.kwlist, *keyword.softkwlist}
)
_BUILTIN: Final = frozenset(dir(builtins))
_DAFNY_WORDS: Final = """
    abstract allocated array as assert assume axiom bool break by calc case char class codatatype
    colemma comethod const constructor continue copredicate datatype decreases default downto else
    ensures exists expect export extends false field for forall fresh from function ghost greatest
    hide hides if imap import in include inductive inputs int invariant iset is iterator label
    least lemma map match method modifies modify module multiset nameonly nat new newtype null
    object old opaque opened ORDINAL outputs predicate print protected provides reads real refines
    requires return returns reveal reveals seq set static string than then this to trait true
    twostate type unchanged uses var verify where while witness yield yields
"""
DAFNY_WORDS: Final = frozenset(_DAFNY_WORDS.split())  # of Dafny 2, 3 and 4 together
# what a Dafny file of ours calls things itself
_DAFNY_OWN: Final = frozenset(
    {"s", "t", "i", "ys", "pre", "now", "k", "l", "Dom", "InDom", "Input", "Spec", "Bounds", "Inv"}
    | {"Base", "Step", "Outputs", "Program", "ProgramForTask", "Task", "SpecMeetsTask"}
)
_DAFNY_NUMBERED: Final = re.compile(r"(array|bv|q|ys|Table|Members)[0-9]+|Spec[0-9_].*|[ps]_.*")


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


def dafny_names(state: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """From every joint state name (``p_...``, ``s_...``) and every input to a Dafny name.

    Ordinary names stay as they are; all names of the result differ, and none holds a prime.
    """
    result: dict[str, str] = {}
    for name in state:
        result[name] = fresh(identifier(name), set(result.values()))
    for name in inputs:
        wanted = identifier(name)
        if _DAFNY_NUMBERED.fullmatch(wanted):
            wanted = f"in_{wanted}"
        result[name] = fresh(wanted, DAFNY_WORDS | _DAFNY_OWN | set(result.values()))
    return result


def in_comment(text: str) -> str:
    """``text`` for a comment of one line; what is not printable is escaped."""
    return "".join(map(_character, text))


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
