"""Ctrl-C: what is kept is said, and nothing else is left, neither processes nor half of a file."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
# a shell that starts tests in the background has the signal ignored
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "from mips_verify.start import main; main()"
)
ROOT = Path(__file__).parent.parent


class Running:
    """A command in a process group of its own, as a shell starts it; it carries a mark."""

    def __init__(self, folder, *args):
        self.mark = uuid.uuid4().hex
        self.child = subprocess.Popen(
            [sys.executable, "-c", START, *map(str, args)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
            start_new_session=True, env={**os.environ, "MARK_OF_TEST": self.mark},
        )  # fmt: skip
        self.said = ""

    def wait_for(self, beginning):
        """Read lines of stderr until one begins like this."""
        for line in self.child.stderr:
            self.said += line
            if line.startswith(beginning):
                return
        raise AssertionError(self.said)

    def wait_for_workers(self):
        """Wait until worker processes start."""
        deadline = time.monotonic() + 60
        while not any(b"spawn_main" in command for command in self.processes()):
            assert time.monotonic() < deadline
            time.sleep(0.005)

    def stop(self):
        """Send the signal to the whole group, as a terminal does; exit code and last line."""
        os.killpg(self.child.pid, signal.SIGINT)
        out, rest = self.child.communicate(timeout=60)
        self.said += rest
        assert "Traceback" not in self.said
        assert out == ""
        return self.child.returncode, self.said.splitlines()[-1]

    def processes(self):
        """The command lines of all its processes, also of those in other groups."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes())
            except OSError:
                continue
        return [command for command in found if command]  # what has ended has no command

    def leaves_no_process(self):
        deadline = time.monotonic() + 20
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left


def half_written(folder):
    return list(folder.rglob(".*"))


def test_a_synthesis_says_in_which_folder_its_stages_are_kept(tmp_path):
    running = Running(tmp_path, "synth-and-prove", "Div_3")
    running.wait_for("network")
    code, last = running.stop()
    assert code == 130
    kept = "finished stages are kept in runs/Div_3, and the same command goes on there"
    assert last == f"mips-verify: stopped; {kept}"
    assert any(path.name.startswith("train-") for path in (tmp_path / "runs" / "Div_3").iterdir())
    assert not half_written(tmp_path)
    running.leaves_no_process()


@pytest.mark.parametrize("options", [("--fresh",), ("--runs", "other")])
def test_where_no_stage_is_kept_it_says_so(tmp_path, options):
    running = Running(tmp_path, "synth-and-prove", "Div_3", "-v", *options)
    running.wait_for("[")
    assert running.stop() == (130, "mips-verify: stopped; nothing is kept")
    assert not [path for path in (tmp_path / "proofs").rglob("*") if path.is_file()]
    running.leaves_no_process()


@pytest.mark.slow
def test_a_benchmark_keeps_finished_tasks_and_leaves_no_workers(tmp_path):
    options = ("--jobs", "1", "--runs", "r", "--bundles", "b", "--out", "table.json")
    running = Running(tmp_path, "bench", "Sum_All", "Div_3", *options)
    running.wait_for("[1/2] Sum_All: PROVED")
    code, last = running.stop()
    assert code == 130
    assert "finished stages are kept in r, and the same command goes on there" in last
    assert "bundles of the tasks proved so far are in b" in last
    assert (tmp_path / "b" / "Sum_All" / "certificate.json").exists()
    assert not (tmp_path / "table.json").exists()
    assert not half_written(tmp_path)
    running.leaves_no_process()


def test_a_check_keeps_nothing_and_leaves_no_workers(tmp_path):
    running = Running(ROOT, "check", "proofs", "-v", "--jobs", "2", "--junit", tmp_path / "j.xml")
    running.wait_for("[1/")
    assert running.stop() == (130, "mips-verify: stopped; nothing is kept")
    assert not list(tmp_path.iterdir())
    running.leaves_no_process()


def test_workers_that_are_just_starting_print_nothing(tmp_path):
    running = Running(ROOT, "check", "proofs/Sum_All", "proofs/Div_3", "--jobs", "2")
    running.wait_for_workers()
    time.sleep(0.2)  # Python is there, and imports
    assert running.stop() == (130, "mips-verify: stopped; nothing is kept")
    assert running.said.count("\n") == 1
    running.leaves_no_process()
