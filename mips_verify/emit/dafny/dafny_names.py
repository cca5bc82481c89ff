"""Names of a machine, translated to names of a Dafny file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mips_verify.emit.names import names_in_file

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
# names that the template uses itself
_DAFNY_OWN: Final = frozenset(
    {"s", "t", "i", "ys", "pre", "now", "k", "l", "Dom", "InDom", "Input", "Spec", "Bounds", "Inv"}
    | {"Base", "Step", "Outputs", "Program", "ProgramForTask", "Task", "SpecMeetsTask"}
)
_DAFNY_NUMBERED: Final = re.compile(r"(array|bv|q|ys|Table|Members)[0-9]+|Spec[0-9_].*|[ps]_.*")


def dafny_names(state: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """A name for every state variable and input, as in :func:`names_in_file`."""
    return names_in_file(state, inputs, DAFNY_WORDS | _DAFNY_OWN, _DAFNY_NUMBERED)
