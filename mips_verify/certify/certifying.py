"""One question: is this network this program? With what every method needs to look for a proof."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.certify.certify_budgets import LABELS
from mips_verify.certify.labels import Labels
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.network import Network
from mips_verify.network.torch_modules import module_bytes
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network.weights import network_bytes
from mips_verify.network_kernel.exact_network import ExactNetwork, network_from_bytes

Model = Network | Stacked


def exact_network(model: Model, length: int) -> ExactNetwork:
    """The same network as exact numbers; ``length`` is that of the words that trained it."""
    if isinstance(model, Network):
        return network_from_bytes(network_bytes(model))
    return network_from_bytes(module_bytes(model, length))


@dataclass(frozen=True)
class Certifying:
    """The network and the program.

    Attributes:
        model: the network in numpy.
        program: the machine that it should equal.
        domain: the letters.
        length: letters of the words that trained the network.
        seed: the only source of randomness.
    """

    model: Model
    program: Machine
    domain: Domain
    length: int
    seed: int = 0

    @cached_property
    def exact(self) -> ExactNetwork:
        """The network's weights as exact numbers."""
        return exact_network(self.model, self.length)

    @cached_property
    def letters(self) -> Ints:
        """All letters in the domain's order, ``(letters, channels)``."""
        return np.array(list(self.domain.letters()), dtype=np.int64)

    @cached_property
    def few_labels(self) -> bool:
        """Whether the program has so few states that cells can be looked for."""
        return self.labels().count(LABELS) <= LABELS

    def labels(self) -> Labels:
        """The program's states, not numbered yet."""
        return Labels(self.program, self.domain)

    def images(self, h: Floats) -> Floats:
        """The states after each letter: ``(n, hidden) -> (n, letters, hidden)``."""
        n, k = len(h), len(self.letters)
        after = self.model.step(np.repeat(h, k, axis=0), np.tile(self.letters, (n, 1)))
        return after.reshape(n, k, -1) + 0.0  # + 0.0: there is one zero only
