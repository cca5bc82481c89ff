"""The process that runs an ONNX model may hang, die or say too much, and ends with its parent."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mips_verify.network import onnx_process
from mips_verify.network.onnx_process import OnnxProcess
from mips_verify.network.sequence_function import ExhaustedError
from tests.onnx_models import echo, endless


def test_a_model_that_never_returns_is_stopped(tmp_path):
    process = OnnxProcess(endless(tmp_path / "n.onnx"), seconds=1.0)
    with pytest.raises(ExhaustedError, match=r"stopped after 1 s without an answer; .* a loop"):
        process.run(np.zeros((1, 1, 2), np.float32), ["y"])
    with pytest.raises(ExhaustedError):
        process.run(np.zeros((1, 1, 2), np.float32), ["y"])


def test_a_process_that_is_killed_is_one_sentence(tmp_path):
    process = OnnxProcess(echo(tmp_path / "n.onnx"))
    os.kill(process._child.process.pid, signal.SIGKILL)
    with pytest.raises(ExhaustedError, match=r"ended the process that ran it .exit status -9"):
        process.run(np.zeros((1, 1, 2), np.float32), ["y"])
    (same,) = process.run(np.ones((1, 1, 2), np.float32), ["y"])  # by a new process
    assert (same == 1).all()


def test_an_answer_of_any_size_is_not_read(tmp_path, monkeypatch):
    process = OnnxProcess(echo(tmp_path / "n.onnx"))
    monkeypatch.setattr(onnx_process, "REPLY", 2**20)
    assert len(process.run(np.zeros((2**17, 1, 2), np.float32), ["y"])[0]) == 2**17
    with pytest.raises(ExhaustedError, match="gives an answer of more than 1 MiB"):
        process.run(np.zeros((2**17 + 1, 1, 2), np.float32), ["y"])


def test_the_process_ends_with_the_model_and_with_its_parent(tmp_path):
    path = echo(tmp_path / "n.onnx")
    process = OnnxProcess(path)
    child = process._child.process
    del process
    assert child.wait(5) == -signal.SIGKILL
    code = (
        "import os; from pathlib import Path\n"
        "from mips_verify.network.onnx_process import OnnxProcess\n"
        f"p = OnnxProcess(Path({str(path)!r})); print(p._child.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(int(done.stdout)):
        time.sleep(0.1)
    assert not _runs(int(done.stdout))


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
