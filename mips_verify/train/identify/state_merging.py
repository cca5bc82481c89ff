"""State merging: the automaton behind labelled words, found from which continuations they share.

Two words lead to the same state if no continuation gets different labels after them. Starting from
the empty word, each step out of a known state leads to a new state, if what follows it differs from
what follows every known one, or else to the known state that agrees on the most continuations. The
step that most sequences take is decided first (Lang, Pearlmutter and Price, ICGI 1998: evidence-
driven state merging). No tree of all words is built: sequences walk over the automaton found so far
and wait where it ends.

A timer tells its states only by long words, and these are too many to look at them all. But if a
sequence contradicts the automaton, what it ends with tells states apart: the search begins again
and looks at these words too (Rivest and Schapire, 1993).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.train import training_budgets as budgets


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """A machine that starts in state 0 and gives a label with each step.

    Attributes:
        next: the next state, ``(states, letters)``; -1 where no sequence shows it.
        label: the label, ``(states, letters)``; -1 where no sequence shows it.
    """

    next: Ints
    label: Ints

    @property
    def states(self) -> int:
        """Number of states."""
        return len(self.next)

    @property
    def needed(self) -> int:
        """How long words must be that confirm each step, if a machine is to be sure.

        A word leads to a state, one letter further, and then tells the state reached from others.
        """
        return self._deepest() + 1 + self._telling()

    def runs(self, index: Ints) -> Ints:
        """The labels ``(n, length)`` on sequences of letters; -1 from where no step is known."""
        state, out = np.zeros(len(index), dtype=np.int64), np.empty_like(index)
        for t, letters in enumerate(index.T):
            out[:, t] = np.where(state >= 0, self.label[state, letters], -1)
            state = np.where(state >= 0, self.next[state, letters], -1)
        return out

    def _deepest(self) -> int:
        """Letters to the state that is reached last."""
        reached, depth = np.zeros(1, dtype=np.int64), 0
        while True:
            further = np.union1d(reached, self.next[reached][self.next[reached] >= 0])
            if len(further) == len(reached):
                return depth
            reached, depth = further, depth + 1

    def _telling(self) -> int:
        """Letters after which all pairs of states that differ have given different labels."""
        kinds, found = self.label, 0
        for length in range(1, self.states + 2):
            _, classes = np.unique(kinds, axis=0, return_inverse=True)
            classes = classes.reshape(-1)
            if classes.max() + 1 == found:
                return length - 1
            found = int(classes.max()) + 1
            kinds = np.hstack([self.label, classes[self.next]])
        return self.states


def merge_states(index: Ints, labels: Ints, letters: int, most: int) -> Merged | str:
    """The machine, or why there is none.

    Args:
        index: letters as numbers, ``(n, length)``.
        labels: labels as numbers from 0, ``(n, length)``.
        letters: size of the alphabet.
        most: the largest number of states.
    """
    words: list[Ints] = []
    for _ in range(budgets.MERGING_AGAIN):
        search = _Search(index, labels, letters, most, words)
        search.enter(np.arange(len(index)))
        while (step := search.clearest()) is not None:
            if not search.decide(step):
                return f"more than {most} states"
        if not (more := search.contradictions()):
            break
        words = [*words, *more]
    return search.merged()


@dataclass(slots=True)
class _Search:
    """The automaton so far, the labels after its states, and where each sequence waits.

    Attributes:
        next: next states, ``(most, letters)``; -1 where undecided.
        codes: for each number of letters from 1, the number of the word read from a position on.
        tables: for each number of letters from 1, the label at the end of each such word after each
            state; -1 where unseen.
        long: the same for the words given, by their numbers of letters; where the word read is none
            of them, its number is -1.
        run, run_tables: how many equal letters follow each position, ``(n, length + 1)``, and
            tables for words of one letter that are longer than the words of ``tables``.
        at, state: for each sequence, how many letters are read, and the state after them.
        waiting: sequences by the undecided step ``state * letters + letter`` that they take next.
        judged: for undecided steps, how many sequences waited when it was last looked where they
            lead, and on how many continuations they agreed with a known state.
    """

    index: Ints
    labels: Ints
    letters: int
    most: int
    words: Sequence[Ints] = ()
    states: int = 1
    next: Ints = field(init=False)
    codes: list[Ints] = field(init=False)
    tables: list[Ints] = field(init=False)
    long: list[tuple[int, Ints, Ints]] = field(init=False)
    run: Ints = field(init=False)
    run_tables: list[Ints] = field(init=False)
    at: Ints = field(init=False)
    state: Ints = field(init=False)
    waiting: dict[int, list[Ints]] = field(default_factory=dict)
    judged: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, length = self.index.shape
        self.next = np.full((self.most, self.letters), -1, dtype=np.int64)
        self.at, self.state = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.codes, self.tables = [self.index], []
        self.long = list(self._long_words())
        size = self.letters
        while True:
            self.tables.append(np.full((self.most, size), -1, dtype=np.int64))
            size *= self.letters
            if size > budgets.MERGING_COLUMNS or len(self.codes) == min(
                length, budgets.MERGING_DEPTH
            ):
                break
            last = self.codes[-1]
            self.codes.append(last[:, :-1] * self.letters + self.index[:, len(self.codes) :])
        longest = min(length, budgets.MERGING_RUN)
        self.run = self._run_lengths()
        self.run_tables = [
            np.full((self.most, self.letters), -1, dtype=np.int64)
            for _ in range(len(self.tables), longest)
        ]

    def enter(self, rows: Ints) -> None:
        """Let sequences that just reached a state record what follows, and go on if they can."""
        while len(rows):
            for codes, labels, table, some in self._futures(rows, self.at[rows]):
                table[self.state[rows[some]], codes] = labels
            rows = rows[self.at[rows] < self.index.shape[1]]
            letter = self.index[rows, self.at[rows]]
            after = self.next[self.state[rows], letter]
            self._wait(rows[after < 0], letter[after < 0])
            rows = rows[after >= 0]
            self.state[rows] = after[after >= 0]
            self.at[rows] += 1

    def _futures(self, rows: Ints, at: Ints) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """For each depth: words that follow, their labels, the table, and which rows go so far."""
        for depth, (codes, table) in enumerate(zip(self.codes, self.tables, strict=True)):
            some = np.flatnonzero(at < codes.shape[1])
            kept, start = rows[some], at[some]
            yield codes[kept, start], self.labels[kept, start + depth], table, some
        yield from self._run_futures(rows, at)
        yield from self._long_futures(rows, at)

    def _long_futures(self, rows: Ints, at: Ints) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """The same for the long words; few sequences read one of them."""
        for length, codes, table in self.long:
            some = np.flatnonzero(at < codes.shape[1])
            some = some[codes[rows[some], at[some]] >= 0]
            kept, start = rows[some], at[some]
            yield codes[kept, start], self.labels[kept, start + length - 1], table, some

    def _long_words(self) -> Iterator[tuple[int, Ints, Ints]]:
        """For each length of the words given: where they are read, and an empty table."""
        for length in sorted({len(w) for w in self.words}):
            words = [w for w in self.words if len(w) == length]
            windows = np.lib.stride_tricks.sliding_window_view(self.index, length, axis=1)
            codes = np.full(windows.shape[:2], -1, dtype=np.int64)
            for number, word in enumerate(words):
                codes[(windows == word).all(axis=2)] = number
            yield length, codes, np.full((self.most, len(words)), -1, dtype=np.int64)

    def _run_lengths(self) -> Ints:
        """How many equal letters follow each position, ``(n, length + 1)``, 0 at the end."""
        n, length = self.index.shape
        run = np.zeros((n, length + 1), dtype=np.int64)
        for t in reversed(range(length)):
            same = t + 1 < length and self.index[:, t] == self.index[:, t + 1]
            run[:, t] = 1 + np.where(same, run[:, t + 1], 0)
        return run

    def _run_futures(self, rows: Ints, at: Ints) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
        """The same for words of one letter, which tell how far a count still has to go."""
        run = self.run[rows, np.minimum(at, self.index.shape[1])]
        for length, table in enumerate(self.run_tables, len(self.tables) + 1):
            some = np.flatnonzero(run >= length)
            if not len(some):
                return
            kept, start = rows[some], at[some]
            yield self.index[kept, start], self.labels[kept, start + length - 1], table, some

    def contradictions(self) -> list[Ints]:
        """Words that tell states apart: ends of the shortest sequences with a wrong label.

        Words that the tables hold, and words given, are left out.
        """
        state, right = np.zeros(len(self.index), dtype=np.int64), np.ones(len(self.index), bool)
        known = {w.tobytes() for w in self.words}
        found: dict[bytes, Ints] = {}
        for t in range(self.index.shape[1]):
            letter = self.index[:, t]
            wrong = right & (state >= 0) & (self.tables[0][state, letter] != self.labels[:, t])
            for row in np.flatnonzero(wrong)[: budgets.MERGING_CONTRADICTIONS]:
                for length in range(len(self.tables) + 1, t + 2):
                    word = self.index[row, t + 1 - length : t + 1]
                    found.setdefault(word.tobytes(), word)
            if new := [w for k, w in found.items() if k not in known]:
                return new
            right &= ~wrong
            state = np.where(state >= 0, self.next[state, letter], -1)
        return []

    def merged(self) -> Merged:
        """The machine found."""
        return Merged(self.next[: self.states], self.tables[0][: self.states])

    def _wait(self, rows: Ints, letter: Ints) -> None:
        keys = self.state[rows] * self.letters + letter
        order = np.argsort(keys, kind="stable")
        keys, starts = np.unique(keys[order], return_index=True)
        for key, part in zip(keys.tolist(), np.split(rows[order], starts[1:]), strict=False):
            self.waiting.setdefault(key, []).append(part)

    def clearest(self) -> int | None:
        """The next step to decide: one that leads to a new state, or else the best supported.

        All states that can be told from the known ones are found before any step is taken to lead
        to a known one, because a wrong step mixes what follows two states.
        """
        for step, parts in self.waiting.items():
            count = sum(map(len, parts))
            if step in self.judged and count < budgets.MERGING_GROWN * self.judged[step][0]:
                continue
            found = self._known(np.concatenate(parts))
            if found is None:
                return step
            self.judged[step] = count, found[1]
        return max(self.waiting, key=lambda step: self.judged[step][1], default=None)

    def decide(self, step: int) -> bool:
        """Say where a step leads; False if that were one state too many."""
        rows = np.sort(np.concatenate(self.waiting.pop(step)))
        found = self._known(rows)
        if found is None and self.states == self.most:
            return False
        target = self.states if found is None else found[0]
        self.states = max(self.states, target + 1)
        self.next[divmod(step, self.letters)] = target
        self.at[rows] += 1
        self.state[rows] = target
        self.enter(rows)
        return True

    def _known(self, rows: Ints) -> tuple[int, int] | None:
        """The known state that agrees best with what follows the next letter, if one does.

        Returns:
            the state, and on how many continuations it agrees.
        """
        few = rows[:: 1 + len(rows) // budgets.MERGING_SEQUENCES]
        score = np.zeros(self.states, dtype=np.int64)
        fits = np.ones(self.states, dtype=np.bool_)
        every = [*self._futures(few, self.at[few] + 1)]
        if len(few) < len(rows):
            every += self._long_futures(rows, self.at[rows] + 1)
        for codes, labels, table, _ in every:
            seen, first = np.unique(codes, return_index=True)
            known = table[: self.states, seen]
            same = known == labels[first]
            fits &= (same | (known < 0)).all(axis=1)
            score += same.sum(axis=1)
        states = np.flatnonzero(fits)
        states = states[np.argsort(-score[states], kind="stable")]
        return next(((s, int(score[s])) for s in states.tolist() if self._agrees(few, s)), None)

    def _agrees(self, rows: Ints, start: int) -> bool:
        """Whether sequences, after their next letter, can go on from a state as far as known."""
        at, state = self.at[rows] + 1, np.full(len(rows), start)
        while len(rows):
            for codes, labels, table, some in self._futures(rows, at):
                known = table[state[some], codes]
                if ((known >= 0) & (known != labels)).any():
                    return False
            alive = np.flatnonzero(at < self.index.shape[1])
            rows, at, state = rows[alive], at[alive], state[alive]
            state = self.next[state, self.index[rows, at]]
            on = state >= 0
            rows, at, state = rows[on], at[on] + 1, state[on]
        return True
