"""Random register machines: integers updated by max, min, reset, clamp and conditional add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.batch import run_batch, trace
from mips_verify.bench.random_tasks.draw import LENGTH, SUITE, first_accepted
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.spec.task import Task

_RANGES: Final = ((0, 3), (0, 9), (0, 19), (-5, 5), (-10, 10))
_NAMES: Final = ("r", "s", "t")
_WORDS: Final = 400
_SEEN: Final = 0.05  # a register matters if freezing it changes outputs on this share of words
_KIND: Final = 3


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an update may use: the range of x, and the registers drawn before it."""

    low: int
    high: int
    earlier: tuple[Expr, ...]
    rng: np.random.Generator

    def between(self, low: int, high: int) -> int:
        """A random integer, ends included."""
        return int(self.rng.integers(low, high + 1))

    def operand(self) -> Expr:
        """The input, or sometimes an earlier register."""
        if self.earlier and self.rng.random() < 0.25:
            return self.earlier[self.between(0, len(self.earlier) - 1)]
        return var("x")

    def condition(self) -> Expr:
        """A condition: the letter is above a bound, in a set, or above an earlier register."""
        kind = self.between(0, 2 if self.earlier else 1)
        if kind == 2:
            return apply("gt", var("x"), self.earlier[self.between(0, len(self.earlier) - 1)])
        if kind == 1:
            some = self.rng.permutation(np.arange(self.low, self.high + 1))[: self.between(1, 3)]
            return apply("in", var("x"), value=tuple(sorted(some.tolist())))
        return apply("gt", var("x"), const(self.between(self.low, self.high - 1)))

    def step(self) -> Expr:
        """The summand: 1 or an operand."""
        return const(1) if self.rng.random() < 0.5 else self.operand()


Update = tuple[int, Expr]  # initial and next value


def _extreme(r: Expr, scene: _Scene) -> Update:
    """The largest or the smallest operand so far."""
    if scene.rng.random() < 0.5:
        return scene.low, apply("max", r, scene.operand())
    return scene.high, apply("min", r, scene.operand())


def _reset(r: Expr, scene: _Scene) -> Update:
    """A count or sum that one letter resets."""
    letter = const(scene.between(scene.low, scene.high))
    return 0, apply("if", apply("eq", var("x"), letter), const(0), apply("add", r, scene.step()))


def _clamped(r: Expr, scene: _Scene) -> Update:
    """A sum within bounds; the inputs are centred, so that it both rises and falls."""
    centre = (scene.low + scene.high + 1) // 2
    moved = apply("add", r, scene.operand())
    moved = apply("sub", moved, const(centre)) if centre else moved
    width = scene.between(3, 2 * (scene.high - scene.low))
    low = scene.between(-width, 0)
    return 0, apply("min", apply("max", moved, const(low)), const(low + width))


def _conditional(r: Expr, scene: _Scene) -> Update:
    """A count or sum over the steps in which a condition holds."""
    return 0, apply("if", scene.condition(), apply("add", r, scene.step()), r)


_UPDATES: Final[tuple[Callable[[Expr, _Scene], Update], ...]] = (
    _extreme,
    _reset,
    _clamped,
    _conditional,
)


def register_task(seed: int) -> Task:
    """A machine of 1 to 3 registers over one input."""
    rng = np.random.default_rng([_KIND, seed])
    registers = int(rng.integers(1, 4))
    low, high = _RANGES[int(rng.integers(0, len(_RANGES)))]
    domain = Domain(("x",), (low,), (high,))
    return Task(
        name=f"Register_{seed}",
        says=f"random register machine; registers: {registers}",
        length=LENGTH,
        domain=domain,
        spec=random_registers(registers, domain, rng),
        suite=SUITE,
    )


def random_registers(registers: int, domain: Domain, rng: np.random.Generator) -> Machine:
    """A machine with this many registers, all of which matter, and without constant outputs."""

    def draw(rng: np.random.Generator) -> Machine | None:
        machine = _machine(registers, domain, rng)
        x = domain.sample(_WORDS, LENGTH, rng)
        return machine if _worth_learning(machine, x) else None

    return first_accepted(draw, rng)


def _machine(registers: int, domain: Domain, rng: np.random.Generator) -> Machine:
    names = _NAMES[:registers]
    starts, nexts = [], []
    for i in range(registers):
        earlier = tuple(var(n) for n in names[:i])
        scene = _Scene(domain.lows[0], domain.highs[0], earlier, rng)
        start, update = _UPDATES[int(rng.integers(0, len(_UPDATES)))](var(names[i]), scene)
        starts.append(start)
        nexts.append(update)
    outputs = tuple(_read(names, rng) for _ in range(1 + (rng.random() < 0.25)))
    return Machine(domain.names, names, tuple(starts), tuple(nexts), outputs)


def _read(names: tuple[str, ...], rng: np.random.Generator) -> Expr:
    """A register, or two of them combined by one operator."""
    order = [var(names[i]) for i in rng.permutation(len(names))]
    if len(order) == 1 or rng.random() < 0.3:
        return order[0]
    op = ("add", "sub", "max", "min", "gt")[int(rng.integers(0, 5))]
    e = apply(op, order[0], order[1])
    return e if e.sort == "int" else Expr("int", (e,))


def _worth_learning(machine: Machine, x: NDArray[np.int64]) -> bool:
    """Whether all registers matter and differ, and outputs differ and are not constant."""
    states, y = trace(machine, x)
    if any(_repeats(values) for values in (states, y)) or (y == y[:1, :1]).all(axis=(0, 1)).any():
        return False
    return all(
        (run_batch(frozen(machine, i), x) != y).any(axis=(1, 2)).mean() >= _SEEN
        for i in range(len(machine.state))
    )


def _repeats(values: NDArray[np.int64]) -> bool:
    """Whether two columns of the last axis are equal."""
    columns = values.reshape(-1, values.shape[2]).T
    return len(np.unique(columns, axis=0)) < len(columns)


def frozen(machine: Machine, i: int) -> Machine:
    """The machine whose register ``i`` keeps its initial value."""
    return replace(
        machine,
        next=tuple(var(machine.state[i]) if k == i else e for k, e in enumerate(machine.next)),
    )
