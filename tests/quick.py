"""What the quick suite runs: fewer examples of a property, and no case that takes long."""

import os

import pytest

THOROUGH = os.environ.get("MIPS_VERIFY_TESTS") == "thorough"  # as in CI


def examples(count):
    """How many examples of a property to draw, of ``count`` in CI."""
    return count if THOROUGH else max(5, count // 5)


def some_slow(table, *slow):
    """The names of a table's cases; those named in ``slow`` run in the slow suite only."""
    assert set(slow) <= set(table)
    return [slow_case(n) if n in slow else n for n in table]


def slow_case(*values):
    """A case that runs in the slow suite only, because others show nearly the same."""
    return pytest.param(*values, marks=pytest.mark.slow)
