"""On how many random words a network gives what its program gives, and the shortest others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.errors import MipsVerifyError
from mips_verify.network.sequence_function import answers_of
from mips_verify.pipeline.faithfulness import Faithfulness, Parties, faithfulness, lengths_of

if TYPE_CHECKING:
    from mips_verify.kernel.machine import Machine, Word
    from mips_verify.network.sequence_function import Recurrent
    from mips_verify.report.page.subject import Subject

SHOWN: Final = 40  # letters of a word
MOST: Final = 3  # words that are shown
HEADS: Final = {
    "agree": "Network = program", "network_right": "Network = specification",
    "program_right": "Program = specification",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrialRow:
    """Words of one length, and on how many of them the outputs after every letter agree."""

    length: int
    words: str
    cells: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A word after whose last letter the network gives another output than the program."""

    letters: int
    word: str
    network: str
    program: str


@dataclass(frozen=True, slots=True)
class Trials:
    """A table of trials with its headings, and the shortest words on which the two differ."""

    heads: tuple[str, ...] = ()
    rows: tuple[TrialRow, ...] = ()
    differ: tuple[Disagreement, ...] = ()


NOTHING_TRIED: Final = Trials()


def trials_of(subject: Subject) -> Trials:
    """The trials at 1, 2, 5 and 20 times the trained length, as made before or else made now.

    Raises:
        MipsVerifyError: the network cannot be run, or a word that is said to differ does not.
    """
    network, program, domain = subject.network, subject.program, subject.domain
    if network is None or program is None or domain is None:
        return NOTHING_TRIED
    found = subject.faithfulness or faithfulness(
        Parties(network, program, None), domain, lengths_of(subject.length)
    )
    words = [difference.word for difference in found.differences]
    if subject.theorem is not None and subject.theorem.failure is not None:
        words.append(subject.theorem.failure)
    differ = {d.word: d for d in (_disagreement(network, program, w, subject) for w in words)}
    shortest = sorted(differ.values(), key=lambda d: d.letters)[:MOST]
    # where program and specification are proved equal, the other counts follow from this one
    shown = ["agree"] if subject.invariant is not None else _columns(found)
    heads = tuple(HEADS[name] for name in shown)
    return Trials(heads, tuple(_rows(found, shown)), tuple(shortest))


def _columns(found: Faithfulness) -> list[str]:
    """The counts that are known of any trial."""
    trials = [trial for row in found.rows for trial in row.trials]
    return [name for name in HEADS if any(getattr(t, name) is not None for t in trials)]


def _rows(found: Faithfulness, columns: list[str]) -> Iterator[TrialRow]:
    for row in found.rows:
        for trial in row.trials:
            cells = (_cell(getattr(trial, name), trial.sequences) for name in columns)
            yield TrialRow(row.length, f"{trial.sequences} {trial.kind}", tuple(cells))
        for note in row.notes:
            yield TrialRow(row.length, "", (), note)


def _cell(agree: int | None, sequences: int) -> str:
    if agree is None:
        return "not known"
    return "all" if agree == sequences else f"{agree} of {sequences}"


def _disagreement(
    network: Recurrent, program: Machine, word: Word, subject: Subject
) -> Disagreement:
    """What both say after a word.

    Raises:
        MipsVerifyError: they say the same, so that the word shows nothing.
    """
    ours = program.run(word)[-1]
    with np.errstate(all="ignore"):
        theirs = tuple(answers_of(network, np.array([word], dtype=np.int64))[0, -1].tolist())
    if ours == theirs:
        raise MipsVerifyError(f"a word of {len(word)} letters is no failure of the network")
    names = subject.names
    text = names.word(word[-SHOWN:])
    cut = f"… {text}" if len(word) > SHOWN else text
    return Disagreement(len(word), cut, names.answer(theirs), names.answer(ours))
