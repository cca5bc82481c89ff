"""What tests of the prover share: an exact judge, broken copies, machines in another basis."""

from __future__ import annotations

import contextlib
import itertools
import random
from collections.abc import Iterator, Sequence

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, const, substitute, var
from mips_verify.kernel.machine import Machine, old

SWAPS = {
    "add": "sub", "sub": "add", "min": "max", "max": "min", "mod": "floordiv", "floordiv": "mod",
    "lt": "le", "le": "lt", "gt": "ge", "ge": "gt", "eq": "ne", "ne": "eq", "and": "or",
    "or": "and", "bitand": "bitor", "bitor": "bitxor", "bitxor": "bitand",
}  # fmt: skip
LARGE = 10**300


def first_difference(a: Machine, b: Machine, word: Sequence[tuple[int, ...]]) -> int | None:
    """Letters up to where exactly one machine has no value or their outputs differ."""
    za, zb = a.init, b.init
    for t, x in enumerate(word):
        one, two = _step(a, za, x), _step(b, zb, x)
        if one is None or two is None:
            return None if one is two else t + 1
        if one[1] != two[1]:
            return t + 1
        za, zb = one[0], two[0]
        if any(abs(v) > LARGE for v in za + zb):
            return None
    return None


def _step(machine, z, x):
    try:
        return machine.step(z, x)
    except ValueError:
        return None


def judge(a: Machine, b: Machine, domain: Domain, *, most: int = 1500) -> tuple[int | None, int]:
    """The shortest difference by exhaustion, and the length up to which that is certain."""
    letters, length = list(domain.letters()), 0
    while len(letters) ** (length + 1) <= most and length < 8:
        length += 1
        for word in itertools.product(letters, repeat=length):
            if (found := first_difference(a, b, word)) is not None:
                return found, found
    return None, length


def sampled_difference(
    a: Machine, b: Machine, domain: Domain, rng: random.Random, *, count: int = 60
) -> int | None:
    """The shortest difference on random sequences and sequences of runs."""
    letters, found = list(domain.letters()), []
    for k in range(count):
        word = [rng.choice(letters) for _ in range(25)]
        if k % 2:
            word = [x for x in word[:6] for _ in range(rng.randint(1, 8))]
        found.append(first_difference(a, b, word))
    return min((d for d in found if d is not None), default=None)


def broken(machine: Machine) -> Iterator[Machine]:
    """Every copy with one initial value, constant, operator or table entry changed."""
    m = machine
    for i, start in enumerate(m.init):
        init = (*m.init[:i], start + 1, *m.init[i + 1 :])
        yield Machine(m.inputs, m.state, init, m.next, m.outputs)
    for i, e in enumerate(m.next):
        for new in _edits(e):
            nexts = (*m.next[:i], new, *m.next[i + 1 :])
            yield Machine(m.inputs, m.state, m.init, nexts, m.outputs)
    for i, e in enumerate(m.outputs):
        for new in _edits(e):
            outputs = (*m.outputs[:i], new, *m.outputs[i + 1 :])
            yield Machine(m.inputs, m.state, m.init, m.next, outputs)


def _edits(e: Expr) -> Iterator[Expr]:
    if e.op == "const":
        yield const(e.value + 1)
        yield const(e.value - 1)
    if e.op in SWAPS:
        with contextlib.suppress(TypeError):  # a remainder whose divisor is no constant
            yield Expr(SWAPS[e.op], e.args, e.value)
    if e.op == "table":
        for i, v in enumerate(e.value):
            yield Expr(e.op, e.args, (*e.value[:i], v + 1, *e.value[i + 1 :]))
    for i, a in enumerate(e.args):
        for new in _edits(a):
            with contextlib.suppress(TypeError):  # a divisor that became 0
                yield Expr(e.op, (*e.args[:i], new, *e.args[i + 1 :]), e.value)


def random_machine(rng: random.Random) -> Machine:
    """A machine of up to three variables; may lack a value on some sequences."""
    state = tuple("abc"[: rng.choice([0, 1, 1, 2, 2, 3])])
    names = ["x", *state]
    nexts = []
    for _ in state:
        e = _random(names, rng.choice([1, 2, 2, 3]), rng)
        nexts.append(Expr("mod", (e, const(rng.randint(2, 6)))) if rng.random() < 0.6 else e)
    output = _random([*names, *map(old, state)], 2, rng)
    if rng.random() < 0.5:
        output = Expr("mod", (output, const(rng.choice([2, 3]))))
    init = tuple(rng.randint(-2, 3) for _ in state)
    return Machine(("x",), state, init, tuple(nexts), (output,))


def _random(names: list[str], depth: int, rng: random.Random) -> Expr:
    if depth == 0 or rng.random() < 0.15:
        return var(rng.choice(names)) if rng.random() < 0.7 else const(rng.randint(-3, 5))

    def sub() -> Expr:
        return _random(names, depth - 1, rng)

    op = rng.choice(["add", "add", "sub", "scale", "mul", "mod", "mod", "floordiv", "min", "max",
                     "abs", "if", "if", "table", "in", "bits"])  # fmt: skip
    if op == "scale":
        return Expr("mul", (const(rng.randint(-2, 3)), sub()))
    if op in ("mod", "floordiv"):
        return Expr(op, (sub(), const(rng.choice([2, 3, 4, 5, -2, -3]))))
    if op == "abs":
        return Expr(op, (sub(),))
    if op == "if":
        return Expr(op, (_condition(names, depth - 1, rng), sub(), sub()))
    if op == "in":
        return Expr("int", (Expr(op, (sub(),), (rng.randint(-2, 4), rng.randint(-2, 4))),))
    if op == "table":
        size, index = rng.randint(2, 5), sub()
        if rng.random() < 0.8:
            index = Expr("mod", (index, const(size)))
        return Expr(op, (index,), tuple(rng.randint(0, 4) for _ in range(size)))
    if op == "bits":
        bits = [Expr("mod", (sub(), const(2))) if rng.random() < 0.9 else sub() for _ in "ab"]
        return Expr(rng.choice(["bitand", "bitor", "bitxor"]), tuple(bits))
    return Expr(op, (sub(), sub()))


def _condition(names: list[str], depth: int, rng: random.Random) -> Expr:
    if depth > 0 and rng.random() < 0.3:
        parts = (_condition(names, depth - 1, rng), _condition(names, depth - 1, rng))
        return Expr(rng.choice(["and", "or"]), parts)
    op = rng.choice(["lt", "le", "eq", "ne", "gt", "ge"])
    return Expr(op, (_random(names, max(0, depth - 1), rng), _random(names, 0, rng)))


def rebased(machine: Machine, rng: random.Random) -> Machine:
    """The same machine with its state in another integer basis: w = U z + c, U unimodular."""
    n = len(machine.state)
    sign = [rng.choice([1, -1]) for _ in range(n)]
    shift = [rng.randint(-3, 3) for _ in range(n)]
    mix = [rng.choice([0, 0, 1, -1]) if i else 0 for i in range(n)]
    new = [f"w{i}" for i in range(n)]

    def inverse(i: int, name=lambda w: w) -> Expr:
        e = _times(sign[i], var(name(new[i])))
        if mix[i]:
            e = Expr("add", (e, _times(mix[i], var(name(new[i - 1])))))
        return Expr("add", (e, const(shift[i])))

    by = {z: inverse(i) for i, z in enumerate(machine.state)}
    before = {old(z): inverse(i, old) for i, z in enumerate(machine.state)}
    nexts: list[Expr] = []
    init: list[int] = []
    for i, (e, start) in enumerate(zip(machine.next, machine.init, strict=True)):
        value, moved = start - shift[i], Expr("sub", (substitute(e, by), const(shift[i])))
        if mix[i]:
            value -= mix[i] * init[i - 1]
            moved = Expr("sub", (moved, _times(mix[i], nexts[i - 1])))
        nexts.append(_times(sign[i], moved))
        init.append(sign[i] * value)
    outputs = tuple(substitute(e, by | before) for e in machine.outputs)
    return Machine(machine.inputs, tuple(new), tuple(init), tuple(nexts), outputs)


def _times(k: int, e: Expr) -> Expr:
    return Expr("mul", (const(k), e))
