"""A network that came from outside, with what is known about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mips_verify.kernel.domain import Domain
from mips_verify.network.value_words import ValueWords
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
        about: the notes in the header of the file, such as engine and seed; what it does not say of
            the engine is the name of the file.
        words: what people call the values of its inputs and its output, if the file says it.
    """

    network: Network | Stacked | SequenceFunction
    channels: int
    domain: Domain | None
    length: int | None
    what: str
    about: Mapping[str, Any] = field(default_factory=dict)
    words: ValueWords = field(default_factory=ValueWords)

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
