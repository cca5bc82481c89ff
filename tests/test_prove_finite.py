"""The product search is exact: its states, its shortest word, and when it must stop."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given

from mips_verify.algebra.batch import compiled, evaluate_batch
from mips_verify.algebra.magnitude import EXACT, magnitude
from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.sequences import mixed_words, widened
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, evaluate
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import join
from mips_verify.kernel.verdict import Status
from mips_verify.prove.bounded import bounded_check
from mips_verify.prove.counterexample import refute, replay, shrink
from mips_verify.prove.equal import equal
from mips_verify.prove.joint_runs import observe
from mips_verify.prove.limits import MOST_LISTED_STATES
from mips_verify.prove.product import ProductSearch, search_product
from mips_verify.spec.table_machine import table_machine
from tests.prove_tools import broken, first_difference, judge, random_machine
from tests.strategies import expressions
from tests.test_prove_pairs import automaton, machine

BIT = Domain(("x",), (0,), (1,))
DIGIT = Domain(("x",), (0,), (9,))
SMALL = Domain(("x",), (-2,), (3,))


def reachable(pair):
    """All joint states, by exact steps."""
    start = pair.program.init, pair.spec.init
    found, todo = {start}, [start]
    while todo:
        p, s = todo.pop()
        for x in pair.domain.letters():
            new = pair.program.step(p, x)[0], pair.spec.step(s, x)[0]
            if new not in found:
                found.add(new)
                todo.append(new)
    return {p + s for p, s in found}


@pytest.mark.parametrize("task", ["Tomita_3", "Tomita_7", "Div_5"])
def test_a_closed_search_has_every_reachable_state_once(task: str) -> None:
    pair = join(automaton(task, 2), automaton(task, 1), BIT)
    reached = search_product(pair, 100_000)
    assert reached.closed
    assert len(reached.states) == len({tuple(r) for r in reached.states.tolist()})
    assert {tuple(r) for r in reached.states.tolist()} == reachable(pair)


def smallest(spec: Machine, domain: Domain) -> Machine:
    """The table of the minimal automaton of a finite machine."""
    letters, states, rows = list(domain.letters()), [spec.init], []
    for z in states:
        rows.append([spec.step(z, x) for x in letters])
        states += [new for new in dict.fromkeys(n for n, _ in rows[-1]) if new not in states]
    follow = np.array([[states.index(new) for new, _ in row] for row in rows])
    outputs = np.array([[y for _, y in row] for row in rows])
    return table_machine(Mealy(domain.names, np.array(letters), follow, outputs).minimal())


def clamped(rng: random.Random) -> Machine:
    """Three registers that stay small, of which the output shows a part."""
    r = rng.choice([(3, "min(r, x)"), (0, "max(r, x)")])
    s = rng.choice(["max(s, x)", "min(s + x, 4)"])
    t = f"min(max(t + s - {rng.randint(1, 3)}, {-rng.randint(1, 4)}), {rng.randint(0, 3)})"
    output = rng.choice(["t + r", "max(t, r)", "int(t > -1) + r", "t + r - s"])
    return machine("x", {"r": r, "s": (0, s), "t": (0, t)}, output)


@pytest.mark.parametrize("seed", range(20))
def test_finite_machines_with_few_joint_states_are_proved_whatever_they_have_in_common(seed: int):
    spec, letters = clamped(random.Random(seed)), Domain(("x",), (0,), (3,))
    program = smallest(spec, letters)
    assert len(search_product(join(program, spec, letters), 100_000).states) <= MOST_LISTED_STATES
    assert equal(program, spec, letters).status is Status.PROVED


@pytest.mark.parametrize("seed", range(25))
def test_words_of_both_bounded_searches_are_shortest(seed: int) -> None:
    rng = random.Random(seed)
    a = random_machine(rng)
    b = rng.choice([*broken(a), random_machine(rng)])
    pair = join(b, a, SMALL)
    shortest, certain = judge(pair.program, pair.spec, SMALL)
    for found in (search_product(pair, 50_000), bounded_check(pair, 0, certain, 2_000_000)):
        if found.word is not None:
            # the searches also stop where both machines lack a value
            difference = replay(pair, found.word)
            assert difference is not None
            assert difference.word == found.word
            if difference.expected is not None:
                assert shortest is None or shortest == len(found.word)
        if shortest is not None:
            assert found.length < shortest


def test_the_search_stops_before_64_bits() -> None:
    growing = machine("x", {"z": (1, "z * z + 1")}, "z")
    reached = search_product(join(growing, growing, BIT), 10**6)
    assert not reached.closed
    assert 4 <= reached.length <= 7
    assert np.abs(reached.states).max() < EXACT


def test_the_search_counts_its_steps() -> None:
    walk = machine("x", {"z": (0, "z + x")}, "z")
    few, many = (search_product(join(walk, walk, BIT), n).length for n in (5_000, 50_000))
    assert 0 < few < many


@pytest.mark.parametrize("seed", range(12))
def test_a_search_in_parts_is_the_search_in_one(seed: int) -> None:
    rng = random.Random(seed)
    a = random_machine(rng)
    pair = join(rng.choice([*broken(a), a]), a, SMALL)
    parts = ProductSearch(pair)
    for steps in (1, 700, 3_000, 3_000, 20_000):
        some, whole = parts.until(steps), search_product(pair, steps)
        assert some.states.tolist() == whole.states.tolist()
        fields = ("closed", "length", "word")
        assert [getattr(some, f) for f in fields] == [getattr(whole, f) for f in fields]


@pytest.mark.parametrize("chunk", [1, 7])
def test_a_level_taken_in_chunks_gives_the_same_word(chunk: int, monkeypatch) -> None:
    pair = join(machine("x", {"n": (0, "(n + x) % 50")}, "int(n > 30)"),
                machine("x", {"n": (0, "(n + x) % 50")}, "int(n > 31)"), DIGIT)  # fmt: skip
    whole = search_product(pair, 10**5)
    monkeypatch.setattr("mips_verify.prove.product.CHUNK", chunk)
    in_chunks = search_product(pair, 10**5)
    assert whole.word == in_chunks.word
    assert replay(pair, in_chunks.word).word == in_chunks.word


def test_machines_without_a_state_close_at_once() -> None:
    reached = search_product(join(machine("x", {}, "x"), machine("x", {}, "x"), BIT), 10**4)
    assert (reached.closed, reached.states.shape) == (True, (1, 0))


@given(expressions(("a", "b")), expressions(("a", "b")))
def test_compiled_expressions_have_the_values_of_each(first, second) -> None:
    env = {"a": np.arange(-6, 6)[:, None], "b": np.arange(-4, 5)[None, :]}
    both = Expr("sub", (first, second))
    for e, value in zip((first, both, second), compiled([first, both, second])(env), strict=True):
        assert (evaluate_batch(e, env) == value).all()


@pytest.mark.parametrize(
    ("state", "finite"),
    [
        ({"s": (0, "(s + x) % 1147")}, True),
        ({"q": (0, "(2, 0, 1)[(q + x) % 3]"), "d": (0, "q"), "b": (0, "int(d > x)")}, True),
        ({"s": (0, "s + x")}, False),
        ({"s": (0, "(s + x) % 9"), "n": (0, "n + s")}, False),
        ({"s": (1, "-s")}, True),
        ({"s": (1, "2 * s")}, False),
    ],
)
def test_texts_that_keep_a_state_bounded_are_seen_to(state, finite: bool) -> None:
    pair = join(machine("x", state, "0"), machine("x", {}, "0"), DIGIT)
    assert ProductSearch(pair).finite == finite


@given(expressions(("a", "b")))
def test_magnitude_bounds_every_value(e) -> None:
    rng = np.random.default_rng(0)
    bound = magnitude(e, {"a": 9, "b": 4})
    env = {"a": rng.integers(-9, 10, 50), "b": rng.integers(-4, 5, 50)}
    for i in range(50):
        assert abs(evaluate(e, {n: int(v[i]) for n, v in env.items()})) <= bound
    if bound < EXACT:
        exact = [evaluate(e, {n: int(v[i]) for n, v in env.items()}) for i in range(50)]
        assert evaluate_batch(e, env).tolist() == exact


def test_magnitude_sees_what_is_only_computed_on_the_way() -> None:
    (e,) = machine("x", {}, "x * x * x // 1000000 % 7").outputs
    assert magnitude(e, {"x": 10**4}) == 10**12
    (e,) = machine("x", {}, "int(x * x > 5) + (x * x in (4, 9))").outputs
    assert magnitude(e, {"x": 10**4}) == 10**8


@pytest.mark.parametrize("domain", [BIT, SMALL, Domain(("x", "w"), (0, -9), (99, 9))])
def test_words_stay_in_the_domain_and_reach_its_ends(domain: Domain) -> None:
    found = mixed_words(domain, 300, 20, np.random.default_rng(0))
    assert found.shape[1:] == (20, domain.channels)
    assert found.min(axis=(0, 1)).tolist() == list(domain.lows)
    assert found.max(axis=(0, 1)).tolist() == list(domain.highs)
    constant = (found == found[:, :1]).all(axis=(1, 2))
    assert {tuple(r) for r in found[constant][:, 0].tolist()} >= {domain.lows, domain.highs}


def test_a_widened_domain_holds_the_domain() -> None:
    wide = widened(SMALL)
    assert wide.lows[0] < SMALL.lows[0]
    assert wide.highs[0] > SMALL.highs[0]


def test_huge_ranges_do_not_break_the_sampling() -> None:
    huge = Domain(("x",), (-(10**30),), (10**30,))
    assert np.abs(mixed_words(huge, 100, 5, np.random.default_rng(0))).max() <= 2**31


def test_a_missing_value_is_observed_as_a_difference() -> None:
    # int64 evaluation reads the nearest entry, which is what the other side says
    pair = join(machine("x", {}, "(0, 1)[x]"), machine("x", {}, "min(x, 1)"), DIGIT)
    seen = observe(pair, np.array([[[0], [1]], [[1], [2]]]))
    assert seen.differs.tolist() == [[False, False], [False, True]]


def test_a_sequence_with_a_value_of_the_specification_is_preferred() -> None:
    # 5 takes the specification's value away at once, 7 and then 7 refutes
    pair = join(
        machine("x", {"d": (0, "x")}, "int(d == 7 and old(d) == 7)"),
        machine("x", {}, "(0, 0)[2 * (x == 5)]"),
        DIGIT,
    )
    found = refute(pair, observe(pair, np.array([[[5], [0]], [[7], [7]]])))
    assert found is not None
    assert found.word == ((7,), (7,))


def test_replay_stops_where_numbers_explode() -> None:
    squares = machine("x", {"z": (2, "z * z")}, "z % 2 + (z > 0) * x")
    pair = join(squares, machine("x", {}, "0"), BIT)
    assert replay(pair, [(0,)] * 9 + [(1,)]).got is not None
    assert replay(pair, [(0,)] * 20 + [(1,)]) is None


def test_shrinking_stays_where_the_specification_has_a_value() -> None:
    spec = machine("x", {"n": (0, "n + x")}, "(0, 0)[2 * (n == 0)]")
    pair = join(machine("x", {}, "1"), spec, BIT)
    best = shrink(pair, replay(pair, [(1,), (0,), (1,)]))
    assert (best.word, best.expected) == (((1,),), (0,))


def test_shrinking_keeps_the_difference_and_simplifies() -> None:
    pair = join(machine("x", {"n": (0, "n + x")}, "int(n > 6)"), machine("x", {}, "0"), SMALL)
    found = replay(pair, [(x,) for x in (3, -2, 1, 3, 0, 2, -1, 3, 3, 3)])
    best = shrink(pair, found)
    assert first_difference(pair.program, pair.spec, best.word) == len(best.word)
    assert len(best.word) == 3
    assert best.got != best.expected


def test_large_tables_that_number_their_states_alike_are_equal() -> None:
    """The relation is as simple as can be, but its step is too large a question for Houdini."""
    rng = np.random.default_rng(0)
    n, k = 60, 16
    table = tuple(rng.integers(0, n, n * k).tolist())
    shown = tuple(rng.integers(0, 4, n * k).tolist())
    one, other = (
        machine("x", {q: (0, f"{table}[{k} * {q} + x]")}, f"{shown}[{k} * old({q}) + x]")
        for q in ("q", "p")
    )
    verdict = equal(one, other, Domain(("x",), (0,), (k - 1,)))
    assert (verdict.status, verdict.strategy) == (Status.PROVED, "finite part")


def test_states_that_random_words_hardly_reach_are_in_the_invariant() -> None:
    """A handshake: five letters in the right order lead to the last state, any other to a sink."""
    step, told = [[3] * 8 for _ in range(8)], [[2, 0, 2, 2, 2, 2, 3, 3] for _ in range(8)]
    step[0], told[0] = [1, 1, 1, 2, 3, 3, 3, 1], [0, 0, 0, 1, 2, 2, 3, 0]
    step[1], told[1] = [1] * 8, [0] * 8
    for state, key, after in (2, 5, 4), (4, 4, 5), (5, 2, 6), (6, 6, 7), (7, 1, 7):
        step[state][key], told[state][key] = after, state
    q, y = (f"{tuple(n for row in rows for n in row)}[8 * {{}} + x]" for rows in (step, told))
    handshake = machine("x", {"q": (0, q.format("q"))}, y.format("old(q)"))
    assert equal(handshake, handshake, Domain(("x",), (0,), (7,))).status is Status.PROVED
