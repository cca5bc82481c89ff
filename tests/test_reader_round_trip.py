"""Machine to program.py and back is the same function; and random programs mean what they do."""

import numpy as np
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import run_batch
from mips_verify.emit.python.python_file import render_program
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import const
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.reader import OutsideSubset, read_program
from mips_verify.spec.task import load_tasks
from tests.quick import examples
from tests.strategies import machines, words


def emitted(machine):
    n = len(machine.inputs)
    domain = Domain(machine.inputs, (-5,) * n, (5,) * n)
    return render_program(machine, name="T", says="what it does", domain=domain, how="a network")


@settings(max_examples=examples(40))
@given(m=machines() | machines(inputs=("x", "w"), outputs=2), data=st.data())
def test_reading_what_was_emitted_gives_the_same_function(m, data):
    word = data.draw(words(len(m.inputs)))
    assert read_program(emitted(m), inputs=m.inputs).run(word) == m.run(word)


def test_every_task_comes_back():
    rng = np.random.default_rng(1)
    for task in load_tasks():
        source = render_program(
            task.spec, name=task.name, says=task.says, domain=task.domain, how="its own words"
        )
        back = read_program(source, inputs=task.domain.names)
        x = task.domain.sample(50, 20, rng)
        np.testing.assert_array_equal(run_batch(back, x), run_batch(task.spec, x), task.name)
        # what is read is also as short, so that it is as easy to prove
        assert len(back.state) <= len(task.spec.state)


def test_a_long_table_and_a_long_conditional_come_back():
    entries = ", ".join(str(k * k % 7) for k in range(40))
    arms = " else ".join(f"{k} if s == {k} and x + {k} * s > w" for k in range(12))
    m = Machine(
        inputs=("x", "w"),
        state=("s", "t"),
        init=(0, 1),
        next=(parse(f"({arms} else ({entries})[(x * w + s) % 40]) % 12"), parse("t + s * s")),
        outputs=(parse(f"{arms} else x"), const(3)),
    )
    back = read_program(emitted(m), inputs=("x", "w"))
    rng = np.random.default_rng(0)
    x = rng.integers(-5, 6, (300, 15, 2))
    np.testing.assert_array_equal(run_batch(back, x), run_batch(m, x))


# Random programs as statements: whatever is accepted must do what Python does, and fail
# where Python fails. Most of what could go wrong needs no example that somebody thought of.

NAMES = ("a", "b", "t", "u", "x")
ATOMS = st.sampled_from([*NAMES, "a", "b", "x", "K", "0", "1", "2", "-3", "True"])


def joined(pattern, *parts):
    return st.tuples(*parts).map(lambda p: pattern.format(*p))


def grow(e):
    return st.one_of(
        joined("({} + {})", e, e),
        joined("({} - {})", e, e),
        joined("({} * {})", e, e),
        joined("({} // {})", e, st.sampled_from(["2", "-3", "K"])),
        joined("({} % {})", e, st.sampled_from(["2", "5", "-3", "K"])),
        joined("max({}, {})", e, e),
        joined("abs({})", e),
        joined("helper({}, {})", e, e),
        joined("T[{}]", e),
        joined("T[{} % 3]", e),
        joined("({} & 3)", e),
        joined("({} if {} else {})", e, e, e),
        joined("({} {} {})", e, st.sampled_from(["<", "==", "!=", ">="]), e),
        joined("({} < {} <= {})", e, e, e),
        joined("({} > 0 {} {} != 1)", e, st.sampled_from(["and", "or"]), e),
        joined("(not {})", e),
        joined("({} in (0, 1, -2))", e),
    )


EXPRESSIONS = st.recursive(ATOMS, grow, max_leaves=4)
NAME = st.sampled_from(NAMES)
SIMPLE = st.one_of(
    joined("{} = {}", NAME, EXPRESSIONS),
    joined("{} {}= {}", NAME, st.sampled_from("+-*"), EXPRESSIONS),
    joined("{}, {} = {}, {}", NAME, NAME, EXPRESSIONS, EXPRESSIONS),
    joined("{} = {} = {}", NAME, NAME, EXPRESSIONS),
).map(lambda text: [text])


def indented(block):
    return ["    " + line for line in block]


def compound(block):
    return st.one_of(
        st.tuples(EXPRESSIONS, block).map(lambda p: [f"if {p[0]}:", *indented(p[1])]),
        st.tuples(EXPRESSIONS, EXPRESSIONS).map(
            lambda p: [f"if {p[0]} and x or not t:", f"    out.append({p[1]})", "    continue"]
        ),
        st.tuples(EXPRESSIONS, block, block).map(
            lambda p: [f"if {p[0]}:", *indented(p[1]), "else:", *indented(p[2])]
        ),
    )


def flatten(blocks):
    return [line for block in blocks for line in block]


BLOCKS = st.recursive(
    st.lists(SIMPLE, min_size=1, max_size=4).map(flatten),
    lambda b: st.lists(SIMPLE | compound(b), min_size=1, max_size=4).map(flatten),
    max_leaves=4,
)
HEAD = ["K = 3", "T = (2, -1, 1)", "", "def helper(p, q):"]


@st.composite
def programs(draw):
    helper = draw(st.sampled_from([
        ["return p * 2 - q"],
        ["if p > q:", "    return q", "p -= T[q]", "return p"],
        ["r = T[p % 3] if q else 0", "if r == 2:", "    r = q", "return r == p"],
    ]))  # fmt: skip
    end = draw(st.sampled_from([["out.append(a)"], ["out.append(b + t)"]]))
    start = draw(st.sampled_from([
        ["a, b = 0, 1", "t = u = -1"],
        ["a = b = False", "t = True", "u = 3"],
        ["a = 2", "b = t = a - 1"],
    ]))  # fmt: skip
    loop = ["for x in xs:", *indented(draw(BLOCKS) + end), "return out"]
    body = indented([*start, "out = []", *loop])
    return "\n".join([*HEAD, *indented(helper), "", "def program(xs):", *body, ""])


@settings(max_examples=examples(100))
@given(source=programs(), word=st.lists(st.integers(-4, 4), min_size=1, max_size=6))
def test_a_random_program_is_refused_or_means_what_it_does(source, word):
    try:
        machine = read_program(source, inputs=("x",))
    except OutsideSubset:
        event("refused")
        return
    event("read")
    space = {}
    exec(compile(source, "program.py", "exec"), space)
    got = None
    try:
        got = [(y,) for y in space["program"](word)]
    except (IndexError, UnboundLocalError):
        event("fails")
    if got is None:
        with pytest.raises(ValueError, match="outside the table"):
            machine.run([(x,) for x in word])
        return
    assert machine.run([(x,) for x in word]) == got


@settings(max_examples=examples(20))
@given(source=programs())
def test_what_was_read_comes_back_once_more(source):
    try:
        m = read_program(source, inputs=("x",))
    except OutsideSubset:
        assume(False)
    assume(m.size < 1000)  # branches that multiply may fill more than a file
    again = read_program(emitted(m), inputs=("x",))
    rng = np.random.default_rng(0)
    for word in rng.integers(-4, 5, (6, 5)).tolist():
        assert outcome(again, word) == outcome(m, word)


def outcome(machine, word):
    try:
        return machine.run([(x,) for x in word])
    except ValueError:
        return "no value"
