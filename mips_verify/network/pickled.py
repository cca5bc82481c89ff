"""State dicts of the paper's GeneralRNN (arXiv 2402.05110) in files that torch has pickled.

A pickle can run code. It is read in a process of its own, by torch with ``weights_only=True``,
which builds tensors and containers and nothing else; what that refuses is refused.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from mips_verify.network.network import Array, Layers, Network
from mips_verify.network.tensors import WeightFileError, read_tensors, write_tensors

SECONDS: Final = 120.0
_LAYER: Final = re.compile(r"(hmlp|ymlp)\.mlp\.(\d+)\.(weight|bias)")


def load_general_rnn(path: Path) -> Network:
    """The network in a ``.pt`` file; its f is ``hmlp`` on ``[h, x]``, its g is ``ymlp``, h0 is 0.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    if not path.is_file():
        raise WeightFileError(f"there is no file {path}")
    with tempfile.TemporaryDirectory() as folder:
        safe = Path(folder) / "tensors.safetensors"
        command = [sys.executable, "-P", "-m", __name__, str(path.resolve()), str(safe)]
        # -P: a file beside the model must not be taken for torch
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, env=env)
        except subprocess.TimeoutExpired:
            raise WeightFileError(f"reading {path} took over {SECONDS:g} s; stopped") from None
        if done.returncode:
            why = done.stderr.strip().splitlines()
            raise WeightFileError(
                f"{path} is not a pickle of plain tensors and was not read: "
                f"{why[-1] if why else 'its process ended'}; expected what "
                "torch.save(module.state_dict(), path) writes"
            )
        tensors, _ = read_tensors(safe)
    return general_rnn(path, tensors)


def general_rnn(path: Path, tensors: dict[str, Array]) -> Network:
    """The network of a state dict; ``path`` is named in errors.

    Raises:
        WeightFileError: tensors that are missing, not known, or do not fit together.
    """
    if any("weight_ih" in name for name in tensors):
        raise WeightFileError(
            f"{path} is the state dict of a torch.nn.RNN, GRU or LSTM, which says nothing of its "
            "read-out and inputs; write the module with mips_verify.save_network"
        )
    if odd := sorted(name for name in tensors if not _LAYER.fullmatch(name)):
        raise WeightFileError(
            f"{path} is no GeneralRNN: it holds the tensor {odd[0]}; expected hmlp.mlp.N.weight, "
            "hmlp.mlp.N.bias, ymlp.mlp.N.weight and ymlp.mlp.N.bias"
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


def _layers(path: Path, tensors: dict[str, Array], part: str) -> Layers:
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


def _refusal(error: Exception) -> str:
    """Why torch refused, without its advice to load the file unsafely."""
    if asked := re.search(r"GLOBAL (\S+)", str(error)):
        return f"it asks for {asked[1]}, which could run code"
    return f"torch finds no tensors in it ({type(error).__name__})"


def _convert(source: str, target: str) -> None:
    """What the process does: tensors out of the pickle, into a file that can hold nothing else."""
    import torch

    try:
        loaded = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:
        sys.exit(_refusal(error))
    if not isinstance(loaded, dict) or not loaded:
        sys.exit("it does not hold a state dict")
    if odd := [str(k) for k, v in loaded.items() if not isinstance(v, torch.Tensor)]:
        sys.exit(f"its entry {odd[0]} is not a tensor")
    if odd := [str(k) for k, v in loaded.items() if not v.isfinite().all()]:
        sys.exit(f"its tensor {odd[0]} holds a value that is not finite")
    arrays = {str(k): v.detach().double().numpy() for k, v in loaded.items()}
    write_tensors(Path(target), arrays, {"about": {}})


if __name__ == "__main__":
    _convert(*sys.argv[1:])
