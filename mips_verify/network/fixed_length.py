"""Models that work for words of one length only, as functions of words of any shorter length.

An exported model may have the length of its example built in: an unrolled recurrence, a table of
positions, a fixed axis. The answers of a causal model to a word do not change with what follows,
so a shorter word is filled up with smallest letters, and only its own answers are kept. Whether the
model is causal is checked apart (:mod:`mips_verify.network.causality`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.domain import Domain
from mips_verify.network.sequence_function import ExhaustedError, SequenceError

Call: TypeAlias = Callable[[Ints], ArrayLike]
LONGEST: Final = 512  # letters up to which a length is looked for at which a model works


def of_any_length(
    call: Call, domain: Domain, length: int, *, causal: bool, fixed: int | None = None
) -> Call:
    """The same function, also for words shorter than the one length for which ``call`` works.

    It is tried at 1, 3 and ``length`` letters; then at ``fixed`` ones, if the model says that it
    reads so many, and else at all lengths up to :data:`LONGEST`.

    Raises:
        SequenceError: it works for short words only, or for none, or, unless it is ``causal``, not
            for every length.
        ExhaustedError: it took too much time or memory.
    """
    lengths = sorted({1, min(3, length), length})
    # the longest first: on words of one letter, axes may be mistaken for one another
    found = {t: _tried(call, domain, t, causal) for t in reversed(lengths)}
    works = [t for t in lengths if found[t] is None]
    if works == lengths or found[length] == "":
        return _telling(call, length)
    if works and works[-1] < length:
        raise SequenceError(
            f"the network works on words of length {works[-1]}, not of length {length}: "
            f"{_advice(works[-1])}; {found[length]}"
        )
    declared = fixed is not None
    others = range(length + 1, LONGEST + 1) if fixed is None else (fixed,)
    fixed = length if works else _fixed(call, domain, others, causal)
    if fixed is None:
        raise SequenceError(f"the network cannot be run: {found[length]}")
    if not causal:
        raise SequenceError(
            f"the network answers whole words of {fixed} letters only, and a program answers words "
            "of every length; export it with a free time axis"
        )
    fails = next((found[t] for t in reversed(lengths) if found[t]), None)
    return _filled(call, domain, fixed, None if declared else fails)


def _tried(call: Call, domain: Domain, length: int, causal: bool) -> str | None:
    """Why a function fails on words of a length; empty if only its answers misfit, else None."""
    count = 5 if length != 5 else 7  # so that the axes cannot be mistaken for one another
    words = np.array([[domain.lows] * length] * count, dtype=np.int64)
    try:
        shape = np.shape(call(words))
    except ExhaustedError:
        raise  # other lengths would take as long
    except SequenceError as error:
        return str(error)
    return None if shape[: 1 + causal] == words.shape[: 1 + causal] else ""


def _fixed(call: Call, domain: Domain, lengths: Iterable[int], causal: bool) -> int | None:
    """The first of ``lengths`` for which the function works."""
    return next((t for t in lengths if _tried(call, domain, t, causal) is None), None)


def _advice(longest: int) -> str:
    if longest == 1:
        return "its time axis is frozen at 1; export it with a free one"
    return "export it with a free time axis, or say a shorter length"


def _telling(call: Call, length: int) -> Call:
    """``call``, which says of words longer than ``length`` letters that they are longer."""

    def telling(x: Ints) -> ArrayLike:
        try:
            return call(x)
        except SequenceError as error:
            if x.shape[1] <= length or isinstance(error, ExhaustedError):
                raise
            raise SequenceError(
                f"the network works on words of length {length}, not of length {x.shape[1]}: "
                f"{error}"
            ) from error

    return telling


def _filled(call: Call, domain: Domain, fixed: int, why: str | None) -> Call:
    """``call`` for words of up to ``fixed`` letters, and why it takes no others, if it says so."""
    lows = np.array(domain.lows, dtype=np.int64)

    def filled(x: Ints) -> ArrayLike:
        count, length = x.shape[:2]
        if length > fixed:
            said = f"the network reads at most {fixed} letters, not {length}"
            raise SequenceError(f"{said}: {why}" if why else said)
        rest = np.broadcast_to(lows, (count, fixed - length, len(lows)))
        return np.asarray(call(np.concatenate([x, rest], axis=1)))[:, :length]

    return filled
