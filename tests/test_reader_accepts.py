"""Programs in many styles are read as the machines that they are, compared with running them."""

import itertools
from textwrap import dedent

import pytest

from mips_verify.kernel.machine import old
from mips_verify.reader import read_program
from tests.cases import cases

ONE, TWO = cases("programs_of_one_input"), cases("programs_of_two_inputs")
SMALL = (-4, -1, 0, 1, 2, 3, 5)


def function(source):
    space = {"__name__": "foreign"}
    exec(compile(source, "foreign.py", "exec", dont_inherit=True), space)
    names = [n for n, v in space.items() if getattr(v, "__code__", None) and n[0] != "_"]
    for name in ("program", "solve", "running", "f"):
        if name in names:
            return space[name]
    raise AssertionError(names)


def outputs(ys):
    return [y if isinstance(y, tuple) else (y,) for y in ys]


@pytest.mark.parametrize("name", ONE)
def test_it_means_what_it_does(name):
    source = ONE[name]["source"]
    machine, run = read_program(source, inputs=("x",)), function(source)
    for length in (1, 2, 3):
        for word in itertools.product(SMALL, repeat=length):
            assert machine.run([(x,) for x in word]) == outputs(run(list(word))), word
    for word in ([*SMALL] * 4, [*reversed(SMALL)] * 4, [3, 3, -4, 5, 5] * 5):
        assert machine.run([(x,) for x in word]) == outputs(run(list(word)))


@pytest.mark.parametrize("name", TWO)
def test_two_inputs_mean_what_they_do(name):
    source = TWO[name]["source"]
    machine, run = read_program(source, inputs=("x", "w")), function(source)
    letters = list(itertools.product(SMALL, repeat=2))
    for word in [*itertools.product(letters, repeat=2), letters]:
        word = list(word)
        got = run(*map(list, zip(*word, strict=True))) if name.startswith("two") else run(word)
        assert machine.run(word) == outputs(got), word


def test_only_what_outputs_depend_on_is_state():
    assert read_program(ONE["values nobody needs"]["source"], inputs=("x",)).state == ()


def test_outputs_read_the_new_state_by_its_name():
    m = read_program(ONE["running sum"]["source"], inputs=("x",))
    assert [str(e) for e in m.outputs] == ["total"]
    m = read_program(ONE["a generator that yields in branches"]["source"], inputs=("x",))
    assert [str(e) for e in m.outputs] == [f"x if x > {old('s')} else {old('s')}"]


LOOKUP = """
    T = (1, 2, 3)
    def _look(a):
        unused = T[a]
        return a
    def f(xs):
        s = 0
        out = []
        for x in xs:
            {0}
            out.append(s)
        return out
"""


@pytest.mark.parametrize(
    "line",
    [
        "s = T[x]",
        "T[x] == 1\n",
        "unused = T[x]",
        "unused = T[x] if s == 0 else 0",
        "unused = s == 0 and T[x] == 1",
        "unused = s != 0 or T[x] == 1",
        "s = T[x] * 0",
        "if T[x] == 2:\n                pass",
        "if x > 1:\n                unused = T[x]",
        "if x > 1:\n                s = T[x]",
        "s = T[T[x] - 1]",
        "s, s = T[x], x",
        "t = T[x]\n            s = t if x > 1 else 0",
        "if x > 1:\n                pass\n            else:\n                unused = T[x]",
        "s = int(x > 1 and _look(x) > 0)",
        "s = int(x > 1 or _look(x) > 0)",
        "s = _look(x) if x > 1 else 0",
    ],
)
def test_where_python_fails_the_machine_has_no_value(line):
    if line.endswith("\n"):
        line = f"s = ({line.strip()}) and False"
    source = dedent(LOOKUP.format(line))
    machine, run = read_program(source, inputs=("x",)), function(source)
    failed = 0
    for word in itertools.product((-5, -4, -3, -1, 0, 1, 2, 3, 9), repeat=2):
        try:
            expected = outputs(run(list(word)))
        except IndexError:
            failed += 1
            with pytest.raises(ValueError, match="outside the table"):
                machine.run([(x,) for x in word])
        else:
            assert machine.run([(x,) for x in word]) == expected, word
    assert failed


def test_a_lookup_that_the_result_needs_anyway_adds_nothing():
    m = read_program(dedent(LOOKUP.format("s = T[x % 3] if x > s else 0")), inputs=("x",))
    assert [str(e) for e in m.outputs] == ["s"]
    assert [str(e) for e in m.next] == ["(1, 2, 3)[x % 3] if x > s else 0"]
