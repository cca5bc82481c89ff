"""A network and a program side by side: the first letters after which their outputs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mips_verify.algebra.arrays import Bools, Floats, Ints
from mips_verify.algebra.batch import compiled
from mips_verify.certify.certify_budgets import BLOCK, CONFIRMED
from mips_verify.kernel.machine import Machine, old

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

TAME: Final = 2**53  # beyond, int64 may overflow and float64 skips integers: the word ends
Letters = tuple[tuple[int, ...], ...]
Outputs = tuple[int, ...]
Columns = Callable[[Mapping[str, Any]], list[Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """A word after whose last letter the network is wrong.

    Attributes:
        word: the letters.
        expected: the outputs of the program after the last letter, in exact integers.
        got_float: the rounded outputs of the network there, in float64, the word run alone.
        exact: whether the network is wrong there in exact arithmetic too; ``None`` if it has
            other layers than ReLU, or if exact numbers would take too much work.
    """

    word: Letters
    expected: Outputs
    got_float: Outputs
    exact: bool | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lockstep:
    """A network and a program that read the same words.

    Attributes:
        network: the network, which runs in float64.
        program: the program, which runs in int64 on many words and exactly on one.
        step: the program's new state from its old state and a letter.
        read: the program's outputs from its new state, its old state and the letter.
    """

    network: Recurrent
    program: Machine
    step: Columns
    read: Columns

    @staticmethod
    def of(network: Recurrent, program: Machine) -> Lockstep:
        """Both side by side.

        Raises:
            OverflowError: a constant of the program that does not fit in 64 bits.
        """
        return Lockstep(network, program, compiled(program.next), compiled(program.outputs))

    def failing(self, x: Ints) -> Failure | None:
        """The shortest failure among the prefixes of words ``(n, length, channels)``.

        A matrix product may round otherwise when a word is run alone, and int64 may overflow;
        so every failure is run again, the word alone and the program in exact integers.
        """
        for i, end in islice(self._differences(x), CONFIRMED):
            # run alone, the word may fail a few letters later
            if (failure := self.alone(x[i, : end + BLOCK])) is not None:
                return failure
        return None

    def _differences(self, x: Ints) -> Iterator[tuple[int, int]]:
        """Words with letters up to their first difference in each block, the fewest first."""
        letters = np.ascontiguousarray(x.transpose(1, 0, 2))
        h = self.network.start(len(x))
        z = np.tile(np.array(self.program.init, dtype=np.int64), (len(x), 1))
        alive = np.ones(len(x), dtype=bool)
        for start in range(0, len(letters), BLOCK):
            block = letters[start : start + BLOCK]
            hidden, states = self._follow(h, z, block)
            h, z = hidden[-1], states[-1]
            wrong, tame = self._compare(hidden, states, block, alive)
            alive = tame[-1]
            rows = np.flatnonzero(wrong.any(axis=0))
            ends = wrong[:, rows].argmax(axis=0) + start + 1
            order = np.argsort(ends, kind="stable")
            yield from zip(rows[order].tolist(), ends[order].tolist(), strict=True)
            if not alive.any():
                return

    def _follow(self, h: Floats, z: Ints, block: Ints) -> tuple[Floats, Ints]:
        """The states of both after each letter of ``(t, n, channels)``; the program's old first."""
        hidden = np.empty((len(block), *h.shape))
        states = np.empty((len(block) + 1, *z.shape), dtype=np.int64)
        states[0] = z
        for t, letter in enumerate(block):
            hidden[t] = h = self.network.step(h, letter)
            for i, value in enumerate(self.step(self._named(letter, states[t]))):
                states[t + 1, :, i] = value
        return hidden, states

    def _named(self, letter: Ints, state: Ints) -> dict[str, Ints]:
        inputs, variables = self.program.inputs, self.program.state
        named = {name: letter[..., i] for i, name in enumerate(inputs)}
        return named | {name: state[..., i] for i, name in enumerate(variables)}

    def _compare(
        self, hidden: Floats, states: Ints, block: Ints, alive: Bools
    ) -> tuple[Bools, Bools]:
        """Whether the outputs differ, and whether they are known to float64, both ``(t, n)``."""
        env = self._named(block, states[1:])
        env |= {old(name): states[:-1, :, i] for i, name in enumerate(self.program.state)}
        want = np.empty((*block.shape[:2], len(self.program.outputs)), dtype=np.int64)
        for i, value in enumerate(self.read(env)):
            want[..., i] = value
        got = self.network.read(hidden.reshape(-1, hidden.shape[2])).reshape(want.shape)
        tame = _tame(states[1:]) & _tame(want)
        tame = np.logical_and.accumulate(np.vstack([alive[None], tame]), axis=0)[1:]
        return (got != want).any(axis=2) & tame, tame

    def agreeing(self, x: Ints) -> int:
        """The letters after which all words ``(n, length, channels)`` agree, and so before them."""
        letters = np.ascontiguousarray(x.transpose(1, 0, 2))
        z = np.tile(np.array(self.program.init, dtype=np.int64), (len(x), 1))
        hidden, states = self._follow(self.network.start(len(x)), z, letters)
        wrong, tame = self._compare(hidden, states, letters, np.ones(len(x), dtype=bool))
        differ = (wrong | ~tame).any(axis=1)
        return int(differ.argmax()) if differ.any() else len(letters)

    def alone(self, word: Ints) -> Failure | None:
        """The first failure on one word ``(length, channels)``, run alone and exactly.

        ``None`` if there is none, or if the program has no value somewhere before it.
        """
        return next((found for found in self.outcomes(word) if found is not None), None)

    def outcomes(self, word: Ints) -> Iterator[Failure | None]:
        """After each letter of a word, run alone and exactly: whether the network is wrong there.

        Ends where the program has no value, or one that float64 does not tell from others.
        """
        letters = tuple(tuple(letter) for letter in word.tolist())
        h, z = self.network.start(1), self.program.init
        for t, letter in enumerate(letters):
            try:
                z, want = self.program.step(z, letter)
            except ValueError:
                return
            if max(map(abs, want)) > TAME:
                return
            h = self.network.step(h, word[t : t + 1])
            got = tuple(self.network.read(h)[0].tolist())
            yield None if got == want else Failure(letters[: t + 1], want, got)


def _tame(values: Ints) -> Bools:
    """Whether all values of a row ``(t, n, k)`` are small enough, ``(t, n)``."""
    tame: Bools = np.logical_and.reduce((values <= TAME) & (values >= -TAME), axis=2)
    return tame
