"""Tables: one value as a function of another, and all joint states of finite machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import prod

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, conjoin, definedness, names, var
from mips_verify.prove.invariants.relations import at_least, at_most, equal, linear
from mips_verify.prove.invariants.samples import Samples

MOST_KEYS = 12
MOST_STATES = 1_500
FIRST_LOOK = 300  # samples that reject most tables at once
Code = tuple[Expr, Ints]


def value_tables(samples: Samples, terms: Iterable[Expr], longest: int) -> list[Expr]:
    """``v == table[u]`` across the machines, for variables and terms of few values.

    One variable or term is the key, or two where no single one will do; no table has more
    than ``longest`` entries.
    """
    columns = list(_columns(samples, terms, longest))
    program = frozenset(samples.pair.program.state)
    ours = [c for c in columns if names(c[0]) <= program]
    theirs = [c for c in columns if not names(c[0]) & program]
    found = []
    for values, keys in ((ours, theirs[:MOST_KEYS]), (theirs, ours[:MOST_KEYS])):
        for value, seen in values:
            singles = [e for key in keys if (e := _table(value, seen, [key], longest))]
            found += singles or [
                e for two in combinations(keys, 2) if (e := _table(value, seen, list(two), longest))
            ]
    return found


def joint_values(samples: Samples) -> list[Expr]:
    """The set of all joint states of the free variables, if there are not too many."""
    keys = [(var(n), samples.column(n)) for n in samples.free]
    code = _code(keys)
    if code is None:
        return []
    reached = np.unique(code[1])
    if len(reached) > MOST_STATES:
        return []
    inside = [at_least(e, int(v.min())) for e, v in keys]
    inside += [at_most(e, int(v.max())) for e, v in keys]
    return [conjoin([*inside, Expr("in", (code[0],), tuple(map(int, reached)))])]


def _columns(samples: Samples, terms: Iterable[Expr], longest: int) -> Iterator[tuple[Expr, Ints]]:
    for e in [*map(var, samples.free), *terms]:
        values = samples.values(e)
        if values is not None and 1 < len(np.unique(values)) <= longest:
            yield e, values


def _table(value: Expr, seen: Ints, keys: list[tuple[Expr, Ints]], longest: int) -> Expr | None:
    """``value == table[key]``, or ``None`` where the samples are no function of the key."""
    if _entries(seen[:FIRST_LOOK], _code([(e, v[:FIRST_LOOK]) for e, v in keys]), longest) is None:
        return None
    code = _code(keys)
    entries = _entries(seen, code, longest)
    if code is None or entries is None:
        return None
    reached = np.unique(code[1])
    inside, look = look_up(code[0], reached, entries[reached])
    defined = [definedness(value), definedness(code[0])]
    return conjoin([*defined, inside, equal(value, look)])


def look_up(key: Expr, reached: Ints, values: Ints) -> tuple[Expr, Expr]:
    """That a key has one of the sorted ``reached`` values, and the value at it as a table."""
    low, high = int(reached[0]), int(reached[-1])
    entries = np.zeros(high - low + 1, dtype=np.int64)
    entries[reached - low] = values
    if len(reached) == len(entries):
        inside = conjoin([at_least(key, low), at_most(key, high)])
    else:
        inside = Expr("in", (key,), tuple(map(int, reached)))
    index = linear((1,), (key,), -low)
    return inside, Expr("table", (index,), tuple(map(int, entries)))


def _entries(seen: Ints, code: Code | None, longest: int) -> Ints | None:
    """The values by code, 0 where a code is not seen; ``None`` if there is no such function."""
    if code is None or int(code[1].max()) >= longest:
        return None
    entries = np.zeros(int(code[1].max()) + 1, dtype=np.int64)
    entries[code[1]] = seen
    return entries if (entries[code[1]] == seen).all() else None


def _code(keys: list[tuple[Expr, Ints]]) -> Code | None:
    """One number from 0 for each combination of keys, as an expression and its values."""
    lows = [int(v.min()) for _, v in keys]
    widths = [int(v.max()) - low + 1 for (_, v), low in zip(keys, lows, strict=True)]
    if prod(widths) >= 2**62:
        return None
    weights = [prod(widths[i + 1 :]) for i in range(len(keys))]
    offset = -sum(w * low for w, low in zip(weights, lows, strict=True))
    values = sum(w * (v - low) for w, (_, v), low in zip(weights, keys, lows, strict=True))
    return linear(weights, [e for e, _ in keys], offset), np.asarray(values)
