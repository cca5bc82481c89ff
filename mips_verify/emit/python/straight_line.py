"""One step of a machine as a few assignments and the values that it returns.

A machine computes all next values at once from the old state. Here they become successive
assignments, with as few simultaneous ones as possible, and outputs and later assignments reuse
values that are already computed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from mips_verify.emit.names import fresh
from mips_verify.emit.python.sharing import SEARCHED, replace, share
from mips_verify.kernel.expr import Expr, names, size, substitute, var
from mips_verify.kernel.machine import Machine, old

_LOCAL_NAMES: Final = {"add": "total", "sub": "total", "mul": "product", "mod": "rest"}


@dataclass(frozen=True, slots=True)
class Assign:
    """``targets = values``, all at once."""

    targets: tuple[str, ...]
    values: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Assignments in order, then the outputs; a state name means its value at that point."""

    assigns: tuple[Assign, ...]
    returns: tuple[Expr, ...]


def straighten(machine: Machine, taken: Collection[str]) -> Step:
    """The step of ``machine``; its local names are not in ``taken``."""
    rows = zip(machine.state, machine.next, strict=True)
    nexts = {z: e for z, e in rows if e != var(z)}
    by = {z: var(_new(z)) for z in nexts} | {old(z): var(z) for z in machine.state}
    outputs = [substitute(e, by) for e in machine.outputs]
    nexts, outputs = _use_new_values(nexts, outputs)
    fixed = frozenset(map(_new, nexts))
    shared, local = share([*nexts.values(), *outputs], fixed)
    nexts = dict(zip(nexts, shared, strict=False))
    outputs = shared[len(nexts) :]

    early, outputs = _outputs_from_old_values(outputs, nexts, local, taken)
    assigns = early + [Assign(zs, tuple(nexts[z] for z in zs)) for zs in _order(nexts)]
    return _named(assigns, outputs, [name for name, _ in local], dict(local), nexts, taken)


def _new(name: str) -> str:
    return f"{name}'"


def _use_new_values(
    nexts: dict[str, Expr], outputs: list[Expr]
) -> tuple[dict[str, Expr], list[Expr]]:
    """Read the new value ``z'`` instead of computing the same expression again."""
    if sum(map(size, [*nexts.values(), *outputs])) > SEARCHED:
        return nexts, outputs
    for z in list(nexts):
        if size(e := nexts[z]) < 3:
            continue
        outputs = [replace(y, e, var(_new(z))) for y in outputs]
        for w, own in nexts.items():
            tried = nexts | {w: replace(own, e, var(_new(z)))} if w != z else nexts
            if tried != nexts and _orderable(tried):
                nexts = tried
    return nexts, outputs


def _before(nexts: Mapping[str, Expr]) -> dict[str, set[str]]:
    """For each variable, the variables that must not be assigned before it."""
    after: dict[str, set[str]] = {z: set() for z in nexts}
    for w, e in nexts.items():
        for z in names(e):
            if z in nexts and z != w:
                after[w].add(z)
        for z in nexts:
            if _new(z) in names(e):
                after[z].add(w)
    return after


def _reachable(after: Mapping[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for z in after[todo.pop()] - seen:
            seen.add(z)
            todo.append(z)
    return seen


def _orderable(nexts: Mapping[str, Expr]) -> bool:
    """Whether every ``z'`` that is read can be assigned strictly before it is read."""
    after = _before(nexts)
    reads = [(z, w) for w, e in nexts.items() for z in nexts if _new(z) in names(e)]
    return all(z not in _reachable(after, w) for z, w in reads)


def _order(nexts: Mapping[str, Expr]) -> list[tuple[str, ...]]:
    """Groups to assign one after the other: the strongly connected components, in order."""
    after = _before(nexts)
    reach = {z: _reachable(after, z) for z in nexts}
    left, groups = list(nexts), []
    while left:
        for z in left:
            group = tuple(w for w in left if w == z or (w in reach[z] and z in reach[w]))
            if not any(z in reach[w] for w in left if w not in group):
                break
        groups.append(group)
        left = [w for w in left if w not in group]
    return groups


def _outputs_from_old_values(
    outputs: list[Expr],
    nexts: Mapping[str, Expr],
    local: list[tuple[str, Expr]],
    taken: Collection[str],
) -> tuple[list[Assign], list[Expr]]:
    """The first assignments: shared values, and the old values that outputs need."""
    early = [Assign((name,), (e,)) for name, e in local]
    used = set(taken)
    kept: dict[str, str] = {}
    result = []
    for y in outputs:
        stale = sorted(names(y) & set(nexts))
        if stale and not any(_new(z) in names(y) for z in nexts):
            name = fresh("y", used)
            used.add(name)
            early.append(Assign((name,), (y,)))
            y = var(name)
        for z in stale if y.op != "var" else ():
            if z not in kept:
                kept[z] = fresh(f"old_{z.rpartition('.')[2]}", used)
                used.add(kept[z])
                early.append(Assign((kept[z],), (var(z),)))
        result.append(substitute(y, {z: var(name) for z, name in kept.items()}))
    return early, result


def _named(
    assigns: list[Assign],
    outputs: list[Expr],
    order: list[str],
    local: Mapping[str, Expr],
    nexts: Mapping[str, Expr],
    taken: Collection[str],
) -> Step:
    """The finished step: final names for shared values, and plain names for new state."""
    used = set(taken) | {t for a in assigns for t in a.targets}
    by = {_new(z): var(z) for z in nexts}
    for name in order:
        by[name] = var(fresh(_LOCAL_NAMES.get(local[name].op, "value"), used))
        used.add(str(by[name].value))
    return Step(
        tuple(
            Assign(
                tuple(str(by[t].value) if t in by else t for t in a.targets),
                tuple(substitute(e, by) for e in a.values),
            )
            for a in assigns
        ),
        tuple(substitute(e, by) for e in outputs),
    )
