"""A network asked about sequences that it may refuse, as they are longer than it was made for.

A recurrent network takes words of every length. A function of words may know a fixed number of
places, and takes time and memory for every pair of letters. So it is asked about fewer words, and
its refusals are a result, not an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.data import affordable
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.pipeline.check_network import demand_numbers
from mips_verify.pipeline.compare_network import how_many, runs

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.network.sequence_function import Recurrent

SEQUENCES: Final = 1_024  # of one length
LETTERS: Final = 2**15  # that a network reads in all sequences of one length
LONGEST: Final = 4_096  # letters in one sequence for a function
ONE_SEQUENCE: Final = 2**19  # letters that a function may read for one sequence
PAIRS: Final = 2**24  # pairs of letters in one call of a function
REASON: Final = 400  # characters of a foreign message


def affordable_sequences(network: Recurrent, domain: Domain, length: int) -> int:
    """How many sequences of ``length`` letters a network is asked about; at least 1."""
    count = affordable(SEQUENCES, _letters_read(network, length), LETTERS)
    return how_many(count, network, domain, length)


def too_long(network: Recurrent, length: int) -> str | None:
    """Why a network is not asked about sequences of ``length`` letters, if it is not."""
    if not isinstance(network, PrefixStates):
        return None
    if length <= LONGEST and _letters_read(network, length) <= ONE_SEQUENCE:
        return None
    return f"a function is not asked about sequences of {length} letters: that takes too long"


def _letters_read(network: Recurrent, length: int) -> int:
    """Letters that a network reads in one sequence; some functions start anew for each prefix."""
    if isinstance(network, PrefixStates) and not network.function.causal:
        return length * (length + 1) // 2
    return length


def try_answers(network: Recurrent, x: Ints) -> Ints | str:
    """The outputs on sequences ``(n, length, channels)``, or the reason why there are none."""
    length, found = x.shape[1], []
    try:
        with np.errstate(all="ignore"):
            for states, y in _runs(network, x):
                demand_numbers(states, y, length)
                found.append(y)
    except MipsVerifyError as error:
        return one_line(str(error))[:REASON]
    except Exception as error:
        why = one_line(" ".join(str(error).split()))[:REASON]
        return f"the network takes no sequences of {length} letters ({type(error).__name__}: {why})"
    return np.concatenate(found)


def _runs(network: Recurrent, x: Ints) -> Iterator[tuple[Floats, Ints]]:
    """States and outputs, a few sequences at a time; a function shows no states."""
    if not isinstance(network, PrefixStates):
        yield from runs(network, x)
        return
    rows = affordable(len(x), x.shape[1] ** 2, PAIRS)
    for i in range(0, len(x), rows):
        yield np.empty((0, 0)), network.answers(x[i : i + rows])
