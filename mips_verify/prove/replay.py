"""Exact replay of a sequence on both machines: the only way to the answer REFUTED."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mips_verify.domain import Domain
from mips_verify.machine import Machine, Word
from mips_verify.prove.obligations import Pair

MAX_BITS = 100_000  # states beyond this are not computed with
MOST_TRIES = 5_000  # letters replayed while shrinking
Letters = tuple[tuple[int, ...], ...]
Outputs = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A sequence after whose last letter, and no earlier, the machines differ.

    ``expected`` is ``None`` where the specification has no value, ``got`` where the program
    has none.
    """

    word: Letters
    expected: Outputs | None
    got: Outputs | None


def replay(pair: Pair, word: Word) -> Difference | None:
    """The first difference along ``word``, in exact integers; ``None`` if there is none."""
    p, s = pair.program.init, pair.spec.init
    for t, letter in enumerate(word):
        x = tuple(map(int, letter))
        ours, theirs = _step(pair.program, p, x), _step(pair.spec, s, x)
        if ours is None or theirs is None or ours[1] != theirs[1]:
            seen = tuple(tuple(map(int, w)) for w in word[: t + 1])
            return Difference(seen, theirs and theirs[1], ours and ours[1])
        p, s = ours[0], theirs[0]
        if any(abs(v).bit_length() > MAX_BITS for v in p + s):
            return None
    return None


def _step(machine: Machine, z: Outputs, x: Outputs) -> tuple[Outputs, Outputs] | None:
    try:
        return machine.step(z, x)
    except ValueError:
        return None


def shrink(pair: Pair, found: Difference) -> Difference:
    """A counterexample with fewer and smaller letters, by greedy deletion and replacement.

    Only keeps sequences that refute: the specification has a value after them.
    """

    def refutes(word: Letters) -> Difference | None:
        d = replay(pair, word)
        return d if d is not None and d.expected is not None else None

    tries = MOST_TRIES
    while tries > 0:
        for edit in _edits(found.word, pair.domain):
            tries -= len(found.word)
            if (better := refutes(edit(found.word))) is not None:
                found = better
                break
        else:
            return found
    return found


def _edits(word: Letters, domain: Domain) -> list[Callable[[Letters], Letters]]:
    """Ways to simplify: drop a stretch, move a letter's channel towards 0."""
    n = len(word)
    edits: list[Callable[[Letters], Letters]] = []
    width = n // 2
    while width:
        edits += [
            lambda w, i=i, k=width: w[:i] + w[i + k :]  # type: ignore[misc]
            for i in range(0, n - width + 1, width)
        ]
        width //= 2
    for i, letter in enumerate(word):
        for c, v in enumerate(letter):
            goal = min(max(0, domain.lows[c]), domain.highs[c])
            for new in dict.fromkeys((goal, (v + goal) // 2)):
                if abs(new - goal) < abs(v - goal):
                    changed = (*letter[:c], new, *letter[c + 1 :])
                    edits.append(lambda w, i=i, z=changed: (*w[:i], z, *w[i + 1 :]))  # type: ignore[misc]
    return edits
