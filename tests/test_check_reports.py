"""Where the report of `mips-verify check` goes, and what it does to what is there."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mips_verify.check.finding import Finding
from mips_verify.check.findings_table import text, to_json
from mips_verify.check.run_checks import Checked, Report
from mips_verify.check.sarif import to_sarif
from tests.docs_pages import ROOT
from tests.quick import slow_case
from tests.test_check_command import broken, check, two

__all__ = ["two"]


def test_names_with_line_ends_and_odd_bytes_stay_within_their_line(two, tmp_path):
    odd = two / os.fsdecode(b"Prev2\n2 of 2 bundles hold\x1b[2K\xff")
    odd.symlink_to("Prev1", target_is_directory=True)
    files = ("--junit", tmp_path / "j.xml", "--sarif", tmp_path / "s.json")
    result = check(two, *files)
    assert result.exit_code == 1
    assert not [line for line in result.output.splitlines() if line.startswith("2 of 2")]
    assert "\x1b" not in result.output
    assert json.loads(check(two, "--json").stdout)["exit_code"] == 1
    ET.parse(tmp_path / "j.xml")
    json.loads((tmp_path / "s.json").read_text())


def test_bundles_of_one_name_are_shown_with_their_paths():
    found = (Finding("network", "ok", "agrees"),)
    bundles = [Checked(Path(p), found) for p in ("a/Div_3", "b/Div_3", "b/Prev1")]
    shown = text(Report(tuple(bundles), ("network",), 0))
    assert re.findall(r"^(\S+) +ok", shown, re.MULTILINE) == ["a/Div_3", "b/Div_3", "Prev1"]
    assert "agrees: a/Div_3, b/Div_3, Prev1" in shown


def test_task_files_that_cannot_be_read_take_one_line():
    report = Report((), (), 0, notes=("x.toml is broken", "y.toml is broken"))
    (line,) = (line for line in text(report).splitlines() if line.startswith("note:"))
    assert line == "note: 2 task files cannot be read; the first: x.toml is broken"
    assert to_json(report)["notes"] == ["x.toml is broken", "y.toml is broken"]


def run_shell(command, *arguments):
    code = "import sys; from mips_verify.cli import main; sys.argv[0] = 'mips-verify'; main()"
    words = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command, "bash", *words], capture_output=True, text=True
    )


def said(run):
    """The lines of stderr but those of progress, which only a busy machine gives time to appear."""
    return [line for line in run.stderr.splitlines() if not re.match(r"\[\d+/\d+\] ", line)]


@pytest.mark.parametrize(("change", "code"), [(lambda two: two, 0), (broken, 1)])
def test_a_reader_that_leaves_early_changes_nothing(two, change, code):
    run = run_shell('"$@" | true', "check", change(two), "--fuzz", "1", "--jobs", "1")
    assert (run.returncode, said(run)) == (code, [])


def test_a_list_that_nobody_reads_ends_quietly():
    run = run_shell('"$@" | true', "tasks")
    assert run.stderr == ""
    assert run.returncode in (0, 141)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")
@pytest.mark.parametrize("command", [["check", "--fuzz", "1", "--jobs", "1"], ["tasks"]])
def test_output_that_finds_no_room_is_one_sentence(two, command):
    run = run_shell('"$@" > /dev/full', *command, *([two] if command[0] == "check" else []))
    assert run.returncode == 2
    (line,) = said(run)
    assert "No space left" in line


@pytest.mark.parametrize("option", ["--junit", slow_case("--sarif")])
def test_a_report_may_go_to_a_device_or_through_a_link(two, tmp_path, option):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "report")
    assert check(two, option, link).exit_code == 0
    assert link.is_symlink()
    assert (tmp_path / "report").read_text()
    assert check(two, option, "/dev/null").exit_code == 0
    run = run_shell('"$@" | cat', "check", two, "--fuzz", "1", "--jobs", "1", option, "/dev/stdout")
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "report").read_text()[:20] in run.stdout


FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no such device")


@FULL
@pytest.mark.parametrize("option", ["--junit", "--sarif"])
def test_a_report_without_room_is_named_after_the_verdict_was_printed(two, option):
    result = check(broken(two), option, "/dev/full")
    assert result.exit_code == 2
    assert "of 2 bundles hold" in result.stdout
    assert result.stderr.splitlines()[-1].startswith(
        "mips-verify: cannot write /dev/full (No space"
    )


@FULL
def test_a_report_is_written_even_where_stdout_is_full(two, tmp_path):
    options = ("--fuzz", "1", "--jobs", "1", "--junit", tmp_path / "j.xml")
    assert run_shell('"$@" > /dev/full', "check", two, *options).returncode == 2
    assert len(ET.parse(tmp_path / "j.xml").getroot()) == 2


def address(bundle, here):
    finding = Finding("files", "failed", "why", "program.py")
    (result,) = to_sarif(Report((Checked(bundle, (finding,)),), (), 0.0), here)["runs"][0][
        "results"
    ]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


@pytest.fixture(params=["a folder", "a file, as in worktrees and submodules"])
def repository(request, tmp_path):
    """A repository with a bundle in proofs/."""
    (tmp_path / "mine" / "proofs" / "T").mkdir(parents=True)
    mark = tmp_path / "mine" / ".git"
    mark.mkdir() if request.param == "a folder" else mark.touch()
    return tmp_path / "mine"


@pytest.mark.parametrize("where", [".", "proofs", "proofs/T", "..", "/"])
def test_addresses_begin_at_the_repository_wherever_the_command_runs(
    repository, monkeypatch, where
):
    monkeypatch.chdir(repository / where)
    bundle = repository / "proofs" / "T"
    for given in (bundle, Path(os.path.relpath(bundle))):
        assert address(given, Path.cwd()) == "proofs/T/program.py"


def test_addresses_of_a_submodule_begin_at_the_repository_around_it(repository):
    (repository / "proofs" / ".git").touch()
    assert address(repository / "proofs" / "T", repository) == "proofs/T/program.py"


def test_addresses_begin_at_the_working_directory_where_there_is_no_repository(tmp_path):
    assert address(tmp_path / "proofs" / "T", tmp_path) == "proofs/T/program.py"
    assert address(tmp_path / "T", tmp_path / "else") == (tmp_path / "T" / "program.py").as_uri()


def test_a_finding_about_a_program_names_the_command_that_shows_a_sequence(two, tmp_path):
    path = two / "Prev1" / "certificate.json"
    data = json.loads(path.read_text())
    data["program"]["outputs"] = ["x"]
    path.write_text(json.dumps(data))
    result = check(two, "--tasks", ROOT / "tasks")
    line = next(n for n in result.output.splitlines() if "proof: FAILED" in n)
    program = two / "Prev1" / "program.py"
    assert f"`mips-verify --tasks {ROOT / 'tasks'} prove {program} Prev1` runs it and" in line
