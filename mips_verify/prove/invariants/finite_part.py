"""The miner for the finite part: variables whose joint states are finitely many and all known.

Variables that read only each other and the input may have finitely many joint states while
other variables grow without bound. Bounds and relations of the finite part are exact, so such a
guess needs no weakening: Z3 answers one question instead of Houdini's many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mips_verify.algebra.arrays import Bools
from mips_verify.kernel.expr import Expr, const, names, var
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import Pair
from mips_verify.prove.invariants.guess import Guess
from mips_verify.prove.invariants.offsets import offset_tables, unlinked
from mips_verify.prove.invariants.relations import at_least, at_most
from mips_verify.prove.invariants.samples import Samples, sampled
from mips_verify.prove.limits import MOST_JOINS
from mips_verify.prove.product import Reached, search_product


def completed(samples: Samples, reached: Reached, steps: int) -> Samples:
    """The samples, extended by the joint states that are completely known.

    Args:
        samples: samples of the two machines.
        reached: result of the product search; if it closed, all variables are finite.
        steps: limit of the search through the states of one variable and those that it reads.
    """
    if reached.closed:
        whole = sampled(samples.pair, reached.states, complete=True)
        return replace(whole, finite=whole)
    return replace(samples, finite=_finite_part(samples.pair, steps))


def finite_relations(samples: Samples) -> Iterator[Guess]:
    """Complete invariants: bounds of the finite part, relations that hold, tables of offsets."""
    part = samples.finite
    assert part is not None
    sure = _bounds(part) + _hull(samples)
    tried: list[list[Expr]] = []  # without tables too: earlier guesses knew some states only
    by_source = [offset_tables(source, part.pair.state) for source in (part, samples)]
    for offsets in (*map(unlinked, by_source), *by_source):
        for form in ("equal", "congruent"):
            tables = [o.condition(form) for o in offsets]
            if tables not in tried:
                tried.append(tables)
                yield Guess(conditions=(*sure, *tables))


def _finite_part(pair: Pair, steps: int) -> Samples | None:
    """All joint states of the variables that have finitely many; ``None`` if there are none."""
    kept: set[str] = set()
    for name in pair.state:
        needed = _reads(pair, name)
        if not needed <= kept and search_product(_restricted(pair, needed), steps).closed:
            kept |= needed
    part = _restricted(pair, kept)
    whole = search_product(part, steps)
    return sampled(part, whole.states, complete=True) if kept and whole.closed else None


def _bounds(part: Samples) -> list[Expr]:
    found = []
    for name in part.pair.state:
        column = part.column(name)
        found += [at_least(var(name), int(column.min())), at_most(var(name), int(column.max()))]
    return found


def _hull(samples: Samples) -> list[Expr]:
    """The relations that hold in all samples, not only in the samples that span the hull."""
    hull = samples.hull
    for _ in range(MOST_JOINS):
        conditions = hull.conditions()
        broken = [v for e in conditions if not (v := _truth(samples, e)).all()]
        if not broken:
            return conditions
        state = samples.states[int(np.argmin(broken[0]))].tolist()
        hull = hull.join(dict(zip(samples.pair.state, state, strict=True)))
    return []


def _truth(samples: Samples, e: Expr) -> Bools:
    values = samples.values(e)
    return np.zeros(len(samples.states), dtype=np.bool_) if values is None else values != 0


def _reads(pair: Pair, name: str) -> set[str]:
    """A variable and all variables that its next values depend on."""
    state, found, todo = set(pair.state), {name}, [name]
    while todo:
        new = (names(pair.next[todo.pop()]) & state) - found
        found |= new
        todo += sorted(new)
    return found


def _restricted(pair: Pair, kept: set[str]) -> Pair:
    """The machines reduced to the ``kept`` variables, without outputs."""

    def machine(m: Machine) -> Machine:
        rows = [r for r in zip(m.state, m.init, m.next, strict=True) if r[0] in kept]
        state, init, following = zip(*rows, strict=True) if rows else ((), (), ())
        return Machine(m.inputs, state, init, following, (const(0),))

    return Pair(machine(pair.program), machine(pair.spec), pair.domain)
