"""Registers that never show alone: completed from what shows of them at times."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch, run_batch, trace
from mips_verify.extract.extraction import extract
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.registers.partial_observations import beside, counts_of_ones, growth, rests
from mips_verify.extract.registers.readable import needed
from mips_verify.extract.registers.saturating_shifts import (
    FAR,
    Actions,
    Observation,
    completed,
    fit_actions,
    interiors,
)
from mips_verify.extract.registers.transitions import step_of
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from tests.extract_networks import MachineNetwork, machine
from tests.quick import examples, some_slow

DIGITS = Domain(("x",), (0,), (9,))
SIGNED = Domain(("x",), (-10,), (10,))

MACHINES = {
    "the smaller of two sums": (
        {"a": (0, "a + x if x in (3, 4) else a"), "b": (0, "b + x if x > 6 else b")},
        ("min(a, b)",), DIGITS),
    "a bound that is above what ever shows": (
        {"a": (0, "min(max(a + x - 5, 0), 10)"), "b": (0, "b + 1 if x > 7 else b")},
        ("min(a, b)",), DIGITS),
    "the larger of a clamp and a sum since a letter": (
        {"a": (0, "0 if x == -2 else a + x"), "b": (0, "min(max(b + x, -25), 14)")},
        ("max(a, b)",), SIGNED),
    "a sum of a register that does not show": (
        {"a": (0, "min(max(a + x - 5, -10), 8)"), "b": (0, "0 if x == 2 else b + 1"),
         "c": (0, "0 if x == 4 else c + b")},
        ("max(a, c)", "a - c"), DIGITS),
    "whether a sum is above a counter": (
        {"a": (0, "a + x if x > -3 else a"), "b": (0, "0 if x == -1 else b + 1")},
        ("b", "int(a > b)"), Domain(("x",), (-5,), (5,))),
}  # fmt: skip


@pytest.mark.parametrize("name", some_slow(MACHINES, *MACHINES))
def test_registers_that_hide_each_other_are_found(name):
    state, outputs, domain = MACHINES[name]
    wanted = machine(state, *outputs)
    found = extract(MachineNetwork(wanted, seed=1, horizon=10), domain, 10)
    assert found.machine is not None, found.tried
    assert found.machine.size <= 1.2 * wanted.size, str(found.machine)
    x = domain.sample(500, 60, np.random.default_rng(3))
    assert (run_batch(found.machine, x) == run_batch(wanted, x)).all()


@st.composite
def actions(draw, letters=4):
    shift = draw(st.lists(st.integers(-4, 4), min_size=letters, max_size=letters))
    low = draw(st.lists(st.sampled_from([-FAR, -3, 0]), min_size=letters, max_size=letters))
    high = draw(st.lists(st.sampled_from([FAR, 0, 5]), min_size=letters, max_size=letters))
    return Actions(np.array(shift), np.array(low), np.array(high))


@given(actions(), st.integers(0, 100))
@settings(max_examples=examples(60), deadline=None)
def test_fitted_actions_explain_every_step_of_actions(true, seed):
    letters = np.random.default_rng(seed).integers(0, 4, size=(300, 10))
    numbers = true.run(0, letters)
    fitted = fit_actions(numbers[:, :-1].ravel(), letters.ravel(), numbers[:, 1:].ravel(), 4)
    assert fitted is not None
    assert (fitted.run(0, letters) == numbers).mean() > 0.99


@given(actions(), st.sampled_from((1, -1)), st.integers(-5, 5))
def test_renamed_actions_move_the_renamed_number(true, sign, offset):
    letters = np.random.default_rng(0).integers(0, 4, size=(50, 10))
    renamed = sign * (true.run(0, letters) - offset)
    assert (true.renamed(sign, offset, 1).run(-sign * offset, letters) == renamed).all()


def test_steps_without_a_common_reason_have_no_actions():
    rng = np.random.default_rng(0)
    before, after = rng.integers(0, 50, size=(2, 1_000))
    assert fit_actions(before, rng.integers(0, 3, size=1_000), after, 3) is None


def test_a_number_that_shows_up_to_a_bound_is_completed_beyond_it():
    letters = np.random.default_rng(0).integers(0, 7, size=(800, 10))
    true = Actions(np.arange(7) - 3, np.full(7, -6), np.full(7, 9))
    numbers = true.run(0, letters)
    seen = np.minimum(numbers, 4)
    views = list(interiors(Observation(seen, np.ones(seen.shape, dtype=bool))))
    found = [c for v in views if (c := completed(v, letters, 7)) is not None]
    share, fitted, start = max(found, key=lambda c: c[0])
    assert share == 1
    assert (fitted.run(start, letters) == numbers).all()


def test_a_known_register_leaves_the_other_one_of_a_sum_and_of_a_minimum():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 9, size=(2, 50, 6))
    total = rests((a + b)[:, 1:, None], [a])
    assert any((g.values == b)[g.shown].all() and g.shown[:, 1:].all() for g in total)
    smaller = rests(np.minimum(a, b)[:, 1:, None], [a])
    assert any((g.values == b)[g.shown].all() and g.shown.mean() > 0.3 for g in smaller)


def test_counts_show_by_how_much_one_register_is_above_a_known_one():
    wanted = machine({"a": (0, "a + x if x > -3 else a"), "b": (0, "b + 1")}, "int(a > b)")
    domain = Domain(("x",), (-5,), (5,))
    x = domain.sample(300, 10, np.random.default_rng(0))
    network = MachineNetwork(wanted, seed=0, horizon=10)
    study = Study(Oracle(network, domain, 10), x, network.run(x)[1], 0)
    states, _ = trace(wanted, x)
    a, b = np.moveaxis(states, 2, 0)
    best = counts_of_ones(study, x)[0]
    exact = [
        len(np.unique((a[:, : g.values.shape[1]] - g.values)[g.shown])) == 1
        for g in beside(best, [b])
    ]
    assert any(exact)


def test_growth_shows_what_is_added_away_from_the_ends():
    rate = np.random.default_rng(0).integers(0, 4, size=(50, 8))
    total = np.minimum(np.concatenate([np.zeros((50, 1), int), rate.cumsum(axis=1)], axis=1), 9)
    grown = growth(Observation(total, np.ones(total.shape, dtype=bool)))
    assert grown.shown.any()
    assert (grown.values[:, :-1] == rate)[grown.shown[:, :-1]].all()


def test_registers_that_no_output_depends_on_go():
    kept = needed(machine({"a": (0, "b"), "b": (1, "b + x"), "c": (2, "a + c")}, "a + x"))
    assert kept.state == ("a", "b")
    assert kept.init == (0, 1)


def test_the_step_of_actions_is_a_formula():
    study = Study(Oracle(MachineNetwork(machine({}, "x")), DIGITS, 5), np.zeros((1, 5, 1), int),
                  np.zeros((1, 5, 1), int), 0)  # fmt: skip
    true = Actions(np.arange(10) - 5, np.full(10, -3), np.full(10, 6))
    letters = np.random.default_rng(0).integers(0, 10, size=(100, 8))
    step = step_of(study, true, true.run(0, letters), "r")
    assert step is not None
    values = {"r": np.repeat(np.arange(-3, 7), 10), "x": np.tile(np.arange(10), 10)}
    wanted = np.clip(values["r"] + values["x"] - 5, -3, 6)
    assert (evaluate_batch(step, values) == wanted).all()
