"""What the world around a command does wrong: one sentence and a sane exit code, never a crash."""

import errno
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.files import write_whole

PIPE = 141  # 128 + SIGPIPE: what shells give a command whose reader has gone
full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")


def start(*args, prelude="", **streams):
    """A command in a process of its own."""
    code = f"{prelude}\nfrom mips_verify.cli import main\nmain()"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)], text=True, check=False, **streams
    )


def unread(stream, *args):
    """A command one of whose streams nobody reads any more."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return start(*args, **{stream: writer})
    finally:
        os.close(writer)


@pytest.mark.parametrize("args", [("tasks",), ("show", "Sum_All"), ("--help",)])
def test_output_that_nobody_reads_ends_quietly(args):
    done = unread("stdout", *args)
    assert (done.returncode, done.stderr) == (PIPE, "")


def test_progress_that_nobody_reads_is_no_verdict(tmp_path):
    (tmp_path / "p.py").write_text("def program(xs):\n    return [x for x in xs]\n")
    done = unread("stderr", "prove", tmp_path / "p.py", "Current_Number")
    assert done.returncode == PIPE


@full
@pytest.mark.parametrize("args", [("tasks",), ("show", "Sum_All"), ("--help",), ("--version",)])
def test_output_to_a_full_device_is_one_sentence(args):
    with open("/dev/full", "w") as device:
        done = start(*args, stdout=device)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left" in done.stderr


@full
@pytest.mark.parametrize("args", [("show", "no_such"), ("show",)])
def test_a_sentence_that_cannot_be_written_keeps_its_exit_code(args):
    with open("/dev/full", "w") as device:
        assert start(*args, stderr=device).returncode == 2


def test_a_full_disk_under_the_runs_is_one_sentence(tmp_path, monkeypatch):
    def fails(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "runs").mkdir()
    monkeypatch.setattr(os, "fsync", fails)
    where = ("--out", tmp_path / "proofs", "--runs", tmp_path / "runs")
    result = CliRunner().invoke(main, ["synth-and-prove", "Sum_All", *map(str, where)])
    assert result.exit_code == 2, result.output
    assert "No space left" in result.stderr.splitlines()[-1]
    assert not list((tmp_path / "runs" / "Sum_All").iterdir())


def test_a_file_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "replace", lambda *a: os.rmdir(tmp_path))
    with pytest.raises(Exception, match=r"cannot write .*a\.txt \(Directory not empty\)"):
        write_whole(tmp_path / "a.txt", "text")


HIDDEN = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
sys.meta_path.insert(0, Hidden())
"""


@pytest.mark.parametrize(
    "args",
    [
        ("synth-and-prove", "Sum_All", "--fresh"),
        ("synth", "--data", "data.csv", "--fresh"),
        ("bench", "Sum_All", "--fresh"),
        ("fuzz-tasks", "--count", "1", "--fresh"),
    ],
)
def test_without_torch_a_command_says_how_to_get_it(tmp_path, args):
    lines = [f"{i},{x},{x}" for i in range(40) for x in (0, 1, i % 2, i // 2 % 2, i // 4 % 2)]
    (tmp_path / "data.csv").write_text("\n".join(["sequence,x,y", *lines]))
    done = start(*args, prelude=HIDDEN, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].endswith('pip install "mips-verify[train]"')


def test_without_torch_a_pickle_says_how_to_get_it(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(HIDDEN)
    (tmp_path / "m.pt").write_bytes(b"PK")
    done = start(
        "extract",
        "--model",
        tmp_path / "m.pt",
        prelude=f"import sys; sys.path.insert(0, {str(tmp_path)!r})",
    )
    assert done.returncode == 2
    assert done.stderr.endswith('pip install "mips-verify[train]"\n')


@pytest.mark.parametrize("args", [("new", "9x"), ("new", "a\nb\x1b[31m"), ("show", "a\nb" * 999)])
def test_a_sentence_is_one_short_line(args, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, list(args))
    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert line.isprintable()
    assert len(line) < 1000


def test_the_names_that_a_new_task_may_have_are_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["new", "9x"])
    assert "is not letters, digits and _, a letter first" in result.stderr
