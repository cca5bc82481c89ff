"""Hypothesis strategies for the input sequences of a machine."""

from __future__ import annotations

from itertools import chain
from operator import mul

from hypothesis import strategies as st

from mips_verify.emit.python.hypothesis_test import extremes, most_drawn
from mips_verify.kernel.domain import Domain

Letter = tuple[int, ...]


def words(domain: Domain, length: int) -> st.SearchStrategy[list[Letter]]:
    """Sequences of 0 to ``length`` letters of ``domain``, as ``test_program.py`` draws them.

    A sequence is short, or long, or repeats letters or patterns of letters; its letters are
    uniform, or all of them are extreme. Sequences shrink to few letters near 0::

        @given(words(task.domain, 10 * task.length))
        def test_mine(word):
            assert mine(word) == task.spec.run(word)

    Raises:
        ValueError: ``length`` is below 1.
    """
    if length < 1:
        raise ValueError(f"sequences have up to {length} letters; allow at least 1")
    ranges = zip(domain.lows, domain.highs, strict=True)
    uniform = st.tuples(*(st.integers(low, high) for low, high in ranges))
    extreme = st.tuples(*map(st.sampled_from, extremes(domain)))
    drawn = most_drawn(domain, length)
    return _sequences(uniform, length, drawn) | _sequences(extreme, length, drawn)


def _sequences(
    letters: st.SearchStrategy[Letter], length: int, drawn: int
) -> st.SearchStrategy[list[Letter]]:
    short = st.lists(letters, max_size=drawn)
    lengths = st.integers(0, drawn)
    long = lengths.flatmap(lambda n: st.lists(letters, min_size=n, max_size=n))
    one = letters.map(lambda x: [x])
    pattern = one | st.lists(letters, min_size=2, max_size=6)
    run = st.builds(mul, pattern, st.integers(1, length))
    runs = st.lists(run, max_size=4).map(lambda parts: [*chain(*parts)][:length])
    return short | long | runs
