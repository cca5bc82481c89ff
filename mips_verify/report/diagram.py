"""Pictures of a machine: a run of a few steps, and a Mermaid diagram of states and steps."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.report.state_graph import Values, state_graph
from mips_verify.spec.value_names import NUMBERS, Names, Words, called

MOST_STATES: Final = 40
MOST_LETTERS: Final = 64
WIDEST: Final = 24  # characters of a column of a run
_MARKS: Final = re.compile(r"[:;#<>\"]")  # what Mermaid takes for more than a letter of a label


def run_table(machine: Machine, letters: list[Values], names: Names = NUMBERS) -> str:
    """A run as a table: one line per input, state variable and output, one column per step."""
    state, rows = machine.init, []
    for letter in letters:
        state, out = machine.step(state, letter)
        parts = (names.inputs, letter), (names.state, state), (names.outputs, out)
        rows.append([text for part in parts for text in _cells(*part)])
    before = [""] * len(machine.inputs) + _cells(names.state, machine.init)
    heads = [*machine.inputs, *machine.state, *_output_heads(len(machine.outputs), names)]
    columns = [before + [""] * len(machine.outputs), *rows]
    widths = [max(map(len, column)) for column in columns]
    name = max(map(len, heads))
    return "\n".join(
        f"{head:{name}}  " + " ".join(c[i].rjust(w) for c, w in zip(columns, widths, strict=True))
        for i, head in enumerate(heads)
    )


def _cells(words: Sequence[Words], values: Values) -> list[str]:
    """The name of each value, or the value itself if its name is too long for a column."""
    texts = zip(called(words, values), values, strict=True)
    return [text if len(text) <= WIDEST else str(value) for text, value in texts]


def _output_heads(count: int, names: Names) -> list[str]:
    if count == 1:
        return ["output"]
    return [f"output {key}" for key in names.keys or range(1, count + 1)]


def state_diagram(machine: Machine, domain: Domain, names: Names = NUMBERS) -> str:
    """The reachable states and the steps between them, as a Mermaid state diagram.

    Raises:
        MipsVerifyError: more states or letters than a picture can show.
    """
    graph = state_graph(machine, domain, "a diagram", MOST_STATES, MOST_LETTERS)
    arrows: dict[tuple[int, int, Values], list[Values]] = {}
    for q, a, p, out in graph.arrows():
        arrows.setdefault((q, p, out), []).append(a)
    shown = [_safe(_shown(machine, q, names)) for q in graph.states]
    lines = ["stateDiagram-v2", *(f"    q{i}: {text}" for i, text in enumerate(shown))]
    lines.append("    [*] --> q0")
    for (q, p, out), read in arrows.items():
        every = len(read) == len(graph.letters) > 1
        letters = "any" if every else ", ".join(map(names.letter, read))
        lines.append(f"    q{q} --> q{p}: {_safe(f'{letters} / {names.answer(out)}')}")
    return "\n".join(lines)


def _shown(machine: Machine, state: Values, names: Names) -> str:
    pairs = zip(machine.state, called(names.state, state), strict=True)
    return ", ".join(f"{z} = {v}" for z, v in pairs) or "no state"


def _safe(text: str) -> str:
    """A label without the marks that Mermaid reads as its own, as character codes."""
    return _MARKS.sub(lambda found: f"#{ord(found[0])};", text)
