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


def verdict(folder, text=DEQUE):
    (folder / "p.py").write_text(text)
    return prove_file(folder / "p.py", load_task("Sum_Last2"), progress=quiet)


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
    assert "'collections' beside the file hides Python's own module" in found.reason


@pytest.mark.parametrize("name", ["keyword.py", "heapq/__init__.py", "operator.py"])
def test_a_module_that_hides_one_behind_the_imported_one_is_noticed(name, tmp_path):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("")
    assert "hides Python's own module" in verdict(tmp_path).reason


def test_a_program_without_imports_does_not_care(tmp_path):
    (tmp_path / "collections.py").write_text(OTHER)
    text = "def program(xs):\n    a = 0\n    for x in xs:\n        yield a + x\n        a = x\n"
    assert verdict(tmp_path, text).status is Status.PROVED


@given(st.sampled_from(sorted(sys.stdlib_module_names)))
def test_a_module_of_another_file_is_not_pythons_own(name):
    module = types.ModuleType(name)
    assert not is_own(module)


def test_pythons_own_modules_are_its_own():
    assert is_own(math)
    assert is_own(json)
    assert is_own(sys)
    assert not is_own(pytest)
