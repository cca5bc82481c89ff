"""A network with weights on a grid as a machine over the integers; a ReLU is ``max(z, 0)``.

Doubles are multiples of powers of two. If the hidden states stay multiples of one number, they
are integers in its units, and the network is a machine like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.arithmetic import Rows, Vector, each_row
from mips_verify.network_kernel.exact_network import ExactNetwork

ROUNDS: Final = 2  # of refining the unit of the states; what shrinks twice shrinks for ever
NODES: Final = 100_000  # of all expressions together
TERMS: Final = 128  # of one sum, which is as deep


class NotIntegralError(MipsVerifyError):
    """A network that is too large for a machine, or whose states are no multiples of a number."""


@dataclass(frozen=True, slots=True)
class Term:
    """The number ``expr * unit``; the unit is 1 or a fraction of it by a power of two.

    ``size`` bounds the nodes of ``expr``, where a state may stand for what it becomes.
    """

    expr: Expr
    unit: Fraction
    size: int = 1

    def times(self, unit: Fraction) -> Expr:
        """The number as a multiple of a unit that divides this one."""
        return _multiple(int(self.unit / unit), self.expr)


class TermArithmetic:
    """Sums and ReLU of terms that have not more than :data:`NODES` nodes together."""

    def __init__(self) -> None:
        self.size = 0

    def affine(self, weight: Rows, values: Sequence[Term], *biases: Vector) -> list[Term]:
        """``weight @ values``, plus any number of biases."""
        rows = each_row(weight, len(values), biases)
        return [self._sum(row, values, constants) for row, constants in rows]

    def _sum(self, row: Vector, values: Sequence[Term], constants: Vector) -> Term:
        terms = [(Fraction(w), v) for w, v in zip(row, values, strict=True) if w]
        if len(terms) > TERMS:
            raise NotIntegralError(f"the network is a machine with sums of more than {TERMS} terms")
        self.size += (size := 1 + sum(v.size + 3 for _, v in terms))
        if self.size > NODES:  # before any of them is made
            raise NotIntegralError(f"the network is a machine of more than {NODES} nodes")
        fixed = sum(map(Fraction, constants), Fraction(0))
        below = [fixed.denominator, *((w * v.unit).denominator for w, v in terms)]
        unit = Fraction(1, max(below))
        parts = [_multiple(int(w * v.unit / unit), v.expr) for w, v in terms]
        if fixed or not parts:
            parts.append(const(int(fixed / unit)))
        return Term(reduce(partial(apply, "add"), parts), unit, size)

    def relu(self, z: Term) -> Term:
        """``max(z, 0)``."""
        return Term(apply("max", z.expr, const(0)), z.unit, z.size + 2)

    def tanh(self, _: Term) -> Term:
        """Never integral."""
        raise NotIntegralError("the network has units other than ReLU")

    sigmoid = tanh

    def times(self, _: Term, __: Term) -> Term:
        """Never needed: only gates multiply."""
        raise NotIntegralError("the network has gates")


def exact_machine(network: ExactNetwork, domain: Domain) -> Machine:
    """The network as a machine, with two outputs for each of its own.

    The outputs are ``floor(g + 1/2)`` and ``ceil(g - 1/2)``; both are y if and only if g is less
    than 1/2 from y.

    Raises:
        NotIntegralError: the hidden states are not multiples of one number, or it is too large.
    """
    if network.domain is not None or network.values:
        raise NotIntegralError("the network reads one-hot letters or compares scores")
    prefix = "h"
    while any(name.startswith(prefix) for name in domain.names):
        prefix += "h"
    names = [f"{prefix}{i}" for i in range(len(network.start))]
    letter = [Term(var(x), Fraction(1)) for x in domain.names]
    start = list(map(Fraction, network.start))
    unit = min(Fraction(1, v.denominator) for v in start)
    for _ in range(ROUNDS):
        numbers = TermArithmetic()
        after = network.step(numbers, [Term(var(h), unit) for h in names], letter)
        finest = min(unit, *(term.unit for term in after))
        if finest == unit:
            break
        unit = finest
    else:
        raise NotIntegralError("the hidden states are not multiples of one number")
    # outputs are over the next states: with these put in, they have the sum of both sizes
    states = [Term(var(h), unit, term.size) for h, term in zip(names, after, strict=True)]
    read = network.scores(numbers, states)
    return Machine(
        inputs=domain.names,
        state=tuple(names),
        init=tuple(int(v / unit) for v in start),
        next=tuple(term.times(unit) for term in after),
        outputs=tuple(e for term in read for e in _rounded(term)),
    )


def twice(program: Machine) -> Machine:
    """The program with each output given twice, as :func:`exact_machine` gives them."""
    outputs = tuple(e for e in program.outputs for _ in range(2))
    return Machine(program.inputs, program.state, program.init, program.next, outputs)


def _multiple(factor: int, e: Expr) -> Expr:
    return e if factor == 1 else apply("mul", const(factor), e)


def _rounded(term: Term) -> tuple[Expr, Expr]:
    """``floor(term + 1/2)`` and ``ceil(term - 1/2)``."""
    parts = int(1 / term.unit)
    if parts == 1:
        return term.expr, term.expr
    double, half = _multiple(2, term.expr), const(parts)
    up = apply("floordiv", apply("add", double, half), const(2 * parts))
    down = apply("floordiv", apply("sub", half, double), const(2 * parts))
    return up, Expr("neg", (down,))
