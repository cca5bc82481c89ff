"""Any program against a task: no lie is PROVED, nothing right REFUTED, no witness lost."""

import re
import time
from textwrap import dedent

import pytest

from mips_verify.deadline import deadline
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status
from mips_verify.reader import prove_file
from mips_verify.report.text import verdict_to_text
from mips_verify.spec.task import Task, load_task
from tests.quick import slow_case

NOT_SUMS = {
    "Python obeys the line on the encoding": """
        # coding: unicode_escape
        def program(xs):
            s = 0
            n = 0
            ys = []
            for x in xs:
                s = s + x
                n = n + 1
                # running total \\n        if n > 1000: s = 0
                ys.append(s)
            return ys
    """,
    "another encoding": """
        # coding: utf-7
        def program(xs):
            s = 0
            ys = []
            for x in xs:
                s = s - -x
                # +AAo-        s = 0
                ys.append(s)
            return ys
    """,
    "two private names are one attribute": """
        class S:
            def __init__(self):
                self.s = 0
                self.__n = 0
                self._S__n = 0

            def step(self, x):
                self.s = self.s + x
                self.__n = self.__n + 1
                if self._S__n > 1000:
                    self.s = 0
                return self.s


        def program(xs):
            s = S()
            return [s.step(x) for x in xs]
    """,
    "a private name as a variable of a method": """
        _S__k = 0


        class S:
            def __init__(self):
                self.s = 0

            def step(self, x):
                __k = 1
                _S__k = 2
                self.s = self.s + x * __k
                return self.s


        def program(xs):
            s = S()
            return [s.step(x) for x in xs]
    """,
    "a condition that raises before equal arms": """
        T = (0, 0)


        def program(xs):
            s = 0
            ys = []
            for x in xs:
                s += x
                ys.append(s if T[s] == 0 else s)
            return ys
    """,
    "an annotation raises": """
        def program(xs: int[3]):
            s = 0
            ys = []
            for x in xs:
                s = s + x
                ys.append(s)
            return ys
    """,
    "an attribute of a builtin at the top level": """
        abs.k = 1


        def program(xs):
            s = 0
            ys = []
            for x in xs:
                s = s + x
                ys.append(s)
            return ys
    """,
    "a class is assigned to": """
        class S:
            def __init__(self):
                self.s = 0

            def step(self, x):
                self.__class__ = x
                self.s = self.s + x
                return self.s


        def program(xs):
            s = S()
            return [s.step(x) for x in xs]
    """,
    "the same after a thousand steps": """
        class S:
            def __init__(self):
                self.s = 0
                self.n = 0

            def step(self, x):
                self.n = self.n + 1
                if self.n > 1000:
                    self.__class__ = x
                self.s = self.s + x
                return self.s


        def program(xs):
            s = S()
            return [s.step(x) for x in xs]
    """,
    "tuples of one integer": """
        def program(xs):
            s = 0
            ys = []
            for x in xs:
                s = s + x
                ys.append((s,))
            return ys
    """,
    "a default that is shared": """
        def program(xs, s=[0]):
            ys = []
            for x in xs:
                s[0] += x
                ys.append(s[0] if len(xs) < 2000 else 0)
            return ys
    """,
}


def verdict(folder, source, task, **options):
    path = folder / "program.py"
    path.write_text(dedent(source).lstrip("\n"), encoding="utf-8")
    return prove_file.prove_file(path, task, progress=lambda *_: None, **options)


@pytest.mark.parametrize("name", NOT_SUMS)
def test_what_differs_from_its_looks_is_refuted_by_running_it(tmp_path, name):
    task = load_task("Sum_All")
    found = verdict(tmp_path, NOT_SUMS[name], task)
    assert found.status is Status.REFUTED, found
    assert task.spec.run(found.counterexample)[-1] == found.expected


def mod_7():
    spec = Machine(("x",), ("s",), (0,), (parse("(s + x) % 7"),), (parse("s"),))
    return Task("Mod", "", 10, Domain(("x",), (0,), (9,)), spec)


def test_a_counterexample_replays_also_where_the_program_looks_ahead(tmp_path):
    source = """
        def program(xs):
            return [xs[i - 1] for i in range(len(xs))]
    """
    task = load_task("Prev1")
    found = verdict(tmp_path, source, task)
    assert found.status is Status.REFUTED
    word = [x for (x,) in found.counterexample]
    assert task.spec.run(found.counterexample) != [(word[i - 1],) for i in range(len(word))]


@pytest.mark.parametrize("line", [slow_case("global s"), "s = kept[0]"])
def test_what_is_kept_between_calls_refutes_nothing(tmp_path, line):
    source = f"""
        s = 0
        kept = [0]


        def program(xs):
            {line}
            out = []
            for x in xs:
                s = (s + x) % 7
                out.append(s)
            kept[0] = s
            return out
    """
    assert verdict(tmp_path, source, mod_7()).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("step", "shown"),
    [("T[x - 4]", "IndexError"), ("None", "not an integer"), ("5 // (x - x)", "ZeroDivisionError"),
     ("{1: 2}[x]", "KeyError"), ("zip(x)", "TypeError"), ("1 / 0", "ZeroDivisionError")],
)  # fmt: skip
def test_a_sequence_on_which_the_program_fails_refutes_it(tmp_path, step, shown):
    source = f"""
        T = (5, 7, 9)


        def program(xs):
            out = []
            for x in xs:
                out.append({step})
            return out
    """
    found = verdict(tmp_path, source, load_task("Current_Number"))
    assert found.status is Status.REFUTED
    assert found.got is None
    assert shown in found.reason


def test_a_function_that_returns_nothing_is_refuted(tmp_path):
    found = verdict(tmp_path, "def program(xs):\n    pass\n", load_task("Sum_All"))
    assert found.status is Status.REFUTED


@pytest.mark.parametrize("source", ["import no_such_module\ndef program(xs): return xs\n",
                                    "def program(xs): return program(xs)\n"])  # fmt: skip
def test_what_the_process_lacks_refutes_nothing(tmp_path, source):
    assert verdict(tmp_path, source, load_task("Sum_All")).status is Status.UNKNOWN


def test_another_number_of_outputs_is_refuted(tmp_path):
    source = "def program(xs):\n    return [(x, x) for x in xs]\n"
    found = verdict(tmp_path, source, load_task("Current_Number"))
    assert found.status is Status.REFUTED
    assert found.expected != found.got


def test_a_specification_without_a_value_somewhere_refutes_nothing(tmp_path):
    spec = Machine(("x",), (), (), (), (parse("(1, 2)[x]"),))
    task = Task("Partial", "", 8, Domain(("x",), (0,), (2,)), spec)
    source = "def program(xs):\n    return [eval('x + 1') for x in xs]\n"
    assert verdict(tmp_path, source, task).status is Status.UNKNOWN


@pytest.mark.parametrize(
    "wrong",
    [
        "0 if len(ys) > 3 else s",
        "s if len(ys) < 3000 else 0",
        slow_case("[s]"),
        slow_case("s / 1"),
        "1 // (x - 3) * 0 + s",
    ],
)
def test_a_misreading_is_never_proved(tmp_path, monkeypatch, wrong):
    """Even if the reader took a program for something else, running it would show."""
    task = load_task("Sum_All")
    monkeypatch.setattr(prove_file, "read_program", lambda *a, **k: task.spec)
    source = f"""
        def program(xs):
            s = 0
            ys = []
            for x in xs:
                s = s + x
                ys.append({wrong})
            return ys
    """
    assert verdict(tmp_path, source, task).status is Status.REFUTED


def test_a_program_that_does_not_load_is_never_proved(tmp_path, monkeypatch):
    task = load_task("Sum_All")
    monkeypatch.setattr(prove_file, "read_program", lambda *a, **k: task.spec)
    source = "import no_such_module\ndef program(xs):\n    return xs\n"
    assert verdict(tmp_path, source, task).status is Status.UNKNOWN


def test_a_program_that_never_ends_does_so_in_time(tmp_path):
    source = "while True:\n    pass\n\n\ndef program(xs):\n    return xs\n"
    found = verdict(tmp_path, source, load_task("Sum_All"), timeout=1.0)
    assert found.status is Status.UNKNOWN
    assert re.search(r"on \d+ it did not return within 0.5 s$", found.reason)


RUN_ONLY = """
    import time
    def program(xs):
        seen = []
        for x in xs:
            seen.append(x)
            {there}
            yield sorted(seen)[-1]
"""


def test_one_sequence_without_an_end_is_named(tmp_path):
    source = RUN_ONLY.format(there="while len(seen) == 2: pass")
    found = verdict(tmp_path, source, load_task("Max_Seen"), timeout=1.0)
    said = r"; it agreed on \d+ sequences, then on .* it did not return within 0.5 s$"
    assert re.search(said, found.reason)


def test_a_slow_program_is_told_from_one_without_an_end(tmp_path):
    source = RUN_ONLY.format(there="time.sleep(0.02)")
    found = verdict(tmp_path, source, load_task("Max_Seen"), timeout=0.3)
    said = r"; (it agreed on \d+ sequences, then )?the time for testing \(0.3 s, --timeout\) ended$"
    assert re.search(said, found.reason)


def test_the_limit_says_what_was_reached(tmp_path):
    def slow(stage, said):
        if "Python" in said:
            while True:
                time.sleep(0.01)

    path = tmp_path / "p.py"
    path.write_text("def program(xs):\n    return [x for x in xs]\n")
    with deadline(3):
        found = prove_file.prove_file(path, load_task("Current_Number"), progress=slow)
    assert found.status is Status.UNKNOWN
    assert "the machine read from it is PROVED, but its run by Python was not" in found.reason


def test_a_failure_is_told_without_its_sequence_and_without_an_empty_message(tmp_path):
    source = RUN_ONLY.format(there="assert x < 80")
    found = verdict(tmp_path, source, load_task("Max_Seen"))
    assert found.reason.endswith("; it fails (AssertionError)")


def test_a_constant_that_grows_without_bound_ends_soon(tmp_path):
    lines = "\n".join(f"A{k + 1} = A{k} * A{k}" for k in range(30))
    source = f"A0 = 9\n{lines}\n\n\ndef program(xs):\n    return [x + A30 * 0 for x in xs]\n"
    found = verdict(tmp_path, source, load_task("Sum_All"), timeout=1.0)
    assert found.status is Status.UNKNOWN


@pytest.mark.parametrize("how", [b"\xef\xbb\xbf", b"# -*- coding: utf-8 -*-\n", b"\r\n"])
def test_a_byte_order_mark_and_the_like_change_nothing(tmp_path, how):
    path = tmp_path / "program.py"
    path.write_bytes(how + b"def program(xs):\r\n    return [x for x in xs]\r\n")
    found = prove_file.prove_file(path, load_task("Current_Number"), progress=lambda *_: None)
    assert found.status is Status.PROVED


def test_a_long_counterexample_is_told_in_a_line(tmp_path):
    found = verdict(
        tmp_path, NOT_SUMS["Python obeys the line on the encoding"], load_task("Sum_All")
    )
    assert len(found.counterexample) == 1001
    text = verdict_to_text(found, load_task("Sum_All"))
    assert "1001 letters" in text
    assert len(text) < 200
