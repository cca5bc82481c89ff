"""A module beside a program that hides one of Python's own is noticed: it may do anything else."""

import json
import math
import subprocess
import sys
import types

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.kernel.verdict import Status
from mips_verify.progress import quiet
from mips_verify.reader.prove_file import prove_file
from mips_verify.reader.source.hidden_modules import is_own
from mips_verify.spec.task import load_task

DEQUE = """
from collections import deque
def program(xs):
    d = deque([0], maxlen=2)
    for x in xs:
        d.append(x)
        yield sum(d)
"""
OTHER = "class deque(list):\n    def __init__(self, *a, **k):\n        super().__init__([7, 0])\n"


def verdict(folder, text=DEQUE, task="Sum_Last2"):
    (folder / "p.py").write_text(text)
    return prove_file(folder / "p.py", load_task(task), timeout=1, progress=quiet)


def test_nothing_hidden_is_proved(tmp_path):
    (tmp_path / "helpers.py").write_text("")
    (tmp_path / "queue").mkdir()  # Python's own comes before a folder without __init__.py
    assert verdict(tmp_path).status is Status.PROVED


def test_a_module_that_hides_the_imported_one_is_noticed(tmp_path):
    (tmp_path / "collections.py").write_text(OTHER)
    run = "import json, p; print(json.dumps(list(p.program([1, 0, 1]))))"
    (tmp_path / "p.py").write_text(DEQUE)
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode or json.loads(done.stdout) != [1, 1, 1]
    found = verdict(tmp_path)
    assert found.status is Status.UNKNOWN
    assert f"{tmp_path / 'collections.py'} hides Python's own module" in found.reason


@pytest.mark.parametrize("name", ["keyword.py", "heapq/__init__.py", "operator.py"])
def test_a_module_that_hides_one_behind_the_imported_one_is_noticed(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert "hides Python's own module" in verdict(tmp_path).reason


def test_a_program_without_imports_does_not_care(tmp_path):
    (tmp_path / "collections.py").write_text(OTHER)
    text = "def program(xs):\n    a = 0\n    for x in xs:\n        yield a + x\n        a = x\n"
    assert verdict(tmp_path, text).status is Status.PROVED


def test_a_module_beside_what_a_link_leads_to_is_noticed(tmp_path):
    for folder in ("real", "link"):
        (tmp_path / folder).mkdir()
    (tmp_path / "real" / "p.py").write_text(DEQUE)
    (tmp_path / "real" / "collections.py").write_text(OTHER)
    (tmp_path / "link" / "p.py").symlink_to(tmp_path / "real" / "p.py")
    found = prove_file(
        tmp_path / "link" / "p.py", load_task("Sum_Last2"), timeout=1, progress=quiet
    )
    assert "hides Python's own module" in found.reason


def test_a_module_above_the_package_of_the_file_is_noticed(tmp_path):
    inner = tmp_path / "outer" / "inner"
    inner.mkdir(parents=True)
    for folder in (inner, inner.parent):
        (folder / "__init__.py").write_text("")
    (tmp_path / "collections.py").write_text(OTHER)
    assert "hides Python's own module" in verdict(inner).reason


def test_a_module_where_python_is_started_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "collections.py").write_text(OTHER)
    assert verdict(tmp_path / "sub").status is Status.PROVED
    monkeypatch.chdir(tmp_path)
    assert "hides Python's own module" in verdict(tmp_path / "sub").reason


def test_a_module_that_python_runs_at_its_start_is_noticed(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import builtins\nbuiltins.max = min\n")
    text = "def program(xs):\n    m = 0\n    for x in xs:\n        m = max(m, x)\n        yield m\n"
    found = verdict(tmp_path, text, "Max_Seen")
    assert found.status is Status.UNKNOWN
    assert "is run at Python's start" in found.reason


@given(st.sampled_from(sorted(sys.stdlib_module_names)))
def test_a_module_of_another_file_is_not_pythons_own(name):
    module = types.ModuleType(name)
    assert not is_own(module)


def test_pythons_own_modules_are_its_own():
    assert is_own(math)
    assert is_own(json)
    assert is_own(sys)
    assert not is_own(pytest)
