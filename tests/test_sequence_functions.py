"""Any causal function of words is read as a network is: its states are the prefixes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.algebra.batch import run_batch
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.verdict import Status
from mips_verify.network.causality import demand_causal
from mips_verify.network.coding import Coding
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.network.sequence_function import (
    SequenceError,
    SequenceFunction,
    sequence_function,
)
from mips_verify.spec.labelling import label

BITS = Domain(("x",), (0,), (1,))
TWO = Domain(("a", "b"), (-1, 0), (2, 3))


def weighted(x):
    """Two outputs that depend on every letter and its place."""
    place = np.arange(1, x.shape[1] + 1)[None, :]
    total = np.cumsum(x.sum(axis=2) * place, axis=1)
    return np.stack([total, total % 5], axis=2)


def words(domain: Domain, seed: int, count: int, length: int):
    return domain.sample(count, length, np.random.default_rng(seed))


@settings(max_examples=30)
@given(st.sampled_from([BITS, TWO]), st.integers(0, 99), st.integers(1, 9), st.integers(1, 30))
def test_prefix_states_answer_as_the_function_does(domain, seed, length, count):
    states = PrefixStates(sequence_function(weighted, domain), domain, length)
    x = words(domain, seed, count, length)
    assert (states.run(x)[1] == weighted(x)).all()
    assert (states.answers(x) == weighted(x)).all()


@settings(max_examples=30)
@given(st.integers(0, 99), st.integers(1, 8))
def test_equal_prefixes_are_one_state_and_different_ones_are_two(seed, length):
    states = PrefixStates(sequence_function(weighted, TWO), TWO, length)
    x = words(TWO, seed, 40, length)
    last = states.run(x)[0][:, -1, 0]
    distinct = {row.tobytes() for row in x}
    assert len(np.unique(last)) == len(distinct)
    assert (states.run(x)[0][:, -1, 0] == last).all()


def test_no_prefix_is_asked_about_twice():
    asked = []

    def call(x):
        asked.extend(tuple(w[: t + 1].ravel()) for w in x for t in range(len(w))[-1:])
        return weighted(x)

    states = PrefixStates(SequenceFunction(call, 2), BITS, 6)
    states.run(BITS.all_sequences(6))
    before = len(asked)
    states.run(BITS.all_sequences(6))
    states.run(BITS.all_sequences(4))
    assert before == len(asked) == 2**6


@settings(max_examples=20)
@given(st.integers(0, 99), st.integers(1, 6))
def test_a_classifier_of_whole_words_is_asked_about_every_prefix(seed, length):
    function = sequence_function(lambda x: weighted(x)[:, -1], TWO, causal=False)
    x = words(TWO, seed, 20, length)
    assert (function.answers(x) == weighted(x)).all()
    assert (PrefixStates(function, TWO, length).run(x)[1] == weighted(x)).all()


def test_a_function_without_a_causal_mask_is_refused_with_two_words():
    looks_ahead = sequence_function(lambda x: x[:, ::-1, 0], BITS)
    with pytest.raises(SequenceError, match=r"not causal: after \d+ letters of .* add a causal"):
        demand_causal(looks_ahead, BITS, 8, 0)


def test_a_function_that_mixes_the_words_of_a_batch_is_refused():
    mixed = sequence_function(lambda x: np.cumsum(x, axis=0)[..., 0], BITS)
    with pytest.raises(SequenceError, match="change with the words beside it"):
        demand_causal(mixed, BITS, 8, 0)


@pytest.mark.parametrize("name", ["Parity_All", "Sum_Last3", "Min_Seen", "Tomita_4"])
def test_a_causal_function_is_read_and_its_program_proved(name):
    task = api.load_task(name)
    reading = api.extract(lambda x: label(task, x), task=task)
    assert reading.verdict.status is Status.PROVED


def test_a_function_of_two_outputs_is_read():
    reading = api.extract(lambda x: np.cumsum(x, axis=1) % 2, TWO, 8)
    x = words(TWO, 0, 50, 12)
    assert (run_batch(reading.program, x) == np.cumsum(x, axis=1) % 2).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda x: x[..., 0] / 2, "float64, not integers"),
        (lambda x: x[:, :1, 0], r"array of shape \(3, 1\)"),
        (lambda x: x[..., None, None], r"array of shape \(3, 2, 1, 1, 1\)"),
    ],
)
def test_a_function_that_gives_no_integers_of_a_fitting_shape_is_refused(call, says):
    with pytest.raises(SequenceError, match=says):
        sequence_function(call, BITS)


@settings(max_examples=20)
@given(
    st.sampled_from(["one-hot", "numbers", "letters"]),
    st.booleans(),
    st.integers(0, 2),
    st.integers(0, 99),
)
def test_a_coding_undoes_what_a_model_needs(reads, starts, shift, seed):
    """A model that echoes its input, late and after a start token, is the identity."""
    domain = Domain(("x",), (-2,), (3,))
    first = 6 if starts and reads == "letters" else None
    gives = "round" if reads == "numbers" else "argmax"
    values = None if reads == "numbers" else tuple(range(-2, 4)) + (9,) * (first is not None)

    def model(given):
        scores = np.eye(7)[given] if reads == "letters" else given
        delayed = np.roll(scores, shift, axis=1)
        return delayed if first is not None or reads != "letters" else delayed[..., :6]

    coding = Coding(domain, reads, gives, values, first=first, shift=shift)
    x = words(domain, seed, 10, 5)
    assert (coding.function(model).answers(x) == x).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"reads": "bits"}, "not 'bits' and 'argmax'"),
        ({"gives": "round", "values": (1, 2)}, "leave them out"),
        ({"first": 2}, "needs a model that reads one input as letters"),
        ({"shift": -1}, "give 0 or more"),
    ],
)
def test_codings_that_make_no_sense_are_refused(options, says):
    with pytest.raises(SequenceError, match=says):
        Coding(BITS, **options)


def test_more_scores_than_values_are_refused():
    with pytest.raises(SequenceError, match="there are 2 values"):
        Coding(BITS, values=(0, 1)).function(
            lambda given: np.full((*given.shape[:2], 3), [0, 0, 1.0])
        )


def test_a_torch_module_is_read():
    torch = pytest.importorskip("torch")

    class Parity(torch.nn.Module):
        def forward(self, tokens):
            odd = torch.cumsum(tokens, dim=1) % 2
            return torch.nn.functional.one_hot(odd, 2).float()

    reading = api.extract(api.from_torch(Parity(), BITS, 8))
    assert reading.comparison.agree
    assert str(reading.program) == "s = 0 -> s ^ x\noutput s"
