"""Tensors from torch's pickled files, such as state dicts.

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

from mips_verify.algebra.arrays import Floats
from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded
from mips_verify.network.weights import LARGEST, WeightFileError, read_tensors, to_bytes
from mips_verify.processes import run_bounded

SECONDS: Final = 60.0
MEMORY: Final = 3 * 2**28  # bytes, enough for torch itself and the tensors twice
WITHIN: Final = ("state_dict", "model_state_dict", "model")  # where checkpoints keep the tensors
_NO_TORCH: Final = 3  # exit status


def pickled_tensors(path: Path) -> dict[str, Floats]:
    """The tensors in a state dict, which may lie in a checkpoint beside other things.

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
    return tensors


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
    inner = [loaded[name] for name in WITHIN if isinstance(loaded.get(name), dict)]
    tensors = {str(k): v for k, v in (inner[0] if len(inner) == 1 else loaded).items()}
    if (why := _misfit(tensors)) is not None:
        sys.exit(why)
    arrays = {k: v.detach().double().numpy() for k, v in tensors.items()}
    sys.stdout.buffer.write(to_bytes(arrays, {"about": {}}))


if __name__ == "__main__":
    _convert()
