"""What a program's docstring says of its state is true, wherever it says anything."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.emit.describe.meaning import describe
from mips_verify.emit.python.python_file import render_program
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import evaluate, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.spec.task import load_tasks
from tests.quick import examples
from tests.strategies import machines


def machine(outputs, state, inputs=("x",)):
    return Machine(
        inputs=inputs,
        state=tuple(state),
        init=tuple(start for start, _ in state.values()),
        next=tuple(parse(text) for _, text in state.values()),
        outputs=tuple(parse(text) for text in outputs),
    )


def bits(channels=1):
    return Domain(("x", "w")[:channels], (0,) * channels, (1,) * channels)


def digits(high, low=0):
    return Domain(("x",), (low,), (high,))


def trace(m, word):
    states = [m.init]
    for x in word:
        states.append(m.step(states[-1], x)[0])
    return states


def claimed(claim, m, word, states):
    """The claimed value after ``word``, from the definition of its shape alone."""
    letters = [dict(zip(m.inputs, x, strict=True)) for x in word]
    v, n, b, t = claim.start, claim.number, claim.base, len(word)
    if claim.shape == "state sum":
        rows = [
            dict(zip(m.state, z, strict=True)) | x for z, x in zip(states, letters, strict=False)
        ]
        return v + sum(evaluate(claim.of, row) for row in rows)
    e = [evaluate(claim.of, x) for x in letters]
    if claim.shape == "guarded sum":
        for a in e:
            v += a if evaluate(claim.other, {claim.variable: v}) else 0
        return v
    if claim.shape == "run":
        for a in e:
            v = n if v == n and n and b else 0 if not a else v + 1 if not n else min(v + 1, n)
        return v
    if claim.shape == "latch":
        for a, x in zip(e, letters, strict=True):
            v = n if a else b if evaluate(claim.other, x) else v
        return v
    simple = {
        "delay": lambda: e[t - n] if t >= n else v,
        "sum": lambda: v + sum(e),
        "digits": lambda: v * b**t + sum(a * b ** (t - 1 - i) for i, a in enumerate(e)),
        "modular sum": lambda: (v * b**t + sum(a * b ** (t - 1 - i) for i, a in enumerate(e))) % n,
        "digits from the end": lambda: v + sum(a * b**i for i, a in enumerate(e)),
        "power": lambda: v * b**t,
        "carry": lambda: (v + sum(a * b**i for i, a in enumerate(e))) // b**t,
        "largest": lambda: max([v, *e]),
        "smallest": lambda: min([v, *e]),
        "capped count": lambda: min(v + sum(e), n),
        "once": lambda: n if 1 in e else v,
    }
    return simple[claim.shape]()


def check(m, domain, words):
    """Every claim and every arrow against the machine; the description."""
    found = describe(m, domain)
    for word in words:
        states = trace(m, word)
        for claim in found.claims:
            i = m.state.index(claim.variable)
            for t in range(len(word) + 1):
                assert claimed(claim, m, word[:t], states) == states[t][i], claim
        if found.arrows is not None:
            follow(found.arrows, m, word)
    return found


def follow(table, m, word):
    q = table.states[0]
    for x, y in zip(word, m.run(word), strict=True):
        (column,) = [i for i, (_, letters) in enumerate(table.columns) if x in letters]
        row = table.states.index(q)
        q = table.after[row][column]
        assert table.outputs[row][column] == y
        assert table.by_state is None or table.by_state[q] == y


def words_of(domain, max_size=14):
    letters = [st.integers(lo, hi) for lo, hi in zip(domain.lows, domain.highs, strict=True)]
    return st.lists(st.lists(st.tuples(*letters), max_size=max_size), min_size=1, max_size=5)


SHAPES = [
    # start and update, domain, shape, text
    (0, "x", digits(9), "delay", "x one step before; 0 at the start"),
    (0, "s + x", digits(9), "sum", "the sum of x so far"),
    (5, "s + x", digits(9), "sum", "5 plus the sum of x so far"),
    (0, "s + 1", digits(9), "sum", "the number of inputs so far"),
    (0, "s + 1 - x % 2", digits(9), "sum", "how many times x was even so far"),
    (0, "s + (x > 3)", digits(9), "sum", "how many times x was at least 4 so far"),
    (0, "s + (-1, 1, 0)[x]", digits(2), "sum",
     "how many times x was 1 less how many times x was 0 so far"),
    (0, "s + (x == 70)", digits(999), "sum", "how many times x == 70 so far"),
    (0, "(s + x) % 7", digits(6), "modular sum", "the sum of x so far, modulo 7"),
    (0, "(2 * s + x) % 7", bits(), "modular sum",
     "the number with the digits x in base 2, the highest first, modulo 7"),
    (0, "(x - s) % 3", bits(), "modular sum",
     "the number with the digits x in base 2, the highest first, modulo 3"),
    (0, "s ^ x", bits(), "modular sum", "the sum of x so far, modulo 2"),
    (1, "1 if s == x else 0", bits(), "modular sum",
     "1 plus how many times x was 0 so far, modulo 2"),
    (0, "1 - s", bits(), "modular sum", "the number of inputs so far, modulo 2"),
    (0, "3 * s + x", digits(2), "digits",
     "the number with the digits x in base 3, the highest first"),
    (1, "2 * s", bits(), "power", "2 ** the number of inputs so far"),
    (0, "max(s, x)", digits(9), "largest", "the largest x so far; 0 at the start"),
    (0, "max(s, x)", digits(9, -9), "largest", "the largest of 0 and every x so far"),
    (9, "min(x * x, s)", digits(9, -9), "smallest", "the smallest of 9 and every (x * x) so far"),
    (1, "s & x", bits(), "once", "0 once x was 0, 1 before"),
    (0, "min(s + (x == 0), 3)", digits(4), "capped count",
     "how many times x was 0 so far, at most 3"),
    (0, "min(s + 1, 3) if x == 0 else 0", digits(4), "run",
     "how many times in a row x was 0 up to now, at most 3"),
    (0, "3 if s == 3 else (s + 1) * (1 - x)", bits(), "run",
     "how many times in a row x was 0 up to now, and 3 once it was 3"),
    (0, "s + 1 if x == 1 else 0", bits(), "run", "how many times in a row x was 1 up to now"),
    (0, "s * x + x", bits(), "run", "how many times in a row x was 1 up to now"),
    (2, "s - 1 if x > 7 else s + 1 if x < 3 else s", digits(9), "sum",
     "2 plus how many times x was at most 2 less how many times x was 8 or 9 so far"),
    (0, "(s - x) % 5", digits(9), "modular sum", "minus the sum of x so far, modulo 5"),
    (0, "s + (x in (2, 3, 4))", digits(9), "sum", "how many times x was 2 to 4 so far"),
    (0, "1 if x == 2 else 0 if x == 3 else s", digits(4), "latch",
     "1 after x was 2, 0 after x was 3, otherwise as before; 0 at the start"),
    (0, "s + 2 * x - 1 if s != 1 else s", bits(), "guarded sum",
     "how many times x was 1 less how many times x was 0 so far, counted only while s != 1"),
    (0, "s if s == 1 else s + x", digits(9), "guarded sum",
     "the sum of x so far, counted only while s != 1"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "update", "domain", "shape", "text"), SHAPES)
@settings(max_examples=examples(20))
@given(data=st.data())
def test_a_known_shape_is_said_in_words(data, start, update, domain, shape, text):
    m = machine(["s"], {"s": (start, update)})
    (claim,) = check(m, domain, data.draw(words_of(domain))).claims
    assert (claim.shape, claim.text) == (shape, text)


TWO = [
    ({"s": (0, "(s + x + w) // 2")}, "s", "carry"),
    ({"s": (0, "s if s == x else w")}, "s", "carry"),
    ({"s": (0, "x & w ^ s")}, "s", "modular sum"),
    ({"s": (0, "x"), "r": (0, "s")}, "r", "delay"),
    ({"p": (1, "2 * p"), "r": (0, "r + x * p")}, "r", "digits from the end"),
    ({"v": (0, "v + x"), "r": (0, "r + v + x")}, "r", "state sum"),
    ({"v": (0, "v + x"), "r": (0, "r + v")}, "r", "state sum"),
]


@pytest.mark.parametrize(("state", "variable", "shape"), TWO)
@settings(max_examples=examples(20))
@given(data=st.data())
def test_shapes_over_two_inputs_or_two_variables(data, state, variable, shape):
    m = machine([variable], state, ("x", "w"))
    domain = bits(2)
    claims = check(m, domain, data.draw(words_of(domain))).claims
    assert {c.variable: c.shape for c in claims}[variable] == shape


OPAQUE = machine(
    ["1 if q in (0, 1, 3) else 0"], {"q": (0, "(0, 1, 2, 0, 3, 4, 2, 1, 4, 4)[2 * q + x]")}
)


def test_an_automaton_is_a_table_of_arrows():
    assert describe(OPAQUE, bits()).lines()[3:] == [
        "q  gives  x = 0  x = 1",
        "0  1      0      1",
        "1  1      2      0",
        "2  0      3      4",
        "3  1      2      1",
        "4  0      4      4",
    ]


def test_an_output_that_is_the_state_has_no_column():
    m = machine(["q"], {"q": (0, "(1, 2, 0, 2, 1, 0)[2 * q + x]")})
    assert describe(m, bits()).lines()[-4:] == [
        "q  x = 0  x = 1", "0  1      2", "1  0      2", "2  1      0",
    ]  # fmt: skip


def test_letters_that_always_do_the_same_share_a_column():
    m = machine(["s * (x % 2)"], {"s": (1, "(2, 1, 3, 3)[s] if x < 5 else (0, 3, 1, 2)[s]")})
    found = check(m, digits(9), [[(3,), (7,), (9,), (4,)]])
    assert [name for name, _ in found.arrows.columns] == [
        "x = 0 or 2 or 4", "x = 1 or 3", "x = 5 or 7 or 9", "x = 6 or 8",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("state", "domain"),
    [
        ({"s": (0, "s * s + x")}, bits()),  # grows beyond all bounds
        ({"s": (0, "(s * s + x * 5 + 1) % 64")}, digits(7)),  # too many states
        ({"s": (0, "(1, 2, 0)[s + 3 * x]")}, bits()),  # no value for some letters
        ({"s": (2, "(s * s + x) % 9223372036854775807")}, digits(2**70, -(2**70))),
    ],
)
def test_nothing_is_said_where_nothing_is_known(state, domain):
    assert describe(machine(["s"], state), domain).lines() == []


def test_a_start_outside_the_shape_is_no_claim():
    assert not describe(machine(["s"], {"s": (9, "(s + x) % 7")}), digits(6)).claims
    unlike = machine(["b"], {"a": (0, "x"), "b": (1, "a")})
    assert [c.variable for c in describe(unlike, digits(200)).claims] == ["a"]


SMALL = Domain(("x",), (-2,), (3,))


@settings(max_examples=examples(40))
@given(m=machines(), words=words_of(SMALL))
def test_what_is_said_of_any_machine_is_true(m, words):
    check(m, SMALL, words)


UPDATES = st.sampled_from(
    ["x", "s", "r", "s + x", "s + r", "(s + x) % 3", "(2 * s - x) % 5", "max(s, x)", "min(r, x)",
     "2 * s", "s * 2 + x", "(s + x) // 2", "s + x * r", "min(s + 1, 2) if x > 0 else 0",
     "s + x if s < 2 else s", "1 if x > 1 else 0 if x < 0 else s", "1 - s", "r + 1", "r + x * s"]
)  # fmt: skip


@settings(max_examples=examples(200))
@given(next_s=UPDATES, next_r=UPDATES, starts=st.tuples(*[st.integers(-1, 2)] * 2),
       words=words_of(SMALL, 8))  # fmt: skip
def test_what_is_said_near_the_known_shapes_is_true(next_s, next_r, starts, words):
    check(machine(["s + r"], {"s": (starts[0], next_s), "r": (starts[1], next_r)}), SMALL, words)


def test_every_specification_is_told_truly():
    silent = []
    for task in load_tasks():
        rng_words = [
            [tuple(x) for x in word] for word in task.domain.sample(4, 12, _rng()).tolist()
        ]
        found = check(task.spec, task.domain, rng_words)
        if task.spec.state and not found.lines():
            silent.append(task.name)
    assert len(silent) < 25, silent


def _rng():
    import numpy as np

    return np.random.default_rng(0)


ODD = ["self", "def", '"""', "x y", "\\", "{{ x }}", "\n", "é", "old(s)"]


@settings(max_examples=examples(40))
@given(st.permutations(ODD), st.sampled_from(["s + x", "(5, 1, 0, 2, 4, 3)[(s + x) % 6]"]))
def test_any_names_are_harmless_in_the_docstring(names, update):
    x, s, *_ = names
    plain = machine(["s"], {"s": (0, update)})
    m = Machine((x,), (s,), plain.init, plain.rename({"x": x, "s": s}).next, (var(s),))
    domain = Domain((x,), (0,), (1,))
    source = render_program(m, name="T", says="", domain=domain, how="")
    (stream,) = [n for n in ast.parse(source).body if isinstance(n, ast.ClassDef)]
    assert len(ast.get_docstring(stream).splitlines()) > 1
    assert source.isascii()
    assert old(s)  # the name of the old value may be anything as well
