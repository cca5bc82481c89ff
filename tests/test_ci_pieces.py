"""What users put into their CI: the action, the pre-commit hook, the commands of docs/ci.md."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from packaging.specifiers import SpecifierSet

from mips_verify.check.stored import FILES
from mips_verify.cli import main
from mips_verify.pipeline.origin import ORIGINAL
from mips_verify.pipeline.theorem_files import OPTIONAL
from tests.test_check_bundles import copied
from tests.test_check_command import git

EVERY = (*FILES, *OPTIONAL, ORIGINAL)
ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "ci.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def run_step(tmp_path, name, program, inputs):
    """The arguments that a step of the action gives to a program."""
    (tmp_path / program).write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$SEEN"\n')
    (tmp_path / program).chmod(0o755)
    (step,) = (step for step in ACTION["runs"]["steps"] if step.get("name") == name)
    values = {f"inputs.{n}": str(given["default"]) for n, given in ACTION["inputs"].items()}
    values |= {f"inputs.{n}": text for n, text in inputs.items()}
    values["github.action_path"] = str(ROOT)
    env = {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda m: values[m[1]], text)
        for name, text in step["env"].items()
    }
    env |= {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SEEN": str(tmp_path / "seen")}
    subprocess.run(["bash", "-euo", "pipefail", "-c", step["run"]], env=env, check=True)
    return (tmp_path / "seen").read_text().splitlines()


def run_action(tmp_path, **inputs):
    """The arguments that the action's last step gives to mips-verify."""
    return run_step(tmp_path, "Check", "mips-verify", inputs)


def test_the_action_installs_the_versions_that_were_tried(tmp_path):
    words = run_step(tmp_path, "Install", "python", {})
    assert words[words.index("--constraint") + 1] == str(ROOT / "constraints.txt")
    assert words[-1] == f"{ROOT}[cvc5]"


def test_every_pinned_version_installs_on_the_oldest_python():
    """Debian 12 has Python 3.11.2: one pin that asks for 3.11.5 makes `make setup` fail there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (oldest,) = re.fullmatch(r">=(3\.\d+)", project["requires-python"]).groups()
    pins = [
        line.split("==")[0]
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    ]
    installed = {d.name.lower(): d.metadata for d in importlib.metadata.distributions()}
    wanted = {
        pin: installed[pin.lower()].get("Requires-Python")
        for pin in pins
        if pin.lower() in installed
    }
    assert len(wanted) > 50
    refusing = {
        pin: text
        for pin, text in wanted.items()
        if text and f"{oldest}.0" not in SpecifierSet(text)
    }
    assert not refusing


def test_the_action_asks_for_what_its_inputs_say(tmp_path):
    default = run_action(tmp_path)
    assert default[-2:] == ["--", "proofs"]
    assert "--cvc5" in default
    assert not {"--dafny", "--every-task"} & set(default)
    inputs = {"paths": "a b", "since": "v1", "tasks": "t", "every-task": "true"}
    given = run_action(tmp_path, **inputs, dafny="true", cvc5="false")
    assert given[-3:] == ["--", "a", "b"]
    assert {"--since", "v1", "--tasks", "t", "--every-task", "--dafny"} <= set(given)
    assert "--cvc5" not in given


def test_inputs_of_the_action_are_no_shell_code(tmp_path):
    evil = "$(touch pwned); touch pwned `touch pwned`"
    given = run_action(tmp_path, since=evil, sarif=evil)
    assert given.count(evil) == 2
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_flags_of_the_action_exist():
    helped = CliRunner().invoke(main, ["check", "--help"]).output
    flags = re.findall(r"--[a-z][a-z0-9-]+", ACTION["runs"]["steps"][-1]["run"])
    assert flags
    assert not [f for f in flags if f not in helped]


def hooked(folder, *args):
    """How the hook ends in a repository, as git runs it: with variables of its own."""
    words = [sys.executable, "-m", *HOOK["entry"].replace("-", "_", 1).split(), *args]
    env = {**os.environ, "GIT_DIR": str(folder / ".git"), "GIT_INDEX_FILE": ".git/index"}
    words += ["--jobs", "1", "--fuzz", "1", "--quiet"]
    return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=60)


@pytest.fixture
def repository(tmp_path):
    """A repository with a bundle and its task file."""
    folder = tmp_path / "mine"
    copied("Prev1", folder / "proofs")
    (folder / "tasks").mkdir()
    for path in (ROOT / "tasks").glob("prev.*"):
        shutil.copy(path, folder / "tasks")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_the_hook_runs_at_every_commit_and_finds_for_itself_what_changed():
    tool, command, *options = HOOK["entry"].split()
    assert tool == "mips-verify"
    assert command in main.commands
    assert options == ["--since", "HEAD"]
    assert HOOK["always_run"]
    assert not HOOK["pass_filenames"]  # git passes no deleted file
    assert "files" not in HOOK


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tasks/prev.toml", 'name = "Prev1"\nlength = 10\n[input]\nx = "0..9"\n[output]\ny = "x"'),
        ("proofs/Prev1/conftest.py", "import os\n"),
        ("proofs/Prev1/program.dfy", None),
    ],
)
def test_the_hook_sees_what_is_staged(repository, path, text):
    place = repository / path
    git(repository, "rm", "-q", path) if text is None else place.write_text(text)
    git(repository, "add", "-A")
    run = hooked(repository, "--tasks", "tasks")
    assert run.returncode == 1, run.stderr
    assert "FAILED" in run.stdout


def test_the_hook_checks_nothing_where_no_bundle_changed(repository):
    (repository / "README.md").write_text("mine\n")
    git(repository, "add", ".")
    run = hooked(repository, "--tasks", "tasks")
    assert (run.returncode, run.stdout.splitlines()[-1][:22]) == (0, "0 of 0 bundles hold (Z")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_the_snippets_of_the_docs_use_what_there_is():
    action, hook = map(yaml.safe_load, blocks("yaml"))
    assert set(action["steps"][1]["with"]) <= set(ACTION["inputs"])
    assert hook["repos"][0]["hooks"][0]["id"] == HOOK["id"]
    assert all(f"`{name}`" in DOCS for name in EVERY)
