"""Every JSON document has the schema's version and the keys that docs/terminal.md lists."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.commands.printing import SCHEMA, document

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "terminal.md").read_text()
BUNDLE = ROOT / "proofs" / "Sum_All"
MODEL = BUNDLE / "network.safetensors"
slow = pytest.mark.slow
ARGUMENTS = {
    "bench": ("Sum_All", "--fresh", "--jobs", "1", "--quiet"),
    "certify": (BUNDLE, BUNDLE),
    "check": (BUNDLE, "--jobs", "1"),
    "extract": ("--model", MODEL, "--task", "Sum_All"),
    "fuzz-tasks": ("--kind", "affine", "--count", "1", "--fresh", "--jobs", "1"),
    "normalize": (MODEL,),
    "prove": (BUNDLE / "program.py", "Sum_All"),
    "search": ("Bitwise_Not", "--seeds", "1", "--fresh", "--jobs", "1"),
    "show": ("Div_3",),
    "sweep": ("Sum_All", "--seeds", "0..1", "--fresh", "--jobs", "1"),
    "synth": ("--data", "sums.csv", "--fresh"),
    "synth-and-prove": ("Sum_All", "--fresh"),
    "tasks": ("--suite", "tomita"),
}


def listed():
    """The keys that the page lists for each command."""
    rows = re.findall(r"^\| `([a-z-]+)` \| (`[^|]*`) \|$", PAGE, re.MULTILINE)
    return {command: re.findall(r"`(\w+)`", keys) for command, keys in rows}


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder for what commands write, with examples to learn from."""
    rows = [(i, (i >> k) & 1) for i in range(256) for k in range(8)]
    sums = [(i, x, (i & ((2 << k % 8) - 1)).bit_count()) for k, (i, x) in enumerate(rows)]
    lines = [",".join(map(str, row)) for row in sums]
    (tmp_path / "sums.csv").write_text("\n".join(["sequence,x,y", *lines]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_command_that_prints_json_is_listed():
    flagged = {
        name for name, command in main.commands.items()
        if any("--json" in option.opts for option in command.params)
    }  # fmt: skip
    assert flagged == set(ARGUMENTS) == set(listed())


def test_json_is_a_flag_and_files_are_written_by_out():
    for command in main.commands.values():
        for option in command.params:
            assert "--json" not in option.opts or option.is_flag


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "command",
    [pytest.param(c, marks=[slow] * (c in ("bench", "fuzz-tasks"))) for c in sorted(ARGUMENTS)],
)
def test_a_document_has_the_version_and_the_listed_keys(command):
    done = run(command, *ARGUMENTS[command], "--json")
    assert done.exit_code == 0, done.output
    assert done.stderr == "" or "--quiet" not in ARGUMENTS[command]
    data = json.loads(done.stdout)
    assert next(iter(data)) == "schema"
    assert data["schema"] == SCHEMA
    assert set(listed()[command]) <= set(data)
    assert f"schema {SCHEMA}" in PAGE


def test_a_document_begins_with_its_version():
    assert document({"a": [1]}) == '{\n "schema": 1,\n "a": [\n  1\n ]\n}'


@pytest.mark.parametrize("command", ARGUMENTS)
def test_bad_input_leaves_stdout_empty(command, folder):
    bad = {"normalize": ("nowhere",), "fuzz-tasks": ("--kind", "nothing"), "check": ("nowhere",)}
    bad |= {"certify": ("nowhere", BUNDLE), "extract": ("--model", "nowhere")}
    bad |= {"prove": (BUNDLE / "program.py", "No_Task"), "synth": ("--data", "nowhere")}
    bad |= {"tasks": ("--suite", "nothing")}
    result = run(command, *bad.get(command, ("No_Task",)), "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr
