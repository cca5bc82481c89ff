"""Names of a machine, translated to names of a Rocq file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mips_verify.emit.names import names_in_file

# keywords of Rocq, then what the libraries define, then names that the template uses itself
_TEXT: Final = """
    as at cofix else end exists exists2 fix for forall fun if IF in let match mod return
    Prop SProp Set Type then using where with Axiom Definition Fixpoint Lemma Theorem Proof Qed Ltac
    Z True False true false bool list nat negb nil cons pair fst snd map seq length S O I Some None
    Forall option unit tt conj eq_refl f_equal2 andb orb rest letter word program spec base step
    outputs defined agree start inv bounds range tried each in_domain solve arithmetic read_off low
    high bit_and bit_or bit_xor i f fact
    h s g more dot affine perceptron values weights units network state run next answer next_hidden
    read_out reached letters same same_outputs fits linked at_once one_step all_fit map app
"""
_TAKEN: Final = frozenset(_TEXT.split())
# names that are made: of states, functions, hypotheses and lookups
_MADE: Final = re.compile(
    r"(table|set)[0-9]+|[A-Z].*|(p|s|in|next|program|spec|all|holds|split)_.*"
)


def rocq_names(state: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """A name for every state variable and input, as in :func:`names_in_file`."""
    return names_in_file(state, inputs, _TAKEN, _MADE)
