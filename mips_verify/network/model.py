"""A network that came from outside, with what is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mips_verify.kernel.domain import Domain
from mips_verify.network.weights import WeightFileError

if TYPE_CHECKING:
    from mips_verify.network.network import Network
    from mips_verify.network.sequence_function import SequenceFunction
    from mips_verify.network.torch_recurrent import Stacked


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A network from a file.

    Attributes:
        network: the network.
        channels: inputs that the network reads at each step.
        domain: the range of every input, if the file gives it.
        length: steps in the sequences that trained the network, if the file gives it.
        what: kind and size of the network, for a report.
    """

    network: Network | Stacked | SequenceFunction
    channels: int
    domain: Domain | None
    length: int | None
    what: str

    @property
    def weights(self) -> Network | Stacked:
        """The network, if it is known by its weights.

        Raises:
            WeightFileError: it is known only as a function.
        """
        from mips_verify.network.sequence_function import SequenceFunction

        if isinstance(self.network, SequenceFunction):
            raise WeightFileError(f"the weights of the network ({self.what}) are not known")
        return self.network
