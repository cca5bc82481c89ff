"""Of the ways to write a program, the one that a reader can name."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.readability import opacity
from mips_verify.extract import rewrite as module
from mips_verify.extract.method import Candidate
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.rewrite import as_table, clearer, rewordings, states_of
from mips_verify.extract.scoring import Judge
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from tests.quick import examples
from tests.strategies import machines, words

BITS = Domain(("x",), (0,), (1,))
SMALL = Domain(("x",), (-2,), (3,))


def machine(output, state):
    known = [*state, "x"]
    calls = {"old": lambda args: var(old(args[0].id))}
    return Machine(
        inputs=("x",),
        state=tuple(state),
        init=tuple(start for start, _ in state.values()),
        next=tuple(parse(text) for _, text in state.values()),
        outputs=(parse(output, known, calls),),
    )


class Recorded:
    """A network that only has a size; nothing here looks at one."""

    hidden, outputs = 1, 1


def reworded(m, domain, length=12, seed=0, mistakes=0):
    """The programs in other words that the judge accepts, the best first."""
    sequences = domain.sample(300, length, np.random.default_rng(seed))
    answers = run_batch(m, sequences)
    answers[:mistakes, -1] += 1
    study = Study(Oracle(Recorded(), domain, length), sequences, answers, seed)
    judge = Judge(sequences, answers)
    found = [judge.verdict(Candidate("state assignment", m))]
    others = clearer(found, study, judge)
    return [str(f.machine) for f in sorted(found + others, key=lambda f: f.rank)]


CLEARER = {
    "a quotient beside its remainder": (
        machine("(s + x) % 2", {"s": (0, "(2 * s + x) % 7")}), BITS,
        "s = 0 -> (2 * s + x) % 7\noutput (2 * old(s) + x) // 7",
    ),
    "a quotient where the step has negative weights": (
        machine("(s + x) % 2", {"s": (0, "(x - s) % 3")}), BITS,
        "s = 0 -> (2 * s + x) % 3\noutput (2 * old(s) + x) // 3",
    ),
    "an overflow": (
        machine("1 if n < x else 0", {"n": (0, "(n + x) % 15")}), Domain(("x",), (0,), (15,)),
        "n = 0 -> (n + x) % 15\noutput (old(n) + x) // 15",
    ),
    "counts of one letter each": (
        machine("2 if a < c else 1 if a < b else 0",
                {"a": (0, "a + (x == 0)"), "b": (0, "b + x % 2"), "c": (0, "c + x // 2")}),
        Domain(("x",), (0,), (2,)),
        "a = 0 -> a + int(x == 0)\nb = 0 -> b + int(x == 1)\nc = 0 -> c + int(x == 2)\n"
        "output 2 if a < c else 1 if a < b else 0",
    ),
    "a minimum": (
        machine("r + m - 99", {"r": (0, "max(r, x)"), "m": (0, "max(99 - x, m)")}),
        Domain(("x",), (0,), (99,)),
        "r = 0 -> max(r, x)\nm = 99 -> min(x, m)\noutput r - m",
    ),
    "a remainder that counts up": (
        machine("1 if n == 0 else 0", {"n": (0, "(n - x - 1) % 3")}), BITS,
        "n = 0 -> (n + x + 1) % 3\noutput int(n == 0)",
    ),
    "a register that is shown": (
        machine("1 - s", {"s": (1, "s * x + 1 - 2 * x")}), BITS,
        "s = 0 -> s * x + x\noutput s",
    ),
    "a bound far from the start": (
        machine("30 - s", {"s": (30, "max(s - x - 2, 0)")}), SMALL,
        "s = 0 -> min(s + x + 2, 30)\noutput s",
    ),
    "opaque registers": (
        machine("r1", {"r0": (1, "max(r1 - x, r2)"), "r1": (1, "r0 if x == 0 else r1"),
                       "r2": (0, "min(x, r1 - r2)")}), BITS,
        "q = 0 -> (0, 1, 2, 0, 3, 4, 2, 1, 4, 4)[2 * q + x]\noutput int(not q in (2, 4))",
    ),
    "opaque labels": (
        machine("min(s, 1)", {"s": (3, "max(-min(s, x) % 4, s - 1)")}), BITS,
        "q = 0 -> (1, 0, 2, 0, 3, 0, 3, 3)[2 * q + x]\noutput int(q != 3)",
    ),
    "states that show their number": (
        machine("(s + 1) % 3", {"s": (2, "(2, 0, 1, 0, 2, 1)[2 * s + x]")}), BITS,
        "q = 0 -> (0, 2, 0, 1, 2, 1)[2 * q + x]\noutput q",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [n for n in CLEARER if n != "states that show their number"])
def test_the_clearer_program_is_preferred(name):
    m, domain, wanted = CLEARER[name]
    assert reworded(m, domain)[0] == wanted


PLAIN = {
    "counter": (machine("s", {"s": (0, "s + x")}), SMALL),
    "parity": (machine("s", {"s": (0, "s ^ x")}), BITS),
    "remainder": (machine("s", {"s": (0, "(s + x) % 3")}), BITS),
    "window": (machine("x + old(b)", {"a": (0, "x"), "b": (0, "a")}), BITS),
    "largest": (machine("m", {"m": (0, "max(m, x)")}), SMALL),
    "majority": (machine("1 if n > 0 else 0", {"n": (0, "n + 2 * x - 1")}), BITS),
}


@pytest.mark.parametrize("name", PLAIN)
def test_a_named_shape_stays(name):
    m, domain = PLAIN[name]
    assert reworded(m, domain)[0] == str(m)
    assert opacity(m) == 0


THREE = Domain(("x",), (-1,), (1,))


@st.composite
def automata(draw):
    """Machines of up to eight states, numbered at random, whose new state decides the output."""
    n = draw(st.integers(2, 8))
    states = st.integers(0, n - 1)
    entries = draw(st.lists(states, min_size=3 * n, max_size=3 * n))
    shown = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    step, output = f"{(*entries,)}[3 * s + x + 1]", f"{(*shown,)}[s]"
    return machine(output, {"s": (draw(states), step)})


@settings(max_examples=examples(80))
@given(m=automata(), word=st.lists(st.tuples(st.integers(-1, 1)), max_size=15))
def test_a_table_does_what_its_machine_does(m, word):
    closed = states_of(m, THREE)
    assume(closed is not None)
    table = as_table(closed, THREE)
    # a start that shows what no step into it does may have to be told from another state
    assert table is None or table.run(word) == m.run(word)


@settings(max_examples=examples(80))
@given(m=automata())
def test_states_are_numbered_as_they_are_first_visited(m):
    closed = states_of(m, THREE)
    assume(closed is not None)
    seen = [0]
    for q in range(closed.states):
        seen += [p for p in dict.fromkeys(closed.next[q].tolist()) if p not in seen]
    assert seen == list(range(closed.states))


def test_states_that_show_numbers_of_their_own_have_them():
    m, domain, wanted = CLEARER["states that show their number"]
    assert str(as_table(states_of(m, domain), domain)) == wanted


def test_a_wrong_rewording_is_not_kept():
    """The quotient is not the output here, whatever it may look like."""
    m = machine("s", {"s": (0, "(2 * s + x) % 7")})
    assert not any("//" in text for text in reworded(m, BITS))


def test_nothing_is_reworded_where_nothing_was_found():
    assert clearer([], None, None) == []


def test_the_program_of_a_network_that_is_nearly_right_is_reworded_too():
    m, domain, wanted = CLEARER["a quotient beside its remainder"]
    assert reworded(m, domain, mistakes=9)[0] == wanted


@settings(max_examples=examples(60))
@given(m=machines(), word=words())
def test_reflecting_a_register_changes_nothing(m, word):
    m = Machine(m.inputs, ("k", *m.state), (7, *m.init),
                (parse("max(9 - x, k)"), *m.next), (*m.outputs, parse("k * k")))  # fmt: skip
    others = list(module.reflected(m))
    assert others
    assert all(other.run(word) == m.run(word) for other in others)


def test_rewording_looks_at_no_unbounded_machine_for_ever():
    m = machine("s", {"s": (1, "s * s + x + 1")})
    assert states_of(m, BITS) is None
    study = Study(Oracle(Recorded(), BITS, 5), np.zeros((1, 5, 1), np.int64), None, 0)
    assert list(rewordings(m, study)) == []
