"""A machine as functions of a Rocq file, and calls of these functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mips_verify.emit.rocq.rocq_expressions import Words, to_rocq
from mips_verify.kernel.expr import TRUE, Expr, conjoin, definedness, names, substitute, var
from mips_verify.kernel.machine import Machine, old


@dataclass(frozen=True, slots=True)
class Function:
    """A definition: its name, the names of its arguments, its type and its body."""

    name: str
    args: tuple[str, ...]
    type: str
    body: str

    def call(self, values: Mapping[str, str]) -> str:
        """A call, with a term for each argument; an argument without one stays as it is."""
        return self.name + arguments([values.get(a, a) for a in self.args])


@dataclass(frozen=True, slots=True)
class RocqMachine:
    """The program or the specification in the file.

    Attributes:
        name: ``program`` or ``spec``.
        machine: its states and inputs have the names of the pair.
        named: the Rocq name of every state variable and input of the pair.
        words: how expressions over the state before a step are written, and lookups.
    """

    name: str
    machine: Machine
    named: Mapping[str, str]
    words: Words

    @property
    def state(self) -> list[str]:
        """The Rocq names of its state variables."""
        return [self.named[z] for z in self.machine.state]

    @property
    def start(self) -> list[str]:
        """Its start, as terms."""
        return [str(v) if v >= 0 else f"({v})" for v in self.machine.init]

    @property
    def nexts(self) -> list[Function]:
        """The next value of each state variable, from the state and the inputs."""
        pairs = zip(self.machine.state, self.machine.next, strict=True)
        return [self._function(f"next_{self.named[z]}", e, self.words) for z, e in pairs]

    @property
    def outputs(self) -> list[Function]:
        """Each output, from the state before and after the step and the inputs."""
        count = len(self.machine.outputs)
        ends = [""] if count == 1 else list(map(str, range(count)))
        return [
            self._function(f"{self.name}_output{end}", e, self._after)
            for end, e in zip(ends, self.machine.outputs, strict=True)
        ]

    @property
    def defined(self) -> Function | None:
        """Whether every lookup of a step is within its table; ``None`` if it always is."""
        # names of the state after the step differ from those before it, as in the outputs
        nexts = [_before(definedness(e), self.machine) for e in self.machine.next]
        whole = conjoin([*nexts, *map(definedness, self.machine.outputs)])
        if whole == TRUE:
            return None
        return self._function(f"{self.name}_step_defined", whole, self._after)

    @property
    def _after(self) -> Words:
        primed = {z: f"{self.named[z]}'" for z in self.machine.state}
        before = {old(z): self.named[z] for z in self.machine.state}
        return Words({**self.words.of, **primed, **before}, self.words.lookups)

    def _function(self, name: str, e: Expr, words: Words) -> Function:
        used = {words.of[n] for n in names(e)}
        inputs = [self.named[x] for x in self.machine.inputs]
        order = [*self.state, *inputs, *(f"{z}'" for z in self.state)]
        kind = "bool" if e.sort == "bool" else "Z"
        return Function(name, tuple(a for a in order if a in used), kind, to_rocq(e, words))

    def moved(self) -> dict[str, str]:
        """A term for the value of each state variable after a step, by its primed name."""
        pairs = zip(self.state, self.nexts, strict=True)
        return {f"{z}'": f"({f.call({})})" for z, f in pairs}

    def answer(self, values: Mapping[str, str]) -> str:
        """The outputs of a step as one term."""
        return together([f.call(values) for f in self.outputs])

    def values(self, single: str, letter: str, several: bool) -> dict[str, object]:
        """What the template needs."""
        lets = [f"let {z}' := {f.call({})} in" for z, f in zip(self.state, self.nexts, strict=True)]
        if several:
            lets.insert(0, f"let '{letter} := {single} in")
        starts = zip(self.state, self.start, strict=True)
        return {
            "name": self.name,
            "starts": ", ".join(f"{z} = {v}" for z, v in starts) or "no state",
            "state": self.state,
            "functions": [*self.nexts, *self.outputs, *([self.defined] if self.defined else [])],
            "lets": lets,
            "output": self.answer({}),
            "after": arguments([f"{z}'" for z in self.state]),
            "defined": self.defined.call({}) if self.defined else "",
        }


def _before(e: Expr, machine: Machine) -> Expr:
    """A condition on the state before a step, for a function that also reads the state after it."""
    return substitute(e, {z: var(old(z)) for z in machine.state})


def arguments(terms: Sequence[str]) -> str:
    """The arguments of a call, each with a space before it."""
    return "".join(f" {t}" for t in terms)


def together(terms: Sequence[str]) -> str:
    """One term, or a tuple of several."""
    return terms[0] if len(terms) == 1 else f"({', '.join(terms)})"
