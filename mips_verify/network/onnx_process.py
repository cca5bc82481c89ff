"""An ONNX model behind a process that runs it, bounded in time and memory.

The process may die, hang or be refused memory; each is one sentence here. The file is never parsed
in this process, which only takes names, sizes and bounded arrays of numbers from the other one.
"""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.files import read_bounded
from mips_verify.network.model_child import ModelChild
from mips_verify.network.onnx_refusals import failure, refusal
from mips_verify.network.sequence_function import ExhaustedError, SequenceError
from mips_verify.network.weights import LARGEST, WeightFileError

SECONDS: Final = 60.0  # for loading, and for each request
MEMORY: Final = 4 * 2**30  # bytes
REPLY: Final = 2**28  # bytes in the arrays of one reply


@dataclass(frozen=True, slots=True)
class Port:
    """An input or an output of a model.

    Attributes:
        name: its name in the graph.
        type: its type in ONNX's words, such as ``tensor(float)``.
        axes: the length of each axis; ``None`` where it is free.
    """

    name: str
    type: str
    axes: tuple[int | None, ...]

    def __str__(self) -> str:
        axes = ", ".join("free" if n is None else str(n) for n in self.axes)
        return f"{one_line(self.name)[:60]}: {self.type} of axes ({axes})"


class OnnxProcess:
    """A model that runs in its own process, which ends with this object.

    After a request that ended the process, the next one starts another.

    Args:
        path: the file.
        seconds: wall-clock limit for loading it, and for each request.
        memory: bytes that the process may request.

    Attributes:
        inputs: what the model reads.
        outputs: what the model gives.

    Raises:
        WeightFileError: onnxruntime refuses the file; one sentence says why.
        ExhaustedError: loading the file takes too long, or ends the process.
        ModuleNotFoundError: onnxruntime is not installed, or too old.
    """

    def __init__(self, path: Path, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        _demand_bounded(path)
        if importlib.util.find_spec("onnxruntime") is None:
            raise ModuleNotFoundError(f"reading {path} needs onnxruntime", name="onnxruntime")
        self.path, self._seconds, self._memory = path, seconds, memory
        self._lock = threading.Lock()
        self._child: ModelChild | None = None
        header = self._started()
        self.inputs = tuple(map(_port, header["inputs"]))
        self.outputs = tuple(map(_port, header["outputs"]))

    def run(self, given: NDArray[Any], outputs: Sequence[str]) -> list[NDArray[Any]]:
        """What the model gives for an array, of each of the outputs named.

        Raises:
            SequenceError: it refuses the array.
            ExhaustedError: it took too long or too much memory, or its process ended.
        """
        asked = {
            "input": self.inputs[0].name, "dtype": given.dtype.str, "shape": given.shape,
            "outputs": list(outputs),
        }  # fmt: skip
        data = np.ascontiguousarray(given).reshape(-1).view(np.uint8).data
        with self._lock:
            if self._child is None:
                self._started()
            header, found = self._exchanged((json.dumps(asked).encode(), data))
        if "failed" in header:
            raise self._failure(header, given.shape)
        return _arrays(header["arrays"], found)

    def _started(self) -> dict[str, Any]:
        """Start the process; what the model reads and gives."""
        module = "mips_verify.network.onnx_worker"
        arguments = (str(self.path.resolve()), str(self._seconds))
        self._child = ModelChild(module, arguments, memory=self._memory)
        header, _ = self._exchanged(())
        if "failed" in header:
            raise refusal(self.path, header["failed"], header["why"])
        return header

    def _exchanged(self, frames: Sequence[bytes | memoryview]) -> tuple[dict[str, Any], bytes]:
        """The reply to a request: its header and the bytes of its arrays."""
        child = self._child
        assert child is not None
        try:
            return child.exchanged(frames, REPLY)
        except (EOFError, OSError) as error:  # its pipes closed, or it sent too much
            why = self._ending(child, error)
            self._close()
            raise ExhaustedError(f"{self.path} {why}") from None
        except BaseException:
            self._close()  # the process might still send this reply to the next request
            raise

    def _close(self) -> None:
        if self._child is not None:
            self._child.close()
            self._child = None

    def _ending(self, child: ModelChild, error: Exception) -> str:
        """Why the process does not answer, in words."""
        if not isinstance(error, EOFError | BrokenPipeError):
            return f"gives an answer of more than {REPLY // 2**20} MiB; ask for shorter words"
        try:
            code = child.process.wait(5.0)
        except subprocess.TimeoutExpired:
            return "closed its pipes; is it damaged?"
        if hasattr(signal, "SIGALRM") and code == -signal.SIGALRM:
            return (
                f"was stopped after {self._seconds:g} s without an answer; it is too large, or has "
                "a loop that does not end"
            )
        return (
            f"ended the process that ran it (exit status {code}), perhaps for want of memory; it "
            f"may have {self._memory // 2**20} MiB"
        )

    def _failure(self, header: dict[str, Any], shape: tuple[int, ...]) -> SequenceError:
        """The error of a request that was refused."""
        if header["failed"] == "memory":
            return ExhaustedError(
                f"{self.path} asks for more than the {self._memory // 2**20} MiB of memory that it "
                f"may have, for an array of shape {shape}; use a smaller model or shorter words"
            )
        axes = self.inputs[0].axes
        free = len(axes) > 1 and axes[1] is None
        return SequenceError(failure(self.path, shape, header["why"], free=free))


def _demand_bounded(path: Path) -> None:
    try:
        read_bounded(path, LARGEST)
    except MipsVerifyError as error:
        raise WeightFileError(str(error)) from None


def _port(said: dict[str, Any]) -> Port:
    axes = (n if type(n) is int and n > 0 else None for n in said["axes"])
    return Port(str(said["name"]), str(said["type"]), tuple(axes))


def _arrays(headers: Sequence[dict[str, Any]], data: bytes) -> list[NDArray[Any]]:
    """The arrays of a reply, one after the other in its bytes."""
    arrays, at = [], 0
    for header in headers:
        dtype, shape = np.dtype(header["dtype"]), tuple(map(int, header["shape"]))
        count = int(np.prod(shape, dtype=np.int64))
        arrays.append(np.frombuffer(data, dtype, count, at).reshape(shape))
        at += count * dtype.itemsize
    return arrays
