"""What is not certain to be a machine is refused, with the line and the reason."""

import pytest

from mips_verify.errors import MipsVerifyError
from mips_verify.reader import OutsideSubset, read_program
from tests.cases import cases

REFUSED = cases("refused_programs")


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_at_the_line_at_fault(name):
    source = REFUSED[name]["source"]
    marked = [i for i, line in enumerate(source.splitlines(), 1) if line.endswith("#!")]
    assert len(marked) == 1, source
    with pytest.raises(OutsideSubset) as caught:
        read_program(source, inputs=REFUSED[name]["inputs"])
    assert REFUSED[name]["reason"] in caught.value.reason
    assert caught.value.line == marked[0], f"{caught.value}\n{source}"
    assert str(caught.value) == f"line {marked[0]}: {caught.value.reason}"


def test_an_await_outside_an_async_function_is_no_python():
    source = "def f(xs):\n    return [await x for x in xs]\n"
    with pytest.raises(MipsVerifyError):
        read_program(source, inputs=("x",))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def f(xs):\n  return [\n", "file.py, line 2: .*never closed"),
        ("def f(a, a):\n  return [x for x in a]\n", "file.py, line 1: duplicate argument"),
        ("x = 1\nreturn x\n", "file.py, line 2: 'return' outside function"),
        ("x = 1\0", "file.py is not UTF-8 text; save it as UTF-8"),
        ("", "file.py: the file has no public function"),
        ("def f():\n  pass\n", "file.py: the file has no public function"),
        (
            "def f(a):\n  pass\ndef g(a):\n  pass\n",
            "file.py: the file has the functions f, g; call",
        ),
        ("def f(xs, k):\n  pass\n", "file.py, line 1: 'f' takes 2 parameters; write `def f"),
        ("def f(*, xs):\n  pass\n", "file.py, line 1: 'f' takes 0 .*by name only; write `def f"),
        ("class A:\n  def step(self):\n    pass\n", r"'A.step' takes 0 .*write `def step\(self, x"),
        ("(" * 100_000, "file.py"),
        ("x = 1\n" * 100_000, "file.py has more than"),
    ],
)
def test_a_file_that_is_no_program_is_an_error_of_its_own(source, message):
    with pytest.raises(MipsVerifyError, match=message) as caught:
        read_program(source, inputs=("x",), path="file.py")
    assert not isinstance(caught.value, OutsideSubset)


@pytest.mark.parametrize(
    "source",
    [
        "@print\ndef program(a, b):\n    pass\n",
        "def program(a, b):\n    pass\nprogram = print\n",
        "class A(dict):\n    def step(self):\n        pass\n",
        "class A:\n    def step(self):\n        pass\n    step = print\n",
        "@print\nclass A:\n    def step(self):\n        pass\n",
    ],
)
def test_what_may_take_anything_is_left_to_python(source):
    with pytest.raises(OutsideSubset):
        read_program(source, inputs=("x",))


def test_values_that_explode_are_refused():
    doubling = "            s = s * s + s\n" * 40
    source = (
        "def f(xs):\n        s = 1\n        out = []\n        for x in xs:\n"
        f"{doubling}            out.append(s)\n        return out\n"
    )
    with pytest.raises(OutsideSubset, match=r"too large|bits"):
        read_program(source, inputs=("x",))


def test_conditions_that_multiply_end_soon():
    branch = "        if x > {0}:\n            if x > {0} + s:\n                s = {0}\n"
    branch += "                if s == x:\n                    out.append(0)\n"
    branch += "                    continue\n"
    source = "def f(xs):\n    s = 1\n    out = []\n    for x in xs:\n"
    source += "".join(branch.format(k) for k in range(40))
    source += "        out.append(s)\n    return out\n"
    with pytest.raises(OutsideSubset, match=r"operations on all paths|too large"):
        read_program(source, inputs=("x",))


def test_deep_nesting_is_refused():
    source = f"def f(xs):\n    return [{'-' * 900}x for x in xs]\n"
    with pytest.raises(MipsVerifyError, match=r"too large|too deeply"):
        read_program(source, inputs=("x",))


def test_nothing_is_executed(tmp_path):
    mark = tmp_path / "mark"
    source = f"open({str(mark)!r}, 'w').close()\ndef f(xs):\n    return [x for x in xs]\n"
    with pytest.raises(OutsideSubset):
        read_program(source, inputs=("x",))
    assert not mark.exists()


def test_a_state_that_grows_with_every_step_is_refused():
    source = (
        "def program(xs):\n    out = [0] * len(xs)\n    for i in range(len(xs)):\n"
        "        out[i] = (out[i - 1], out[i - 1]) if i else (xs[i], 0)\n    return out\n"
    )
    with pytest.raises(OutsideSubset, match="operations"):
        read_program(source, inputs=("x",))
