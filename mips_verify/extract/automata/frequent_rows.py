"""Learn the Mealy machine of a network that errs: states are the rows that occur often.

A network that is nearly right answers a rare word as it should not, and an observation table takes
that for a new state. So states are not collected one by one: many random prefixes get their rows,
what occurs rarely is taken for the nearest row that occurs often, and every step is decided by the
majority of the prefixes in a state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import Automaton, first_words
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.oracle import Oracle, Word
from mips_verify.extract.study import Study

SEEN = 0.003  # share of the prefixes that the row of a state has
NEAR = 0.15  # share of the answers in which a row differs from the one it is an error of
RARER = 0.03  # an error of a row occurs at most this often for one occurrence of the row
SUFFIX = 2  # letters of the longest suffix word


def frequent_automaton(study: Study) -> Automaton:
    """The machine of the frequent rows, reduced; none if there are many letters or rows."""
    oracle = study.oracle
    if oracle.domain.size > budgets.TABLE_LETTERS or oracle.horizon <= SUFFIX + 1:
        return Automaton(None, None)
    words = first_words(oracle, SUFFIX, budgets.SUFFIXES)
    hidden = _prefixes(study)
    rows = oracle.signatures(hidden, words)
    kept = _frequent(rows)
    if not 0 < len(kept) <= budgets.FREQUENT_STATES:
        study.note(f"frequent rows: {len(kept)} states")
        return Automaton(None, None)
    table = _Table(oracle, words, rows[kept])
    closed = _machine(study, table, hidden, table.nearest(rows)).minimal()
    study.note(f"frequent rows: {len(kept)}, {closed.states} states")
    return Automaton(closed, None)


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """The rows of all states: their answers to the suffix words."""

    oracle: Oracle
    words: tuple[Word, ...]
    states: Ints

    def nearest(self, rows: Ints) -> Ints:
        """The state whose row differs from each of ``rows`` in the fewest answers."""
        first, which = distinct(rows)
        apart = (rows[first][:, None] != self.states[None]).sum(axis=2)
        state: Ints = apart.argmin(axis=1)[which]
        return state

    def of(self, hidden: Floats) -> Ints:
        """The state of each hidden state."""
        return self.nearest(self.oracle.signatures(hidden, self.words))


def _prefixes(study: Study) -> Floats:
    """Hidden states after random prefixes of the evidence, the start first."""
    oracle, rng = study.oracle, study.rng()
    few = rng.permutation(len(study.evidence))[: budgets.FREQUENT_ROWS]
    states, _ = oracle.network.run(study.evidence[few, : oracle.horizon - SUFFIX - 1])
    pool = states.reshape(-1, states.shape[2])
    chosen = pool[rng.permutation(len(pool))[: budgets.FREQUENT_ROWS]]
    return np.concatenate([oracle.network.start(1), chosen])


def _frequent(rows: Ints) -> Ints:
    """Where the rows of states are: frequent, and no error of a far more frequent row."""
    first, which = distinct(rows)
    counts = np.bincount(which)
    kept: list[int] = []
    for i in np.argsort(-counts, kind="stable"):
        if counts[i] < max(2, SEEN * len(rows)):
            break
        apart = (rows[first[kept]] != rows[first[i]]).mean(axis=1)
        if not ((apart <= NEAR) & (counts[i] <= RARER * counts[kept])).any():
            kept.append(int(i))
    return first[kept]


def _machine(study: Study, table: _Table, hidden: Floats, state: Ints) -> Mealy:
    """The usual step of every state on every letter; the state of the first prefix is the start."""
    oracle, rng = study.oracle, study.rng()
    letters = np.array(list(oracle.domain.letters()), dtype=np.int64)
    n, m = len(table.states), len(letters)
    each = max(budgets.FREQUENT_LEAST, budgets.FREQUENT_STEPS // (n * m))
    members = [rng.permutation(np.flatnonzero(state == q))[:each] for q in range(n)]
    chosen = np.concatenate(members)
    after = oracle.network.step(
        np.repeat(hidden[chosen], m, axis=0), np.tile(letters, (len(chosen), 1))
    )
    given = oracle.network.read(after).reshape(len(chosen), m, -1)
    led = table.of(after).reshape(len(chosen), m, 1)
    nexts = np.zeros((n, m), dtype=np.int64)
    outputs = np.zeros((n, m, given.shape[2]), dtype=np.int64)
    for q in range(n):
        of_it = state[chosen] == q
        nexts[q] = _usual(led[of_it])[:, 0]
        outputs[q] = _usual(given[of_it])
    order = np.concatenate([state[:1], np.delete(np.arange(n), state[0])])
    number = np.argsort(order)
    return Mealy(oracle.domain.names, letters, number[nexts[order]], outputs[order])


def _usual(values: Ints) -> Ints:
    """The most frequent of the first axis, ``(n, m, k) -> (m, k)``."""
    found, counts = np.unique(values, return_inverse=True)
    votes = (counts.reshape(values.shape)[..., None] == np.arange(len(found))).sum(axis=0)
    usual: Ints = found[votes.argmax(axis=-1)]
    return usual
