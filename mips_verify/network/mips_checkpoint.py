"""State dicts of the paper's GeneralRNN (arXiv 2402.05110) in torch's pickled files.

A pickle can run code, and a small file can ask for any amount of memory. So a separate process with
bounded memory reads it with torch and ``weights_only=True``, which builds nothing but tensors and
containers. A file that torch refuses is refused here.
"""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded
from mips_verify.network.network import Layers, Network
from mips_verify.network.weights import LARGEST, WeightFileError, read_tensors, to_bytes
from mips_verify.processes import run_bounded

SECONDS: Final = 60.0
MEMORY: Final = 3 * 2**28  # bytes, enough for torch itself and the tensors twice
_NO_TORCH: Final = 3  # exit status
_LAYER: Final = re.compile(r"(hmlp|ymlp)\.mlp\.(\d+)\.(weight|bias)")


def load_general_rnn(path: Path) -> Network:
    """The network in a ``.pt`` file: f is ``hmlp`` on ``[h, x]``, g is ``ymlp``, h0 is 0.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
        ModuleNotFoundError: torch is not installed.
    """
    try:
        data = read_bounded(path, LARGEST)
    except MipsVerifyError as error:
        raise WeightFileError(str(error)) from None
    # -P: a file in the working directory must not be imported as torch
    command = [sys.executable, "-P", "-m", __name__]
    environment = {
        **os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
    }  # fmt: skip
    done = run_bounded(
        command, seconds=SECONDS, memory=MEMORY, input=data, largest=2 * LARGEST,
        environment=environment,
    )  # fmt: skip
    if done.why:
        raise WeightFileError(f"{path} was not read: {done.why}; is it damaged?")
    if done.returncode == _NO_TORCH:
        raise ModuleNotFoundError(f"reading {path} needs torch", name="torch")
    if done.returncode:
        why = done.err.strip().splitlines()
        raise WeightFileError(
            f"{path} is not a pickle of plain tensors and was not read: "
            f"{why[-1] if why else 'its process ended'}; expected what "
            "torch.save(module.state_dict(), path) writes"
        )
    with tempfile.TemporaryDirectory() as folder:
        safe = Path(folder) / "tensors.safetensors"
        safe.write_bytes(done.stdout)
        tensors, _ = read_tensors(safe)
    return general_rnn(path, tensors)


def general_rnn(path: Path, tensors: dict[str, Floats]) -> Network:
    """The network of a state dict; ``path`` is named in errors.

    Raises:
        WeightFileError: tensors are missing, unknown, or do not fit together.
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


def _refusal(error: BaseException) -> str:
    """Why torch refused, without its advice to load the file unsafely."""
    if asked := re.search(r"GLOBAL (\S+)", str(error)):
        return f"it asks for {asked[1]}, which could run code"
    if isinstance(error, MemoryError) or "alloc" in str(error):
        return "it asks for more memory than it may have"
    return f"torch finds no tensors in it ({type(error).__name__})"


def _unpacked(data: bytes) -> int:
    """Bytes of a file once unpacked; torch writes zip files, its older versions plain files."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            return sum(entry.file_size for entry in file.infolist())
    except zipfile.BadZipFile:
        return len(data)


def _misfit(tensors: Mapping[str, Any]) -> str | None:
    """Why ``tensors`` are not the plain weights of a small network, or None.

    A view can repeat a stored number any number of times, so sizes are checked before any copy.
    """
    import torch

    for name, tensor in tensors.items():
        if not isinstance(tensor, torch.Tensor):
            return f"its entry {name} is not a tensor"
        if tensor.layout != torch.strided or tensor.device.type != "cpu" or tensor.is_quantized:
            return f"its tensor {name} is not stored as plain numbers"
        if tensor.is_complex():
            return f"its tensor {name} holds complex numbers"
    if sum(t.numel() for t in tensors.values()) * 8 > LARGEST:
        return f"its tensors hold more than {LARGEST // 8} numbers"
    odd = [name for name, tensor in tensors.items() if not tensor.isfinite().all()]
    return f"its tensor {odd[0]} holds a value that is not finite" if odd else None


def _convert() -> None:
    """The main function of the process: read the pickle's tensors, print them as safetensors."""
    try:
        import torch
    except ImportError:
        sys.exit(_NO_TORCH)
    data = sys.stdin.buffer.read()
    if _unpacked(data) > LARGEST:
        sys.exit(f"it unpacks to more than {LARGEST} bytes")
    try:
        loaded = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except BaseException as error:
        sys.exit(_refusal(error))
    if not isinstance(loaded, dict) or not loaded:
        sys.exit("it does not hold a state dict")
    tensors = {str(k): v for k, v in loaded.items()}
    if (why := _misfit(tensors)) is not None:
        sys.exit(why)
    arrays = {k: v.detach().double().numpy() for k, v in tensors.items()}
    sys.stdout.buffer.write(to_bytes(arrays, {"about": {}}))


if __name__ == "__main__":
    _convert()
