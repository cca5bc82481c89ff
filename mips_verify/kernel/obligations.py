"""The three obligations from which ``program == spec`` follows for every length.

Let Inv be a condition on the states z of both machines, Dom the input domain.

    Base      Inv(z0)
    Step      Inv(z) and Dom(x)  =>  both next states z' are defined, and Inv(z')
    Outputs   Inv(z) and Dom(x)  =>  both outputs are defined, and equal

By induction over the sequence, every reachable z satisfies Inv; hence all outputs agree.
To believe a proof, a reader needs to trust this file and its imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import (
    TRUE,
    Expr,
    conjoin,
    const,
    definedness,
    names,
    negate,
    substitute,
    var,
)
from mips_verify.kernel.machine import Machine

PROGRAM: Final = "p_"
SPEC: Final = "s_"
Answer = Literal["unsat", "sat", "unknown"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two machines side by side: shared inputs, states renamed apart; see :func:`join`."""

    program: Machine
    spec: Machine
    domain: Domain

    @property
    def state(self) -> tuple[str, ...]:
        """The program's state variables, then the specification's."""
        return self.program.state + self.spec.state

    @property
    def init(self) -> dict[str, int]:
        """The initial value of every state variable."""
        return dict(zip(self.state, self.program.init + self.spec.init, strict=True))

    @property
    def next(self) -> dict[str, Expr]:
        """The next value of every state variable, over old state and inputs."""
        return dict(zip(self.state, self.program.next + self.spec.next, strict=True))

    @property
    def within(self) -> Expr:
        """The condition that the inputs lie in the domain."""
        d = self.domain
        rows = zip(d.names, d.lows, d.highs, strict=True)
        ends = [(var(n), op, const(e)) for n, lo, hi in rows for op, e in (("ge", lo), ("le", hi))]
        return conjoin([Expr(op, (name, end)) for name, op, end in ends])

    @property
    def step_defined(self) -> Expr:
        """The condition that both next states have a value."""
        return conjoin([definedness(e) for e in self.next.values()])

    @property
    def outputs_agree(self) -> Expr:
        """The condition that the outputs of both machines have values, and these are equal."""
        mine, theirs = self.program.outputs_before(), self.spec.outputs_before()
        defined = [definedness(e) for e in mine + theirs]
        return conjoin(defined + [Expr("eq", (a, b)) for a, b in zip(mine, theirs, strict=True)])


def join(program: Machine, spec: Machine, domain: Domain) -> Pair:
    """Pair two machines over one domain; inputs are matched by position.

    Raises:
        MachineError: different numbers of inputs or outputs, the same input names in a
            different order, or an input name that collides with the prefixes.
    """
    if len(program.outputs) != len(spec.outputs):
        raise MachineError(
            f"the program has {len(program.outputs)} outputs, the specification {len(spec.outputs)}"
        )
    if any(name.startswith((PROGRAM, SPEC)) for name in domain.names):
        raise MachineError(f"an input may not be called {PROGRAM}... or {SPEC}...")
    renamed = []
    for what, machine, prefix in (("program", program, PROGRAM), ("spec", spec, SPEC)):
        if len(machine.inputs) != domain.channels:
            raise MachineError(
                f"the {what} reads {len(machine.inputs)} inputs, the domain has {domain.channels}"
            )
        if set(machine.inputs) == set(domain.names) and machine.inputs != domain.names:
            raise MachineError(f"the {what} reads its inputs in another order than the domain's")
        to = {name: prefix + name for name in machine.state}
        renamed.append(machine.rename(to | dict(zip(machine.inputs, domain.names, strict=True))))
    return Pair(renamed[0], renamed[1], domain)


@dataclass(frozen=True, slots=True)
class Obligation:
    """The claim ``given => goal`` for all integers."""

    name: str
    given: Expr
    goal: Expr


def obligations(
    pair: Pair, invariant: Iterable[Expr], *, all_integers: bool
) -> tuple[Obligation, Obligation, Obligation]:
    """Base, Step and Outputs for an invariant over the states of both machines.

    Args:
        pair: the machines, renamed apart by :func:`join`.
        invariant: ``bool`` expressions over ``pair.state``, read as a conjunction.
        all_integers: do not assume that the inputs lie in the domain.

    Raises:
        MachineError: an invariant that is not ``bool`` or reads anything but the state.
    """
    conjuncts = list(invariant)
    for e in conjuncts:
        if e.sort != "bool":
            raise MachineError(f"the invariant holds '{e}', which is not a condition")
        if unknown := sorted(names(e) - set(pair.state)):
            raise MachineError(f"the invariant may read the state only, not '{unknown[0]}'")
    inv = conjoin(conjuncts)
    # the claim includes that the invariant itself has a value
    claim = conjoin([definedness(inv), inv])
    given = conjoin([inv, TRUE if all_integers else pair.within])
    start = {name: const(value) for name, value in pair.init.items()}
    return (
        Obligation("Base", TRUE, substitute(claim, start)),
        Obligation("Step", given, conjoin([pair.step_defined, substitute(claim, pair.next)])),
        Obligation("Outputs", given, pair.outputs_agree),
    )


def discharge(todo: Iterable[Obligation], rlimit: int) -> list[Answer]:
    """Ask Z3, in a fresh context, for a violation of each obligation; ``unsat``: it holds.

    Args:
        todo: the obligations.
        rlimit: Z3's work limit for each of its two arithmetic solvers, at least 1; unlike a
            time limit, it does not depend on the load of the computer.
    """
    return [_violation(o, rlimit) for o in todo]


def proves(pair: Pair, invariant: Iterable[Expr], *, all_integers: bool, rlimit: int) -> bool:
    """Whether Z3 proves the three obligations; the verdict PROVED requires this."""
    todo = obligations(pair, invariant, all_integers=all_integers)
    return all(_violation(o, rlimit) == "unsat" for o in todo)


def _violation(o: Obligation, rlimit: int) -> Answer:
    import z3

    from mips_verify.kernel.z3 import Integers, to_z3

    # Z3's older and newer arithmetic decide different questions; try both with a small limit first
    for budget, arithmetic in ((rlimit // 50, 2), (rlimit // 50, 6), (rlimit, 2), (rlimit, 6)):
        ctx = z3.Context()
        env = Integers(ctx)
        solver = z3.SimpleSolver(ctx=ctx)
        solver.set("arith.solver", arithmetic)
        solver.set("rlimit", max(1, budget))  # 0 would mean no limit
        solver.add(to_z3(o.given, env, ctx), to_z3(negate(o.goal), env, ctx))
        answer = solver.check()
        if answer != z3.unknown:
            return "unsat" if answer == z3.unsat else "sat"
    return "unknown"
