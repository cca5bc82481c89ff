"""Mutation operators: copies of a machine with one thing wrong, each with the kind of mistake."""

from __future__ import annotations

import contextlib
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import (
    FALSE,
    TRUE,
    Expr,
    const,
    convert,
    names,
    negate,
    substitute,
    var,
)
from mips_verify.kernel.machine import Machine, Word, old

SWAPS: dict[str, tuple[str, ...]] = {
    "add": ("sub", "mul", "max"),
    "sub": ("add",),
    "mul": ("add",),
    "floordiv": ("mod",),
    "mod": ("floordiv",),
    "min": ("max", "add"),
    "max": ("min", "add"),
    "bitand": ("bitor", "bitxor"),
    "bitxor": ("bitor", "bitand"),
    "bitor": ("bitxor", "bitand"),
    "eq": ("le", "ge", "ne"),
    "ne": ("lt", "gt", "eq"),
    "lt": ("le", "ge", "ne", "gt"),
    "le": ("lt", "gt", "eq"),
    "gt": ("ge", "le", "ne", "lt"),
    "ge": ("gt", "lt", "eq"),
    "and": ("or",),
    "or": ("and",),
}
DOUBLES = 0.25  # of the mutants have a second mistake
Labelled = tuple[str, Expr]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A machine and the kinds of mistake that were made in it."""

    kind: str
    machine: Machine


@dataclass(frozen=True, slots=True)
class Range:
    """Values to make mistakes at: the letters', and for a state variable those it takes."""

    domain: Domain
    reached: Mapping[str, tuple[int, ...]]


def reached(machine: Machine, words: Iterable[Word]) -> dict[str, tuple[int, ...]]:
    """The values of every state variable along some words."""
    values: dict[str, set[int]] = {n: {v} for n, v in zip(machine.state, machine.init, strict=True)}
    for word in words:
        z = machine.init
        for x in word:
            z, _ = machine.step(z, x)
            for name, v in zip(machine.state, z, strict=True):
                values[name].add(v)
    return {name: tuple(sorted(v)) for name, v in values.items()}


def mutants(
    machine: Machine, domain: Domain, count: int, rng: random.Random, words: Iterable[Word] = ()
) -> list[Mutant]:
    """Different copies of a machine, each unlike it in text, spread evenly over the kinds.

    At most ``count``; about a quarter of them have two mistakes. Some err only at rare values
    of the state, which are taken along ``words``.
    """
    values = Range(domain, reached(machine, words))
    singles = list(_evenly(_singles(machine, values, rng), rng))
    found = dict.fromkeys([machine])
    chosen: list[Mutant] = []
    single = iter(singles)
    tries = 20 * count
    while len(chosen) < count and tries:
        tries -= 1
        one = next(single, None) if rng.random() >= DOUBLES else None
        if one is None:
            first = rng.choice(singles)
            second, build = rng.choice(list(_changes(first.machine, values, rng)))
            one = _built(f"{first.kind} + {second}", build)
        if one is not None and one.machine not in found:
            found[one.machine] = None
            chosen.append(one)
    return chosen


def expression_mutants(e: Expr, known: Iterable[str], rng: random.Random) -> list[Expr]:
    """Every copy of an expression with one node changed."""
    found = {}
    for _, build in _edits(e, tuple(known), rng):
        with contextlib.suppress(TypeError):
            found[build()] = None
    found.pop(e, None)
    return [convert(new, e.sort) for new in found]


def _evenly(every: Iterator[Mutant], rng: random.Random) -> Iterator[Mutant]:
    """The mutants in an order in which all kinds come equally often, as far as they last."""
    groups: dict[str, list[Mutant]] = defaultdict(list)
    for m in every:
        groups[m.kind].append(m)
    for group in groups.values():
        rng.shuffle(group)
    while groups:
        for kind in sorted(groups):
            yield groups[kind].pop()
            if not groups[kind]:
                del groups[kind]


def _singles(m: Machine, values: Range, rng: random.Random) -> Iterator[Mutant]:
    seen = {m}
    for kind, build in _changes(m, values, rng):
        one = _built(kind, build)
        if one is not None and one.machine not in seen:
            seen.add(one.machine)
            yield one


def _built(kind: str, build: Callable[[], Machine]) -> Mutant | None:
    try:
        return Mutant(kind, build())
    except (TypeError, MachineError):  # a divisor that became 0, a condition for a number
        return None


def _changes(
    m: Machine, values: Range, rng: random.Random
) -> Iterator[tuple[str, Callable[[], Machine]]]:
    for i, start in enumerate(m.init):
        for new in (start + 1, start - 1, 0, -start, rng.randint(-9, 9)):
            yield "initial value", lambda i=i, v=new: replace(m, init=_put(m.init, i, v))
        yield "update deleted", lambda i=i: replace(m, next=_put(m.next, i, var(m.state[i])))
        yield "one more delay", lambda i=i: _delayed(m, i)
        for j in range(len(m.state)):
            if j != i and m.state[i] in names(m.next[j]):
                yield "order of updates", lambda i=i, j=j: _after(m, i, j)
    for wrong in (
        _late(m, rng.choice([2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233]), rng) for _ in range(3)
    ):
        yield "wrong once, late", lambda new=wrong: new
    here, after = m.inputs + m.state, m.inputs + m.state + tuple(map(old, m.state))
    for i, e in enumerate(m.next):
        for kind, build in _edits(e, here, rng):
            yield kind, lambda i=i, b=build: replace(m, next=_put(m.next, i, b()))
        for kind, new in _exceptions(e, here, values, rng):
            yield kind, lambda i=i, v=new: replace(m, next=_put(m.next, i, v))
    for i, e in enumerate(m.outputs):
        for kind, build in _edits(e, after, rng):
            yield kind, lambda i=i, b=build: replace(m, outputs=_put(m.outputs, i, b()))
        for kind, new in _exceptions(e, after, values, rng):
            yield kind, lambda i=i, v=new: replace(m, outputs=_put(m.outputs, i, v))


def _put(values: tuple, i: int, value: object) -> tuple:
    return (*values[:i], value, *values[i + 1 :])


def _fresh(m: Machine, stem: str) -> str:
    taken = {*m.inputs, *m.state}
    return next(n for n in (f"{stem}{k}" for k in range(len(taken) + 1)) if n not in taken)


def _delayed(m: Machine, i: int) -> Machine:
    """State variable ``i`` is read one step late everywhere."""
    name, late = m.state[i], _fresh(m, "late")
    by = {name: var(late), old(name): var(old(late))}
    return Machine(
        m.inputs,
        (*m.state, late),
        (*m.init, m.init[i]),
        (*m.next, var(name)),
        tuple(substitute(e, by) for e in m.outputs),
    )


def _after(m: Machine, i: int, j: int) -> Machine:
    """Variable ``j`` is updated after ``i`` instead of at once with it."""
    new = substitute(m.next[j], {m.state[i]: m.next[i]})
    return replace(m, next=_put(m.next, j, new))


def _late(m: Machine, step: int, rng: random.Random) -> Machine:
    """An output is off by one, once: at the letter after ``step``."""
    clock, i = _fresh(m, "t"), rng.randrange(len(m.outputs))
    wrong = Expr("int", (Expr("eq", (var(old(clock)), const(step))),))
    return Machine(
        m.inputs,
        (*m.state, clock),
        (*m.init, 0),
        (*m.next, Expr("add", (var(clock), const(1)))),
        _put(m.outputs, i, Expr("add", (m.outputs[i], wrong))),
    )


def _exceptions(
    e: Expr, known: tuple[str, ...], values: Range, rng: random.Random
) -> Iterator[Labelled]:
    """The expression, but for a few values of a variable, or cut off."""
    for _ in range(6):
        name, k = rng.choice(known), _letter(values.domain, rng)
        at = Expr(rng.choice(["eq", "gt", "lt"]), (var(name), const(k)))
        yield "exception", Expr("add", (e, Expr("int", (at,))))
        yield "exception", Expr("if", (at, const(_letter(values.domain, rng)), e))
        yield "cut off", Expr(rng.choice(["min", "max"]), (e, const(k)))
        if name in values.reached:
            k = rng.choice(values.reached[name])
            at = Expr("eq", (var(name), const(k)))
            yield "rare exception", Expr("add", (e, Expr("int", (at,))))
            yield "far cut off", Expr(rng.choice(["min", "max"]), (e, const(k)))


def _letter(domain: Domain, rng: random.Random) -> int:
    """Mostly a letter's value, sometimes one that only a sum reaches."""
    c = rng.randrange(domain.channels)
    v = rng.randint(domain.lows[c], domain.highs[c])
    return v if rng.random() < 0.8 else 5 * v + 1


def _edits(
    e: Expr, known: tuple[str, ...], rng: random.Random
) -> Iterator[tuple[str, Callable[[], Expr]]]:
    """One node changed; the copies are built by the caller, which knows what may fail."""
    for kind, new in _node(e, known, rng):
        yield kind, new
    for i, a in enumerate(e.args):
        for kind, build in _edits(a, known, rng):
            yield kind, lambda i=i, b=build: Expr(e.op, _put(e.args, i, b()), e.value)


def _node(
    e: Expr, known: tuple[str, ...], rng: random.Random
) -> Iterator[tuple[str, Callable[[], Expr]]]:
    if e.op == "const":
        c = e.value
        for new in (c + 1, c - 1, 0, -c, 2 * c):
            yield "constant", lambda v=new: const(v)
    if e.op == "var":
        for name in known:
            yield "variable", lambda n=name: var(n)
        yield "constant for variable", lambda: const(rng.randint(-2, 3))
        for op, other in (("add", const(1)), ("sub", const(1)), ("mul", const(2))):
            yield "off by one", lambda op=op, b=other: Expr(op, (e, b))
        yield "sign", lambda: Expr("neg", (e,))
        yield "sign", lambda: Expr("abs", (e,))
    for op in SWAPS.get(e.op, ()):
        yield "operator", lambda op=op: Expr(op, e.args)
    if e.op in SWAPS:
        for a in e.args:
            yield "part dropped", lambda a=a: convert(a, e.sort)
        yield "arguments swapped", lambda: Expr(e.op, e.args[::-1])
    if e.sort == "bool":
        yield "negation", lambda: negate(e)
        yield "condition fixed", lambda: rng.choice([TRUE, FALSE])
    if e.op in ("abs", "neg"):
        yield "part dropped", lambda: e.args[0]
    if e.op == "if":
        cond, then, other = e.args
        yield "branches swapped", lambda: Expr("if", (cond, other, then))
        yield "branch dropped", lambda: then
        yield "branch dropped", lambda: other
    if isinstance(e.value, tuple):
        yield from _entries(e, rng)


def _entries(e: Expr, rng: random.Random) -> Iterator[tuple[str, Callable[[], Expr]]]:
    """A changed table or set."""
    entries = e.value
    assert isinstance(entries, tuple)
    for i, v in enumerate(entries):
        for new in (v + 1, v - 1):
            yield "entry", lambda i=i, v=new: Expr(e.op, e.args, _put(entries, i, v))
        if len(entries) > 1:
            yield "entry", lambda i=i: Expr(e.op, e.args, entries[:i] + entries[i + 1 :])
    if e.op == "table" and len(entries) > 1:
        i, j = rng.sample(range(len(entries)), 2)
        swapped = _put(_put(entries, i, entries[j]), j, entries[i])
        yield "entry", lambda: Expr(e.op, e.args, swapped)
