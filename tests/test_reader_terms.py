"""Folded expressions mean what they did before they were folded, wherever that has a value."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.kernel.expr import OPS, TRUE, apply, const, evaluate, var
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.symbols.terms import MAX_BITS, STEP, Terms
from tests.quick import examples

BINARY = ["add", "sub", "mul", "min", "max", "eq", "ne", "lt", "le", "gt", "ge", "and", "or",
          "bitand", "bitor", "bitxor"]  # fmt: skip
LEAVES = st.one_of(
    st.integers(-3, 4).map(lambda n: ("const", n)), st.sampled_from(["x", "w", STEP]).map(var)
)


def grow(e):
    return st.one_of(
        st.tuples(st.sampled_from(BINARY), e, e),
        st.tuples(st.sampled_from(["neg", "abs", "not"]), e),
        st.tuples(st.just("if"), e, e, e),
        st.tuples(st.sampled_from(["floordiv", "mod"]), e, st.sampled_from([-3, -1, 1, 2, 5])),
        st.tuples(st.sampled_from(["in", "table"]), e, st.sampled_from([(0, 1), (3, -1, 2)])),
    )


TREES = st.recursive(LEAVES, grow, max_leaves=12)


def plain(tree):
    """The expression as it stands."""
    if not isinstance(tree, tuple):
        return tree
    op, *parts = tree
    if op == "const":
        return const(parts[0])
    if op in ("floordiv", "mod"):
        return apply(op, plain(parts[0]), const(parts[1]))
    if op in ("in", "table"):
        return apply(op, plain(parts[0]), value=parts[1])
    return apply(op, *map(plain, parts))


def folded(terms, tree):
    """The same, built by the reader's operations."""
    if not isinstance(tree, tuple):
        return terms.var(tree.value)
    op, *parts = tree
    if op == "const":
        return terms.const(parts[0])
    if op in ("floordiv", "mod"):
        return terms.build(op, folded(terms, parts[0]), terms.const(parts[1]))
    if op in ("in", "table"):
        return terms.build(op, folded(terms, parts[0]), value=parts[1])
    made = [folded(terms, p) for p in parts]
    if op in ("and", "or", "not"):
        made = [terms.truth(e) for e in made]
    elif op == "if":
        made[0] = terms.truth(made[0])
    return terms.build(op, *made)


def value(e, env):
    try:
        return evaluate(e, env)
    except ValueError:
        return None


@settings(max_examples=examples(400))
@given(tree=TREES, x=st.integers(-4, 5), w=st.integers(-4, 5), least=st.integers(0, 3),
       more=st.integers(0, 4))  # fmt: skip
def test_folding_keeps_the_value(tree, x, w, least, more):
    terms = Terms()
    terms.least_step = least
    env = {"x": x, "w": w, STEP: least + more}
    want = value(plain(tree), env)
    if want is not None:
        assert evaluate(folded(terms, tree), env) == want


@settings(max_examples=examples(200))
@given(tree=TREES, x=st.integers(-4, 5), w=st.integers(-4, 5), step=st.integers(0, 4))
def test_replacing_symbols_by_constants_keeps_the_value(tree, x, w, step):
    terms = Terms()
    e = folded(terms, tree)
    by = {"x": terms.const(x), STEP: terms.const(step)}
    want = value(plain(tree), {"x": x, "w": w, STEP: step})
    if want is not None:
        assert evaluate(terms.replace(e, by), {"x": x, "w": w, STEP: step}) == want


@settings(max_examples=examples(200))
@given(tree=TREES, x=st.integers(-4, 5), w=st.integers(-4, 5), step=st.integers(0, 4))
def test_an_interval_holds_every_value(tree, x, w, step):
    terms = Terms()
    e = terms.integer(folded(terms, tree))
    found = value(plain(tree), {"x": x, "w": w, STEP: step})
    low, high = terms.interval(e)
    if found is not None:
        assert low is None or low <= found
        assert high is None or found <= high


def test_equal_expressions_are_one_object():
    terms = Terms()
    a, b = (terms.build("add", terms.var("x"), terms.const(2)) for _ in range(2))
    assert a is b
    assert terms.compare("eq", a, b) is TRUE
    assert set(OPS) >= {a.op}


def test_what_counts_the_steps_is_written_in_one_way():
    terms = Terms()
    step = terms.var(STEP)
    twice = terms.build("sub", terms.build("add", step, terms.const(3)), terms.const(3))
    assert twice is step
    terms.least_step = 2
    assert terms.compare("ge", step, terms.const(2)) is TRUE
    assert terms.build("max", terms.const(0), terms.build("sub", step, terms.const(2))).op == "sub"


def test_a_constant_without_bound_is_refused():
    terms = Terms()
    e = terms.const(2**MAX_BITS - 1)
    with pytest.raises(OutsideSubset):
        terms.build("mul", e, e)
