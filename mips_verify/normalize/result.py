"""Normalisers: functions from network to network that bound the change of the outputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Network, mlp
from mips_verify.normalize.exact import compare, through
from mips_verify.normalize.formula import formula, terms
from mips_verify.normalize.space import DeclinedError, StateSpace, linear_part, with_linear_part

HARMLESS = 1e-6  # a change of coordinates that changes an output by more is not kept


@dataclass(frozen=True, slots=True)
class Check:
    """The sequences on which networks are compared.

    Attributes:
        low: the least input.
        high: the largest input.
        length: inputs in a sequence.
        count: number of sequences.
        seed: seed of the random choice.
    """

    low: int = -10
    high: int = 10
    length: int = 20
    count: int = 500
    seed: int = 0

    def __post_init__(self) -> None:
        if self.low >= self.high or self.length < 1 or self.count < 1:
            raise ValueError(f"{self} holds no sequences that differ")

    def sequences(self, channels: int) -> NDArray[np.int64]:
        """Uniform random sequences ``(count, length, channels)``."""
        rng = np.random.default_rng(self.seed)
        return rng.integers(self.low, self.high + 1, size=(self.count, self.length, channels))


@dataclass(frozen=True, slots=True)
class Difference:
    """How far apart the outputs of two networks are, before rounding.

    Attributes:
        exact: whether they are proved equal on sequences of any length, in exact arithmetic.
        bound: proved limit of the difference on sequences of the check's length and range.
        measured: the largest difference on the check's sequences, in floating point.
    """

    exact: bool
    bound: float
    measured: float


@dataclass(frozen=True, slots=True, eq=False)
class Normalised:
    """A network after one normaliser, unchanged if the normaliser declined.

    Attributes:
        name: name of the normaliser.
        network: the result.
        declined: one sentence on why nothing was done, or None.
        difference: how far the outputs changed.
        integer: whether all weights of f, the initial state and, if linear, g are integers.
        before: the formula before.
        after: the formula after.
        terms: number of weights that are not 0, before and after; None if f is not linear.
    """

    name: str
    network: Network
    declined: str | None
    difference: Difference
    integer: bool
    before: str
    after: str
    terms: tuple[int, int] | None


Transform = Callable[[Network, StateSpace, Check], StateSpace]
Normaliser = Callable[..., Normalised]


def normaliser(name: str, largest: float = HARMLESS) -> Callable[[Transform], Normaliser]:
    """Make a normaliser from a function that changes the state space.

    The change is kept only if no output can change by more than ``largest``.
    """

    def decorate(transform: Transform) -> Normaliser:
        def run(network: Network, check: Check | None = None) -> Normalised:
            return _run(name, transform, largest, network, check or Check())

        run.__doc__ = transform.__doc__
        return run

    return decorate


def _run(
    name: str, transform: Transform, largest: float, network: Network, check: Check
) -> Normalised:
    try:
        with np.errstate(all="ignore"):  # overflow is detected below
            before = linear_part(network)
            after = transform(network, before, check)
            result = with_linear_part(network, after)
            found = difference(network, result, check)
        if not np.isfinite(found.measured):
            raise DeclinedError("its outputs are not finite on sequences of this length")
        if found.bound > largest:
            raise DeclinedError(f"an output would change by up to {found.bound:.2g}")
    except DeclinedError as reason:
        return _unchanged(name, network, str(reason))
    except (ValueError, OverflowError, np.linalg.LinAlgError) as error:
        return _unchanged(name, network, f"its result is not finite ({error})")
    return Normalised(
        name,
        result,
        None,
        found,
        is_integer(result),
        formula(network),
        formula(result),
        (terms(before), terms(after)),
    )


def _unchanged(name: str, network: Network, reason: str) -> Normalised:
    text = formula(network)
    try:
        count = terms(linear_part(network))
    except DeclinedError:
        same = None
    else:
        same = (count, count)
    return Normalised(
        name, network, reason, Difference(True, 0.0, 0.0), is_integer(network), text, text, same
    )


def outputs(network: Network, sequences: NDArray[np.int64]) -> Floats:
    """Outputs before rounding, ``(count, length, outputs)``."""
    states, _ = network.run(sequences)
    return mlp(network.g, states[:, 1:])


def difference(before: Network, after: Network, check: Check) -> Difference:
    """Compare two networks that share the later layers of g.

    Raises:
        DeclinedError: the f of a network has a hidden layer.
    """
    spaces = linear_part(before), linear_part(after)
    found = compare(*spaces, check.length, check.low, check.high)
    sequences = check.sequences(before.channels)
    measured = np.abs(outputs(after, sequences) - outputs(before, sequences)).max()
    return Difference(found.exact, through(before.g, found.bound), float(measured))


def is_integer(network: Network) -> bool:
    """Whether f and the initial state and, if it is linear, g hold only integers."""
    if len(network.f) > 1:
        return False
    parts = [*network.f[0], network.h0]
    if len(network.g) == 1:
        parts += network.g[0]
    return all(bool((part == np.rint(part)).all()) for part in parts)
