"""What stops a process while the command line is still being imported is said in one line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mips_verify.start import main

PROGRAM = Path(__file__).parent.parent / "proofs" / "Sum_All" / "program.py"


def started(folder, module, text, *args):
    """Exit code and stderr of a command, where ``module`` has this text."""
    (folder / f"{module}.py").write_text(text)
    child = subprocess.run(
        [sys.executable, "-m", "mips_verify", *args],
        capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(folder)},
    )  # fmt: skip
    assert child.stdout == ""
    return child.returncode, child.stderr


def test_ctrl_c_during_the_imports_leaves_one_line(tmp_path):
    code, said = started(tmp_path, "click", "raise KeyboardInterrupt", "--version")
    assert (code, said) == (130, "mips-verify: stopped; nothing is kept\n")


@pytest.mark.parametrize(
    ("library", "args"),
    [("click", ["--version"]), ("numpy", ["tasks"]), ("z3", ["prove", PROGRAM, "Sum_All"])],
)
def test_a_missing_library_is_named(tmp_path, library, args):
    text = f"import sys; sys.modules[{library!r}] = None"
    code, said = started(tmp_path, "sitecustomize", text, *map(str, args))
    last = said.splitlines()[-1]
    assert (code, last) == (2, f"mips-verify: {library} is not installed; pip install mips-verify")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_verdict(closed):
    words = [sys.executable, "-m", "mips_verify", "prove", str(PROGRAM), "Sum_All"]
    child = subprocess.run(
        ["sh", "-c", f'"$@" {closed}', "sh", *words], capture_output=True, text=True, timeout=120
    )
    assert child.returncode == 0
    assert "Traceback" not in child.stderr


def test_the_command_line_runs(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mips-verify", "--version"])
    main()
    assert capsys.readouterr().out.startswith("mips-verify, version")
