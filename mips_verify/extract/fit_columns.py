"""The bridge to symbolic regression: the shortest expression for a column of integers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mips_verify.algebra.arrays import Ints
from mips_verify.extract.method import Study
from mips_verify.kernel.expr import Expr
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import Budget

BUDGET = Budget(6, 100_000)  # a larger one found nothing more on a hundred machines


def formula(
    study: Study,
    columns: Mapping[str, Ints],
    target: Ints,
    *,
    constants: Sequence[int] = (),
    budget: Budget | None = None,
) -> Expr | None:
    """The shortest expression over ``columns`` that equals ``target`` on every row, if any.

    The ends of the input ranges and of the target are offered as constants.
    """
    domain = study.observer.domain
    offered = {*constants, *domain.lows, *domain.highs, int(target.min()), int(target.max()) + 1}
    found = fit(
        columns, target, budget=budget or BUDGET, constants=sorted(offered), seed=study.seed
    )
    return None if found is None else found.expr
