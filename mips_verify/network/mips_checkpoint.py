"""The GeneralRNN of the MIPS paper (arXiv 2402.05110) from its state dict."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Layers, Network
from mips_verify.network.weights import WeightFileError

_LAYER: Final = re.compile(r"(hmlp|ymlp)\.mlp\.(\d+)\.(weight|bias)")


def general_rnn(path: Path, tensors: dict[str, Floats]) -> Network:
    """The network of a state dict; ``path`` is named in errors.

    Raises:
        WeightFileError: tensors are missing, unknown, or do not fit together.
    """
    if odd := sorted(name for name in tensors if not _LAYER.fullmatch(name)):
        raise WeightFileError(
            f"{path} is no GeneralRNN: it holds the tensor {odd[0]}; expected hmlp.mlp.N.weight, "
            "hmlp.mlp.N.bias, ymlp.mlp.N.weight and ymlp.mlp.N.bias; any other model is read as "
            "ONNX or by mips_verify.api.from_torch"
        )
    for name, array in tensors.items():
        axes = 2 if name.endswith("weight") else 1
        if array.ndim != axes:
            raise WeightFileError(f"{path}: {name} has shape {array.shape}, expected {axes} axes")
    f, g = (_layers(path, tensors, part) for part in ("hmlp", "ymlp"))
    hidden = len(f[-1][1])
    channels = f[0][0].shape[1] - hidden
    if channels < 1:
        raise WeightFileError(f"{path}: hmlp reads {f[0][0].shape[1]} values and gives {hidden}")
    try:
        return Network(f, g, np.zeros(hidden), channels)
    except (ValueError, IndexError) as error:
        raise WeightFileError(f"{path} holds no network: {error}") from error


def _layers(path: Path, tensors: dict[str, Floats], part: str) -> Layers:
    """The linear layers of one perceptron in order; activations between them have no tensors."""
    found = [m for m in map(_LAYER.fullmatch, tensors) if m and m[1] == part]
    numbers = sorted({int(m[2]) for m in found})
    if numbers != list(range(0, 2 * len(numbers), 2)):
        raise WeightFileError(
            f"{path} is no GeneralRNN: the layers of {part} are numbered "
            f"{', '.join(map(str, numbers))}, expected 0, 2, 4 and so on, a ReLU between any two"
        )
    names = [(f"{part}.mlp.{n}.weight", f"{part}.mlp.{n}.bias") for n in numbers]
    missing = [name for pair in names for name in pair if name not in tensors]
    if missing or not names:
        raise WeightFileError(f"{path} lacks the tensor {missing[0] if missing else part + '.mlp'}")
    return tuple((tensors[weight], tensors[bias]) for weight, bias in names)
