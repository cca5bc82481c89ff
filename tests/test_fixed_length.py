"""Models that work for words of one length only are read as causal functions of any length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.kernel.domain import Domain
from mips_verify.network.fixed_length import LONGEST, of_any_length
from mips_verify.network.sequence_function import ExhaustedError, SequenceError

BITS = Domain(("x",), (0,), (1,))
TWO = Domain(("a", "b"), (-1, 0), (2, 3))


def sums(works, *, asked=None, error=SequenceError):
    """The sums so far of the letters of a word, for words whose length ``works``."""

    def call(x):
        if asked is not None:
            asked.append(x.shape[1])
        if not works(x.shape[1]):
            raise error(f"no words of {x.shape[1]} letters")
        return np.cumsum(x.sum(axis=2), axis=1)

    return call


@given(st.sampled_from([BITS, TWO]), st.integers(1, 12), st.integers(0, 20), st.integers(0, 99))
def test_words_up_to_the_fixed_length_are_answered(domain, length, beyond, seed):
    fixed = length + beyond
    call = of_any_length(sums(lambda t: t == fixed), domain, length, causal=True)
    for shorter in range(1, fixed + 1):
        x = domain.sample(5, shorter, np.random.default_rng(seed))
        assert (call(x) == sums(lambda _: True)(x)).all()
    with pytest.raises(SequenceError, match=r"no words of|reads at most"):
        call(domain.sample(5, fixed + 1, np.random.default_rng(seed)))


@given(st.integers(1, 12), st.integers(12, 40))
def test_a_function_of_many_lengths_says_where_it_ends(length, longest):
    call = of_any_length(sums(lambda t: t <= longest), BITS, length, causal=True)
    x = BITS.sample(5, longest, np.random.default_rng(0))
    assert (call(x) == np.cumsum(x[..., 0], axis=1)).all()
    says = f"works on words of length {length}, not of length {longest + 1}: no words of"
    with pytest.raises(SequenceError, match=says):
        call(np.concatenate([x, x[:, :1]], axis=1))


@pytest.mark.parametrize(
    ("works", "says"),
    [
        (lambda t: t == 1, "works on words of length 1, not of length 8: .* frozen at 1"),
        (lambda t: t < 5, "length 3, not of length 8: .* say a shorter length; no words of 8"),
        (lambda t: False, "cannot be run: no words of 8 letters"),
        (lambda t: t > LONGEST, "cannot be run: no words of 8 letters"),
    ],
)
def test_a_function_that_cannot_be_asked_is_one_sentence(works, says):
    with pytest.raises(SequenceError, match=says):
        of_any_length(sums(works), BITS, 8, causal=True)


def test_a_classifier_of_one_length_is_refused():
    """Its answer to a word that is filled up would be that to another word."""
    with pytest.raises(SequenceError, match="whole words of 8 letters only"):
        of_any_length(sums(lambda t: t == 8), BITS, 8, causal=False)


def test_a_function_that_runs_out_of_time_is_asked_once():
    asked = []
    call = sums(lambda t: False, asked=asked, error=ExhaustedError)
    with pytest.raises(ExhaustedError):
        of_any_length(call, BITS, 8, causal=True)
    assert asked == [8]


def test_a_torch_module_of_one_length_is_read():
    torch = pytest.importorskip("torch")

    class Unrolled(torch.nn.Module):
        def forward(self, tokens):
            odd = torch.cumsum(tokens.reshape(-1, 9), dim=1) % 2
            return torch.nn.functional.one_hot(odd, 2).float()

    reading = api.extract(api.from_torch(Unrolled(), BITS, 7))
    assert reading.comparison.agree
    assert str(reading.program) == "s = 0 -> s ^ x\noutput s"


def test_the_error_of_a_torch_module_is_named():
    torch = pytest.importorskip("torch")
    module = torch.nn.Sequential(torch.nn.Linear(5, 2))
    with pytest.raises(SequenceError, match=r"module fails on a tensor of shape \(5, 6, 2\): Runt"):
        api.from_torch(module, BITS, 6, reads="one-hot")
