"""`mips-verify check --every-task`: a task whose bundle is gone does not go unnoticed."""

import json
import shutil
from xml.etree import ElementTree as ET

import pytest

from mips_verify.check.find_bundles import find_bundles
from mips_verify.check.tasks_without_bundle import tasks_without_bundle
from tests.docs_pages import ROOT
from tests.test_check_bundles import copied
from tests.test_check_command import check, git, two

__all__ = ["two"]


@pytest.fixture
def tasks(two):
    """The files of two tasks that have bundles."""
    folder = two.parent / "tasks"
    folder.mkdir()
    for pattern in ("dithering.*", "prev.*"):
        for path in (ROOT / "tasks").glob(pattern):
            shutil.copy(path, folder)
    only_one = (ROOT / "tasks" / "prev.toml").read_text()
    only_one = only_one.replace("k = [1, 2, 3, 4, 5]", "k = [1]").replace(
        "10, 10, 10, 10, 20", "10"
    )
    (folder / "prev.toml").write_text(only_one)
    return folder


def failed(result):
    data = json.loads(result.stdout)
    assert data["exit_code"] == result.exit_code
    return [b["folder"] for b in data["bundles"] if b["status"] == "failed"]


def test_it_holds_where_every_task_has_its_bundle(two, tasks):
    result = check(two, "--tasks", tasks, "--every-task")
    assert result.exit_code == 0, result.output
    assert "2 of 2 bundles hold" in result.output


def test_a_bundle_that_was_deleted_fails_in_every_report(two, tasks, tmp_path):
    shutil.rmtree(two / "Dithering")
    files = ("--junit", tmp_path / "j.xml", "--sarif", tmp_path / "s.json")
    result = check(two, "--tasks", tasks, "--every-task", *files)
    assert result.exit_code == 1
    assert "1 of 2 bundles hold" in result.output
    assert "certificate: FAILED: the task Dithering has no bundle; `mips-verify" in result.output
    suites = ET.parse(tmp_path / "j.xml").getroot()
    assert [s.get("failures") for s in suites] == ["0", "1"]
    (problem,) = json.loads((tmp_path / "s.json").read_text())["runs"][0]["results"]
    assert problem["ruleId"] == "certificate"


def test_a_bundle_of_another_name_stands_for_no_task(two, tasks):
    (two / "Dithering").rename(two / "Other")
    result = check(two, "--tasks", tasks, "--every-task", "--json")
    assert failed(result) == [str(two / "Other"), str(two / "Dithering")]


def test_bundles_without_a_task_are_not_demanded_to_have_one(two, tasks):
    copied("Sum_All", two)
    assert check(two, "--tasks", tasks, "--every-task").exit_code == 0


def test_with_since_all_bundles_count_and_not_only_those_that_changed(two, tasks):
    git(two.parent, "init", "-q", "-b", "main")
    git(two.parent, "add", ".")
    git(two.parent, "commit", "-q", "-m", "first")
    asked = (two, "--tasks", tasks, "--every-task", "--since", "HEAD")
    assert failed(check(*asked, "--json")) == []
    shutil.rmtree(two / "Dithering")
    git(two.parent, "commit", "-q", "-a", "-m", "second")
    assert failed(check(*asked, "--json")) == [str(two / "Dithering")]


def test_a_task_file_that_cannot_be_read_hides_no_task(two, tasks):
    (tasks / "prev.toml").write_text("name = ")
    result = check(two, "--tasks", tasks, "--every-task")
    assert result.exit_code == 2
    assert "prev.toml" in result.stderr


def test_where_no_bundle_is_there_every_task_is_missing(tmp_path, two, tasks):
    (tmp_path / "program.py").write_text("print('mine')\n")
    result = check(tmp_path / "program.py", "--tasks", tasks, "--every-task", "--json")
    assert failed(result) == ["Dithering", "Prev1"]


def test_without_tasks_it_speaks_of_those_of_the_tool(two):
    missing = {checked.folder.name for checked in tasks_without_bundle(find_bundles([two]), None)}
    assert "Sum_All" in missing
    assert not {"Prev1", "Dithering"} & missing
