"""What the quick suite runs: fewer examples of a property, and no case that takes long."""

import os

import pytest

THOROUGH = os.environ.get("MIPS_VERIFY_TESTS") == "thorough"  # as in CI


def examples(count):
    """How many examples of a property to draw, of ``count`` in CI."""
    return count if THOROUGH else max(5, 2 * count // 5)


def some_slow(table, *slow):
    """The names of a table's cases; those that take many seconds run in the whole suite only."""
    assert set(slow) <= set(table)
    return [pytest.param(n, marks=pytest.mark.slow) if n in slow else n for n in table]
