"""The shell completes commands, options and the names of tasks, at once."""

import os
import subprocess
import sys

import pytest
from click.shell_completion import BashComplete

from mips_verify.cli import main
from mips_verify.spec.task import load_tasks, names_of_tasks

SLOW = ("numpy", "torch", "z3", "rich", "sympy")


def completed(*words):
    """What may stand for the last word."""
    shell = BashComplete(main, {}, "mips-verify", "_MIPS_VERIFY_COMPLETE")
    return [(item.type, item.value) for item in shell.get_completions([*words[:-1]], words[-1])]


def names(*words):
    return [value for kind, value in completed(*words) if kind == "plain"]


@pytest.mark.parametrize(
    "words",
    [
        ("show",), ("synth-and-prove",), ("bench",), ("bench", "Div_3"), ("prove", "p.py"),
        ("extract", "--model", "m.pt", "--task"), ("certify", "m.pt"),
    ],
)  # fmt: skip
def test_the_names_of_tasks_are_completed(words):
    assert names(*words, "Tomita_") == [f"Tomita_{k}" for k in range(1, 8)]


def test_all_names_are_those_of_the_tasks():
    assert names("show", "") == list(names_of_tasks()) == [task.name for task in load_tasks()]


def test_what_is_no_task_is_completed_as_a_file():
    assert completed("show", "./my_") == [("file", "./my_")]


def test_tasks_of_ones_own_are_completed(tmp_path, monkeypatch):
    text = 'name = "{}"\nlength = 5\n[input]\nx = "0..3"\n[output]\ny = "x"\n'
    for name in ("Mine_1", "Mine_2"):
        (tmp_path / f"{name}.toml").write_text(text.format(name))
    assert names("--tasks", str(tmp_path), "show", "Mi") == ["Mine_1", "Mine_2"]
    assert names("show", "Mine") == []
    monkeypatch.setenv("MIPS_VERIFY_TASKS", str(tmp_path))
    assert names("show", "") == ["Mine_1", "Mine_2"]
    (tmp_path / "broken.toml").write_text("[")
    assert names("show", "Mi") == []  # no place for a message


def test_the_command_itself_completes_without_heavy_imports():
    code = (
        "import atexit, sys\n"
        f"atexit.register(lambda: print([m for m in {SLOW} if m in sys.modules]))\n"
        "from mips_verify.cli import main; main(prog_name='mips-verify')"
    )
    words = {"COMP_WORDS": "mips-verify show Div_", "COMP_CWORD": "2"}
    asked = {**words, "_MIPS_VERIFY_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, env={**os.environ, **asked},
    )  # fmt: skip
    *found, heavy = done.stdout.splitlines()
    assert found == ["plain,Div_3", "plain,Div_5", "plain,Div_7"]
    assert (heavy, done.stderr) == ("[]", "")
