"""Dithering: program.py against its specification, on sequences of many kinds

Task     growth of S // 15 at this step, S the sum so far
Reads    x in 0..15
Runs     by pytest test_program.py; it needs hypothesis and nothing else
         many bundles, whose files share names: pytest --import-mode=importlib
         more sequences than 100 a test: MIPS_VERIFY_EXAMPLES=1000
Made by  mips-verify; generated, do not edit
"""

import os
import runpy
from collections.abc import Iterable
from itertools import chain
from operator import mul
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

PROGRAM = runpy.run_path(str(Path(__file__).with_name("program.py")))
Stream, program = PROGRAM["Stream"], PROGRAM["program"]


class Specification:
    """The specification one step at a time."""

    def __init__(self) -> None:
        self.r = 0

    def step(self, x: int) -> int:
        """Read the next input and return the next output."""
        total = self.r + x
        self.r = total % 15
        return total // 15


def reference(xs: Iterable[int]) -> list[int]:
    """Return what the program must return for a whole sequence."""
    specification = Specification()
    return [specification.step(x) for x in xs]


LONGEST = 100
DRAWN = 100  # at most so many letters are drawn singly
UNIFORM = st.integers(0, 15)
EXTREME = st.sampled_from([0, 1, 15])


def sequences(
    letters: st.SearchStrategy[int],
) -> st.SearchStrategy[list[int]]:
    """Return short sequences, long ones, and runs of a letter or of a pattern."""
    short = st.lists(letters, max_size=DRAWN)
    lengths = st.integers(0, DRAWN)
    long = lengths.flatmap(lambda n: st.lists(letters, min_size=n, max_size=n))
    one = letters.map(lambda x: [x])
    pattern = one | st.lists(letters, min_size=2, max_size=6)
    run = st.builds(mul, pattern, st.integers(1, LONGEST))
    runs = st.lists(run, max_size=4).map(lambda parts: [*chain(*parts)][:LONGEST])
    return short | long | runs


SEQUENCES = sequences(UNIFORM) | sequences(EXTREME)
SETTINGS = settings(
    max_examples=int(os.environ.get("MIPS_VERIFY_EXAMPLES", "100")),
    deadline=None,
    derandomize=True,
)


@SETTINGS
@given(SEQUENCES)
def test_the_program_agrees_with_its_specification(xs: list[int]) -> None:
    """A whole sequence gives what the specification says."""
    assert program(xs) == reference(xs)


@SETTINGS
@given(SEQUENCES)
def test_a_stream_agrees_with_the_whole_sequence(xs: list[int]) -> None:
    """Step by step comes what the whole sequence gives."""
    stream = Stream()
    assert [stream.step(x) for x in xs] == program(xs)


@SETTINGS
@given(SEQUENCES)
def test_every_input_has_an_output_of_integers(xs: list[int]) -> None:
    """There are as many outputs as inputs, and nothing but integers in them."""
    ys = program(xs)
    assert len(ys) == len(xs)
    assert all(type(y) is int for y in ys)
