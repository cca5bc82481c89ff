"""``program.v``: program, specification and proof as a Rocq file that needs no other file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

from mips_verify.emit.parts import conjuncts, number
from mips_verify.emit.rocq.rocq_expressions import (
    BITS,
    CALL,
    Lookup,
    Words,
    calls,
    members,
    table_rows,
    to_rocq,
)
from mips_verify.emit.rocq.rocq_machine import RocqMachine, arguments, together
from mips_verify.emit.rocq.rocq_names import rocq_names
from mips_verify.emit.rocq.vernacular import demand_definitions_and_proofs
from mips_verify.emit.templates import render
from mips_verify.emit.wrap import wrapping
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.expr import TRUE, Expr, children, definedness
from mips_verify.kernel.obligations import Pair, join
from mips_verify.spec.value_names import Names, stands_for

_TRIED: Final = 2_000_000  # states and inputs together that Rocq tries one by one, in seconds
SMALL: Final = 64  # combinations of values that a proof by arithmetic goes through


def render_rocq(proof: Certificate) -> str:
    """The text of ``program.v``.

    The file states the theorem over lists of letters and proves it by induction, for Coq 8.16 and
    later. Rocq's kernel checks every step; nothing in the file is assumed.

    Raises:
        MachineError: machines and domain do not fit together.
        MipsVerifyError: a declarative text could do more than define and prove, or an expression
            is nested too deeply.
    """
    demand_definitions_and_proofs(proof.declarative_rocq)
    try:
        return render("program.v.j2", **_values(proof))
    except RecursionError:
        raise MipsVerifyError("an expression is nested too deeply for a Rocq file") from None


def _values(proof: Certificate) -> dict[str, Any]:
    pair = join(proof.program, proof.spec, proof.domain)
    named = rocq_names(pair.state, pair.domain.names)
    words = Words(named, lookups_of(expressions_of(proof)))
    file = _File(
        proof, pair, named, words,
        RocqMachine("program", pair.program, named, words),
        RocqMachine("spec", pair.spec, named, words),
    )  # fmt: skip
    called = Names(proof.input_names, proof.output_names)
    said = called.table(proof.domain.names, (), len(proof.spec.outputs))
    return {
        "task": comment(proof.task),
        "says": comment(proof.says),
        "how": comment(proof.how),
        "strategy": comment(proof.strategy),
        "named": [comment(line) for line in stands_for(said)],
        "all_integers": proof.all_integers,
        "declarative": proof.declarative_rocq.rstrip("\n"),
        "wrapped": wrapping("(*"),
        "typed": _typed,
        "args": arguments,
        **file.definitions(),
        **file.lemmas(),
        **file.induction(),
    }


@dataclass(frozen=True, slots=True)
class _File:
    """The file that is being made: both machines side by side, and names for their variables."""

    proof: Certificate
    pair: Pair
    named: Mapping[str, str]
    words: Words
    program: RocqMachine
    spec: RocqMachine

    @property
    def machines(self) -> tuple[RocqMachine, RocqMachine]:
        return self.program, self.spec

    @property
    def state(self) -> list[str]:
        return self.program.state + self.spec.state

    @property
    def inputs(self) -> list[str]:
        return [self.named[x] for x in self.pair.domain.names]

    @property
    def within(self) -> str:
        """The hypothesis of a lemma that a letter lies in the domain."""
        letter = together(self.inputs)
        return "" if self.proof.all_integers else f" in_domain {letter} ->"

    def definitions(self) -> dict[str, Any]:
        """Values for everything that comes before the lemmas."""
        d, several = self.pair.domain, len(self.inputs) > 1
        ranges = zip(d.lows, self.inputs, d.highs, strict=True)
        domain = " /\\ ".join(f"{number(low)} <= {x} <= {number(high)}" for low, x, high in ranges)
        single = "letter" if several else self.inputs[0]
        pattern = together(self.inputs)
        parts = dict.fromkeys(p for e in self.proof.invariant for p in conjuncts(e) if p != TRUE)
        bounds = [p for p in parts if _bound(p)] if self._box() else []
        rest = [to_rocq(p, self.words, CALL) for p in parts if p not in bounds]
        called = [f"(bounds{arguments(self.state)})"] if bounds else []
        count = len(self.proof.spec.outputs)
        return {
            "state": self.state,
            "inputs": self.inputs,
            "single": single,
            "letter_type": product(len(self.inputs)),
            "output_type": product(count),
            "domain": f"let '{pattern} := letter in {domain}" if several else domain,
            "bits": [
                f"Definition {name} (a b : Z) : Z := {BITS[name]}."
                for name in self._calls()
                if name in BITS
            ],
            "tables": [
                f"{f} {len(entries) - 1}"
                for (op, entries), f in self.words.lookups.items()
                if op == "table"
            ],
            "lookups": [definition(f, *what) for what, f in self.words.lookups.items()],
            "machines": [m.values(single, pattern, several) for m in self.machines],
            "bounds": [to_rocq(p, self.words, CALL) for p in bounds],
            "invariant": [*called, _all(rest)],
        }

    def lemmas(self) -> dict[str, Any]:
        """Values for the lemmas on one step."""
        moved = self.program.moved() | self.spec.moved()
        after = [moved[f"{z}'"] for z in self.state]
        kept = f"inv{arguments(after)}"
        mine, theirs = (m.answer(moved) for m in self.machines)
        defined = [m.defined.call(moved) for m in self.machines if m.defined]
        each = [[f.call(moved) for f in m.outputs] for m in self.machines]
        equal = [f"({a} =? {b})" for a, b in zip(*each, strict=True)]
        box = self._box()
        goals = {"step": f"{kept} = true", "outputs": f"{mine} = {theirs}"}
        if defined:
            goals["defined"] = " /\\ ".join(f"{d} = true" for d in defined)
        names = arguments(self.state + self.inputs)
        cases = f"intros{names}{' D' if self.within else ''} I."
        if box:
            proof = f"{cases} read_off (each{names}{' D' if self.within else ''} I)."
        else:
            values = "".join(f" try each_value {v};" for v in self._small())
            proof = f"{cases} expose;{values} conclude." if values else "solve."
        return {
            "start": self.program.start + self.spec.start,
            "after": arguments(after),
            "within": self.within,
            "box": box,
            "other": "J" if any(None in ends for ends in self._ends().values()) else "_",
            "tried": [f"({t})" for t in [kept, *defined]] + equal,
            "lemmas": [{"name": n, "goal": g} for n, g in goals.items()],
            "proof": proof,
            "unfolded": self._unfolded(),
        }

    def _unfolded(self) -> list[str]:
        functions = [f for m in self.machines for f in (*m.nexts, *m.outputs, m.defined) if f]
        own = [name for name in self._calls() if name in BITS or name == "Z.b2z"]
        sets = [f for (op, _), f in self.words.lookups.items() if op == "in"]
        domain = ["in_domain"] if self.within else []
        return [*domain, "inv", *(f.name for f in functions), *sets, *own]

    def _calls(self) -> list[str]:
        """The functions that expressions of the file call."""
        return calls({n.op for e in expressions_of(self.proof) for n in children(e)})

    def _box(self) -> str:
        """The term that tries all states and inputs; empty if they are many, or not needed."""
        bounds = self._bounds()
        if bounds is None or not self.words.lookups:
            return ""
        term = f"tried{arguments(self.state + self.inputs)}"
        for name, (low, high) in reversed(bounds.items()):
            term = f"forallb (fun {name} => {term}) (range {number(low)} {number(high)})"
        return term

    def _small(self) -> list[str]:
        """Variables and inputs that are few together, with their ranges, for tables to be read.

        An index comes first: its numbers make each entry a number.
        """
        if not self._has_tables():
            return []
        tried, small, index = 1, list[str](), self._indices()
        ranges = [(z, ends) for z, ends in self._ranges().items() if None not in ends]
        ranges.sort(key=lambda r: (r[0] not in index, r[1][1] - r[1][0]))  # type: ignore[operator]
        for name, (low, high) in ranges:
            tried *= high - low + 1  # type: ignore[operator]
            if tried <= SMALL:
                small.append(f"{name} {number(low)} {number(high)}")  # type: ignore[arg-type]
        return small

    def _has_tables(self) -> bool:
        return any(op == "table" for op, _ in self.words.lookups)

    def _indices(self) -> set[str]:
        """Variables and inputs that stand alone in the index of a table."""
        pair = self.pair
        every = (*pair.next.values(), *pair.program.outputs, *pair.spec.outputs)
        nodes = (n for e in (*every, *self.proof.invariant) for n in children(e))
        found = {str(n.args[0].value) for n in nodes if n.op == "table" and n.args[0].op == "var"}
        return {self.named[z] for z in found if z in self.named}

    def _ranges(self) -> dict[str, tuple[int | None, int | None]]:
        """The ends that the invariant gives each variable, and those of the inputs."""
        found = self._ends()
        if self._has_tables():  # else arithmetic is enough, and shorter to read
            _share(found, [p for e in self.proof.invariant for p in conjuncts(e) if _same(p)])
        ranges = {self.named[z]: (low, high) for z, (low, high) in found.items()}
        d = self.pair.domain
        if self.within:
            ends = zip(d.names, d.lows, d.highs, strict=True)
            ranges |= {self.named[x]: (low, high) for x, low, high in ends}
        return ranges

    def _ends(self) -> dict[str, list[int | None]]:
        """The ends that the invariant names of each variable."""
        found: dict[str, list[int | None]] = {z: [None, None] for z in self.pair.state}
        for p in (p for e in self.proof.invariant for p in conjuncts(e)):
            if _bound(p):
                found[str(p.args[0].value)][p.op == "le"] = int(p.args[1].value)  # type: ignore[arg-type]
        return found

    def _bounds(self) -> dict[str, tuple[int, int]] | None:
        """The range of each variable and input, if all have one and they are few together."""
        bounds: dict[str, tuple[int, int]] = {}
        for name, (low, high) in self._ranges().items():
            if low is None or high is None:
                return None
            bounds[name] = low, high
        tried = prod(max(0, high - low + 1) for low, high in bounds.values())
        return bounds if self.within and tried <= _TRIED else None

    def induction(self) -> dict[str, Any]:
        """Values for the induction and the theorem."""
        named = [m for m in self.machines if m.defined]

        def claims(mine: str, theirs: str) -> list[str]:
            state = {"program": mine, "spec": theirs}
            parts = [f"{m.name}_defined{state[m.name]} word" for m in named]
            return [*parts, f"program{mine} word = spec{theirs} word"]

        # the names of what is known of the rest of the word, and of this letter
        rest, first = [f"R{m.name[0]}" for m in named], [f"F{m.name[0]}" for m in named]
        step = f"{arguments(self.state + self.inputs)}{' D' if self.within else ''} I"
        term = f"(f_equal2 cons (outputs{step}) R)"
        equal = f"(program_equals_spec (before ++ x :: after){' W' if self.within else ''})"
        for _ in named:
            equal = f"(proj2 {equal})"
        for f, r in zip(reversed(first), reversed(rest), strict=True):
            term = f"(conj (conj {f} {r}) {term})"
        pattern = self.inputs[0]
        for x in self.inputs[1:]:
            pattern = f"[{pattern} {x}]"
        return {
            "claims": claims,
            "mine": self.program.state,
            "theirs": self.spec.state,
            "mine_start": self.program.start,
            "theirs_start": self.spec.start,
            "forall_within": " Forall in_domain word ->" if self.within else "",
            "known": f"({' & '.join([*rest, 'R'])})" if rest else "",
            "parts": f"({' & '.join(first)})" if len(first) > 1 else "",
            "one_part": first[0] if len(first) == 1 else "",
            "pattern": pattern,
            "term": term,
            "equal_to_spec": equal,
        }


def _typed(variables: Sequence[str], kind: str = "Z") -> str:
    """Arguments of a definition, with a space before them."""
    return f" ({' '.join(variables)} : {kind})" if variables else ""


def expressions_of(proof: Certificate) -> Iterable[Expr]:
    """All expressions of both machines and of the invariant."""
    machines = proof.program, proof.spec
    return [e for m in machines for e in (*m.next, *m.outputs)] + list(proof.invariant)


def lookups_of(expressions: Iterable[Expr], first: int = 0) -> dict[Lookup, str]:
    """A name for every table and every set; the number of the first is given."""
    found: dict[Lookup, str] = {}
    every = list(expressions)
    for node in (n for e in [*every, *map(definedness, every)] for n in children(e)):
        if node.op in ("table", "in"):
            kind = "table" if node.op == "table" else "set"
            assert isinstance(node.value, tuple)
            found.setdefault((node.op, node.value), f"{kind}{first + len(found)}")
    return found


def definition(name: str, op: str, entries: tuple[int, ...]) -> dict[str, Any]:
    """The function of a lookup, with its name and its entries: what the template needs."""
    if op == "in":
        return {"name": name, "type": "bool", "lines": [f"{members(entries)}."]}
    rows = [f"| {row}" for row in table_rows(entries)]
    return {"name": name, "type": "Z", "lines": ["match k with", *rows, "| _ => 0", "end."]}


def _bound(e: Expr) -> bool:
    """Whether a condition bounds one variable by a number."""
    return e.op in ("ge", "le") and [a.op for a in e.args] == ["var", "const"]


def _same(e: Expr) -> bool:
    """Whether a condition says that two variables are equal."""
    return e.op == "eq" and [a.op for a in e.args] == ["var", "var"]


def _share(ends: dict[str, list[int | None]], equalities: Sequence[Expr]) -> None:
    """Give variables that are equal the ends that any of them has."""
    for _ in ends:  # as long as a chain of equal variables can be
        for p in equalities:
            first, second = (ends[str(a.value)] for a in p.args)
            for i in (0, 1):
                known = first[i] if first[i] is not None else second[i]
                first[i] = second[i] = known


def _all(parts: Sequence[str]) -> str:
    """The conjunction of conditions, as one operand."""
    return "true" if not parts else parts[0] if len(parts) == 1 else f"({' && '.join(parts)})"


def comment(text: str) -> str:
    """A text on one line that neither opens nor ends a comment or a string."""
    return one_line(text).replace("(*", "( *").replace("*)", "* )").replace('"', "'")


def product(count: int) -> str:
    """The type of so many integers."""
    return "Z" if count == 1 else f"({' * '.join(['Z'] * count)})%type"
