"""Hypothesis strategies for expressions, machines and words; shared by all tests."""

from __future__ import annotations

from hypothesis import strategies as st

from mips_verify.kernel.expr import Expr, apply, const, convert, negate, var
from mips_verify.kernel.machine import Machine, old

SMALL = st.integers(-5, 5)
DIVISORS = st.integers(-4, 4).filter(bool)


def expressions(names: tuple[str, ...], *, leaves: int = 8) -> st.SearchStrategy[Expr]:
    """``int`` expressions over ``names`` that are defined everywhere."""
    base = SMALL.map(const)
    if names:
        base = base | st.sampled_from(names).map(var)
    return st.recursive(base, _grow, max_leaves=leaves).map(lambda e: convert(e, "int"))


def _grow(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    numbers = inner.map(lambda e: convert(e, "int"))
    truths = inner.map(lambda e: convert(e, "bool"))
    two = st.sampled_from(["add", "sub", "mul", "min", "max", "eq", "ne", "lt", "le", "gt", "ge"])
    return st.one_of(
        st.builds(lambda op, a, b: apply(op, a, b), two, numbers, numbers),
        st.builds(lambda a: const(-a.value) if a.op == "const" else apply("neg", a), numbers),
        st.builds(lambda a: apply("abs", a), numbers),
        st.builds(lambda op, a, d: apply(op, a, const(d)), st.sampled_from(["floordiv", "mod"]),
                  numbers, DIVISORS),
        st.builds(lambda op, a, b: apply(op, a, b), st.sampled_from(["and", "or"]), truths, truths),
        st.builds(negate, truths),
        st.builds(lambda c, a, b: apply("if", c, a, b), truths, numbers, numbers),
        st.builds(lambda a, v: apply("in", a, value=tuple(v)), numbers,
                  st.lists(SMALL, min_size=1, max_size=4)),
        st.builds(lambda op, a, b: apply(op, a, b), st.sampled_from(["bitand", "bitor", "bitxor"]),
                  truths, truths),
        st.builds(lambda v, a: apply("table", apply("mod", a, const(len(v))), value=tuple(v)),
                  st.lists(SMALL, min_size=1, max_size=4), numbers),
    )  # fmt: skip


@st.composite
def machines(draw: st.DrawFn, inputs: tuple[str, ...] = ("x",), outputs: int = 1) -> Machine:
    """Machines of up to two state variables."""
    state = ("s", "r")[: draw(st.integers(0, 2))]
    nexts = [draw(expressions(inputs + state, leaves=4)) for _ in state]
    after = inputs + state + tuple(map(old, state))
    return Machine(
        inputs=inputs,
        state=state,
        init=tuple(draw(SMALL) for _ in state),
        next=tuple(apply("mod", e, const(draw(st.integers(2, 7)))) for e in nexts),
        outputs=tuple(draw(expressions(after, leaves=4)) for _ in range(outputs)),
    )


def words(channels: int = 1, *, max_size: int = 12) -> st.SearchStrategy[list[tuple[int, ...]]]:
    """Sequences of small letters."""
    return st.lists(st.tuples(*[SMALL] * channels), max_size=max_size)
