"""How letters go into a model that knows only arrays, and how its scores are read as outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.sequence_function import (
    SequenceError,
    SequenceFunction,
    sequence_function,
)

READS: Final = ("one-hot", "numbers", "letters")
GIVES: Final = ("argmax", "round")


def one_hot(domain: Domain, x: Ints) -> Floats:
    """A column for every value of each input, ``(..., channels) -> (..., columns)``."""
    columns = [
        x[..., i, None] == np.arange(lo, hi + 1)
        for i, (lo, hi) in enumerate(zip(domain.lows, domain.highs, strict=True))
    ]
    return np.concatenate(columns, axis=-1).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Coding:
    """The arrays that a model reads and gives.

    Attributes:
        domain: the letters.
        reads: ``one-hot``: floats ``(n, length, columns)``, a column for every value of each
            input; ``numbers``: floats ``(n, length, inputs)``, each input's value; ``letters``:
            int64 tokens, each input's value counted from its smallest, ``(n, length)`` for one
            input and ``(n, length, inputs)`` for several.
        gives: ``argmax``: one output, the value of the largest score; ``round``: each score,
            rounded, is an output. Integers are positions of scores, or outputs.
        values: what the scores stand for with ``argmax``; 0, 1, 2, ... by default.
        causal: whether the model answers every letter; otherwise it answers whole words.
        first: a token that comes before every word, such as the start token of a language model.
        shift: letters that the answer to a letter comes late; the model reads as many smallest
            letters after the word.

    Raises:
        SequenceError: parts do not fit together.
    """

    domain: Domain
    reads: str = "one-hot"
    gives: str = "argmax"
    values: tuple[int, ...] | None = None
    causal: bool = True
    first: int | None = None
    shift: int = 0

    def __post_init__(self) -> None:
        if self.reads not in READS or self.gives not in GIVES:
            raise SequenceError(
                f"a model reads {', '.join(READS)} and gives {' or '.join(GIVES)}, not "
                f"'{self.reads}' and '{self.gives}'"
            )
        if self.values is not None and self.gives != "argmax":
            raise SequenceError("values are what scores stand for with argmax; leave them out")
        if self.first is not None and (self.reads != "letters" or self.domain.channels > 1):
            raise SequenceError("a first token needs a model that reads one input as letters")
        if self.shift < 0:
            raise SequenceError(f"answers come {self.shift} letters late; give 0 or more")

    def encoded(self, x: Ints) -> NDArray[Any]:
        """Words ``(n, length, channels)`` as the model reads them."""
        if self.reads == "one-hot":
            return one_hot(self.domain, x).astype(np.float32)
        if self.reads == "numbers":
            return x.astype(np.float32)
        tokens: Ints = x - np.array(self.domain.lows)
        if self.domain.channels > 1:
            return tokens
        tokens = tokens[..., 0]
        if self.first is not None:
            tokens = np.insert(tokens, 0, self.first, axis=1)
        return tokens

    def decoded(self, given: ArrayLike) -> Ints:
        """Scores ``(..., scores)``, or integers, as outputs ``(..., outputs)``."""
        found = np.asarray(given)
        if found.dtype.kind not in "iubf":
            raise SequenceError(f"the model gives {found.dtype}, not numbers")
        if not np.isfinite(found).all():
            raise SequenceError("the model gives scores that are not finite numbers")
        if self.gives == "round":
            rounded: Ints = np.rint(found).astype(np.int64)
            return rounded
        best: Ints = found.argmax(axis=-1) if found.dtype.kind == "f" else found.astype(np.int64)
        return best if self.values is None else self._valued(best)

    def _valued(self, best: Ints) -> Ints:
        values = np.array(self.values, dtype=np.int64)
        if best.size and not 0 <= best.min() <= best.max() < len(values):
            raise SequenceError(f"there are {len(values)} values, and the model has more scores")
        valued: Ints = values[best]
        return valued

    def function(self, run: Callable[[NDArray[Any]], ArrayLike]) -> SequenceFunction:
        """The function of words that a model computes; ``run`` maps its arrays to its arrays.

        Raises:
            SequenceError: the model's answers do not have the shape of answers.
        """
        rest = np.array(self.domain.lows, dtype=np.int64)
        skipped = self.shift + (self.first is not None)

        def call(x: Ints) -> Ints:
            late = np.broadcast_to(rest, (len(x), self.shift, len(rest)))
            scores = np.asarray(run(self.encoded(np.concatenate([x, late], axis=1))))
            return self.decoded(scores[:, skipped:] if self.causal else scores)

        return sequence_function(call, self.domain, causal=self.causal)
