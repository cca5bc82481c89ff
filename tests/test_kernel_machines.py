"""Machines: what they refuse, one exact step, and their texts and renamings."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from mips_verify.errors import MachineError
from mips_verify.kernel.expr import evaluate, var
from mips_verify.kernel.machine import Machine, old, show_word
from mips_verify.kernel.parse import parse
from tests.kernel_tools import exprs, machine
from tests.quick import examples
from tests.strategies import machines, words

WHOLE = {
    "inputs": ("x",), "state": ("s",), "init": (0,),
    "next": exprs("s + x"), "outputs": exprs("s"),
}  # fmt: skip
EVERY = "every state variable needs an initial and a next value"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"init": ()}, EVERY),
        ({"init": (0, 0)}, EVERY),
        ({"next": ()}, EVERY),
        ({"state": ("s", "r")}, EVERY),
        ({"state": (), "init": ()}, EVERY),
        ({"outputs": ()}, "a machine needs at least one input and one output"),
        ({"inputs": ()}, "a machine needs at least one input and one output"),
        ({"state": ("x",)}, "names of inputs and state repeat: x, x"),
        ({"inputs": ("x", "x")}, "names of inputs and state repeat: x, x, s"),
        ({"next": exprs("t + x")}, "next uses the unknown name 't' in 't + x'"),
        ({"next": (var(old("s")),)}, "next uses the unknown name 'old(s)' in 'old(s)'"),
        ({"outputs": exprs("b + a")}, "outputs uses the unknown name 'a' in 'b + a'"),
        ({"outputs": (var(old("x")),)}, "outputs uses the unknown name 'old(x)' in 'old(x)'"),
        ({"next": exprs("s == 1")}, "next holds the condition 's == 1', not an integer"),
        ({"outputs": exprs("s", "s == 1")}, "outputs holds the condition 's == 1', not an integer"),
    ],
)
def test_ill_formed_machines_are_refused(change: dict, says: str) -> None:
    Machine(**WHOLE)
    with pytest.raises(MachineError, match=f"^{re.escape(says)}$"):
        Machine(**{**WHOLE, **change})


def test_a_step_reads_old_values_at_once_and_outputs_read_both() -> None:
    m = machine("x w", {"a": (1, "b + x"), "b": (2, "a * w")}, "a", "old(a)", "b - old(b)", "x")
    assert m.step((1, 2), (10, 100)) == ((12, 100), (12, 1, 98, 10))
    assert m.run([(10, 100), (0, 1)]) == [(12, 1, 98, 10), (100, 12, -88, 0)]
    assert m.run([[10, 100]]) == [(12, 1, 98, 10)]
    assert m.run([]) == []


@pytest.mark.parametrize(("z", "x"), [((1,), (1, 1)), ((1, 2), (1,)), ((1, 2, 3), (1, 1))])
def test_a_step_takes_one_value_of_each(z, x) -> None:
    m = machine("x w", {"a": (1, "b + x"), "b": (2, "a * w")}, "a")
    with pytest.raises(ValueError, match="zip"):
        m.step(z, x)


def test_size_counts_expressions_and_variables() -> None:
    assert Machine(**WHOLE).size == 1 + 3 + 1
    assert machine("x", {}, "x + 1", "(1, 2)[x]").size == 3 + 4


def test_a_machine_reads_as_its_equations() -> None:
    m = machine("x", {"s": (-3, "s + x"), "r": (0, "s")}, "s", "old(r)")
    assert str(m) == "s = -3 -> s + x\nr = 0 -> s\noutput s\noutput old(r)"


def test_renaming_reaches_inputs_state_and_old_values_and_leaves_the_rest() -> None:
    m = machine("x w", {"s": (4, "s + x"), "r": (5, "r - w")}, "s + old(s) + x", "old(r) + r")
    assert str(m.rename({"s": "t", "x": "u"})) == (
        "t = 4 -> t + u\nr = 5 -> r - w\noutput t + old(t) + u\noutput old(r) + r"
    )
    assert m.rename({"s": "t", "x": "u"}).inputs == ("u", "w")
    assert m.rename({"s": "r", "r": "s"}).run([(1, 2)]) == m.run([(1, 2)])
    assert m.rename({}) == m


@settings(max_examples=examples(15))
@given(machines(inputs=("x", "w")), words(channels=2, max_size=4))
def test_outputs_before_the_step_give_the_outputs(m: Machine, word) -> None:
    z = m.init
    for x, expected in zip(word, m.run(word), strict=True):
        env = dict(zip(m.state + m.inputs, z + x, strict=True))
        z, y = m.step(z, x)
        assert tuple(evaluate(e, env) for e in m.outputs_before()) == y == expected


def test_outputs_before_the_step() -> None:
    m = machine("x", {"s": (0, "s + x"), "r": (0, "s")}, "s * old(s)", "r + x")
    assert m.outputs_before() == exprs("(s + x) * s", "s + x")


def test_the_name_of_an_old_value_is_no_identifier() -> None:
    assert old("s") == "old(s)"
    assert parse("x", {"x"}) == var("x")


def test_a_word_is_shown_on_one_line() -> None:
    assert show_word([(1,), (-20,), (3,)]) == "1 -20 3"
    assert show_word([(1, -2, 3), (4, 5, 6)]) == "(1, -2, 3) (4, 5, 6)"
    assert show_word([]) == ""
