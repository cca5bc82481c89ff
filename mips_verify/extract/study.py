"""The input of every method: a network under study, the evidence, and regression on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from mips_verify.algebra.arrays import Bools, Ints
from mips_verify.algebra.sequences import neighbours
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.consensus import consensus, majorities
from mips_verify.extract.equal_rows import distinct
from mips_verify.extract.oracle import Oracle
from mips_verify.kernel.expr import Expr
from mips_verify.progress import Say
from mips_verify.regress.fit import fit
from mips_verify.regress.regression_budgets import Budget


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """The network under study and the sequences that it has already been run on.

    Attributes:
        oracle: the only access to the network.
        evidence: input sequences ``(n, horizon, channels)``; counterexamples are added to them.
        answers: the network's answers to the evidence, ``(n, horizon, outputs)``.
        seed: decides every random choice of a method.
        note: takes one line on what was tried and how it ended, with the method's name in front.
        noise: share of the answers that may be wrong; what holds for all others, holds.
    """

    oracle: Oracle
    evidence: Ints
    answers: Ints
    seed: int
    note: Say = field(default=lambda _: None)
    noise: float = 0.0

    @property
    def inputs(self) -> tuple[str, ...]:
        """Names of the input channels."""
        return self.oracle.domain.names

    def noting(self, name: str) -> Study:
        """The study with ``name`` put in front of its notes."""
        return replace(self, note=lambda line: self.note(f"{name}: {line}"))

    def with_evidence(self, sequences: Ints) -> Study:
        """The study with further sequences, and with variants of them that differ in one letter."""
        oracle, rng = self.oracle, self.rng()
        near = neighbours(oracle.domain, sequences, rng, budgets.NEIGHBOURS)
        more = np.concatenate([sequences, near])
        return replace(
            self,
            evidence=np.concatenate([more, self.evidence]),
            answers=np.concatenate([oracle.network.run(more)[1], self.answers]),
        )

    def cut(self, horizon: int) -> Study:
        """The study of the same network with a shorter horizon."""
        return replace(
            self,
            oracle=replace(self.oracle, horizon=horizon),
            evidence=self.evidence[:, :horizon],
            answers=self.answers[:, :horizon],
        )

    def mostly(self, holds: Bools) -> bool:
        """Whether something holds everywhere, but for as many exceptions as there may be noise."""
        return bool(np.mean(holds) >= 1.0 - self.noise) if holds.size else True

    def grouped(self, rows: Ints, answers: Ints) -> tuple[Ints, Ints, bool]:
        """What the answers ``(n, outputs)`` to equal rows of ``(n, k)`` are.

        Returns:
            the first index of each distinct row, its answers ``(distinct, outputs)`` (the usual
            ones if answers may be wrong), and whether equal rows have equal answers.
        """
        if self.noise:
            columns = [majorities(rows, y) for y in answers.T]
            first, which, _ = columns[0]
            usual = np.stack([u for _, _, u in columns], axis=1)
        else:
            first, which = distinct(rows)
            usual = answers[first]
        return first, usual, self.mostly((answers == usual[which]).all(axis=1))

    def rng(self) -> np.random.Generator:
        """A fresh generator; every call returns one with the same seed."""
        return np.random.default_rng(self.seed)


def formula(
    study: Study,
    columns: Mapping[str, Ints],
    target: Ints,
    *,
    budget: Budget | None = None,
) -> Expr | None:
    """The shortest expression over ``columns`` that equals ``target`` on every row, if any.

    If answers may be wrong, it need not be equal on as many rows.

    The ends of the input ranges and of the target are offered as constants.
    """
    domain = study.oracle.domain
    offered = {*domain.lows, *domain.highs, int(target.min()), int(target.max()) + 1}
    search = partial(fit, budget=budget or budgets.FORMULA, constants=sorted(offered))
    if study.noise:
        return consensus(search, columns, target, study.noise, study.seed)
    found = search(columns, target, seed=study.seed)
    return None if found is None else found.expr


def formulas(
    study: Study,
    columns: Mapping[str, Ints],
    targets: Iterable[Ints],
    *,
    budget: Budget | None = None,
) -> tuple[Expr, ...] | None:
    """A formula for every target, or ``None`` as soon as a target has none."""
    found: list[Expr] = []
    for target in targets:
        one = formula(study, columns, target, budget=budget)
        if one is None:
            return None
        found.append(one)
    return tuple(found)
