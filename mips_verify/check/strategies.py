"""Hypothesis strategies for what a machine reads."""

from __future__ import annotations

from itertools import chain
from operator import mul

from hypothesis import strategies as st

from mips_verify.domain import Domain
from mips_verify.emit.fuzz_test import DRAWN, extremes

Letter = tuple[int, ...]


def words(domain: Domain, length: int) -> st.SearchStrategy[list[Letter]]:
    """Sequences of 0 to ``length`` letters of ``domain``, as ``test_program.py`` draws them.

    They are short, or long with a letter at a time, or runs of patterns that repeat, each with
    uniform letters or with extreme ones only. They shrink to few letters near 0::

        @given(words(task.domain, 10 * task.length))
        def test_mine(word):
            assert mine(word) == task.spec.run(word)

    Raises:
        ValueError: a length below 1.
    """
    if length < 1:
        raise ValueError(f"sequences have up to {length} letters; allow at least 1")
    ranges = zip(domain.lows, domain.highs, strict=True)
    uniform = st.tuples(*(st.integers(low, high) for low, high in ranges))
    extreme = st.tuples(*map(st.sampled_from, extremes(domain)))
    return _sequences(uniform, length) | _sequences(extreme, length)


def _sequences(letters: st.SearchStrategy[Letter], length: int) -> st.SearchStrategy[list[Letter]]:
    drawn = min(length, DRAWN)
    short = st.lists(letters, max_size=drawn)
    lengths = st.integers(0, drawn)
    long = lengths.flatmap(lambda n: st.lists(letters, min_size=n, max_size=n))
    pattern = st.lists(letters, min_size=1, max_size=6)
    run = st.builds(mul, pattern, st.integers(1, length))
    runs = st.lists(run, max_size=4).map(lambda parts: [*chain(*parts)][:length])
    return short | long | runs
