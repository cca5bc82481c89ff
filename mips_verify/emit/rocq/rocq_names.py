"""Names of a machine, translated to names of a Rocq file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mips_verify.emit.names import fresh, identifier

# keywords of Rocq, then names that the template uses or that the libraries give it
_TAKEN: Final = frozenset("""
    as at cofix else end exists exists2 fix for forall fun if IF in let match mod return
    Prop SProp Set Type then using where with Axiom Definition Fixpoint Lemma Theorem Proof Qed Ltac
    Z Forall true false bool list nat negb nil cons pair fst snd map seq length rest letter
    program spec base step outputs agree start word inv range holds_on_range in_range checked
    all_checked solve each split_conditions arithmetic bit_and bit_or bit_xor finite
    program_equals_spec program_defined spec_defined S O I Some None tt unit option
""".split())
_NUMBERED: Final = re.compile(r"(table|set|k|H|E|IH)[0-9]*|(next|output|defined|[ps])_.*")


def rocq_names(state: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """A Rocq name for every joint state name (``p_...``, ``s_...``) and every input.

    Ordinary names stay as they are; all names of the result differ, and none holds a prime.
    """
    result: dict[str, str] = {}
    for name in state:
        result[name] = fresh(identifier(name), set(result.values()))
    for name in inputs:
        wanted = identifier(name)
        if _NUMBERED.fullmatch(wanted):
            wanted = f"in_{wanted}"
        result[name] = fresh(wanted, _TAKEN | set(result.values()))
    return result
