"""Whether two machines differ, by a route of its own: exhaustion, else many exact runs.

Nothing of the prover is used, and not the package's evaluator either: machines are turned into
Python functions here. A word that tells them apart is confirmed with :meth:`Machine.run`.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine, old

Values = tuple[int, ...]
Word = tuple[Values, ...]
Step = Callable[[Values, Values], tuple[Values, Values]]
MOST_BITS = 4_000  # runs whose states grow beyond this end
SYMBOLS = {
    "add": "+", "sub": "-", "mul": "*", "floordiv": "//", "mod": "%", "eq": "==", "ne": "!=",
    "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and": "and", "or": "or", "in": "in",
    "bitand": "&", "bitor": "|", "bitxor": "^", "neg": "-", "not": "not",
}  # fmt: skip


class Opinion(Enum):
    """What the judge found."""

    DIFFERS = "DIFFERS"  # a word after which the program answers wrongly or not at all
    UNDEFINED = "UNDEFINED"  # only words after which the specification has no value
    EQUAL = "EQUAL"  # no word does: all states that the two reach were visited
    NOTHING = "NO DIFFERENCE FOUND"


@dataclass(frozen=True, slots=True)
class Judgement:
    """An opinion, the word it rests on, and the length up to which all words were tried."""

    opinion: Opinion
    word: Word | None = None
    exhausted: int = 0


def judge(
    program: Machine,
    spec: Machine,
    domain: Domain,
    *,
    words: tuple[Word, ...] = (),
    effort: int = 1,
    seed: int = 0,
) -> Judgement:
    """Compare two machines.

    ``words`` are tried besides those of :func:`sampled`; ``effort`` multiplies the states
    visited and the words tried.
    """
    product = Product(program, spec, domain)
    first = product.search(4_000)
    if first.opinion in (Opinion.DIFFERS, Opinion.EQUAL):
        return first
    undefined = None
    for word in (*sampled(domain, effort, seed), *words):
        found = product.follow(word)
        if found is not None and found.opinion is Opinion.DIFFERS:
            return replace(found, exhausted=first.exhausted)
        undefined = undefined or found
    second = product.search(40_000 * effort)
    if second.opinion is Opinion.NOTHING and undefined is not None:
        return replace(undefined, exhausted=second.exhausted)
    return second


class Product:
    """Two machines run side by side as compiled Python functions."""

    def __init__(self, program: Machine, spec: Machine, domain: Domain) -> None:
        self.program, self.spec = program, spec
        self.letters = domain
        self.steps = compiled(program), compiled(spec)

    def search(self, most: int) -> Judgement:
        """Breadth first through the states that the two reach, for ``most`` steps."""
        start = (self.program.init, self.spec.init)
        before: dict[tuple[Values, Values], tuple[tuple[Values, Values], Values] | None]
        before = {start: None}
        level, length, undefined = [start], 0, None
        while level:
            fresh = []
            for z in level:
                for x in self.letters.letters():
                    most -= 1
                    if most < 0:
                        return _ended(Opinion.NOTHING, undefined, length)
                    new, opinion = self._step(z, x)
                    if opinion is not None:
                        word = (*_path(before, z), x)
                        if opinion is Opinion.DIFFERS:
                            return Judgement(self._confirmed(word), word, length)
                        undefined = undefined or word
                    elif new not in before:
                        before[new] = z, x
                        fresh.append(new)
            if any(v.bit_length() > MOST_BITS for z in fresh for v in z[0] + z[1]):
                return _ended(Opinion.NOTHING, undefined, length)
            level, length = fresh, length + 1
        return _ended(Opinion.EQUAL, undefined, length)

    def follow(self, word: Word) -> Judgement | None:
        """The first difference along one word."""
        z = (self.program.init, self.spec.init)
        for t, x in enumerate(word):
            z, opinion = self._step(z, x)
            if opinion is not None:
                self._confirmed(word[: t + 1], opinion)
                return Judgement(opinion, word[: t + 1])
            if any(v.bit_length() > MOST_BITS for v in z[0] + z[1]):
                break
        return None

    def _step(
        self, z: tuple[Values, Values], x: Values
    ) -> tuple[tuple[Values, Values], Opinion | None]:
        try:
            theirs = self.steps[1](z[1], x)
        except ValueError:
            return z, Opinion.UNDEFINED
        try:
            ours = self.steps[0](z[0], x)
        except ValueError:
            return z, Opinion.DIFFERS
        return (ours[0], theirs[0]), None if ours[1] == theirs[1] else Opinion.DIFFERS

    def _confirmed(self, word: Word, opinion: Opinion = Opinion.DIFFERS) -> Opinion:
        """The same word on the machines themselves must say the same."""
        ours, theirs = last(self.program, word), last(self.spec, word)
        same = theirs is None if opinion is Opinion.UNDEFINED else ours != theirs
        if not same:
            raise AssertionError(f"the judge disagrees with Machine.run on {word}")
        return opinion


def _ended(opinion: Opinion, undefined: Word | None, length: int) -> Judgement:
    return Judgement(Opinion.UNDEFINED if undefined else opinion, undefined, length)


def last(machine: Machine, word: Word) -> Values | None:
    """What a machine answers after the last letter; ``None`` where it has no value."""
    try:
        return machine.run(word)[-1]
    except ValueError:
        return None


def _path(before: dict, z: object) -> Word:
    word: list[Values] = []
    while (edge := before[z]) is not None:
        z, x = edge
        word.append(x)
    return tuple(reversed(word))


def walks(domain: Domain, seed: int) -> tuple[Word, ...]:
    """Three long words, along which a machine takes values that short ones do not reach."""
    rng = random.Random(seed)
    pool = _pool(domain, rng)
    uniform = tuple(_letter(domain, rng) for _ in range(300))
    return uniform, tuple(_runs(domain, pool, rng, 300)), (pool[-1],) * 300


@functools.lru_cache(maxsize=256)
def sampled(domain: Domain, effort: int, seed: int) -> tuple[Word, ...]:
    """Words to try: uniform, of few letters, in runs, constant; short ones first, some long."""
    rng = random.Random(seed)
    pool = _pool(domain, rng)
    found = [tuple(_letter(domain, rng) for _ in range(24)) for _ in range(80 * effort)]
    for _ in range(60 * effort):
        few = rng.sample(pool, min(len(pool), 2))
        weight = rng.random()
        found.append(tuple(few[0] if rng.random() < weight else few[-1] for _ in range(32)))
    found += [tuple(_runs(domain, pool, rng, 48)) for _ in range(60 * effort)]
    found += [(x,) * 64 for x in pool]
    for _ in range(4 * effort):
        found.append(tuple(_runs(domain, pool, rng, 400)))
        found.append(tuple(_letter(domain, rng) for _ in range(300)))
    return (*found, (pool[0],) * 500, (pool[-1],) * 500)


def _letter(domain: Domain, rng: random.Random) -> Values:
    return tuple(map(rng.randint, domain.lows, domain.highs))


def _pool(domain: Domain, rng: random.Random) -> list[Values]:
    """The smallest and the largest letter first and last; others between."""
    extremes = {domain.lows, domain.highs}
    for _ in range(12):
        ends = zip(domain.lows, domain.highs, strict=True)
        extremes.add(tuple(rng.choice([lo, hi, min(max(0, lo), hi)]) for lo, hi in ends))
        extremes.add(_letter(domain, rng))
    return sorted(extremes)


def _runs(domain: Domain, pool: list[Values], rng: random.Random, length: int) -> Iterator[Values]:
    left, longest = 0, rng.choice([2, 4, 8, 16, 32])
    x = pool[0]
    for _ in range(length):
        if left == 0:
            x = rng.choice(pool) if rng.random() < 0.7 else _letter(domain, rng)
            left = rng.randint(1, longest)
        left -= 1
        yield x


@functools.lru_cache(maxsize=512)
def compiled(machine: Machine) -> Step:
    """One step of a machine as a Python function; it raises ValueError where it has no value."""
    here = {n: f"x{i}" for i, n in enumerate(machine.inputs)}
    old_names = {n: f"z{i}" for i, n in enumerate(machine.state)}
    new_names = {n: f"n{i}" for i, n in enumerate(machine.state)}
    before = here | old_names
    after = here | new_names | {old(n): v for n, v in old_names.items()}
    lines = ["def step(z, x):", f" {_unpack(here)} = x"]
    if machine.state:
        lines.append(f" {_unpack(old_names)} = z")
    for name, e in zip(machine.state, machine.next, strict=True):
        lines.append(f" {new_names[name]} = {_source(e, before)}")
    outputs = "".join(f"{_source(e, after)}, " for e in machine.outputs)
    lines.append(f" return ({''.join(f'{n}, ' for n in new_names.values())}), ({outputs})")
    space: dict[str, Step] = {"bit": _bit, "at": _at}  # type: ignore[dict-item]
    exec("\n".join(lines), space)
    return space["step"]


def _unpack(by: dict[str, str]) -> str:
    return "".join(f"{v}, " for v in by.values())


def _source(e: Expr, by: dict[str, str]) -> str:
    args = [_source(a, by) for a in e.args]
    if e.op in ("true", "false"):
        return e.op.capitalize()
    if e.op == "const":
        return f"({e.value})"
    if e.op == "var":
        return by[str(e.value)]
    if e.op == "table":
        return f"at({e.value!r}, {args[0]})"
    if e.op == "in":
        return f"({args[0]} in {e.value!r})"
    if e.op == "if":
        return f"({args[1]} if {args[0]} else {args[2]})"
    if e.op.startswith("bit"):
        return f"(bit({args[0]}) {SYMBOLS[e.op]} bit({args[1]}))"
    if e.op in ("neg", "not"):
        return f"({SYMBOLS[e.op]} {args[0]})"
    if e.op in ("abs", "min", "max", "int"):
        return f"{e.op}({', '.join(args)})"
    return f"({args[0]} {SYMBOLS[e.op]} {args[1]})"


def _bit(v: int) -> int:
    if v not in (0, 1):
        raise ValueError
    return v


def _at(entries: Values, index: int) -> int:
    if not 0 <= index < len(entries):
        raise ValueError
    return entries[index]
