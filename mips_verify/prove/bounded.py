"""Bounded model checking: the shortest counterexample, or a proof that short ones do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import z3

from mips_verify.kernel.expr import conjoin, negate
from mips_verify.kernel.obligations import Pair
from mips_verify.kernel.z3 import to_z3
from mips_verify.prove.counterexample import Letters
from mips_verify.prove.solver import ARITHMETIC


@dataclass(frozen=True, slots=True)
class Checked:
    """No sequence of at most ``length`` letters shows a difference; ``word``, if any, does."""

    length: int
    word: Letters | None = None


def bounded_check(pair: Pair, known: int, most: int, rlimit: int) -> Checked:
    """Unroll both machines over the domain, one letter at a time.

    Args:
        pair: the machines.
        known: number of letters up to which the machines are known to agree.
        most: number of letters at which to stop.
        rlimit: Z3's work limit per length, for each of its two arithmetic solvers.
    """
    unrolled = _Unrolled(pair, rlimit)
    for length in range(1, most + 1):
        differ = unrolled.extend()
        if length <= known:
            unrolled.agree(differ)
            continue
        answer, word = unrolled.ask(differ)
        if answer == z3.sat:
            return Checked(length - 1, word)
        if answer != z3.unsat:
            return Checked(length - 1)
        unrolled.agree(differ)
    return Checked(max(known, most))


class _Unrolled:
    """Both machines, unrolled from their initial states, in two solvers with the same formulas."""

    def __init__(self, pair: Pair, rlimit: int) -> None:
        self.pair = pair
        self.context = z3.Context()
        self.solvers = []
        for arithmetic in ARITHMETIC:
            solver = z3.SimpleSolver(ctx=self.context)
            solver.set("arith.solver", arithmetic)
            solver.set("rlimit", rlimit)
            self.solvers.append(solver)
        self.state = {n: z3.IntVal(v, self.context) for n, v in pair.init.items()}
        self.letters: list[list[Any]] = []

    def extend(self) -> Any:
        """Read one more letter; returns the formula that the machines differ at it."""
        t, pair = len(self.letters), self.pair
        letter = {n: z3.Int(f"{n} {t}", self.context) for n in pair.domain.names}
        self.letters.append(list(letter.values()))
        env = self.state | letter
        self._add(to_z3(pair.within, env, self.context))
        alike = conjoin([pair.step_defined, pair.outputs_agree])
        differ = to_z3(negate(alike), env, self.context)
        new = {}
        for name, e in pair.next.items():
            new[name] = z3.Int(f"{name} {t}", self.context)
            self._add(new[name] == to_z3(e, env, self.context))
        self.state = new
        return differ

    def agree(self, differ: Any) -> None:
        """Assume that the machines agree at this letter."""
        self._add(z3.Not(differ))

    def ask(self, differ: Any) -> tuple[Any, Letters | None]:
        """Ask Z3 whether the machines can differ at the last letter; returns also such a word."""
        answer = z3.unknown
        for solver in self.solvers:
            solver.push()
            solver.add(differ)
            answer = solver.check()
            if answer == z3.sat:
                model = solver.model()
                word = tuple(
                    tuple(model.eval(x, model_completion=True).as_long() for x in letter)
                    for letter in self.letters
                )
                return answer, word
            solver.pop()
            if answer == z3.unsat:
                return answer, None
        return answer, None

    def _add(self, formula: Any) -> None:
        for solver in self.solvers:
            solver.add(formula)
