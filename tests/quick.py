"""Which cases of a table the quick suite runs."""

import pytest


def some_slow(table, *slow):
    """The names of a table's cases; those that take many seconds run in the whole suite only."""
    assert set(slow) <= set(table)
    return [pytest.param(n, marks=pytest.mark.slow) if n in slow else n for n in table]
