"""Miners for cases: relations between variables that hold while a guard holds."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.kernel.expr import Expr, conjoin, negate, var
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import at_least, at_most, implies, is_value
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import MOST_MACHINE_STATES, MOST_MODES, MOST_SPLITS

Split = tuple[Expr, Bools, str]  # a guard, the samples that satisfy it, the variable that it fixes


def few_values(samples: Samples) -> Guess:
    """Split cases by the value of each variable that has 2 to 8 values.

    Bounds are guessed even for variables that the hull expresses through others, since bounds
    under a guard do not follow from the hull.
    """
    return _guess(samples, _by_value(samples), samples.pair.state)


def value_modes(samples: Samples) -> Guess:
    """Split cases by whether a variable with more than 8 values has its initial value."""
    starts: list[Split] = []
    for name in samples.free:
        column = samples.column(name)
        if column.min() == column.max() or _few(column):
            continue
        start = is_value(name, int(column[0]))
        starts.append((start, column == column[0], name))
        starts.append((negate(start), column != column[0], ""))
    return _guess(samples, starts, samples.free)


def state_modes(samples: Samples) -> Guess:
    """Bounds of one machine's variables for every state of the other, if it has few states.

    If one machine is finite and the other counts without bound, each state of the finite one
    corresponds to a range of counts: one count, or all counts above some bound.
    """
    found: list[Expr] = []
    for machine in (samples.pair.program, samples.pair.spec):
        ours = [n for n in samples.free if n in machine.state]
        theirs = [n for n in samples.free if n not in machine.state]
        if not ours or not theirs:
            continue
        states, where = np.unique(
            np.stack([samples.column(n) for n in ours], axis=1), axis=0, return_inverse=True
        )
        if len(states) > MOST_MACHINE_STATES:
            continue
        for i, state in enumerate(states.tolist()):
            guard = conjoin([is_value(n, v) for n, v in zip(ours, state, strict=True)])
            found += _tighter(samples, guard, where.ravel() == i, theirs)
    return Guess(conditions=tuple(found))


def _few(column: Ints) -> list[int]:
    """The values of a variable if it has 2 to 8, otherwise an empty list."""
    values = np.unique(column).tolist()
    return values if 1 < len(values) <= MOST_MODES else []


def _by_value(samples: Samples) -> list[Split]:
    columns = [(name, samples.column(name)) for name in samples.free]
    return [(is_value(name, v), c == v, name) for name, c in columns for v in _few(c)]


def _guess(samples: Samples, splits: Iterable[Split], bounded: Iterable[str]) -> Guess:
    """Hulls of the free variables and bounds of the ``bounded`` variables, under each guard."""
    hulls, conditions = [], list[Expr]()
    for guard, where, fixed in islice(splits, MOST_SPLITS):
        if rest := [var(name) for name in samples.free if name != fixed]:
            hulls.append(samples.hull_of(rest, guard, where))
        others = [name for name in bounded if name != fixed]
        conditions += _tighter(samples, guard, where, others)
    return Guess(tuple(hulls), tuple(conditions))


def _tighter(samples: Samples, guard: Expr, where: Bools, rest: Iterable[str]) -> list[Expr]:
    """Bounds of variables under a guard, if tighter than their bounds without it."""
    found = []
    for name in rest:
        column = samples.column(name)
        low, high = int(column[where].min()), int(column[where].max())
        if low > column.min():
            found.append(implies(guard, at_least(var(name), low)))
        if high < column.max():
            found.append(implies(guard, at_most(var(name), high)))
    return found
