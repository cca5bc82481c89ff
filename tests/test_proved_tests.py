"""`mips_verify.testing`: a program is proved by a test, or the test fails with the verdict."""

import builtins
import collections
import importlib
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from functools import partial, wraps
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.verdict import Status
from mips_verify.reader.live_source import live_source
from mips_verify.reader.program import read_program
from mips_verify.spec.task import load_task
from mips_verify.testing import NotProvedError, proved

ROOT = Path(__file__).parent.parent
TABLE = (0, 1, 2, 0, 1)
MUTABLE = [1, 0]
LIMIT = deque([3])


def doubled(r: np.ndarray, x: int = 0) -> int:
    return 2 * r + x


renamed = doubled


@proved("Div_3")
def test_a_function_with_all_that_it_uses(xs: Iterable[int]) -> Iterator[int]:
    r = 0
    for x in xs:
        r = renamed(r, x)
        yield r // 3
        r = TABLE[r % 3]


@proved("Div_3")
class test_a_class:
    def __init__(self):
        self.r = 0

    def step(self, x):
        total = 2 * self.r + x
        assert total < 6
        self.r = total % 3
        return total // 3


class Dividing:
    """The same, to be proved by an assertion."""

    def __init__(self):
        self.r = 0

    def step(self, x):
        total = doubled(self.r, x)
        self.r = total % 3
        return total // 3


def divided(xs):
    r = 0
    for x in xs:
        r = doubled(r, x)
        yield r // 3
        r %= 3


def wrong(xs):
    r = 0
    for x in xs:
        r = 2 * r + x
        yield r // 3
        r %= 5


def test_programs_that_live_elsewhere():
    proved("Div_3", Dividing)
    proved(load_task("Div_3"), divided)
    proved("Div_3", load_task("Div_3").spec)


def test_a_file_is_proved_too(tmp_path):
    path = tmp_path / "p.py"
    path.write_text("def program(xs):\n    return [1 - x for x in xs]\n")
    proved("Bitwise_Not", path)
    proved("Bitwise_Not", str(path))
    with pytest.raises(NotProvedError, match="REFUTED by the shortest sequence"):
        proved("Parity_All", path)


def test_a_wrong_program_fails_with_the_shortest_sequence():
    with pytest.raises(NotProvedError) as caught:
        proved("Div_3", wrong)
    assert str(caught.value) == (
        "wrong against Div_3: REFUTED by the shortest sequence 1 1 0: the program gives 2, the "
        "specification 0"
    )
    assert caught.value.verdict.counterexample == ((1,), (1,), (0,))
    assert isinstance(caught.value, AssertionError)


def unread(xs):
    seen = {}
    r = 0
    for x in xs:
        r = 2 * r + x
        seen[r] = x
        yield r // 3
        r %= 3


def test_the_assertion_may_be_written_as_one():
    assert proved("Div_3", divided).status is Status.PROVED


def test_an_undecided_program_fails_with_the_reason():
    with pytest.raises(NotProvedError, match="UNKNOWN: outside the provable subset"):
        proved("Div_3", unread)
    with pytest.raises(NotProvedError, match="the time is up"):
        proved("Div_3", divided, limit=0.05)


def test_lines_in_a_reason_are_those_of_the_file():
    with pytest.raises(NotProvedError) as caught:
        proved("Div_3", unread)
    line = next(
        i for i, text in enumerate(Path(__file__).read_text().splitlines(), 1)
        if "seen[r] = x" in text
    )  # fmt: skip
    assert f"line {line}" in str(caught.value)


def closing(k):
    def program(xs):
        for x in xs:
            yield k * x

    return program


def replaced(function):
    @wraps(function)
    def run(xs):
        return [0 for _ in function(xs)]

    return run


@replaced
def decorated(xs):
    return [1 - x for x in xs]


def uses_a_deque(xs):
    return [x + LIMIT[0] for x in xs]


def without_source():
    made = {}
    exec("def program(xs):\n    return list(xs)\n", made)
    return made["program"]


@pytest.mark.parametrize(
    ("program", "says"),
    [
        (closing(1), "uses k of the function around it"),
        (decorated, "a decorator has replaced decorated"),
        (uses_a_deque, "LIMIT is a deque, not a constant of Python"),
        (without_source(), "the source of program cannot be read"),
        (lambda xs: xs, "is not defined by 'def' or 'class'|cannot be read"),
        (len, "is a builtin_function_or_method, not a function or a class"),
    ],
)
def test_what_cannot_be_read_fails_with_the_reason(program, says):
    with pytest.raises(NotProvedError, match=says):
        proved("Current_Number", program)


def test_a_file_that_was_edited_after_it_was_loaded_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "edited_module.py"
    path.write_text("def program(xs):\n    return [1 - x for x in xs]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import edited_module

    proved("Bitwise_Not", edited_module.program)
    path.write_text("def program(xs):\n    return [x - x for x in xs]\n")
    with pytest.raises(NotProvedError, match="is not what Python has loaded"):
        proved("Bitwise_Not", edited_module.program)


def test_methods_that_were_replaced_are_refused(monkeypatch):
    monkeypatch.setattr(Dividing, "step", lambda self, x: 0)
    with pytest.raises(NotProvedError, match="is not what Python has loaded"):
        proved("Div_3", Dividing)


def asserting(xs):
    for x in xs:
        assert x < 2
        yield 1 - x


def patched(program, old, new):
    """A program whose constants are others than its source says."""
    code = program.__code__
    consts = [new if type(k) is int and k == old else k for k in code.co_consts]
    return code.replace(co_consts=tuple(consts))


def test_what_is_proved_is_also_called_where_it_lives(monkeypatch):
    proved("Bitwise_Not", asserting)
    monkeypatch.setattr(asserting, "__code__", patched(asserting, 1, 3))
    # pytest rewrites the assertion, so that the code is not compared
    with pytest.raises(NotProvedError, match="its source is PROVED, but Python gives"):
        proved("Bitwise_Not", asserting)


def test_what_is_refuted_is_also_called_where_it_lives(monkeypatch):
    def late(xs):
        for x in xs:
            assert x < 2
            yield 7 - x

    monkeypatch.setattr(late, "__code__", patched(late, 7, 1))
    with pytest.raises(NotProvedError, match="UNKNOWN: its source is REFUTED, but Python gives"):
        proved("Bitwise_Not", late)


class Counting:
    """A counter up to a bound, far beyond all that is tried."""

    TOP = 1000

    def __init__(self):
        self.n = 0

    def step(self, x):
        self.n = min(self.n + 1, self.TOP)
        return self.n

    def other(self, x):
        self.n = min(self.n + 1, 2000)
        return self.n


def clipped(n, top=1000):
    return min(n, top)


def counting(xs):
    n = 0
    for _ in xs:
        n = clipped(n + 1)
        yield n


def smallest(xs):
    n = 0
    for _ in xs:
        n = min(n + 1, 1000)
        yield n


def last(xs):
    d = deque([0], maxlen=1)
    for _ in xs:
        d.append(d[-1] + 1 if d[-1] < 1000 else 1000)
        yield d[-1]


class Forgetful(deque):
    def append(self, x):
        super().append(x if x < 500 else 0)


# each is another program than its source says, which no run of a bearable length would notice
FAR = {
    "a constant of a class": (Counting, lambda m: m.setattr(Counting, "TOP", 2000)),
    "a method": (Counting, lambda m: m.setattr(Counting, "step", Counting.other)),
    "a default": (counting, lambda m: m.setattr(clipped, "__defaults__", (2000,))),
    "the code": (
        smallest,
        lambda m: m.setattr(smallest, "__code__", patched(smallest, 1000, 2000)),
    ),
    "a built-in function": (smallest, lambda m: m.setattr(builtins, "min", partial(min))),
    "a class of Python": (last, lambda m: pose_as_deque(m)),
}


def pose_as_deque(monkeypatch):
    Forgetful.__name__ = Forgetful.__qualname__ = "deque"
    Forgetful.__module__ = "collections"
    monkeypatch.setattr(collections, "deque", Forgetful)
    monkeypatch.setitem(globals(), "deque", Forgetful)


@pytest.mark.parametrize("what", FAR)
def test_what_was_changed_since_it_was_loaded_is_refused(what, tmp_path, monkeypatch):
    task = tmp_path / "Far.toml"
    task.write_text(
        'name = "Far"\nsays = "steps, up to 1000"\nlength = 10\n[input]\nx = "0..9"\n'
        '[state]\nn = ["0", "min(n + 1, 1000)"]\n[output]\ny = "n"\n'
    )
    program, change = FAR[what]
    with monkeypatch.context() as m:
        change(m)
        with pytest.raises(NotProvedError, match=r"is not what Python has|is a type, not a const"):
            proved(task, program)


def test_a_constant_counts_with_its_value_at_that_moment(monkeypatch):
    def program(xs):
        return [MUTABLE[x] for x in xs]

    proved("Bitwise_Not", program)
    monkeypatch.setitem(globals(), "MUTABLE", [1, 1])
    with pytest.raises(NotProvedError, match="REFUTED by the shortest sequence 1"):
        proved("Bitwise_Not", program)


def test_two_things_of_one_name_are_refused(tmp_path, monkeypatch):
    (tmp_path / "other_module.py").write_text(
        "TABLE = (5,)\ndef other(x):\n    return TABLE[0] * x\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(globals(), "other", importlib.import_module("other_module").other)

    def program(xs):
        return [other(x) + TABLE[0] for x in xs]  # noqa: F821 - it is set above

    with pytest.raises(NotProvedError, match="two things are called TABLE"):
        proved("Bitwise_Not", program)


def program(xs):
    return [0 for _ in xs]


def test_the_entry_is_the_function_that_was_given_and_not_a_helper_called_program():
    def flipped(xs):
        return [1 + zero for zero in program(xs)]

    source = live_source(flipped)
    machine = read_program(source.text, inputs=("x",), entry=source.entry)
    assert machine.run([(5,)]) == [(1,)]
    with pytest.raises(NotProvedError, match="REFUTED by the shortest sequence 1"):
        proved("Bitwise_Not", flipped)


def test_a_task_file_may_lie_beside_the_program(tmp_path, monkeypatch):
    (tmp_path / "Mine.toml").write_text(
        'name = "Mine"\nlength = 5\n[input]\nx = "0..4"\n[output]\ny = "x + 1"\n'
    )
    (tmp_path / "beside_module.py").write_text("def f(xs):\n    return [x + 1 for x in xs]\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    from beside_module import f

    proved("Mine.toml", f)
    with pytest.raises(MipsVerifyError, match=r"Mine\.toml"):
        proved("Mine.toml", divided)


def test_what_no_runner_would_run_is_refused_at_once():
    with pytest.raises(ValueError, match="call it test_divided"):
        proved("Div_3")(divided)

    class TestOfAll:
        def test_inside(self):
            return []

    inside = TestOfAll.test_inside
    inside.__qualname__ = "TestOfAll.test_inside"
    with pytest.raises(ValueError, match="outside of the class TestOfAll"):
        proved("Div_3")(inside)


SUITE = """
    from mips_verify.testing import proved

    @proved("Div_3")
    def test_right(xs):
        r = 0
        for x in xs:
            r = 2 * r + x
            yield r // 3
            r %= 3

    @proved("Parity_All")
    def test_wrong(xs):
        return [0 for x in xs]

    @proved("Bitwise_Not")
    class test_steps:
        def step(self, x):
            assert x < 2
            return 1 - x
"""


@pytest.mark.parametrize("runner", ["pytest", "plain"])
def test_tests_pass_and_fail_under_any_runner(runner, tmp_path):
    path = tmp_path / "test_suite.py"
    path.write_text(dedent(SUITE))
    plain = "import test_suite as t; t.test_right(); t.test_steps(); t.test_wrong()"
    command = (
        ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if runner == "pytest" else ["-c", plain]
    )
    done = subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, cwd=tmp_path, check=False,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"},
    )  # fmt: skip
    assert done.returncode == 1
    said = "test_wrong against Parity_All: REFUTED by the shortest sequence 1: the program gives 0"
    assert said in done.stdout + done.stderr
    assert runner == "plain" or "1 failed, 2 passed" in done.stdout
