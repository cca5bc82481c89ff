"""How far network, program and specification agree, also on sequences longer than those trained.

A network is trusted up to the length of its training sequences. Longer ones show whether it learned
the rule or only the training data. Half of the random sequences are uniform. The others have low
variety: they use few letters or repeat them, so that counts drift and rare states are reached. A
network may be right on one half and wrong on the other, so each is reported apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.sequences import few_letters, runs
from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Word
from mips_verify.pipeline.ask_network import affordable_sequences, too_long, try_answers
from mips_verify.pipeline.compare_network import SHOWN, Comparison, shortest
from mips_verify.pipeline.score import Miss, differing, first_misses
from mips_verify.spec.labelling import exact_trace, undefined

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

TIMES: Final = (1, 2, 5, 20)  # the lengths tried, in lengths of the training sequences
LONGEST: Final = 20_000  # letters in one sequence
MOST_LENGTHS: Final = 16


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of the sequences of one kind and length.

    Attributes:
        kind: ``all`` there are, ``uniform`` ones, or ones of ``low variety``.
        sequences: how many were tried.
        agree: those on which all outputs of network and program agree; ``None`` if unknown.
        network_right: those on which the network gives what the specification gives.
        program_right: those on which the program does.
    """

    kind: str
    sequences: int
    agree: int | None = None
    network_right: int | None = None
    program_right: int | None = None

    @property
    def exact(self) -> bool:
        """Whether nothing known here differs."""
        found = (self.agree, self.network_right, self.program_right)
        return all(n in (None, self.sequences) for n in found)


@dataclass(frozen=True, slots=True)
class Row:
    """The trials on sequences of one length; notes say what could not be tried, and why."""

    length: int
    trials: tuple[Trial, ...]
    notes: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether everything was tried and nothing differs."""
        return not self.notes and all(t.exact for t in self.trials)


@dataclass(frozen=True, slots=True)
class Difference:
    """A sequence, cut after the first letter on which network and program differ.

    Attributes:
        word: the sequence.
        network: the last outputs of the network.
        program: the last outputs of the program; ``None`` if it has no value.
        wanted: the last outputs of the specification, if there is one and it has a value.
    """

    word: Word
    network: tuple[int, ...]
    program: tuple[int, ...] | None
    wanted: tuple[int, ...] | None

    @property
    def right(self) -> str | None:
        """Which of them is right: ``program``, ``network`` or ``neither``, if that is known."""
        if self.wanted is None:
            return None
        if self.program == self.wanted:
            return "program"
        return "network" if self.network == self.wanted else "neither"


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The report: a row for every length, and the shortest differences of network and program."""

    rows: tuple[Row, ...]
    differences: tuple[Difference, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether everything was tried and nothing differs."""
        return not self.differences and all(r.exact for r in self.rows)


@dataclass(frozen=True, slots=True)
class Parties:
    """What is compared.

    Attributes:
        network: the network.
        program: the program, if one was found.
        spec: the specification, if there is one.
        proved: whether program and specification are proved to be equal; then what is known of
            the one holds of the other.
    """

    network: Recurrent
    program: Machine | None
    spec: Machine | None
    proved: bool = False


def lengths_of(length: int, asked: Sequence[int] | None = None) -> tuple[int, ...]:
    """The lengths to try: those asked for, or multiples of the length that trained the network.

    Raises:
        MipsVerifyError: a length is no whole number from 1 to 20,000, or there are too many.
    """
    if asked is None:
        return tuple(sorted({min(k * length, LONGEST) for k in TIMES}))
    wrong = [n for n in asked if isinstance(n, bool) or not isinstance(n, int | np.integer)]
    if wrong or not asked or not 1 <= min(asked) <= max(asked) <= LONGEST:
        raise MipsVerifyError(
            f"lengths of sequences to try are whole numbers from 1 to {LONGEST}, not "
            f"{', '.join(map(str, asked)) or 'none'}"
        )
    if len(found := sorted({int(n) for n in asked})) > MOST_LENGTHS:
        raise MipsVerifyError(f"{len(found)} lengths are too many; give up to {MOST_LENGTHS}")
    return tuple(found)


def faithfulness(
    parties: Parties,
    domain: Domain,
    lengths: Sequence[int],
    comparison: Comparison | None = None,
    seed: int = 0,
) -> Faithfulness:
    """Run all parties on sequences of ``lengths``; differences of ``comparison`` count too.

    Few sequences are tried of a length, so that all of them together take a second or so.
    """
    rows, misses = [], list(comparison.misses) if comparison is not None else []
    for length in lengths:
        row, found = _row(parties, domain, length, np.random.default_rng([seed, length]))
        rows.append(row)
        misses += found
    return Faithfulness(tuple(rows), tuple(_differences(parties, misses)))


def _row(
    parties: Parties, domain: Domain, length: int, rng: np.random.Generator
) -> tuple[Row, list[Miss]]:
    """The row of one length, and the shortest differences found there."""
    if (why := too_long(parties.network, length)) is not None:
        return Row(length, (), (why,)), []
    kinds = _sequences(domain, length, affordable_sequences(parties.network, domain, length), rng)
    x = np.concatenate(list(kinds.values()))
    given = try_answers(parties.network, x)
    if isinstance(given, str):
        return Row(length, (), (given,)), []
    program, spec = _outputs(parties.program, x), None
    if not parties.proved:
        spec = _outputs(parties.spec, x)
    notes = [f"{who} {y}" for who, y in (("the program", program), ("the specification", spec))
             if isinstance(y, str)]  # fmt: skip
    differ = {
        "agree": _differ(given, program),
        "network_right": _differ(given, program if parties.proved else spec),
        "program_right": _differ(program, program if parties.proved else spec),
    }
    misses = [] if (d := differ["agree"]) is None else first_misses(x, given, d, SHOWN)
    return Row(length, tuple(_trials(kinds, differ)), tuple(notes)), misses


def _sequences(
    domain: Domain, length: int, count: int, rng: np.random.Generator
) -> dict[str, Ints]:
    """Sequences of each kind; all there are, if they are no more than would be tried."""
    if domain.size**length <= count:
        return {"all": domain.all_sequences(length)}
    half = max(1, count // 2)
    varied = [
        few_letters(domain, length, rng, half - half // 2),
        runs(domain, length, rng, half // 2),
    ]
    return {"uniform": domain.sample(half, length, rng), "low variety": np.concatenate(varied)}


def _outputs(machine: Machine | None, x: Ints) -> Ints | str | None:
    """The outputs of a machine, exactly, or what is wrong with them; ``None`` of no machine."""
    if machine is None:
        return None
    try:
        with np.errstate(all="ignore"):
            states, y = exact_trace(machine, x)
            missing = undefined(machine, x, states)
    except TaskError:  # a number may leave 64 bits
        return f"has numbers beyond 64 bits within {x.shape[1]} letters"
    return f"has no value on some sequences of {x.shape[1]} letters" if len(missing) else y


def _differ(one: Ints | str | None, other: Ints | str | None) -> Bools | None:
    """After which letters two parties differ, ``(n, length)``, if both have outputs."""
    if one is None or other is None or isinstance(one, str) or isinstance(other, str):
        return None
    return differing(one, other)


def _trials(kinds: dict[str, Ints], differ: dict[str, Bools | None]) -> Iterator[Trial]:
    """The counts for each kind of sequences, which stand one kind after the other."""
    at = 0
    for kind, x in kinds.items():
        rows = slice(at, at + len(x))
        counts = {
            name: None if d is None else int((~d[rows].any(axis=1)).sum())
            for name, d in differ.items()
        }
        yield Trial(kind, len(x), **counts)
        at += len(x)


def _differences(parties: Parties, misses: Sequence[Miss]) -> Iterator[Difference]:
    """The shortest of the sequences on which network and program differ, and who says what."""
    for miss in shortest(misses):
        last = miss.labels[-1]
        yield Difference(
            miss.word, last, _last(parties.program, miss.word), _last(parties.spec, miss.word)
        )


def _last(machine: Machine | None, word: Word) -> tuple[int, ...] | None:
    """The outputs of a machine after a whole sequence, if there is a machine and they exist."""
    try:
        return None if machine is None else machine.run(word)[-1]
    except ValueError:
        return None
