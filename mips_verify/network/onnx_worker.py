"""The process that runs an ONNX model: arrays in, arrays out, until its input ends.

A model can ask for any amount of time and memory, and its library is a large one in C++. So it runs
apart from its reader (:mod:`mips_verify.network.onnx_process`), with no rights beyond those of the
user. A message is two frames: a header in JSON, and the bytes of its arrays one after the other.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

OLDEST: Final = (1, 24, 4)  # older ones read weights from anywhere on the disk
POLL: Final = 0.5  # seconds between two checks that the parent still exists
SAID: Final = 2_000  # characters of an error that are passed on


def main() -> None:
    """Load the model that the first argument names, and answer requests."""
    path, seconds, parent = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    threading.Thread(target=_end_without, args=[parent], daemon=True).start()
    requests = Connection(os.dup(0), writable=False)
    replies = Connection(os.dup(1), readable=False)
    os.dup2(2, 1)  # output of libraries must not mix with the replies
    _limit(seconds)
    try:
        session = _session(path)
        _send(replies, _signature(session), ())
    except Exception as error:
        _send(replies, _failure(error), ())
        return
    _limit(0)
    while True:
        try:
            asked, data = json.loads(requests.recv_bytes()), requests.recv_bytes()
        except EOFError:
            return
        _limit(seconds)
        _answer(session, asked, data, replies)
        _limit(0)


def _end_without(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(POLL)
    os._exit(1)


def _limit(seconds: float) -> None:
    """End this process after ``seconds``, also while C++ computes; 0 lifts the limit."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)  # without a handler, SIGALRM ends it


def _session(path: str) -> Any:
    """The model, ready to run on one thread; it is loaded by its path, for weights beside it."""
    import onnxruntime as ort

    found = tuple(map(int, re.findall(r"\d+", ort.__version__)[:3]))
    if found < OLDEST:
        raise ImportError(f"onnxruntime {ort.__version__} is too old")
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # beyond the basic level, onnxruntime replaces operators by approximations of them
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
    # lengths vary from run to run, and an arena would keep the memory of the longest
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.add_session_config_entry("session.load_model_format", "ONNX")
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _signature(session: Any) -> dict[str, Any]:
    """Names, types and axes of what the model reads and gives."""
    return {
        kind: [{"name": p.name, "type": p.type, "axes": list(p.shape)} for p in ports]
        for kind, ports in (("inputs", session.get_inputs()), ("outputs", session.get_outputs()))
    }


def _answer(session: Any, asked: dict[str, Any], data: bytes, replies: Connection) -> None:
    given = np.frombuffer(data, asked["dtype"]).reshape(asked["shape"])
    try:
        found = session.run(asked["outputs"], {asked["input"]: given})
        arrays = [np.ascontiguousarray(array) for array in found]
        if odd := [array.dtype for array in arrays if array.dtype.kind not in "biuf"]:
            raise TypeError(f"it gives {odd[0]}, not numbers")
    except Exception as error:
        _send(replies, _failure(error), ())
        return
    shapes = [{"dtype": array.dtype.str, "shape": array.shape} for array in arrays]
    _send(replies, {"arrays": shapes}, arrays)


def _failure(error: Exception) -> dict[str, str]:
    said = str(error)
    kind = "import" if isinstance(error, ImportError) else "refused"
    if isinstance(error, MemoryError) or "alloc" in said:
        kind = "memory"
    return {"failed": kind, "why": said[:SAID]}


def _send(replies: Connection, header: dict[str, Any], arrays: Any) -> None:
    replies.send_bytes(json.dumps(header).encode())
    data: list[NDArray[Any]] = [array.reshape(-1).view(np.uint8) for array in arrays]
    replies.send_bytes(np.concatenate(data).data if data else b"")


if __name__ == "__main__":
    main()
