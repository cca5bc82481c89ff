"""Mode splits: what holds between the other variables while one has a certain value."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.kernel.expr import Expr, conjoin, const, negate, var
from mips_verify.prove.invariants.guarded_hull import Facet
from mips_verify.prove.invariants.relations import at_least, at_most, implies, is_value
from mips_verify.prove.invariants.samples import Samples

Split = tuple[Expr, Bools, str]  # a guard, where it holds, the variable that it fixes
Guess = tuple[list[Facet], list[Expr]]
MOST_MODES = 8
MOST_GUARDS = 40
MOST_STATES = 200  # joint states of one machine


def few_values(samples: Samples) -> Guess:
    """Splits on every variable with 2 to 8 values: what holds between the others at each.

    Bounds are of all variables: a deficit that the hull expresses may be 1 or more.
    """
    splits = _by_value(samples)
    return _facets(samples, splits), _bounds(samples, splits, samples.pair.state)


def value_modes(samples: Samples) -> Guess:
    """Splits on variables of more values being as at the start."""
    starts: list[Split] = []
    for name in samples.free:
        column = samples.column(name)
        if column.min() == column.max() or _few(column):
            continue
        start = is_value(name, int(column[0]))
        starts.append((start, column == column[0], name))
        starts.append((negate(start), column != column[0], ""))
    return _facets(samples, starts), _bounds(samples, starts, samples.free)


def state_modes(samples: Samples) -> list[Expr]:
    """A box around the other machine's variables for every state of a machine that has few.

    Where one machine is finite and the other counts without bound, the states of the finite
    one are classes of the other's: counts up to some bound, and all beyond it.
    """
    found = []
    for machine in (samples.pair.program, samples.pair.spec):
        ours = [n for n in samples.free if n in machine.state]
        theirs = [n for n in samples.free if n not in machine.state]
        if not ours or not theirs:
            continue
        states, where = np.unique(
            np.stack([samples.column(n) for n in ours], axis=1), axis=0, return_inverse=True
        )
        if len(states) > MOST_STATES:
            continue
        for i, state in enumerate(states.tolist()):
            guard = conjoin([is_value(n, v) for n, v in zip(ours, state, strict=True)])
            found += _tighter(samples, guard, where.ravel() == i, theirs)
    return found


def guard_modes(samples: Samples, guards: Iterable[Expr]) -> Guess:
    """Splits on conditions over the state, each and its negation; signs of free variables too."""
    signs = [Expr(op, (var(n), const(0))) for n in samples.free for op in ("gt", "lt")]
    found: list[Split] = []
    for guard in [*guards, *signs]:
        holds = samples.values(guard)
        if holds is None or holds.all() or not holds.any():
            continue
        found += [(guard, holds == 1, ""), (negate(guard), holds == 0, "")]
    return _facets(samples, found), _bounds(samples, found, samples.free)


def _few(column: Ints) -> list[int]:
    """The values of a variable if it has 2 to 8, else none."""
    values = np.unique(column).tolist()
    return values if 1 < len(values) <= MOST_MODES else []


def _by_value(samples: Samples) -> list[Split]:
    columns = [(name, samples.column(name)) for name in samples.free]
    return [(is_value(name, v), c == v, name) for name, c in columns for v in _few(c)]


def _facets(samples: Samples, splits: Iterable[Split]) -> list[Facet]:
    facets = []
    for guard, where, split in islice(splits, MOST_GUARDS):
        if rest := [var(name) for name in samples.free if name != split]:
            facets.append(samples.facet(guard, rest, where))
    return facets


def _bounds(samples: Samples, splits: Iterable[Split], bounded: Iterable[str]) -> list[Expr]:
    found = []
    for guard, where, split in islice(splits, MOST_GUARDS):
        rest = [name for name in bounded if name != split]
        found += _tighter(samples, guard, where, rest)
    return found


def _tighter(samples: Samples, guard: Expr, where: Bools, rest: Iterable[str]) -> list[Expr]:
    """Bounds that variables have under a guard and lack without it."""
    found = []
    for name in rest:
        column = samples.column(name)
        low, high = int(column[where].min()), int(column[where].max())
        if low > column.min():
            found.append(implies(guard, at_least(var(name), low)))
        if high < column.max():
            found.append(implies(guard, at_most(var(name), high)))
    return found
