"""Integer coordinates of a network's hidden states, for people to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mips_verify.data import affordable
from mips_verify.kernel.domain import Domain

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent
    from mips_verify.normalize.integer_autoencoders import IntegerLattice

SEQUENCES = 200


def hidden_lattice(
    network: Recurrent, domain: Domain, length: int, method: str, seed: int = 0
) -> IntegerLattice:
    """Integer coordinates of hidden states, found as the paper's integer autoencoders find them.

    Args:
        network: any recurrent network; the linear finder is exact if its step is linear.
        domain: the range of every input.
        length: letters in a random sequence.
        method: ``linear`` (from the effects of inputs) or ``gcd`` (from differences of states);
            see arXiv 2402.05110, section on integer autoencoders.
        seed: decides the sequences.
    """
    from mips_verify.normalize.integer_autoencoders import LATTICE_FINDERS

    size = network.hidden
    count = affordable(SEQUENCES, (length + 1) * size)
    x = domain.sample(count, length, np.random.default_rng(seed))
    # the first few states depend on the initial state, which need not lie on the lattice
    skip = min(size, length // 2)
    return LATTICE_FINDERS[method](network.run(x)[0][:, skip:], x[:, skip:], seed)
