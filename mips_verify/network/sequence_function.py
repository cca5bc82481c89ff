"""What a program is read out of: a function from words to the outputs after each of their letters.

A transformer, a convolution and a recurrent network are all such functions. Extraction asks about
states, so a function gets a state of its own: the prefix that was read
(:mod:`mips_verify.network.prefix_states`). A recurrent network brings its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain


class Recurrent(Protocol):
    """A network with states; see :class:`mips_verify.network.network.Network`."""

    @property
    def hidden(self) -> int: ...  # noqa: D102

    @property
    def outputs(self) -> int: ...  # noqa: D102

    def start(self, count: int) -> Floats: ...  # noqa: D102

    def step(self, h: Floats, x: Ints) -> Floats: ...  # noqa: D102

    def read(self, h: Floats) -> Ints: ...  # noqa: D102

    def run(self, x: Ints) -> tuple[Floats, Ints]: ...  # noqa: D102


class SequenceError(MipsVerifyError):
    """A function that does not give integers for every word, or does not give enough of them."""


class ExhaustedError(SequenceError):
    """A function that took too much time or memory for some words, or whose process died of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """Vectors that a model computes on its way, for pictures; extraction never sees them.

    Attributes:
        what: which vectors they are, such as "inputs of the layer head".
        call: the vectors after every letter of words: ``(n, length, channels)`` to ``(n, length,
            size)``.
    """

    what: str
    call: Callable[[Ints], Floats]


@dataclass(frozen=True, slots=True, eq=False)
class SequenceFunction:
    """A function of words.

    Attributes:
        call: integers for words ``(n, length, channels)``: an answer after every letter,
            ``(n, length)`` or ``(n, length, outputs)``, or, unless ``causal``, one for each
            word, ``(n,)`` or ``(n, outputs)``.
        outputs: numbers in an answer.
        causal: whether a call answers every prefix; otherwise each is a word of its own.
        inside: vectors that the model shows of its way, if it does.
    """

    call: Callable[[Ints], ArrayLike]
    outputs: int
    causal: bool = True
    inside: Inside | None = None

    def answers(self, x: Ints) -> Ints:
        """The outputs after every letter of words ``(n, length, channels)``."""
        if self.causal:
            return _integers(self.call(x), (*x.shape[:2], self.outputs))
        return np.stack([self.last(x[:, : t + 1]) for t in range(x.shape[1])], axis=1)

    def last(self, x: Ints) -> Ints:
        """The outputs at the end of words ``(n, length, channels)``, shape ``(n, outputs)``."""
        if self.causal:
            return self.answers(x)[:, -1]
        return _integers(self.call(x), (len(x), self.outputs))


def sequence_function(
    call: Callable[[Ints], ArrayLike], domain: Domain, *, causal: bool = True
) -> SequenceFunction:
    """A callable as a function of words; one call tells how many outputs it gives.

    Raises:
        SequenceError: it does not give integers of one of the shapes expected.
    """
    words = np.array([[domain.lows] * 2] * 3, dtype=np.int64)
    shape = np.shape(call(words))
    each = words.shape[: 2 if causal else 1]
    if shape[: len(each)] != each or not 0 <= len(shape) - len(each) <= 1:
        wanted = f"{each} or {(*each, 'outputs')}".replace("'", "")
        raise SequenceError(
            f"for words of shape {words.shape} the network gives an array of shape {shape}, "
            f"expected {wanted}"
        )
    function = SequenceFunction(call, shape[-1] if len(shape) > len(each) else 1, causal)
    function.answers(words)
    return function


def _integers(given: ArrayLike, shape: tuple[int, ...]) -> Ints:
    """An answer of a call as integers of this shape; a last axis of 1 may be left out."""
    found: NDArray[np.generic] = np.asarray(given)
    if found.dtype.kind not in "iub":
        raise SequenceError(
            f"the network gives {found.dtype}, not integers; say how its scores are read: as the "
            "value of the largest, or each of them rounded"
        )
    if found.shape != shape and not (shape[-1] == 1 and found.shape == shape[:-1]):
        raise SequenceError(f"the network gives an array of shape {found.shape}, expected {shape}")
    return found.astype(np.int64).reshape(shape)


def dimension(network: Recurrent) -> int:
    """The most coordinates that a linear system with the network's outputs is looked for in."""
    most: int = getattr(network, "dimension", network.hidden)
    return most


def answers_of(network: Recurrent, x: Ints) -> Ints:
    """The outputs of a network on whole words ``(n, length, channels)``.

    A function is asked directly: the prefixes of words that are only compared need no states.
    """
    ask: Callable[[Ints], Ints] | None = getattr(network, "answers", None)
    return network.run(x)[1] if ask is None else ask(x)
