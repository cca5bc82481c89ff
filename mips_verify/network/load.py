"""Load a network from a weight file of any known kind, with what the file says about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from mips_verify.network import mips_checkpoint, torch_modules, weights
from mips_verify.network.interface import Interface
from mips_verify.network.model import Model

if TYPE_CHECKING:
    from mips_verify.network.network import Network

Reader: TypeAlias = Callable[[Path, Interface], Model]


def load_model(path: str | Path, interface: Interface | None = None) -> Model:
    """Read a weight file of any known kind; a file with an unknown suffix is read as safetensors.

    Args:
        path: the file.
        interface: how the model is read, where the file does not say it.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    path = Path(path)
    if why := UNREAD.get(path.suffix):
        raise weights.WeightFileError(
            f"{path} {why}; export the model to ONNX, or give a torch module to "
            "mips_verify.api.from_torch"
        )
    return READERS.get(path.suffix, _safetensors)(path, interface or Interface())


def _general_rnn(path: Path, interface: Interface) -> Model:
    interface.demand_silent(path)
    return _plain(mips_checkpoint.load_general_rnn(path))


def _safetensors(path: Path, interface: Interface) -> Model:
    """A model of f and g, or of the cells of a torch module, as the file's header says."""
    interface.demand_silent(path)
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


def _onnx(path: Path, interface: Interface) -> Model:
    from mips_verify.network.onnx_model import read_onnx

    return read_onnx(path, interface)


READERS: Final[dict[str, Reader]] = {
    ".safetensors": _safetensors,
    ".pt": _general_rnn,
    ".pth": _general_rnn,
    ".bin": _general_rnn,
    ".pkl": _general_rnn,
    ".onnx": _onnx,
}
UNREAD: Final = {  # files that others call models, and why they are not read
    ".pt2": "is a program of torch.export, which holds pickles, and these can run code",
    ".keras": "is a model of Keras, which can hold code",
    ".h5": "is a model of Keras, which can hold code",
    ".ckpt": "is a checkpoint that holds pickles, and these can run code",
    ".tflite": "is a model of TensorFlow Lite",
}
