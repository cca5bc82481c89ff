"""The mutants of the kernel: what is changed, where the new code goes, and what is counted."""

from __future__ import annotations

import ast
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.quality.kernel import MODULES, Result, equivalents, kernel_changes, report
from tests.quality.patching import changed_function, function_of, put
from tests.quality.source_mutants import changes
from tests.test_walls import kernel_modules, network_kernel_modules

SOURCE = '''"""Text."""
from math import floor

LIMIT: int = 3


class Box:
    """More text."""

    size = 1

    @property
    def twice(self) -> int:
        return self.size * 2


def f(x: int, y: int = 1) -> int:
    """Says nothing."""
    assert x > 0
    if x < LIMIT and not y:
        raise ValueError("low")
    for k in range(x):
        if k == 2:
            break
    return floor(x) if y else max(x, key=None)
'''


def test_the_whole_kernel_is_changed() -> None:
    every = {*kernel_modules(), *network_kernel_modules()}
    assert {*MODULES, "kernel", "network_kernel"} == every


def test_changes_are_different_programs_with_one_difference_each() -> None:
    found = list(changes(SOURCE))
    plain = ast.unparse(ast.parse(SOURCE))
    assert len({c.source for c in found} | {plain}) == len(found) + 1
    assert len({c.text for c in found}) == len(found)
    for c in found:
        old, new = plain.splitlines(), c.source.splitlines()
        differ = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
        assert len(differ) == 1


def test_every_kind_of_statement_is_changed() -> None:
    words = {c.text for c in changes(SOURCE)}
    for expected in (
        "LIMIT: int = 3 -> LIMIT: int = 4",
        "size = 1 -> size = 0",
        "return self.size * 2 -> return self.size // 2",
        "return self.size * 2 -> return None",
        "if x < LIMIT and (not y): -> if x < LIMIT or not y:",
        "if x < LIMIT and (not y): -> if x < LIMIT:",
        "if x < LIMIT and (not y): -> if x <= LIMIT and (not y):",
        "raise ValueError('low') -> pass",
        "raise ValueError('low') -> raise ValueError('XXlowXX')",
        "break -> continue",
        "def f(x: int, y: int=1) -> int: -> def f(x: int, y: int=2) -> int:",
        "return floor(x) if y else max(x, key=None) -> return floor(x)",
        "return floor(x) if y else max(x, key=None) -> return floor(x) if y else max(x)",
    ):
        assert expected in words
    assert not [w for w in words if "assert" in w or "Text" in w or "nothing" in w]


def test_code_is_put_in_place_where_only_one_body_changed() -> None:
    by_text = {c.text: c.source for c in changes(SOURCE)}
    before = types.ModuleType("before")
    exec(SOURCE, before.__dict__)
    changed = changed_function(SOURCE, by_text["return self.size * 2 -> return self.size // 2"])
    assert changed is not None
    assert changed[0] == "Box.twice"
    box = before.Box()
    put(before, *changed)
    assert box.twice == 0
    put(before, *function_of(SOURCE, "Box.twice"))
    assert box.twice == 2
    for text in ("LIMIT: int = 3 -> LIMIT: int = 4", "size = 1 -> size = 0",
                 "def f(x: int, y: int=1) -> int: -> def f(x: int, y: int=2) -> int:"):  # fmt: skip
        assert changed_function(SOURCE, by_text[text]) is None


def test_code_of_a_function_that_remembers_is_put_in_place() -> None:
    source = (
        "from functools import lru_cache\n@lru_cache\ndef f(x: int) -> int:\n    return x + 1\n"
    )
    module = types.ModuleType("module")
    exec(source, module.__dict__)
    assert module.f(1) == 2
    by_text = {c.text: c.source for c in changes(source)}
    changed = changed_function(source, by_text["return x + 1 -> return x - 1"])
    assert changed is not None
    put(module, *changed)
    assert module.f(1) == 0


def test_only_survivors_that_are_listed_are_excused() -> None:
    rows = [
        Result("expr", "a", 1, "killed"),
        Result("expr", "b", 2, "survived"),
        Result("expr", "c", 3, "survived"),
        Result("machine", "c", 3, "killed by time"),
    ]
    lines, share = report(rows, {("expr", "c"): "why"})
    assert share == 2 / 3
    assert lines[-2:] == [
        "survived: expr:2: b",
        "2 of 3 mutants killed, 66.7 % (1 more change nothing)",
    ]


@pytest.mark.slow
def test_every_change_that_is_excused_is_still_one() -> None:
    every = {(m, c.text) for m in MODULES for c in kernel_changes(m)}
    assert set(equivalents()) <= every
    assert all(equivalents().values())


@pytest.mark.slow
def test_all_changes_to_the_errors_are_noticed() -> None:
    command = [sys.executable, "-m", "tests.quality.kernel", "--modules", "errors", "--least", "1"]
    root = Path(__file__).parents[1]
    run = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "25 of    25 killed" in run.stdout
