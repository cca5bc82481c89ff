"""The machine: a typed transition system over the integers.

Specification, program, automaton and exact network are all machines. Moore and Mealy machines
are special cases. ``prove.equal`` compares two machines.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mips_verify.errors import MachineError
from mips_verify.kernel.expr import Expr, evaluate, names, size, substitute, var

WIDEST: Final = 300  # characters of a text that a repr shows
Word = Sequence[tuple[int, ...]]


def show_word(word: Word) -> str:
    """A sequence on one line; letters with several channels are put in parentheses."""
    return " ".join(str(a[0]) if len(a) == 1 else f"({', '.join(map(str, a))})" for a in word)


def old(name: str) -> str:
    """The name that outputs use for the value of state variable ``name`` before this input."""
    return f"old({name})"


class Shown:
    """A value that shows its text: on one line as its repr, and whole in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        line = str(self).replace("\n", "; ")
        return f"{type(self).__name__}({line if len(line) <= WIDEST else line[:WIDEST] + ' ...'})"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


@dataclass(frozen=True, slots=True, repr=False)
class Machine(Shown):
    """``z' = F(z, x)``, ``y = G(z', x, z)``, started at ``init``.

    Attributes:
        inputs: names of the values read at each step.
        state: names of the state variables; may be empty.
        init: values of the state variables before the first input.
        next: one ``int`` expression per state variable, over old state and inputs; they are
            evaluated simultaneously.
        outputs: one ``int`` expression per output, over inputs and state; a plain state name is
            the value after this step, ``old(name)`` the value before it.

    Raises:
        MachineError: lengths that differ, repeated or unknown names, a ``bool`` expression.
    """

    inputs: tuple[str, ...]
    state: tuple[str, ...]
    init: tuple[int, ...]
    next: tuple[Expr, ...]
    outputs: tuple[Expr, ...]

    def __post_init__(self) -> None:
        if not len(self.state) == len(self.init) == len(self.next):
            raise MachineError("every state variable needs an initial and a next value")
        if not self.inputs or not self.outputs:
            raise MachineError("a machine needs at least one input and one output")
        both = self.inputs + self.state
        if len(set(both)) != len(both):
            raise MachineError(f"names of inputs and state repeat: {', '.join(both)}")
        after = frozenset(both) | {old(z) for z in self.state}
        parts = ("next", self.next, frozenset(both)), ("outputs", self.outputs, after)
        for what, expressions, allowed in parts:
            for e in expressions:
                if e.sort != "int":
                    raise MachineError(f"{what} holds the condition '{e}', not an integer")
                if unknown := sorted(names(e) - allowed):
                    raise MachineError(f"{what} uses the unknown name '{unknown[0]}' in '{e}'")

    @property
    def size(self) -> int:
        """Number of syntax-tree nodes in all expressions, plus one per state variable."""
        return len(self.state) + sum(map(size, self.next + self.outputs))

    def step(
        self, z: tuple[int, ...], x: tuple[int, ...]
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Take one step in exact integers; returns the new state and the outputs."""
        before: dict[str, int] = dict(zip(self.inputs, x, strict=True))
        env = before | dict(zip(self.state, z, strict=True))
        new = tuple(evaluate(e, env) for e in self.next)
        env = before | dict(zip(self.state, new, strict=True))
        env |= {old(name): value for name, value in zip(self.state, z, strict=True)}
        return new, tuple(evaluate(e, env) for e in self.outputs)

    def run(self, word: Word) -> list[tuple[int, ...]]:
        """The outputs after each letter of ``word``, in exact integers."""
        z, ys = self.init, []
        for x in word:
            z, y = self.step(z, tuple(x))
            ys.append(y)
        return ys

    def outputs_before(self) -> tuple[Expr, ...]:
        """The outputs as expressions over inputs and the state *before* the step."""
        by = dict(zip(self.state, self.next, strict=True))
        by |= {old(z): var(z) for z in self.state}
        return tuple(substitute(e, by) for e in self.outputs)

    def rename(self, new_names: Mapping[str, str]) -> Machine:
        """The same machine with some of its inputs and state variables renamed."""
        by = {a: var(b) for a, b in new_names.items()}
        by |= {old(a): var(old(b)) for a, b in new_names.items()}
        return Machine(
            inputs=tuple(new_names.get(n, n) for n in self.inputs),
            state=tuple(new_names.get(n, n) for n in self.state),
            init=self.init,
            next=tuple(substitute(e, by) for e in self.next),
            outputs=tuple(substitute(e, by) for e in self.outputs),
        )

    def __str__(self) -> str:
        rows = zip(self.state, self.init, self.next, strict=True)
        lines = [f"{z} = {start} -> {e}" for z, start, e in rows]
        lines += [f"output {e}" for e in self.outputs]
        return "\n".join(lines)
