"""Foreign work is bounded in time, memory and output, and leaves nothing running."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mips_verify.processes import _resident, run_bounded, worker_pool

MEMORY = 2**29


def python(code, *, seconds=10, memory=MEMORY, **more):
    return run_bounded([sys.executable, "-c", code], seconds=seconds, memory=memory, **more)


def alive(pid):
    """Whether a process is there and no mere entry that nobody has read yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_that_ends_gives_all_that_it_said():
    code = "import sys; print(input()[::-1]); print('x', file=sys.stderr); sys.exit(3)"
    found = python(code, input=b"abc\n")
    assert (found.returncode, found.stdout, found.stderr) == (3, b"cba\n", b"x\n")
    assert found.why == ""


def test_arguments_and_folder_arrive_as_they_are(tmp_path):
    odd = ["a b", "$(id)", "'\"", ""]
    code = "import os, sys; print(sys.argv[1:], os.getcwd())"
    found = run_bounded(
        [sys.executable, "-c", code, *odd], seconds=10, memory=MEMORY, folder=tmp_path
    )
    assert found.stdout.decode() == f"{odd} {tmp_path}\n"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("while True: pass", "it took over 0.5 s"),
        ("import time; time.sleep(60)", "it took over 0.5 s"),
        ("import os; os.kill(os.getpid(), 11)", "it was stopped by SIGSEGV"),
    ],
)
def test_what_does_not_end_is_ended(code, why):
    began = time.monotonic()
    assert python(code, seconds=0.5).why == why
    assert time.monotonic() - began < 5


def test_one_process_gets_no_more_memory_than_allowed():
    found = python(f"b'x' * {2 * MEMORY}")
    assert found.returncode == 1
    assert b"MemoryError" in found.stderr


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="no process table to look at")
def test_many_processes_share_the_allowance():
    code = f"import os, time; [os.fork() for _ in '12']; b = b'x' * {MEMORY // 3}; time.sleep(60)"
    assert python(code).why == "it used over 512 MiB of memory"


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="no process table to look at")
def test_processes_may_end_while_they_are_looked_at(monkeypatch):
    gone = ["self", "1", str(2**30)]
    monkeypatch.setattr(os, "listdir", lambda path: gone)
    assert _resident(2**30) == 0
    monkeypatch.undo()
    with ThreadPoolExecutor(2) as pool:
        short = [pool.submit(python, "pass") for _ in range(20)]
        assert python("import time; time.sleep(0.5)").why == ""
        assert not any(found.result().why for found in short)


def test_output_is_cut_off():
    found = python("while True: print('x' * 1000)", largest=10_000)
    assert len(found.stdout) <= 10_000
    assert found.returncode != 0


def test_what_a_process_started_ends_with_it(tmp_path):
    mark = tmp_path / "pid"
    code = (
        "import os, sys, time\n"
        "if os.fork() == 0:\n"
        f"    open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(60)\n"
        f"while not os.path.exists({str(mark)!r}) or not open({str(mark)!r}).read(): pass\n"
    )
    assert python(code).returncode == 0
    ends = time.monotonic() + 5
    while alive(mark.read_text()) and time.monotonic() < ends:
        time.sleep(0.02)
    assert not alive(mark.read_text())


def test_a_command_that_is_not_there_fails_with_a_status():
    assert run_bounded(["/no/such"], seconds=5, memory=MEMORY).returncode == 127


def test_ctrl_c_reaches_the_parent_and_no_worker():
    asked = (signal.SIG_BLOCK, ())  # gives the signals that are blocked
    with worker_pool(1, int) as pool:
        assert signal.SIGINT in pool.schedule(signal.pthread_sigmask, args=asked).result()
        assert signal.SIGINT not in signal.pthread_sigmask(*asked)
