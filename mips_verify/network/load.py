"""Load a network from a weight file of any known kind, with what the file says about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from mips_verify.algebra.arrays import Floats
from mips_verify.network import torch_modules, weights
from mips_verify.network.interface import Interface
from mips_verify.network.mips_checkpoint import general_rnn
from mips_verify.network.model import Model
from mips_verify.network.pickled_tensors import pickled_tensors
from mips_verify.network.plain_state_dict import recurrent_network
from mips_verify.network.state_dict_parts import is_recurrent

if TYPE_CHECKING:
    from mips_verify.network.network import Network
    from mips_verify.network.torch_recurrent import Stacked

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
    if path.is_file() and not path.stat().st_size:
        raise weights.WeightFileError(f"{path} is empty; save the model again")
    model = READERS.get(path.suffix, _safetensors)(path, interface or Interface())
    return replace(model, about={"engine": path.name, **model.about})


def _pickled(path: Path, interface: Interface) -> Model:
    """A recurrent module of torch, or else the network of the MIPS paper."""
    tensors = pickled_tensors(path)
    if is_recurrent(tensors):
        return _recurrent(path, tensors, interface)
    interface.demand_silent(path)
    return _plain(general_rnn(path, tensors))


def _safetensors(path: Path, interface: Interface) -> Model:
    """A model of f and g, or of the cells of a torch module, as the file's header says.

    Without a header it is a state dict as others write it.
    """
    tensors, text = weights.tensors_of(path)
    if text is None and is_recurrent(tensors):
        return _recurrent(path, tensors, interface)
    header = weights.header_of(path, text)
    interface.demand_silent(path)
    if "cell" not in header:
        network = weights.from_tensors(path, tensors, header).network
        return replace(_plain(network), about=header["about"])
    stacked = torch_modules.from_tensors(path, tensors, header)
    length = header.get("length")
    known = type(length) is int and 0 < length <= torch_modules.LONGEST
    model = _stacked(stacked, length if known else None)
    return replace(model, about=header["about"], words=torch_modules.words_of(path, header))


def _recurrent(path: Path, tensors: Mapping[str, Floats], interface: Interface) -> Model:
    """The recurrent module of a state dict, read as the user says."""
    if not interface.flags:
        raise weights.WeightFileError(
            f"{path} holds the weights of a recurrent module and says nothing of inputs and "
            "scores; say --input, --length, --reads and --gives, or write the module with "
            "mips_verify.save_network"
        )
    network = recurrent_network(path, tensors, interface)
    return _stacked(network, interface.length)


def _stacked(network: Stacked, length: int | None) -> Model:
    cell, layers = network.layers[0].cell, len(network.layers)
    what = f"{cell}, {layers} layers, {network.hidden} hidden"
    return Model(network, network.domain.channels, network.domain, length, what)


def _plain(network: Network) -> Model:
    what = f"ReLU perceptrons f and g, {network.hidden} hidden"
    return Model(network, network.channels, None, None, what)


def _onnx(path: Path, interface: Interface) -> Model:
    from mips_verify.network.onnx_model import read_onnx

    return read_onnx(path, interface)


READERS: Final[dict[str, Reader]] = {
    ".safetensors": _safetensors,
    ".pt": _pickled,
    ".pth": _pickled,
    ".bin": _pickled,
    ".ckpt": _pickled,
    ".pkl": _pickled,
    ".onnx": _onnx,
}
UNREAD: Final = {  # files that others call models, and why they are not read
    ".pt2": "is a program of torch.export, which holds pickles, and these can run code",
    ".keras": "is a model of Keras, which can hold code",
    ".h5": "is a model of Keras, which can hold code",
    ".tflite": "is a model of TensorFlow Lite",
}
