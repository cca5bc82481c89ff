"""Registers that hidden units keep, up to a scale and small errors."""

import numpy as np
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from mips_verify.algebra.batch import evaluate_batch, run_batch
from mips_verify.algebra.sequences import comparison_set
from mips_verify.extract.method import Known
from mips_verify.extract.methods import hidden_registers
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.registers.saturating_shifts import FAR, Actions
from mips_verify.extract.registers.unit_scale import directions, integer_actions
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from tests.extract_networks import MachineNetwork, machine
from tests.quick import examples

LETTERS = 7
MOVES = st.lists(st.integers(-6, 6), min_size=LETTERS, max_size=LETTERS)
SCALES = st.floats(0.01, 50).flatmap(lambda c: st.sampled_from([c, -c]))


@given(MOVES, SCALES, st.floats(-3, 3), st.sampled_from([FAR, 5, 9]), st.integers(0, 99))
@settings(max_examples=examples(60), deadline=None)
def test_a_scaled_register_with_small_errors_is_an_integer_again(moves, scale, start, high, seed):
    shift = np.array([*moves[:-2], 1, 2]) * (1 if scale > 0 else -1)
    rng = np.random.default_rng(seed)
    letters = rng.integers(0, LETTERS, size=(400, 10))
    bounds = (-FAR, high) if scale > 0 else (-high, FAR)
    true = Actions(shift, *(np.full(LETTERS, b) for b in bounds)).run(0, letters)
    assume((np.abs(true) == high).mean() < 0.2)  # else it hardly moves
    seen = start + scale * (true + rng.uniform(-0.02, 0.02, size=true.shape))
    sign = 1 if scale > 0 else -1
    found = [sign * a.run(0, letters) for a in integer_actions(seen, letters, LETTERS)]
    assert any((f == true).mean() > 0.99 for f in found)


def test_a_letter_that_forgets_leads_to_one_number():
    letters = np.random.default_rng(0).integers(0, 3, size=(400, 10))
    true = Actions(np.array([1, 2, 0]), np.array([-FAR, -FAR, 4]), np.array([FAR, FAR, 4]))
    numbers = true.run(0, letters)
    (found,) = integer_actions(0.3 * numbers, letters, 3)
    assert (found.run(0, letters) == numbers).all()


def test_numbers_that_lie_on_no_scale_are_no_register():
    rng = np.random.default_rng(0)
    letters = rng.integers(0, LETTERS, size=(400, 10))
    moves = np.exp(rng.normal(size=LETTERS) * 3)  # of very different sizes
    values = np.concatenate([np.zeros((400, 1)), np.cumsum(moves[letters], axis=1)], axis=1)
    for actions in integer_actions(values, letters, LETTERS):
        assert (actions.run(0, letters) != np.rint(values)).mean() > 0.5


def test_units_that_mix_two_registers_are_taken_apart():
    letters = np.random.default_rng(0).integers(0, LETTERS, size=(400, 10))
    none, far = np.full(LETTERS, -FAR), np.full(LETTERS, FAR)
    true = [
        Actions(np.array(s), none, far).run(0, letters)
        for s in ([1, 2, 3, 0, 0, 0, 0], [0, 0, 0, 0, 5, 6, 7])
    ]
    hidden = np.stack([0.3 * true[0] + 0.1 * true[1], 0.7 * true[1] - 0.2 * true[0]], axis=2)
    found = [
        actions.run(0, letters)
        for values in directions(hidden, letters, LETTERS)
        for actions in integer_actions(values, letters, LETTERS)
    ]
    assert all(any((f == register).all() for f in found) for register in true)


class ScaledRegisters:
    """A machine of two registers whose hidden state is the registers on scales of their own.

    On a small share of the states the answer is wrong, as that of a trained network.
    """

    hidden, outputs = 2, 1
    scale = np.array([0.08, 1.7])

    def __init__(self, machine, wrong=0.0):
        self.machine, self.wrong = machine, wrong

    def start(self, count):
        return np.tile(np.array(self.machine.init) * self.scale, (count, 1))

    def _registers(self, h):
        return dict(
            zip(self.machine.state, np.rint(h / self.scale).astype(np.int64).T, strict=True)
        )

    def step(self, h, x):
        env = self._registers(h) | {"x": np.asarray(x)[:, 0].astype(np.int64)}
        after = np.stack([evaluate_batch(e, env) for e in self.machine.next], axis=1)
        return (after + 0.03 * np.sin(after)) * self.scale

    def read(self, h):
        flat = h.reshape(-1, 2)
        y = evaluate_batch(self.machine.outputs[0], self._registers(flat))
        odd = np.abs(np.sin(flat.sum(axis=1) * 1e4)) < self.wrong
        return np.where(odd, 1 - y, y).reshape(*h.shape[:-1], 1)

    run = MachineNetwork.run


@given(st.sampled_from([0.0, 0.001]), st.integers(0, 99))
@settings(max_examples=examples(4), deadline=None, phases=[Phase.generate])
def test_registers_that_show_only_in_a_comparison_are_read_from_the_units(wrong, seed):
    domain = Domain(("x",), (0,), (9,))
    wanted = machine(
        {"r": (0, "0 if x == 2 else r + x"), "s": (0, "min(s + x, 31)")}, "int(r > s - 4)"
    )
    network = ScaledRegisters(wanted, wrong)
    x = comparison_set(domain, 10, np.random.default_rng(seed), 4_000)
    answers = network.run(x)[1]
    assume(
        (answers != run_batch(wanted, x)).mean() <= 0.002
    )  # states differ in how often they come
    study = Study(Oracle(network, domain, 10), x, answers, seed)
    (found,) = hidden_registers.run(study, Known())
    fresh = domain.sample(1_000, 20, np.random.default_rng(seed + 1))
    right = (run_batch(found, fresh) == run_batch(wanted, fresh)).mean()
    assert right == 1 if not wrong else right > 0.99
