"""Is a function causal: does its answer to a letter stand, whatever letters follow?

A model without a causal mask looks ahead. Its answers within a word are then not those to the
prefixes, and no program that reads letter by letter can have them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Word, show_word
from mips_verify.network.sequence_function import SequenceError, SequenceFunction

WORDS: Final = 256  # words that get a second ending, for each of up to ALL letters
POSITIONS: Final = 24
ROUNDING: Final = 0.01  # share of words; of scores that nearly tie, float32 may choose either


def demand_causal(function: SequenceFunction, domain: Domain, length: int, seed: int) -> None:
    """Refuse a function that looks ahead, or that mixes the words of a batch.

    Raises:
        SequenceError: with two words that begin alike and are answered differently, or with a
            word that is answered differently beside other words.
    """
    if not function.causal or length < 2:
        return
    rng = np.random.default_rng(seed)
    x = domain.sample(WORDS, length, rng)
    y = function.answers(x)
    _demand_apart(function, x, y)
    positions = np.unique(np.linspace(1, length - 1, min(POSITIONS, length - 1)).astype(int))
    for t in positions.tolist():
        other = np.concatenate([x[:, :t], domain.sample(WORDS, length - t, rng)], axis=1)
        again = function.answers(other)
        differ = (again[:, :t] != y[:, :t]).any(axis=2)
        if differ.any(axis=1).mean() > ROUNDING:
            i = int(differ.any(axis=1).argmax())
            k = int(differ[i].argmax()) + 1
            raise SequenceError(
                f"the network is not causal: after {k} letters of {_shown(x[i])} it gives "
                f"{_shown(y[i, k - 1 : k])}, after the same {k} letters of {_shown(other[i])} "
                f"{_shown(again[i, k - 1 : k])}; add a causal mask, or read it as a classifier of "
                "whole words"
            )


def _demand_apart(function: SequenceFunction, x: Ints, y: Ints) -> None:
    """Refuse a function whose answer to a word depends on the other words of the batch."""
    few = slice(0, min(8, len(x)))
    alone = np.concatenate([function.answers(x[i : i + 1]) for i in range(*few.indices(len(x)))])
    differ = (alone != y[few]).any(axis=(1, 2))
    if differ.sum() > 1:
        i = int(differ.argmax())
        raise SequenceError(
            f"the network's answers to {_shown(x[i])} change with the words beside it in a batch; "
            "its axes are (words, letters), not (letters, words): export it with batch_first=True"
        )


def _shown(letters: Ints) -> str:
    word: Word = tuple(map(tuple, letters.tolist()))
    return show_word(word)
