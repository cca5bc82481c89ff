"""Learn the Mealy machine that a network computes, by queries that distinguish its states.

States are rows of an observation table (Angluin, Information and Computation 75, 1987): two
access words lead to the same state as long as every suffix word gets the same outputs after both.
No distance between hidden states is ever measured. If machine and network disagree on a word, a
suffix that separates two states is found as in Rivest and Schapire (Inf. and Comp. 103, 1993).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.oracle import Letter, Oracle, Word, letter_number
from mips_verify.extract.study import Study

PART: Final = 1_000  # hidden states whose rows are read at once


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on the work on one table; none is a time.

    Attributes:
        states: rows of the table.
        steps: network steps (one state, one letter).
        rounds: rounds of counterexamples.
        words: number of initial suffix words.
    """

    states: int = budgets.TABLE_STATES
    steps: int = budgets.TABLE_STEPS
    rounds: int = budgets.TABLE_ROUNDS
    words: int = budgets.SUFFIXES


@dataclass(frozen=True, slots=True, eq=False)
class ObservationTable:
    """An observation table as a machine.

    Attributes:
        machine: complete if the table closed within the horizon, otherwise partial.
        hidden: a hidden state that represents each state, ``(n, hidden)``.
        access: the letters that lead to each state, as indices into the alphabet.
        words: the suffix words.
        full: whether a limit stopped the table from growing.
    """

    machine: Mealy
    hidden: Floats
    access: tuple[tuple[int, ...], ...]
    words: tuple[Word, ...]
    full: bool


def first_words(oracle: Oracle, longest: int, most: int) -> tuple[Word, ...]:
    """The initial suffix words: all short words of probe letters, then ``a^k`` and ``b a^k``.

    No word is longer than ``longest``, and there are at most about ``most`` words.
    """
    probes = oracle.probes()
    words: dict[Word, None] = {(a,): None for a in probes}
    for k in range(2, longest + 1):
        if len(words) + len(probes) ** k <= most:
            words |= dict.fromkeys(itertools.product(probes, repeat=k))
    for word in _rays(probes, longest):
        if len(words) >= most:
            break
        words[word] = None
    return tuple(words)


def _rays(probes: Sequence[Letter], longest: int) -> Iterator[Word]:
    yield from ((a,) * k for k in range(2, longest + 1) for a in probes)
    for k in range(2, longest + 1):
        yield from ((b, *(a,) * (k - 1)) for a in probes for b in probes if a != b)


def fill_table(
    oracle: Oracle, words: Sequence[Word], depth: int, letters: Ints, limits: Limits
) -> ObservationTable:
    """Fill the table breadth first: every letter from every new state, up to ``depth`` letters.

    Steps from states at depth ``depth`` stay unknown; a table that closes has no state there.
    """
    hidden = oracle.network.start(1)
    index = {oracle.signatures(hidden, words)[0].tobytes(): 0}
    kept = [hidden]
    access: list[tuple[int, ...]] = [()]
    layer, layer_at = hidden, [0]
    next_rows: list[Ints] = []
    outputs: list[Ints] = []
    steps, full = 0, False
    while len(layer) and not full:
        after, answers = _all_letters(oracle, layer, letters)
        shape = (len(layer), len(letters))
        outputs.append(answers.reshape(*shape, -1))
        steps += len(after) * (1 + len(words))
        if len(access[layer_at[0]]) >= depth or steps > limits.steps:
            full = full or steps > limits.steps
            next_rows.append(np.full(shape, -1, dtype=np.int64))
            break
        target, fresh = _reached(oracle, after, words, index, limits.states)
        if len(index) > limits.states:
            full = True
            next_rows.append(np.full(shape, -1, dtype=np.int64))
            break
        next_rows.append(target.reshape(shape))
        access += [(*access[layer_at[i // len(letters)]], i % len(letters)) for i in fresh]
        layer_at = list(range(len(access) - len(fresh), len(access)))
        layer = after[fresh]
        kept.append(layer)
    return _table(oracle, letters, next_rows, outputs, kept, access, tuple(words), full)


def _reached(
    oracle: Oracle, after: Floats, words: Sequence[Word], index: dict[bytes, int], most: int
) -> tuple[Ints, list[int]]:
    """The state of each hidden state, and the first of each new state.

    With a large alphabet a layer has many more states than a table may have, so it is looked at
    part by part, and no further once there are more than ``most``.
    """
    states, fresh = [], []
    for i in range(0, len(after), PART):
        found, new = _entered(oracle.signatures(after[i : i + PART], words), index)
        states.append(found)
        fresh += [i + j for j in new]
        if len(index) > most:
            break
    return np.concatenate(states), fresh


def _entered(rows: Ints, index: dict[bytes, int]) -> tuple[Ints, list[int]]:
    """The state of each row ``(n, suffixes)``, and the first row of each new state.

    ``index`` numbers the rows that are states; new states are added to it.
    """
    first, inverse = distinct(rows)
    keys = [rows[i].tobytes() for i in first]
    fresh = [int(i) for i, key in zip(first, keys, strict=True) if key not in index]
    states = np.array([index.setdefault(key, len(index)) for key in keys], dtype=np.int64)
    return states[inverse], fresh


def _all_letters(oracle: Oracle, states: Floats, letters: Ints) -> tuple[Floats, Ints]:
    """The next states and outputs for every letter in every state, grouped by state."""
    after = oracle.network.step(
        np.repeat(states, len(letters), axis=0), np.tile(letters, (len(states), 1))
    )
    return after, oracle.network.read(after)


def _table(
    oracle: Oracle,
    letters: Ints,
    next_rows: list[Ints],
    outputs: list[Ints],
    kept: list[Floats],
    access: list[tuple[int, ...]],
    words: tuple[Word, ...],
    full: bool,
) -> ObservationTable:
    """The table of all layers; states that were not expanded have unknown steps."""
    n, m = len(access), len(letters)
    nxt = np.full((n, m), -1, dtype=np.int64)
    out = np.zeros((n, m, oracle.network.outputs), dtype=np.int64)
    known = np.concatenate(next_rows)
    nxt[: len(known)] = known
    answers = np.concatenate(outputs)
    out[: len(answers)] = answers
    machine = Mealy(oracle.domain.names, letters, nxt, out)
    return ObservationTable(machine, np.concatenate(kept)[:n], tuple(access), words, full)


def letter_indices(oracle: Oracle, sequences: Ints) -> Ints:
    """The position of each letter in the full alphabet, ``(n, length)``."""
    factors, shift = letter_number(oracle.domain)
    return np.asarray(sequences @ np.array(factors) + shift)


def disagreement(
    oracle: Oracle, table: ObservationTable, sequences: Ints, answers: Ints
) -> tuple[int, list[Word]]:
    """How often the machine of a table is wrong, and suffix words that tell its states apart.

    A sequence is compared up to the first step that the machine does not know. The table must
    not be full, so that the outputs of every state are known.

    Returns:
        the number of sequences with a wrong output, and new suffixes from the few earliest errors.
    """
    machine = table.machine
    index = letter_indices(oracle, sequences)
    paths = machine.paths(index)
    known = paths[:, :-1] >= 0
    predicted = machine.output[np.maximum(paths[:, :-1], 0), index]
    wrong = (predicted != answers).any(axis=2) & known
    bad = np.nonzero(wrong.any(axis=1))[0]
    at = wrong[bad].argmax(axis=1)
    found: dict[Word, None] = {}
    for i in np.argsort(at, kind="stable")[: budgets.NEW_SUFFIXES]:
        word = _breaking_suffix(oracle, table, sequences[bad[i], : at[i] + 1], paths[bad[i]])
        if word is not None and word not in table.words:
            found[word] = None
    return len(bad), list(found)


def _breaking_suffix(
    oracle: Oracle, table: ObservationTable, word: Ints, path: Ints
) -> Word | None:
    """The suffix of a wrongly predicted word that separates a state from one merged with it."""
    last = len(word) - 1
    after = [
        tuple(oracle.follow(table.hidden[path[i]][None], word[None, i:])[1][0, -1])
        for i in range(last + 1)
    ]
    for i in range(last):
        if after[i] != after[i + 1]:
            return tuple(tuple(int(v) for v in letter) for letter in word[i + 1 :])
    return None


def learn_table(
    oracle: Oracle,
    sequences: Ints,
    answers: Ints,
    *,
    longest: int,
    limits: Limits,
    whole: bool,
) -> tuple[ObservationTable, int]:
    """Learn, compare with the network on ``sequences``, add suffixes, and learn again.

    Args:
        oracle: the network.
        sequences: inputs ``(n, horizon, channels)`` with the network's ``answers``.
        longest: length of the longest initial suffix word.
        limits: bounds on the work.
        whole: whether to give up as soon as the table does not close.

    Returns:
        the last table and the number of sequences on which its machine is wrong.
    """
    letters = np.array(list(oracle.domain.letters()), dtype=np.int64)
    words = first_words(oracle, longest, limits.words)
    for _ in range(limits.rounds):
        depth = oracle.horizon - max(len(w) for w in words)
        table = fill_table(oracle, words, depth, letters, limits)
        if table.full or (whole and not table.machine.complete):
            return table, -1
        wrong, more = disagreement(oracle, table, sequences, answers)
        if not more:
            return table, wrong
        words = (*words, *more)
    return table, wrong


@dataclass(frozen=True, slots=True)
class Automaton:
    """The finite-state machine that observation tables found for a network.

    Attributes:
        closed: the minimal complete machine, if the table closed within the horizon.
        partial: otherwise the machine of all states within half the horizon, if it is small enough.
    """

    closed: Mealy | None
    partial: Mealy | None

    @property
    def states(self) -> int | None:
        """Number of states of the closed machine."""
        return None if self.closed is None else self.closed.states

    @property
    def is_tree(self) -> bool:
        """Whether different words lead to different states, within half the horizon."""
        return self.partial is not None and _is_tree(self.partial)

    @property
    def machine(self) -> Mealy | None:
        """The closed machine, or the partial one if there is none."""
        return self.closed if self.closed is not None else self.partial


def _is_tree(machine: Mealy) -> bool:
    q, _ = machine.known
    return len(q) == machine.states - 1 and len(q) > 2 * len(machine.letters)


def learn_automaton(
    study: Study, sequences: Ints, answers: Ints, most: int = budgets.TABLE_STATES
) -> Automaton:
    """Learn a closed machine with short suffixes or, if that fails, a partial one with long ones.

    Args:
        study: the network under study.
        sequences: inputs ``(n, horizon, channels)`` that the machine is compared on.
        answers: the network's outputs for ``sequences``.
        most: give up on a machine with more states.
    """
    oracle = study.oracle
    if oracle.domain.size > budgets.TABLE_LETTERS:
        study.note(f"automaton: {oracle.domain.size} letters are too many to try each")
        return Automaton(None, None)
    learn = partial(learn_table, oracle, sequences, answers, limits=Limits(states=most))
    short = max(1, min(budgets.SHORT_SUFFIX, oracle.horizon // 2))
    table, wrong = learn(longest=short, whole=True)
    if table.machine.complete and not table.full:
        closed = table.machine.minimal()
        study.note(f"automaton: closed with {closed.states} states, wrong on {wrong} sequences")
        return Automaton(closed, None)
    table, _ = learn(longest=max(1, oracle.horizon // 2), whole=False)
    if table.full:
        study.note(f"automaton: more than {most} states, not closed")
        return Automaton(None, None)
    study.note(f"automaton: {table.machine.states} states within half the length, not closed")
    return Automaton(None, table.machine)
