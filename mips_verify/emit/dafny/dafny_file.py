"""``program.dfy``: program, specification and proof as a Dafny file that needs no other file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mips_verify.emit.dafny.dafny_expressions import (
    COMPARISON,
    PRODUCT,
    SUM,
    Lookup,
    Words,
    euclidean,
    leaves,
    to_dafny,
)
from mips_verify.emit.dafny.dafny_names import dafny_names
from mips_verify.emit.dafny.declarative import demand_proved
from mips_verify.emit.parts import conjuncts, number
from mips_verify.emit.templates import render
from mips_verify.emit.wrap import wrapping
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.expr import TRUE, Expr, children, conjoin, definedness, names, size, var
from mips_verify.kernel.machine import old
from mips_verify.kernel.obligations import PROGRAM, Pair, join
from mips_verify.spec.value_names import Names, stands_for

_ORDER: Final = frozenset({"lt", "le", "gt", "ge"})
_INIT: Final = "s[..|s|-1]"  # all but the last letter
_LEAVES: Final = 12  # with more cases, a lookup becomes a function
_SHORT: Final = 6  # a dividend with more nodes gets a name instead of being repeated


def render_dafny(proof: Certificate) -> str:
    """The text of ``program.dfy``.

    The file holds the program as a method whose postcondition is the theorem, for Dafny 2.3 and
    later. Dafny checks every obligation again; nothing in the file is assumed.

    Raises:
        MachineError: machines and domain do not fit together.
        MipsVerifyError: a declarative text could assume what it should prove, or an expression is
            nested too deeply.
    """
    demand_proved(proof.declarative)
    try:
        return _rendered(proof)
    except RecursionError:
        raise MipsVerifyError("an expression is nested too deeply for a Dafny file") from None


def _rendered(proof: Certificate) -> str:
    pair = join(proof.program, proof.spec, proof.domain)
    file = _File(proof, pair, dafny_names(pair.state, pair.domain.names), _functions(proof))
    return render(
        "program.dfy.j2",
        task=one_line(proof.task),
        says=one_line(proof.says),
        named=_named(proof),
        how=one_line(proof.how),
        strategy=one_line(proof.strategy),
        all_integers=proof.all_integers,
        declarative=proof.declarative,
        typed=_typed,
        wrapped=wrapping("//"),
        **file.input_values(),
        **file.lookup_values(),
        **file.specification_values(),
        **file.obligation_values(),
        **file.program_values(),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """The file that is being made: both machines side by side, and names for their variables."""

    proof: Certificate
    pair: Pair
    named: Mapping[str, str]
    functions: Mapping[Lookup, str]

    @property
    def state(self) -> list[str]:
        return [self.named[z] for z in self.pair.state]

    @property
    def inputs(self) -> list[str]:
        return [self.named[x] for x in self.pair.domain.names]

    @property
    def element(self) -> str:
        return "int" if len(self.inputs) == 1 else "Input"

    @property
    def before(self) -> Words:
        """Names for expressions over the state before the step."""
        return Words(self.named, self.functions)

    @property
    def after(self) -> Words:
        """Names for expressions over the state after the step; ``old`` is the state before it."""
        primed = {z: _prime(self.named[z]) for z in self.pair.state}
        before = {old(z): self.named[z] for z in self.pair.state}
        return Words({**self.named, **primed, **before}, self.functions)

    def at(self, letter: str) -> str:
        """The inputs of one letter, as arguments of a call."""
        return ", ".join(self._read(letter).values())

    def _read(self, letter: str) -> dict[str, str]:
        if len(self.inputs) == 1:
            return {self.inputs[0]: letter}
        return {x: f"{letter}.{x}" for x in self.inputs}

    def input_values(self) -> dict[str, Any]:
        d = self.pair.domain
        ranges = zip(d.lows, self.inputs, d.highs, strict=True)
        return {
            "element": self.element,
            "several": self.element == "Input",
            "inputs": self.inputs,
            "at": self.at,
            "domain": " && ".join(f"{low} <= {x} <= {high}" for low, x, high in ranges),
        }

    def lookup_values(self) -> dict[str, Any]:
        plain = Words({})
        return {
            "lookups": [
                {
                    "name": name,
                    "kind": "function" if op == "table" else "predicate",
                    "type": ": int" if op == "table" else "",
                    "body": to_dafny(Expr(op, (var("k"),), entries), plain, 0),
                }
                for (op, entries), name in self.functions.items()
            ]
        }

    def specification_values(self) -> dict[str, Any]:
        spec = self.pair.spec
        functions = [
            {
                "name": self._function(z),
                "start": number(start),
                "lets": self._lets(e, self.before, {z: (z, _INIT) for z in spec.state}),
                "body": to_dafny(e, self.before, 0),
            }
            for z, start, e in zip(spec.state, spec.init, spec.next, strict=True)
        ]
        where = {z: (z, "s") for z in spec.state} | {old(z): (z, _INIT) for z in spec.state}
        outputs = [
            {
                "name": f"Spec{suffix}",
                "result": f"ys{suffix}",
                "lets": self._lets(e, self.after, where),
                "body": to_dafny(e, self.after, 0),
                "program": to_dafny(mine, _inline(self.after), 0),
            }
            for e, mine, suffix in zip(
                spec.outputs, self.pair.program.outputs, self._suffixes(), strict=True
            )
        ]
        results = ", ".join(f"{f['result']}: seq<int>" for f in outputs)
        return {"functions": functions, "outputs": outputs, "results": results}

    def _suffixes(self) -> list[str]:
        count = len(self.pair.spec.outputs)
        return [""] if count == 1 else [str(i) for i in range(count)]

    def _lets(self, e: Expr, words: Words, where: Mapping[str, tuple[str, str]]) -> list[str]:
        """A local variable for each value that ``e`` reads at the end of the sequence ``s``.

        ``where`` has the state variable for each name, and the sequence after which to read it.
        """
        used = names(e)
        read = self._read("s[|s|-1]")
        letters = [self.named[x] for x in self.pair.domain.names if x in used]
        lets = [f"var {x}: int := {read[x]};" for x in letters]
        for name, (z, sequence) in where.items():
            if name in used:
                lets.append(f"var {words.of[name]}: int := {self._function(z)}({sequence});")
        return lets

    def _function(self, z: str) -> str:
        """The name of the function for a state variable of the specification."""
        return f"Spec_{self.named[z][2:]}"

    def obligation_values(self) -> dict[str, Any]:
        pair, before, after = self.pair, self.before, self.after
        moves = pair.next
        mine, theirs = pair.program.outputs, pair.spec.outputs
        parts = [p for e in self.proof.invariant for p in conjuncts(e)]
        # an invariant without a value would claim nothing
        defined = conjuncts(definedness(conjoin(self.proof.invariant)))
        bounds = [p for p in parts if p.op in _ORDER]
        rest = [p for p in [*defined, *parts] if p.op not in _ORDER]
        ordered = [p for p in defined if p.op in _ORDER]
        read = frozenset().union(*map(names, (*mine, *theirs)))
        seen = {z: e for z, e in moves.items() if z in read}
        return {
            "state": self.state,
            "after": [_prime(z) for z in self.state],
            "start": ", ".join(map(number, pair.init.values())),
            "bounds": self._all(ordered + bounds),
            "invariant": self._all(rest),
            "step_moves": self._moves(moves),
            "output_moves": self._moves(seen),
            "step_defined": self._defined(moves.values(), before),
            "step_hints": self._hints((moves.values(), before), (parts, before), (parts, after)),
            "outputs_defined": self._defined([*mine, *theirs], after),
            "outputs_equal": [
                f"{to_dafny(a, after, SUM)} == {to_dafny(b, after, SUM)}"
                for a, b in zip(mine, theirs, strict=True)
            ],
            "output_hints": self._hints(
                (seen.values(), before), (parts, before), ([*mine, *theirs], after)
            ),
        }

    def _moves(self, moves: Mapping[str, Expr]) -> list[str]:
        return [
            f"{_prime(self.named[z])} == {to_dafny(e, self.before, SUM)}" for z, e in moves.items()
        ]

    def _all(self, parts: Sequence[Expr]) -> list[str]:
        kept = dict.fromkeys(to_dafny(p, self.before, COMPARISON) for p in parts if p != TRUE)
        return [f"&& {text}" for text in kept] or ["true"]

    @staticmethod
    def _defined(exprs: Iterable[Expr], words: Words) -> list[str]:
        parts = [p for e in exprs for p in conjuncts(definedness(e)) if p != TRUE]
        return list(dict.fromkeys(to_dafny(p, words) for p in parts))

    @staticmethod
    def _hints(*groups: tuple[Iterable[Expr], Words]) -> list[str]:
        """The definition of every quotient and remainder, so that the solver need not derive it.

        A long dividend gets a name, which the dividends that contain it use.
        """
        lines: dict[str, None] = {}
        locals_: dict[str, str] = {}  # names, by the texts for which they stand
        for exprs, words in groups:
            named: dict[Expr, Expr] = {}
            of = dict(words.of)
            for node in _divisions(exprs):
                dividend = _rename(node.args[0], named)
                inner = replace(words, of=of)
                if size(dividend) > _SHORT:
                    text = to_dafny(dividend, inner, 0)
                    name = locals_.setdefault(text, f"q{len(locals_)}")
                    lines[f"var {name}: int := {text};"] = None
                    of[f"%{name}"] = name
                    dividend = named[node.args[0]] = var(f"%{name}")
                a, divisor = euclidean(Expr(node.op, (dividend, node.args[1])))
                whole, part = to_dafny(a, inner, SUM), to_dafny(a, inner, PRODUCT)
                lines[
                    f"assert {whole} == {divisor} * ({part} / {divisor}) + {part} % {divisor};"
                ] = None
        return list(lines)

    def program_values(self) -> dict[str, Any]:
        program = self.pair.program
        mine = [self.named[z] for z in program.state]
        rows = zip(mine, program.init, program.next, strict=True)
        primed = [_prime(z) for z in mine]
        letter = self._read("s[i]")
        return {
            "declare": [
                f"var {z}: int := {start};" for z, start in zip(mine, program.init, strict=True)
            ],
            "read": [f"var {x}: int := {letter[x]};" for x in self.inputs],
            "compute": [
                f"var {_prime(z)}: int := {to_dafny(e, _inline(self.before), 0)};"
                for z, _, e in rows
            ],
            "advance": [f"{', '.join(mine)} := {', '.join(primed)};"] if mine else [],
            "joint": self._joint,
            "call": ", ".join(
                [*mine, *self._spec_at("pre"), *self.inputs, *primed, *self._spec_at("now")]
            ),
        }

    def _spec_at(self, prefix: str) -> list[str]:
        return [f"{self._function(z)}({prefix})" for z in self.pair.spec.state]

    def _joint(self, prefix: str) -> str:
        """The program's state and the specification's after ``prefix``, as arguments."""
        mine = [self.named[z] for z in self.pair.state if z.startswith(PROGRAM)]
        return ", ".join([*mine, *self._spec_at(prefix)])


def _named(proof: Certificate) -> list[str]:
    """A line for each input and output whose values have names."""
    called = Names(proof.input_names, proof.output_names)
    return stands_for(called.table(proof.domain.names, (), len(proof.spec.outputs)))


def _functions(proof: Certificate) -> dict[Lookup, str]:
    """Names for long lookups, so that proofs can treat them as functions."""
    machines = (proof.program, proof.spec)
    exprs = [e for m in machines for e in (*m.next, *m.outputs)] + list(proof.invariant)
    found: dict[Lookup, str] = {}
    for node in (n for e in exprs for n in children(e)):
        if node.op in ("in", "table") and leaves(node) > _LEAVES:
            kind = "Table" if node.op == "table" else "Members"
            found.setdefault((node.op, node.value), f"{kind}{len(found)}")
    return found


def _inline(words: Words) -> Words:
    """Words without functions, since compiled code of Dafny 2 and 3 cannot call these."""
    return Words(words.of)


def _prime(name: str) -> str:
    return f"{name}'"


def _typed(variables: Iterable[str]) -> str:
    return ", ".join(f"{name}: int" for name in variables)


def _divisions(exprs: Iterable[Expr]) -> Iterator[Expr]:
    """Every division, inner ones first."""
    for e in exprs:
        yield from _divisions(e.args)
        if e.op in ("floordiv", "mod"):
            yield e


def _rename(e: Expr, named: Mapping[Expr, Expr]) -> Expr:
    """``e`` with names instead of the expressions that have a name."""
    if not named or not e.args:
        return e
    return named.get(e) or Expr(e.op, tuple(_rename(a, named) for a in e.args), e.value)
