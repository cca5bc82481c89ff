"""Miners for tables: one value as a function of another, and lists of all joint states."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import prod

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.kernel.expr import Expr, conjoin, definedness, names, var
from mips_verify.prove.invariants.candidate_terms import terms
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.relations import at_least, at_most, equation, linear
from mips_verify.prove.invariants.samples import Samples
from mips_verify.prove.limits import LONG_TABLE, MOST_JOINT_STATES, MOST_TABLE_KEYS, SHORT_TABLE

FIRST_LOOK = 300  # number of samples that usually suffice to rule a table out
Code = tuple[Expr, Ints]  # a term, and its value at every sample


def short_tables(samples: Samples) -> Guess:
    """Tables whose keys are variables, or remainders and tables in the machines' texts."""
    simple = [e for e in terms(samples.pair) if e.op in ("mod", "table")]
    return _tables(samples, simple, SHORT_TABLE)


def term_tables(samples: Samples) -> Guess:
    """Longer tables, whose keys are variables or any terms of the machines' texts."""
    return _tables(samples, terms(samples.pair), LONG_TABLE)


def _tables(samples: Samples, keys: Iterable[Expr], longest: int) -> Guess:
    """Conditions ``v == table[u]``, where v belongs to one machine and u to the other.

    The key u is one variable or term, or two if no single one determines v; no table has more
    than ``longest`` entries.
    """
    columns = list(_columns(samples, keys, longest))
    program = frozenset(samples.pair.program.state)
    ours = [c for c in columns if names(c[0]) <= program]
    theirs = [c for c in columns if not names(c[0]) & program]
    found: list[Expr] = []
    for values, others in ((ours, theirs), (theirs, ours)):
        few = others[:MOST_TABLE_KEYS]
        for value, seen in values:
            singles = [e for key in few if (e := _table(value, seen, [key], longest))]
            found += singles or [
                e for two in combinations(few, 2) if (e := _table(value, seen, list(two), longest))
            ]
    return Guess(conditions=tuple(found))


def joint_values(samples: Samples) -> Guess:
    """The set of all joint states of the free variables, if it is small enough."""
    keys = [(var(n), samples.column(n)) for n in samples.free]
    code = _code(keys)
    if code is None:
        return Guess()
    reached = np.unique(code[1])
    if len(reached) > MOST_JOINT_STATES:
        return Guess()
    inside = [at_least(e, int(v.min())) for e, v in keys]
    inside += [at_most(e, int(v.max())) for e, v in keys]
    return Guess(conditions=(conjoin([*inside, Expr("in", (code[0],), tuple(map(int, reached)))]),))


def _columns(samples: Samples, more: Iterable[Expr], longest: int) -> Iterator[Code]:
    """The free variables and further terms that have few values, each with its values."""
    for e in [*map(var, samples.free), *more]:
        values = samples.values(e)
        if values is not None and 1 < len(np.unique(values)) <= longest:
            yield e, values


def _table(value: Expr, seen: Ints, keys: list[Code], longest: int) -> Expr | None:
    """``value == table[key]``; ``None`` if the key does not determine the value."""
    if _entries(seen[:FIRST_LOOK], _code([(e, v[:FIRST_LOOK]) for e, v in keys]), longest) is None:
        return None
    code = _code(keys)
    entries = _entries(seen, code, longest)
    if code is None or entries is None:
        return None
    reached = np.unique(code[1])
    inside, look = look_up(code[0], reached, entries[reached])
    defined = [definedness(value), definedness(code[0])]
    return conjoin([*defined, inside, equation(value, look)])


def look_up(key: Expr, reached: Ints, values: Ints) -> tuple[Expr, Expr]:
    """The condition that ``key`` is one of the sorted ``reached``, and the table lookup by it."""
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
    """The value for each code, 0 for codes not seen; ``None`` if no short table exists."""
    if code is None or int(code[1].max()) >= longest:
        return None
    entries = np.zeros(int(code[1].max()) + 1, dtype=np.int64)
    entries[code[1]] = seen
    return entries if (entries[code[1]] == seen).all() else None


def _code(keys: list[Code]) -> Code | None:
    """A non-negative number for each combination of keys; ``None`` if it could exceed 64 bits."""
    lows = [int(v.min()) for _, v in keys]
    widths = [int(v.max()) - low + 1 for (_, v), low in zip(keys, lows, strict=True)]
    if prod(widths) >= 2**62:
        return None
    weights = [prod(widths[i + 1 :]) for i in range(len(keys))]
    offset = -sum(w * low for w, low in zip(weights, lows, strict=True))
    values = sum(w * (v - low) for w, (_, v), low in zip(weights, keys, lows, strict=True))
    return linear(weights, [e for e, _ in keys], offset), np.asarray(values)
