"""Load a network from a weight file of any known kind, with what the file says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.kernel.domain import Domain
from mips_verify.network import mips_checkpoint, torch_modules, weights

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
            raise weights.WeightFileError(f"the weights of the network ({self.what}) are not known")
        return self.network


def load_model(path: str | Path) -> Model:
    """Read a weight file of any known kind; a file with an unknown suffix is read as safetensors.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    path = Path(path)
    return READERS.get(path.suffix, _safetensors)(path)


def _general_rnn(path: Path) -> Model:
    return _plain(mips_checkpoint.load_general_rnn(path))


def _safetensors(path: Path) -> Model:
    """A model of f and g, or of the cells of a torch module, as the file's header says."""
    tensors, header = weights.read_tensors(path)
    if "cell" not in header:
        return _plain(weights.from_tensors(path, tensors, header).network)
    network = torch_modules.from_tensors(path, tensors, header)
    length = header.get("length")
    known = type(length) is int and 0 < length <= torch_modules.LONGEST
    return Model(
        network=network,
        channels=network.domain.channels,
        domain=network.domain,
        length=length if known else None,
        what=f"{header['cell']}, {len(network.layers)} layers, {network.hidden} hidden",
    )


def _plain(network: Network) -> Model:
    what = f"ReLU perceptrons f and g, {network.hidden} hidden"
    return Model(network, network.channels, None, None, what)


READERS: Final[dict[str, Callable[[Path], Model]]] = {
    ".safetensors": _safetensors,
    ".pt": _general_rnn,
    ".pth": _general_rnn,
    ".bin": _general_rnn,
    ".pkl": _general_rnn,
}
