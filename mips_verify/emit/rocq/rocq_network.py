"""``network.v``: a network of integers, and the proof that it is the program of ``program.v``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final, TypeGuard

from mips_verify.emit.names import fresh
from mips_verify.emit.parts import conjuncts, number
from mips_verify.emit.rocq.rocq_expressions import BITS, CALL, Words, calls, to_rocq
from mips_verify.emit.rocq.rocq_file import (
    SMALL,
    comment,
    definition,
    expressions_of,
    lookups_of,
    product,
)
from mips_verify.emit.rocq.rocq_machine import RocqMachine, arguments, together
from mips_verify.emit.rocq.rocq_names import rocq_names
from mips_verify.emit.templates import render
from mips_verify.emit.wrap import wrapping
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.expr import TRUE, Expr, children
from mips_verify.kernel.obligations import Pair, join
from mips_verify.network_kernel.cells import Cell, Cells
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork
from mips_verify.network_kernel.network_certificate import (
    EVERY,
    Invariant,
    NetworkCertificate,
    Proof,
    network_pair,
)

_COMPARED: Final = 5_000_000  # states, in a proof that goes through all of them: some seconds
_PIECES: Final = 4  # of a table; each has at least as many entries, on average
_UNFOLDED: Final = "in_domain linked next next_hidden read_out answer perceptron affine dot map app"


def render_network(
    proof: Certificate, network: ExactNetwork, theorem: NetworkCertificate
) -> str | None:
    """The text of ``network.v``; ``None`` where this file cannot state the theorem.

    It can if all weights are integers, and exact states, not too many, or an invariant prove every
    length. Rocq checks the file after ``program.v``, in the same folder.

    Args:
        proof: the certificate of the program.
        network: the network that was proved equal to the program.
        theorem: what proves it.
    """
    letters = proof.domain.size
    part = next((p for p in theorem.proofs if isinstance(p, Invariant) or _few(p, letters)), None)
    if theorem.exact is not EVERY or part is None or not _integral(network):
        return None
    pair = join(proof.program, proof.spec, proof.domain)
    named = rocq_names(pair.state, pair.domain.names)
    words = Words(named, lookups_of(expressions_of(proof)))
    machine = RocqMachine("program", pair.program, named, words)
    file = _NetworkFile(proof, network, pair, machine)
    proved = file.invariant(part) if isinstance(part, Invariant) else file.states(part)
    return render("network.v.j2", **file.definitions(), **proved)


def _few(part: Proof, letters: int) -> TypeGuard[Cells]:
    """Whether a proof lists exact states, all of them integers, and not too many."""
    return (
        isinstance(part, Cells)
        and len(part.cells) ** 2 * letters <= _COMPARED
        and all(c.depth is None and not any(c.radius) and _whole(c.centre) for c in part.cells)
    )


def _integral(network: ExactNetwork) -> bool:
    return bool(network.f) and not network.values and _whole(network.numbers)


def _whole(numbers: Sequence[float]) -> bool:
    return all(v.is_integer() for v in numbers)


@dataclass(frozen=True, slots=True)
class _NetworkFile:
    """The file that is being made.

    Attributes:
        pair: program and specification, as ``program.v`` has them.
        program: the program's functions there.
    """

    proof: Certificate
    network: ExactNetwork
    pair: Pair
    program: RocqMachine

    @property
    def inputs(self) -> list[str]:
        return [self.program.named[x] for x in self.pair.domain.names]

    @property
    def ranges(self) -> list[tuple[str, int, int]]:
        """Each input with its least and its largest value."""
        d = self.pair.domain
        return list(zip(self.inputs, d.lows, d.highs, strict=True))

    def definitions(self) -> dict[str, Any]:
        """Values for the network and the program, and for the theorem."""
        program, inputs, state = self.program, self.inputs, self.program.state
        several, moved = len(inputs) > 1, self.program.moved()
        scores = [f"y{i}" for i in range(len(program.machine.outputs))]
        letter = "x" if several else inputs[0]
        opened = [("s", state)] * (len(state) != 1) + [("x", inputs)] * several
        return {
            "task": comment(self.proof.task),
            "wrapped": wrapping("(*"),
            "args": arguments,
            "weights": [("f", _rows(self.network.f)), ("g", _rows(self.network.g))],
            "start": _integers(self.network.start),
            "letter": letter,
            "several": several,
            "inputs": inputs if several else ["x"],
            "pattern": together(inputs),
            "output_type": product(len(scores)),
            "scores": scores,
            "scored": together(scores),
            "nothing": together(["0"] * len(scores)),
            "state_type": product(len(state)) if state else "unit",
            "states": state[0] if len(state) == 1 else "s",
            "state": state,
            "opened": f"let '{together(state)} := s in " if len(state) > 1 else "",
            "matched": f"let '{together(inputs)} := x in " if several else "",
            "moved": together([moved[f"{z}'"] for z in state]) if state else "tt",
            "answer": program.answer(moved),
            "first": _state(program.start),
            "first_each": program.start,
            "spec_start": [number(v) for v in self.pair.spec.init],
            "all_integers": self.proof.all_integers,
            "opened_state": _opened(state),
            "opened_letter": _opened(inputs),
            "destructed": ", ".join(f"{what} as {_opened(parts)}" for what, parts in opened),
            "of_state": f"destruct s as {_opened(state)}; " if len(state) != 1 else "",
        }

    def states(self, part: Cells) -> dict[str, Any]:
        """Values for a proof that goes through all states that are reached."""
        texts = [f"range {number(low)} {number(high)}" for _, low, high in self.ranges]
        if len(texts) > 1:
            texts = [f"({text})" for text in texts]
        letters = reduce(lambda a, b: f"(list_prod {a} {b})", texts)
        cells = dict.fromkeys(map(_cell, part.cells))
        return {"cells": list(cells), "letters": letters, "ranged": True}

    def invariant(self, part: Invariant) -> dict[str, Any]:
        """Values for a proof by an invariant."""
        joint = network_pair(self.network, self.proof.program, self.proof.domain)
        hidden: list[str] = []
        for i in range(len(self.network.start)):
            hidden.append(fresh(f"h{i}", {*self.inputs, *self.program.state, *hidden}))
        own = lookups_of(part.conditions, len(self.program.words.lookups))
        names = dict(zip(joint.state, [*hidden, *self.program.state], strict=True))
        words = Words(names, own)
        conditions = dict.fromkeys(p for e in part.conditions for p in conjuncts(e) if p != TRUE)
        short = {f: lines for (op, e), f in own.items() if op == "table" and (lines := _pieces(e))}
        lookups = {**self.program.words.lookups, **own}
        small = self._small()
        tables = [
            f"{f} {len(e) - 1}"
            for (op, e), f in lookups.items()
            if op == "table" and f not in short
        ]
        return {
            "cells": [],
            "hidden": hidden,
            "shape": _list_pattern(hidden),
            "calls": list(self.program.moved().values()),
            "shape_after": _list_pattern([f"{h}'" for h in hidden]),
            "lookups": [
                {"name": f, "type": "Z", "lines": short[f]} if f in short else definition(f, *what)
                for what, f in own.items()
            ],
            "conditions": [to_rocq(p, words, CALL) for p in conditions] or ["true"],
            "finish": "; ".join(["expose", *(f"each_value {v}" for v in small), "conclude"]),
            "tables": tables,
            "ranged": bool(small or tables),
            "unfolded": [_UNFOLDED, "f", "g", *short, *self._functions(part.conditions, lookups)],
        }

    def _small(self) -> list[str]:
        """The inputs that are few together, each with its range."""
        tried, small = 1, []
        for x, low, high in sorted(self.ranges, key=lambda r: r[2] - r[1]):
            tried *= high - low + 1
            if tried <= SMALL:
                small.append(f"{x} {number(low)} {number(high)}")
        return small

    def _functions(self, conditions: Sequence[Expr], lookups: dict[Any, str]) -> list[str]:
        """What is unfolded besides: functions of the program, sets, and operators."""
        made = [f.name for f in (*self.program.nexts, *self.program.outputs)]
        machine = self.program.machine
        every = [*machine.next, *machine.outputs, *conditions]
        used = calls({n.op for e in every for n in children(e)})
        own = [name for name in used if name in BITS or name == "Z.b2z"]
        return [*made, *(f for (op, _), f in lookups.items() if op == "in"), *own]


def _pieces(entries: Sequence[int]) -> list[str]:
    """A long table of few rising or falling pieces as its conditions; empty for any other table."""
    starts = [0]
    for k in range(2, len(entries)):
        if k - starts[-1] > 1 and entries[k] - entries[k - 1] != entries[k - 1] - entries[k - 2]:
            starts.append(k)
    if len(starts) > _PIECES or len(entries) < _PIECES * len(starts):
        return []
    lines = []
    for first, after in zip(starts, [*starts[1:], None], strict=True):
        slope = entries[first + 1] - entries[first] if first + 1 < len(entries) else 0
        value = f"{number(entries[first])} + {number(slope)} * (k - {first})"
        lines.append(f"{value}." if after is None else f"if k <? {after} then {value} else")
    return lines


def _rows(layers: Sequence[Affine]) -> list[list[str]]:
    """Each unit of each layer, as its weights and its bias."""
    return [
        [f"({_integers(w)}, {int(b)})" for w, b in zip(layer.weight, layer.bias, strict=True)]
        for layer in layers
    ]


def _integers(values: Sequence[float]) -> str:
    return f"[{'; '.join(str(int(v)) for v in values)}]"


def _cell(cell: Cell) -> str:
    return f"({_integers(cell.centre)}, {_state([str(v) for v in cell.state])})"


def _state(values: Sequence[str]) -> str:
    return together(values) if values else "tt"


def _opened(names: Sequence[str]) -> str:
    """The pattern that takes a tuple apart."""
    return reduce(lambda a, b: f"[{a} {b}]", names) if names else "[]"


def _list_pattern(names: Sequence[str]) -> str:
    """The pattern that takes a list apart, one case for each length up to too long a one."""
    pattern = "[| ? ?]"
    for name in reversed(names):
        pattern = f"[| {name} {pattern}]"
    return pattern
