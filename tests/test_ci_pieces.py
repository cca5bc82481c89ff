"""What users put into their CI: the action, the pre-commit hook, the commands of docs/ci.md."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mips_verify.check.stored import FILES
from mips_verify.cli import main
from mips_verify.pipeline.origin import ORIGINAL
from mips_verify.pipeline.theorem_files import OPTIONAL

EVERY = (*FILES, *OPTIONAL, ORIGINAL)
ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "ci.md").read_text()
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())


def run_action(tmp_path, **inputs):
    """The arguments that the action's last step gives to mips-verify."""
    (tmp_path / "mips-verify").write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$SEEN"\n')
    (tmp_path / "mips-verify").chmod(0o755)
    step = ACTION["runs"]["steps"][-1]
    values = {name: str(given["default"]) for name, given in ACTION["inputs"].items()} | inputs
    env = {
        name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: values[m[1]], text)
        for name, text in step["env"].items()
    }
    env |= {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SEEN": str(tmp_path / "seen")}
    subprocess.run(["bash", "-euo", "pipefail", "-c", step["run"]], env=env, check=True)
    return (tmp_path / "seen").read_text().splitlines()


def test_the_action_asks_for_what_its_inputs_say(tmp_path):
    default = run_action(tmp_path)
    assert default[-2:] == ["--", "proofs"]
    assert "--cvc5" in default
    assert "--dafny" not in default
    given = run_action(tmp_path, paths="a b", since="v1", tasks="t", dafny="true", cvc5="false")
    assert given[-3:] == ["--", "a", "b"]
    assert {"--since", "v1", "--tasks", "t", "--dafny"} <= set(given)
    assert "--cvc5" not in given


def test_inputs_of_the_action_are_no_shell_code(tmp_path):
    evil = "$(touch pwned); touch pwned `touch pwned`"
    given = run_action(tmp_path, since=evil, sarif=evil)
    assert given.count(evil) == 2
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_flags_of_the_action_exist():
    helped = CliRunner().invoke(main, ["check", "--help"]).output
    flags = re.findall(r"--[a-z][a-z0-9]+", ACTION["runs"]["steps"][-1]["run"])
    assert flags
    assert not [f for f in flags if f not in helped]


@pytest.mark.parametrize("name", EVERY)
def test_the_hook_runs_when_any_file_of_a_bundle_changes(name):
    assert re.search(HOOK["files"], f"proofs/Some_Task/{name}")
    assert re.search(HOOK["files"], name)
    assert not re.search(HOOK["files"], f"proofs/my_{name}")


def test_the_hook_is_a_command_that_exists():
    tool, command = HOOK["entry"].split()
    assert tool == "mips-verify"
    assert command in main.commands
    assert HOOK["require_serial"]


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)


def test_the_snippets_of_the_docs_use_what_there_is():
    action, hook = map(yaml.safe_load, blocks("yaml"))
    assert set(action["steps"][1]["with"]) <= set(ACTION["inputs"])
    assert hook["repos"][0]["hooks"][0]["id"] == HOOK["id"]
    assert all(f"`{name}`" in DOCS for name in EVERY)
