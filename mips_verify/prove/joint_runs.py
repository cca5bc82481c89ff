"""Running both machines on a batch of sequences: differences and visited states.

The runs use int64, which may overflow, so results must be confirmed by replay or by the
obligations.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.batch import evaluate_batch, trace
from mips_verify.kernel.expr import TRUE, Expr, conjoin, definedness
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import Pair

TAME = 2**40  # larger states may be results of overflow


@dataclass(frozen=True, slots=True, eq=False)
class Observed:
    """Runs of both machines on ``n`` sequences of ``length`` letters.

    Attributes:
        x: the letters, shape ``(n, length, channels)``.
        states: joint states, program's variables first, shape ``(n, length + 1, variables)``.
        differs: whether outputs differ or a value is missing, shape ``(n, length)``.
        tame: whether this state and all earlier ones are small, shape ``(n, length + 1)``.
    """

    x: Ints
    states: Ints
    differs: Bools
    tame: Bools


def observe(pair: Pair, x: Ints) -> Observed:
    """Run sequences of shape ``(n, length, channels)`` on both machines.

    Raises:
        OverflowError: a constant that does not fit in 64 bits.
    """
    with np.errstate(all="ignore"):
        ours, our_outputs = trace(pair.program, x)
        theirs, their_outputs = trace(pair.spec, x)
        our_defined, spec_defined = _defined(pair.program, ours, x), _defined(pair.spec, theirs, x)
    states = np.concatenate([ours, theirs], axis=2)
    small = (np.abs(states) < TAME).all(axis=2)
    differs = (our_outputs != their_outputs).any(axis=2) | ~our_defined | ~spec_defined
    return Observed(
        x=x,
        states=states,
        differs=differs,
        tame=np.logical_and.accumulate(small, axis=1),
    )


def machine_defined(machine: Machine) -> Expr:
    """The condition, over old state and inputs, that one step of the machine has a value."""
    return conjoin([definedness(e) for e in machine.next + machine.outputs_before()])


def _defined(machine: Machine, states: Ints, x: Ints) -> Bools:
    e = machine_defined(machine)
    n, length, _ = x.shape
    if e == TRUE:
        return np.ones((n, length), dtype=np.bool_)
    env = {name: x[:, :, i] for i, name in enumerate(machine.inputs)}
    env |= {name: states[:, :-1, i] for i, name in enumerate(machine.state)}
    return evaluate_batch(e, env).astype(np.bool_)


def first_differences(seen: Observed) -> list[Ints]:
    """For each sequence with a difference, the prefix up to the first one; shortest first."""
    rows = np.flatnonzero(seen.differs.any(axis=1))
    ends = seen.differs[rows].argmax(axis=1) + 1
    order = np.argsort(ends, kind="stable")
    return [seen.x[rows[i], : ends[i]] for i in order]


def joint_states(seen: Observed, count: int) -> Ints:
    """Distinct joint states, ``(m, variables)``, the initial one first.

    Args:
        seen: the runs.
        count: how many of the last sequences to use, each up to the first difference.
    """
    states, fine = seen.states[-count:], seen.tame[-count:].copy()
    fine[:, 1:] &= ~np.logical_or.accumulate(seen.differs[-count:], axis=1)
    rows = np.concatenate([states[:1, 0], states[fine]])
    # equal rows have equal hashes; a collision of different rows would only lose a sample
    multipliers = np.random.default_rng(0).integers(2**62, size=rows.shape[1]) * 2 + 1
    _, first = np.unique((rows * multipliers).sum(axis=1), return_index=True)
    return rows[[0, *first[first != 0]]]
