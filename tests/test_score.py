"""Programs compared with labelled data."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.data import Dataset
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.pipeline.score import Miss, Score, score

DOMAIN = Domain(("x",), (0,), (3,))
SUM = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse("s"),))


def sums(x):
    return Dataset(DOMAIN, x, np.cumsum(x, axis=1))


@st.composite
def inputs(draw):
    n, length = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    values = draw(st.lists(st.integers(0, 3), min_size=n * length, max_size=n * length))
    return np.array(values, dtype=np.int64).reshape(n, length, 1)


@given(inputs())
def test_a_program_that_is_right_everywhere_is_exact(x):
    assert score(SUM, [sums(x)]) == Score(len(x), 0)


@given(inputs(), st.integers(0, 8))
def test_wrong_sequences_are_counted_and_the_shortest_is_shown(x, bound):
    clipped = Machine(("x",), ("s",), (0,), (parse(f"min(s + x, {bound})"),), (parse("s"),))
    data = sums(x)
    found = score(clipped, [data])
    wrong = [row for row in x[..., 0].tolist() if sum(row) > bound]
    assert found.wrong == len(wrong)
    assert found.exact == (not wrong)
    if wrong:
        first = min(next(k for k in range(1, 6) if sum(row[:k]) > bound) for row in wrong)
        assert len(found.miss.word) == first
        assert found.miss.labels == tuple(SUM.run(found.miss.word))
        assert found.miss.labels[-1] != clipped.run(found.miss.word)[-1]


def test_the_same_data_for_training_and_checking_count_once():
    data = sums(DOMAIN.all_sequences(3))
    assert score(SUM, [data, data]).sequences == 64


@pytest.mark.parametrize(("wrong", "miss"), [(1, None), (0, Miss(((1,),), ((1,),)))])
def test_a_score_that_contradicts_itself_is_refused(wrong, miss):
    with pytest.raises(ValueError, match="a miss exactly when a sequence is wrong"):
        Score(3, wrong, miss)
