"""A program for people: its text or, where its step is a large table, its states and arrows.

A machine whose states mean nothing, as that of a protocol, has no formula that says more than the
list of its steps; and a table of numbers in one line says less.
"""

from __future__ import annotations

from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import children, names
from mips_verify.kernel.machine import Machine
from mips_verify.report.state_graph import StateGraph, Values, state_graph
from mips_verify.spec.value_names import NUMBERS, Names

MOST_STATES: Final = 100
MOST_LETTERS: Final = 256
ENTRIES: Final = 24  # of a table that is easier to read as arrows


def program_text(machine: Machine, domain: Domain | None, words: Names = NUMBERS) -> str:
    """A program as lines of text.

    Args:
        machine: the program.
        domain: the letters that it reads, if they are known.
        words: the names of inputs and outputs.
    """
    if domain is None or not _is_table(machine):
        return str(machine)
    try:
        graph = state_graph(machine, domain, "a list", MOST_STATES, MOST_LETTERS)
    except MipsVerifyError:
        return str(machine)
    rows = [f"  q{q}: {'; '.join(_arrows(graph, q, words))}" for q in range(len(graph.states))]
    head = f"{len(rows)} states, the first is q0; letters / outputs -> next state"
    return "\n".join([head, *rows])


def _is_table(machine: Machine) -> bool:
    """Whether a step or an output is looked up by the state in a table that is not small."""
    letters = frozenset(machine.inputs)
    return any(
        node.op == "table" and len(node.value) >= ENTRIES and not names(node) <= letters
        for e in machine.next + machine.outputs
        for node in children(e)
        if isinstance(node.value, tuple)
    )


def _arrows(graph: StateGraph, q: int, words: Names) -> list[str]:
    """The arrows from a state; letters with the same effect share one, most of them say "else"."""
    together: dict[tuple[int, Values], list[Values]] = {}
    for letter, (p, out) in zip(graph.letters, graph.steps[q], strict=True):
        together.setdefault((p, out), []).append(letter)
    ranked = sorted(together.items(), key=lambda arrow: len(arrow[1]))
    shown = [", ".join(map(words.letter, letters)) for _, letters in ranked]
    if len(ranked[-1][1]) > 1:
        shown[-1] = "any" if len(ranked) == 1 else "else"
    return [
        f"{letters} / {words.answer(out)} -> q{p}"
        for letters, ((p, out), _) in zip(shown, ranked, strict=True)
    ]
