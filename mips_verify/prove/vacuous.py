"""Is there anything to prove: a specification without a value on any first letter says nothing."""

from __future__ import annotations

from mips_verify.kernel.expr import const, negate, substitute
from mips_verify.kernel.obligations import Obligation, Pair, discharge
from mips_verify.prove.joint_runs import machine_defined


def vacuous(pair: Pair, rlimit: int) -> bool:
    """Whether the specification has no value after any single letter of the domain."""
    starts = zip(pair.spec.state, pair.spec.init, strict=True)
    first = substitute(machine_defined(pair.spec), {z: const(v) for z, v in starts})
    never = Obligation("Nowhere defined", pair.within, negate(first))
    return discharge([never], rlimit) == ["unsat"]
