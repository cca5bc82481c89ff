"""The machine behind labels that can be asked for, found from what tells its states apart.

Each state has a word that leads to it. Two words lead to the same state if the same labels follow
on each of some endings. Where the machine errs on a labelled word, one of the word's ends tells two
states apart that were taken for one, and joins the endings (Angluin, Inf. Comput. 75, 1987; Rivest
and Schapire, Inf. Comput. 103, 1993, with all labels of an ending in place of the last).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.train import training_budgets as budgets
from mips_verify.train.identify.state_merging import Merged

Word = tuple[int, ...]
Ask = Callable[[Ints], Ints]  # sequences of letters to labels, both (n, length)


@dataclass(slots=True)
class AskedMachine:
    """The words and endings so far.

    Attributes:
        ask: labels any sequences.
        letters: size of the alphabet.
        most: the largest number of states.
        longest: letters of the longest words that are asked for.
        endings: what tells states apart.
        after: for each word asked about, the labels of each ending after it.
        access: for each state, the word that leads to it.
        why: why the search ended early, if it did.
    """

    ask: Ask
    letters: int
    most: int
    longest: int
    endings: list[Word] = field(default_factory=list)
    after: dict[Word, list[bytes]] = field(default_factory=dict)
    access: list[Word] = field(default_factory=list)
    why: str = ""

    def __post_init__(self) -> None:
        self.endings = [(x,) for x in range(min(self.letters, budgets.ASKED_FIRST))]

    def machine(self) -> Merged | None:
        """The machine whose states the endings tell apart; None if the search has to end."""
        self.access, numbers = [()], {self._seen([()])[0]: 0}
        following: list[list[int]] = []
        for word in self.access:  # which grows meanwhile
            steps = [(*word, x) for x in range(self.letters)]
            following.append([])
            for step, seen in zip(steps, self._seen(steps), strict=True):
                number = numbers.setdefault(seen, len(self.access))
                if number == len(self.access):
                    self.access.append(step)
                following[-1].append(number)
            if len(self.access) > self.most:
                self.why = f"more than {self.most} states"
            if self.why:
                return None
        steps = [(*word, x) for word in self.access for x in range(self.letters)]
        labels = [int(y[-1]) for y in self._labels(steps)]
        return Merged(np.array(following), np.array(labels).reshape(len(following), -1))

    def learn(self, machine: Merged, index: Ints, labels: Ints) -> bool:
        """Add an ending for each of the shortest words on which the machine errs, if it errs."""
        wrong = machine.runs(index) != labels
        rows = np.flatnonzero(wrong.any(axis=1))
        ends = wrong[rows].argmax(axis=1)
        few = np.argsort(ends, kind="stable")[: budgets.ASKED_WORDS]
        for row, end in zip(rows[few].tolist(), ends[few].tolist(), strict=True):
            self._split(machine, tuple(index[row, : end + 1].tolist()), int(labels[row, end]))
        return bool(len(rows))

    def _split(self, machine: Merged, word: Word, label: int) -> None:
        """Add the shortest end of a word that follows differently on two words to one state."""
        states = [0]
        for x in word[:-1]:
            states.append(int(machine.next[states[-1], x]))
        ends = [(*self.access[q], *word[i:]) for i, q in enumerate(states)]
        right = [int(y[-1]) == label for y in self._labels(ends)]
        steps = [i + 1 for i, (a, b) in enumerate(pairwise(right)) if a and not b]
        if steps and word[steps[-1] :] not in self.endings:
            self.endings.append(word[steps[-1] :])

    def _seen(self, words: Sequence[Word]) -> list[bytes]:
        """What follows on all endings after each word."""
        missing = [
            (word, ending)
            for word in words
            for ending in self.endings[len(self.after.setdefault(word, [])) :]
        ]
        labels = self._labels([word + ending for word, ending in missing])
        for (word, ending), seen in zip(missing, labels, strict=True):
            self.after[word].append(seen[-len(ending) :].tobytes())
        return [b"".join(self.after[word]) for word in words]

    def _labels(self, words: Sequence[Word]) -> list[Ints]:
        """The labels along words, which are asked for all at once."""
        longest = max(map(len, words), default=0)
        if longest > self.longest:
            self.why = f"words of {longest} steps are needed"
            return [np.zeros(len(word), dtype=np.int64) for word in words]
        if not words:
            return []
        index = np.zeros((len(words), longest), dtype=np.int64)
        for row, word in zip(index, words, strict=True):
            row[: len(word)] = word
        return [y[: len(w)] for w, y in zip(words, self.ask(index), strict=True)]
