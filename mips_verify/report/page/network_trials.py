"""On how many random words a bundle's network gives what its program gives, and the first other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.errors import MipsVerifyError
from mips_verify.pipeline.faithfulness import Parties, faithfulness, lengths_of
from mips_verify.spec.value_names import Names

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.kernel.machine import Word
    from mips_verify.network.network import Network

SHOWN: Final = 40  # letters of a word


@dataclass(frozen=True, slots=True)
class TrialRow:
    """Words of one length, and on how many of them the outputs after every letter agree."""

    length: int
    kind: str
    sequences: int | None
    agree: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A word after whose last letter the network gives another output than the program."""

    letters: int
    word: str
    network: str
    program: str


def trial_rows(network: Network, proof: Certificate) -> tuple[list[TrialRow], list[Word]]:
    """The trials at 1, 2, 5 and 20 times the trained length, and words that differ."""
    found = faithfulness(
        Parties(network, proof.program, None), proof.domain, lengths_of(proof.length)
    )
    rows = []
    for row in found.rows:
        rows += [TrialRow(row.length, t.kind, t.sequences, t.agree) for t in row.trials]
        rows += [TrialRow(row.length, "", None, None, note) for note in row.notes]
    return rows, [difference.word for difference in found.differences]


def disagreement(
    network: Network, proof: Certificate, words: Sequence[Word]
) -> Disagreement | None:
    """The shortest of the words, with what both say after it.

    Raises:
        MipsVerifyError: both say the same after the shortest word, which thus shows nothing.
    """
    if not words:
        return None
    word = min(words, key=len)
    ours = proof.program.run(word)[-1]
    with np.errstate(all="ignore"):
        theirs = tuple(network.run(np.array([word], dtype=np.int64))[1][0, -1].tolist())
    if ours == theirs:
        raise MipsVerifyError(f"a word of {len(word)} letters is no failure of the network")
    names = Names(proof.input_names, proof.output_names)
    text = names.word(word[-SHOWN:])
    cut = f"… {text}" if len(word) > SHOWN else text
    return Disagreement(len(word), cut, names.answer(theirs), names.answer(ours))
