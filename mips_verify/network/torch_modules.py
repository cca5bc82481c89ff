"""Write trained torch.nn modules to weight files, and read them back.

A file holds the tensors of the module under torch's own names (``weight_ih_l0`` and so on),
``readout.weight``, ``readout.bias`` and ``start``. Its header gives the cell, the number of layers,
the range of every input, the encoding of inputs and outputs, and the length of the sequences that
trained the network.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.network.torch_cells import CELLS, Layer
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network.value_words import ValueWords, numbered, words_from
from mips_verify.network.weights import (
    WeightFileError,
    demand_names,
    to_bytes,
    write_tensors,
)

PARTS: Final = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
MOST_LAYERS: Final = 64
LONGEST: Final = 1000  # steps of a sequence, as in a task
_BROKEN: Final = (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError,
                  MipsVerifyError)  # fmt: skip


class ModuleError(MipsVerifyError):
    """A torch module that cannot be written as a weight file."""


def save_network(
    module: Any,
    path: str | Path,
    *,
    readout: Any,
    inputs: Mapping[str, Sequence[int] | Sequence[str]],
    length: int,
    reads: str = "one-hot",
    gives: str = "argmax",
    values: Iterable[int] | Sequence[str] | None = None,
    start: Any = None,
) -> None:
    """Write a trained ``torch.nn.RNN``, ``GRU`` or ``LSTM`` with its read-out, for extraction.

    Args:
        module: the recurrent module, with one or more layers in one direction; it may be compiled
            or have parametrized weights.
        path: the safetensors file to write.
        readout: a ``torch.nn.Linear`` that reads the last layer's output at every step.
        inputs: the range of every input in the order of the columns: both ends, ``range(n)``, or a
            list of texts, which are what people call its values 0, 1, ...
        length: steps in the training sequences; the network is trusted up to this length.
        reads: ``one-hot`` (a column for every value of an input) or ``numbers``.
        gives: ``argmax`` (the value of the largest score) or ``round`` (every score rounded).
        values: the output value of each score with ``argmax``; 0, 1, 2, ... if not given, or a list
            of texts, which are what people call these.
        start: the first state if it is not zero: torch's ``h_0``, shape ``(layers, hidden)``, or
            the pair ``(h_0, c_0)`` of an LSTM.

    Raises:
        ModuleError: the module is of another kind, or parts do not fit together.
    """
    module, readout = _plain(module), _plain(readout)
    cell = _cell(module)
    if not hasattr(getattr(readout, "weight", None), "detach"):
        raise ModuleError(f"{type(readout).__name__} is not a torch.nn.Linear read-out")
    if not 0 < (length := _whole("length", length)) <= LONGEST:
        raise ModuleError(f"length is {length}; a sequence has 1 to {LONGEST} steps")
    inputs, values, words = numbered(inputs, values)
    ranges = _ranges(inputs)
    tensors = _weights(module)
    tensors["readout.weight"] = _array(readout.weight)
    bias = getattr(readout, "bias", None)
    scores = len(tensors["readout.weight"])
    tensors["readout.bias"] = _array(bias) if bias is not None else np.zeros(scores)
    tensors["start"] = _origin(cell, module.num_layers, module.hidden_size, start)
    header = {
        "cell": cell,
        "layers": module.num_layers,
        "inputs": ranges,
        "order": list(ranges),
        "length": length,
        "reads": reads,
        "gives": gives,
        "values": _values(values) if values is not None else list(range(scores)),
        "about": {},
        **words.header(),
    }
    try:
        _stacked(tensors, header)  # checks that the file could be read again
    except _BROKEN as error:
        raise ModuleError(f"the network cannot be written: {error}") from error
    write_tensors(Path(path), tensors, header)


def module_bytes(network: Stacked, length: int, about: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of the file that :func:`save_network` writes for this network, with notes."""
    tensors = {
        f"{part}_l{i}": getattr(layer, part)
        for i, layer in enumerate(network.layers)
        for part in PARTS
    }
    tensors |= {
        "readout.weight": network.weight,
        "readout.bias": network.bias,
        "start": network.origin,
    }
    domain = network.domain
    ranges = zip(domain.names, domain.lows, domain.highs, strict=True)
    header = {
        "cell": network.layers[0].cell,
        "layers": len(network.layers),
        "inputs": {name: [low, high] for name, low, high in ranges},
        "order": list(domain.names),
        "length": length,
        "reads": network.reads,
        "gives": network.gives,
        "values": network.values.tolist(),
        "about": dict(about or {}),
    }
    return to_bytes(tensors, header)


def _plain(module: Any) -> Any:
    """The module itself, without the wrapper of ``torch.compile``.

    Raises:
        ModuleError: the module has hooks, which may change weights or outputs.
    """
    module = getattr(module, "_orig_mod", module)
    if getattr(module, "_forward_hooks", None) or getattr(module, "_forward_pre_hooks", None):
        raise ModuleError(
            f"{type(module).__name__} has hooks, as the old weight_norm sets them; remove them, or "
            "use torch.nn.utils.parametrizations"
        )
    return module


def _weights(module: Any) -> dict[str, Floats]:
    """The weights in use, even if they are computed from parameters with other names."""
    tensors = {}
    for i in range(module.num_layers):
        for part in PARTS[: 4 if module.bias else 2]:
            if not hasattr(module, name := f"{part}_l{i}"):
                raise ModuleError(f"{type(module).__name__} has no tensor {name}")
            tensors[name] = _array(getattr(module, name))
        for part in PARTS[2:]:
            tensors.setdefault(f"{part}_l{i}", np.zeros(len(tensors[f"weight_ih_l{i}"])))
    return tensors


def _whole(what: str, value: Any) -> int:
    try:
        return operator.index(value)
    except TypeError:
        raise ModuleError(f"{what} is {value!r}, not a whole number") from None


def _values(values: Any) -> list[int]:
    try:
        return [_whole("one of values", v) for v in values]
    except TypeError:
        raise ModuleError(f"values is {values!r}, not a list of whole numbers") from None


def _ranges(inputs: Any) -> dict[str, list[int]]:
    """The range of each input, given as both ends or as a Python range."""
    if not isinstance(inputs, Mapping):
        raise ModuleError("inputs is a dictionary from the name of an input to its range")
    found = {}
    for name, given in inputs.items():
        ends = given
        if isinstance(given, range) and given.step == 1 and len(given):
            ends = (given[0], given[-1])
        if isinstance(ends, range | str) or not hasattr(ends, "__len__") or len(ends) != 2:
            raise ModuleError(f"the range of input {name} is {given!r}, not two whole numbers")
        found[str(name)] = [_whole(f"an end of input {name}", end) for end in ends]
    return found


def _cell(module: Any) -> str:
    mode = str(getattr(module, "mode", "")).lower()
    if mode not in CELLS:
        raise ModuleError(
            f"{type(module).__name__} is not a torch.nn.RNN, GRU or LSTM; give any other network "
            "to `extract` as a pair of functions step and read"
        )
    if module.bidirectional or getattr(module, "proj_size", 0):
        raise ModuleError("a network that reads backwards too, or projects, is not supported")
    return mode


def _array(tensor: Any) -> Floats:
    if hasattr(tensor, "detach"):
        tensor = tensor.detach().cpu()
        tensor = tensor.numpy() if tensor.is_complex() else tensor.double().numpy()
    if np.iscomplexobj(tensor):
        raise ModuleError("complex weights are not supported; give real ones")
    return np.array(tensor, dtype=np.float64)


def _origin(cell: str, layers: int, hidden: int, start: Any) -> Floats:
    """The first state as in :class:`Stacked`: layer by layer, ``[h, c]`` for an LSTM."""
    memories = CELLS[cell].memories
    parts = start if memories == 2 and start is not None else (start,) * memories
    arrays = [np.zeros((layers, hidden)) if p is None else _array(p) for p in parts]
    if any(a.shape not in ((layers, hidden), (layers, 1, hidden)) for a in arrays):
        shapes = " and ".join(str(a.shape) for a in arrays)
        raise ModuleError(f"the first state has shape {shapes}, expected ({layers}, {hidden})")
    return np.concatenate([a.reshape(layers, hidden) for a in arrays], axis=1).ravel()


def from_tensors(path: Path, tensors: Mapping[str, Floats], header: Mapping[str, Any]) -> Stacked:
    """The network that a file's tensors and header describe.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    layers = header.get("layers")
    if not isinstance(layers, int) or not 0 < layers <= MOST_LAYERS:
        raise WeightFileError(f"the header of {path} lacks the number of layers")
    names = [f"{part}_l{i}" for i in range(layers) for part in PARTS]
    demand_names(path, tensors, [*names, "readout.weight", "readout.bias", "start"])
    try:
        return _stacked(tensors, header)
    except _BROKEN as error:
        raise WeightFileError(f"{path} holds no network: {error}") from error


def words_of(path: Path, header: Mapping[str, Any]) -> ValueWords:
    """What the header of a file says that the values of inputs and output are called.

    Raises:
        WeightFileError: it says something else.
    """
    try:
        return words_from(header)
    except _BROKEN as error:
        raise WeightFileError(f"the header of {path} is broken: {error}") from error


def _stacked(tensors: Mapping[str, Floats], header: Mapping[str, Any]) -> Stacked:
    ranges = [header["inputs"][name] for name in header["order"]]
    for name, (lo, hi) in zip(header["order"], ranges, strict=True):
        if type(lo) is not int or type(hi) is not int or max(-lo, hi) > FLOAT_EXACT:
            raise ValueError(f"the range of input {name} is {lo}..{hi}, not two whole numbers")
    domain = Domain(
        tuple(header["order"]), tuple(lo for lo, _ in ranges), tuple(hi for _, hi in ranges)
    )
    layers = [_layer(tensors, header["cell"], i) for i in range(header["layers"])]
    return Stacked(
        domain=domain,
        layers=tuple(layers),
        weight=tensors["readout.weight"],
        bias=tensors["readout.bias"],
        origin=tensors["start"],
        reads=header["reads"],
        gives=header["gives"],
        values=np.array(header["values"], dtype=np.int64),
    )


def _layer(tensors: Mapping[str, Floats], cell: str, i: int) -> Layer:
    try:
        return Layer(cell, *(tensors[f"{part}_l{i}"] for part in PARTS))
    except ValueError as error:
        raise ValueError(f"layer {i}: {error}") from error
