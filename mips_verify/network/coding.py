"""How letters go into a model that knows only arrays, and how its scores are read as outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.fixed_length import of_any_length
from mips_verify.network.sequence_function import (
    Inside,
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

    @property
    def skipped(self) -> int:
        """Steps of the model that answer no letter."""
        return self.shift + (self.first is not None)

    def function(
        self, run: Callable[[NDArray[Any]], ArrayLike], length: int, steps: int | None = None
    ) -> SequenceFunction:
        """The function of words that a model computes, up to ``length`` letters at least.

        ``run`` maps the model's arrays to its arrays; ``steps`` is the only length of these, if the
        model says that there is one.

        Raises:
            SequenceError: the model does not run at that length, or its answers do not have the
                shape of answers.
        """

        def call(x: Ints) -> Ints:
            scores = np.asarray(run(self.encoded(self._with_late(x))))
            return self.decoded(scores[:, self.skipped :] if self.causal else scores)

        fixed = None if steps is None else steps - self.skipped
        free = of_any_length(call, self.domain, length, causal=self.causal, fixed=fixed)
        return sequence_function(free, self.domain, causal=self.causal)

    def inside(self, what: str, run: Callable[[NDArray[Any]], ArrayLike]) -> Inside:
        """What a model shows of its way; ``run`` gives its vectors at every step."""

        def call(x: Ints) -> Floats:
            found = np.asarray(run(self.encoded(self._with_late(x))), dtype=np.float64)
            steps = x.shape[1] + self.skipped
            if found.ndim != 3 or found.shape[:2] != (len(x), steps):
                raise SequenceError(
                    f"the {what} have the shape {found.shape}, not that of a vector at each of "
                    f"{steps} steps of {len(x)} words"
                )
            return found[:, self.skipped :]

        return Inside(what, call)

    def _with_late(self, x: Ints) -> Ints:
        """Words with the smallest letters after them that the model reads before it answers."""
        rest = np.array(self.domain.lows, dtype=np.int64)
        late = np.broadcast_to(rest, (len(x), self.shift, len(rest)))
        return np.concatenate([x, late], axis=1)
