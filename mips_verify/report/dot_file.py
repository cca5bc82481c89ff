"""A finite machine as a Mealy machine in the dot dialect of AALpy, LearnLib and the Automata Wiki.

:mod:`mips_verify.spec.dot_automaton` reads it back.
"""

from __future__ import annotations

from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.report.state_graph import state_graph
from mips_verify.spec.value_names import NUMBERS, Names, called

MOST_STATES: Final = 1000
MOST_LETTERS: Final = 1000


def automaton_dot(machine: Machine, domain: Domain, name: str, names: Names = NUMBERS) -> str:
    """The reachable states of a machine and their steps, one arrow for each letter.

    Args:
        machine: the machine, of finitely many reachable states.
        domain: the letters that it reads.
        name: the name of the graph, an identifier.
        names: what the values of inputs, outputs and a single state variable are called.

    Raises:
        MipsVerifyError: more states or letters than are written, or names that dot cannot have.
    """
    graph = state_graph(machine, domain, "a dot file", MOST_STATES, MOST_LETTERS)
    texts = {a: _text(called(names.inputs, a)) for a in graph.letters}
    _demand_apart(list(texts.values()))
    lines = [f"digraph {name} {{", '  __start0 [label="" shape="none"];']
    for q, values in enumerate(graph.states):
        shown = f"s{q}" if len(values) != 1 or not names.state else called(names.state, values)[0]
        lines.append(f'  s{q} [label="{_quoted(shown)}"];')
    for q, a, p, out in graph.arrows():
        label = _label(texts[a], _text(called(names.outputs, out)))
        lines.append(f'  s{q} -> s{p} [label="{_quoted(label)}"];')
    return "\n".join([*lines, "  __start0 -> s0;", "}", ""])


def _demand_apart(letters: list[str]) -> None:
    if len(set(letters)) < len(letters):
        raise MipsVerifyError("two letters have the same name, so that no dot file can hold both")
    if odd := [a for a in letters if " / " in a]:
        raise MipsVerifyError(f"the input '{odd[0]}' holds ' / ', which parts input and output")


def _text(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"({', '.join(values)})"


def _label(letter: str, output: str) -> str:
    """Input and output; with spaces only where they are needed, since AALpy keeps them."""
    spaced = "/" in letter or " / " in output
    return f"{letter} / {output}" if spaced else f"{letter}/{output}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
