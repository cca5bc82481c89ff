"""``equivalence.smt2``: the three obligations as a file for any SMT solver.

The file states the same as :mod:`mips_verify.kernel.obligations`. That module substitutes; the file
defines a name for each next value and each output instead, so that a person can read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mips_verify.emit.names import fresh, identifier
from mips_verify.emit.smtlib.smtlib_expressions import (
    HELPERS,
    RESERVED,
    Lookups,
    Term,
    helpers,
    integer,
    lay_out,
    logic,
    lookup_definition,
    lookups,
    to_smtlib,
)
from mips_verify.emit.templates import render
from mips_verify.errors import one_line
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.expr import TRUE, Expr, conjoin, definedness, substitute, var
from mips_verify.kernel.machine import old
from mips_verify.kernel.obligations import Pair, join, obligations

_OWN: Final = {"Dom", "Inv", "defined_Inv", "defined_outputs"}
_WIDTH: Final = 98


def render_smtlib(proof: Certificate) -> str:
    """The text of ``equivalence.smt2``: SMT-LIB 2.6, with a ``check-sat`` for each obligation.

    Each answer must be ``unsat``; together the answers prove that program and specification give
    the same outputs on every sequence.

    Raises:
        MachineError: machines, domain and invariant do not fit together.
    """
    theory = _Theory.of(proof)
    # called for its errors: an invariant that reads an input could prove anything
    obligations(theory.pair, proof.invariant, all_integers=proof.all_integers)
    names, domain = theory.names, proof.domain
    state = [names.now[z] for z in theory.pair.state]
    after = [names.after[z] for z in theory.pair.state]
    start = [integer(k) for k in theory.pair.init.values()]
    ends = zip(domain.names, domain.lows, domain.highs, strict=True)
    return render(
        "equivalence.smt2.j2",
        task=one_line(proof.task),
        says=one_line(proof.says),
        how=one_line(proof.how),
        proof=one_line(f"invariant found by {proof.strategy}, seed {proof.seed}"),
        tools=one_line(proof.tools or "mips-verify"),
        ranges=", ".join(f"{low} <= {names.now[x]} <= {high}" for x, low, high in ends),
        all_integers=proof.all_integers,
        inputs=[names.now[x] for x in domain.names],
        state=[(names.now[z], k) for z, k in theory.pair.init.items()],
        logic=logic(theory.written()),
        functions=theory.functions(),
        domain=theory.constant("Dom", theory.pair.within),
        next=theory.next_values(),
        outputs=theory.outputs(),
        defined=theory.defined(),
        invariant=theory.invariant(),
        given=_assertion(_call("Inv", state)),
        base=_assertion(_none(theory.claim(start))),
        step=_assertion(_none([*theory.steps_defined(), *theory.claim(after)])),
        agree=_assertion(_none(theory.agreement())),
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Symbols for the names of both machines.

    Attributes:
        now: of every input, and of every state variable before the step.
        after: of every state variable after the step.
        step: of every variable of an output: plain names after the step, old names before it.
    """

    now: dict[str, str]
    after: dict[str, str]
    step: dict[str, str]

    @staticmethod
    def of(pair: Pair, taken: set[str]) -> _Names:
        """Choose symbols that are not in ``taken``; ordinary names stay as they are."""
        now: dict[str, str] = {}
        for z in pair.state:
            now[z] = fresh(identifier(z), set(now.values()))
        after = {z: f"next_{symbol}" for z, symbol in now.items()}
        taken = taken | set(after.values()) | {f"defined_{symbol}" for symbol in after.values()}
        for x in pair.domain.names:
            now[x] = fresh(identifier(x), taken | set(now.values()))
        step = now | after | {old(z): now[z] for z in pair.state}
        return _Names(now, after, step)


@dataclass(frozen=True, slots=True)
class _Theory:
    """The definitions of one file.

    Attributes:
        pair: the machines over one domain.
        inv: the invariant as one condition.
        partial: for each next value that may be undefined, the condition for it to be defined.
        answers: symbol and value of each output, over new and old state; the program's first.
        answers_defined: the condition for all outputs to have a value, over old state.
        lookups: the functions for tables and sets.
        names: the symbols.
    """

    pair: Pair
    inv: Expr
    partial: dict[str, Expr]
    answers: tuple[tuple[str, Expr], ...]
    answers_defined: Expr
    lookups: Lookups
    names: _Names

    @staticmethod
    def of(proof: Certificate) -> _Theory:
        """Make the definitions for a certificate."""
        pair = join(proof.program, proof.spec, proof.domain)
        inv = conjoin(proof.invariant)
        conditions = {z: definedness(e) for z, e in pair.next.items()}
        partial = {z: e for z, e in conditions.items() if e != TRUE}
        answers = tuple(
            (f"out_{side}_{i}", e)
            for side, machine in (("program", pair.program), ("spec", pair.spec))
            for i, e in enumerate(machine.outputs, 1)
        )
        answers_defined = _outputs_defined(pair, partial)
        written = [*pair.next.values(), *(e for _, e in answers), inv, definedness(inv)]
        tables = lookups([*written, *partial.values(), answers_defined])
        taken = {*RESERVED, *_OWN, *tables.values(), *(name for _, name, _ in HELPERS)}
        names = _Names.of(pair, taken | {symbol for symbol, _ in answers})
        return _Theory(pair, inv, partial, answers, answers_defined, tables, names)

    def written(self) -> list[Expr]:
        """The expressions of the machines and the invariant."""
        return [*self.pair.next.values(), *(e for _, e in self.answers), self.inv]

    def functions(self) -> list[str]:
        """The definitions of the functions for minimum, bits, tables and sets that are used."""
        tables = [lookup_definition(*key, name) for key, name in self.lookups.items()]
        return [*helpers(self.written()), *(line for t in tables for line in lay_out(t, _WIDTH, 4))]

    def constant(self, symbol: str, e: Expr) -> list[str]:
        """The definition of one value over the inputs and the state before the step."""
        return self._define(symbol, e, self.names.step)

    def next_values(self) -> list[str]:
        """The definitions of the state after the step."""
        rows = ((self.names.after[z], e) for z, e in self.pair.next.items())
        return [line for symbol, e in rows for line in self._define(symbol, e, self.names.now)]

    def outputs(self) -> list[str]:
        """The definitions of the outputs, in which ``next_...`` is the state after the step."""
        return [line for symbol, e in self.answers for line in self.constant(symbol, e)]

    def defined(self) -> list[str]:
        """When next values and outputs are defined; no lines if they always are."""
        lines: list[str] = []
        for z, e in self.partial.items():
            lines += self._define(self._defined_next(z), e, self.names.now)
        if self.answers_defined == TRUE:
            return lines
        known: dict[Expr, str] = {}
        for z, e in self.partial.items():
            known.setdefault(_before(e, self.pair), self._defined_next(z))
            known.setdefault(_before(self.pair.next[z], self.pair), self.names.after[z])
        term = to_smtlib(self.answers_defined, self.names.step, self.lookups, known)
        return lines + lay_out(("define-fun", "defined_outputs", (), "Bool", term), _WIDTH, 4)

    def invariant(self) -> list[str]:
        """The invariant, and the condition for it to have a value, as functions of the state."""
        parameters = tuple((self.names.now[z], "Int") for z in self.pair.state)
        lines: list[str] = []
        for symbol, e in (("Inv", self.inv), ("defined_Inv", definedness(self.inv))):
            if symbol == "Inv" or e != TRUE:
                term = to_smtlib(e, self.names.now, self.lookups)
                lines += lay_out(("define-fun", symbol, parameters, "Bool", term), _WIDTH, 4)
        return lines

    def claim(self, values: Sequence[Term]) -> list[Term]:
        """Conditions that together state the invariant for these values of the state."""
        defined = [] if definedness(self.inv) == TRUE else [_call("defined_Inv", values)]
        return [*defined, _call("Inv", values)]

    def steps_defined(self) -> list[Term]:
        """Conditions which together state that every next value is defined."""
        return [self._defined_next(z) for z in self.partial]

    def agreement(self) -> list[Term]:
        """Conditions which together state that the outputs are defined and equal."""
        half = len(self.answers) // 2
        both = zip(self.answers[:half], self.answers[half:], strict=True)
        equal: list[Term] = [("=", mine, theirs) for (mine, _), (theirs, _) in both]
        return equal if self.answers_defined == TRUE else ["defined_outputs", *equal]

    def _defined_next(self, z: str) -> str:
        return f"defined_{self.names.after[z]}"

    def _define(self, symbol: str, e: Expr, names: dict[str, str]) -> list[str]:
        sort = "Int" if e.sort == "int" else "Bool"
        term = to_smtlib(e, names, self.lookups)
        return lay_out(("define-fun", symbol, (), sort, term), _WIDTH, 4)


def _outputs_defined(pair: Pair, partial: dict[str, Expr]) -> Expr:
    """The condition for all outputs to have a value, over old and new state.

    A next value that may be undefined is substituted, since it must be defined only if an output
    reads it.
    """
    by = {z: _before(pair.next[z], pair) for z in partial}
    outputs = pair.program.outputs + pair.spec.outputs
    return conjoin([definedness(substitute(e, by)) for e in outputs])


def _before(e: Expr, pair: Pair) -> Expr:
    """``e`` over the state before the step, with the names that outputs use for that state."""
    return substitute(e, {z: var(old(z)) for z in pair.state})


def _call(function: str, values: Sequence[Term]) -> Term:
    return (function, *values) if values else function


def _none(parts: Sequence[Term]) -> Term:
    """The negation of the conjunction of ``parts``."""
    return ("not", parts[0] if len(parts) == 1 else ("and", *parts))


def _assertion(term: Term) -> list[str]:
    return lay_out(("assert", term), _WIDTH)
