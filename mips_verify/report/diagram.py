"""Pictures of a machine: a run of a few steps, and a Mermaid diagram of states and steps."""

from __future__ import annotations

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, show_word

MOST_STATES = 40
MOST_LETTERS = 64
LARGEST = 2**63  # if a value exceeds this, the machine is assumed to grow without end
Values = tuple[int, ...]


def run_table(machine: Machine, letters: list[Values]) -> str:
    """A run as a table: one line per input, state variable and output, one column per step."""
    state, rows = machine.init, []
    for letter in letters:
        state, out = machine.step(state, letter)
        rows.append([*letter, *state, *out])
    heads = [*machine.inputs, *machine.state]
    heads += ["output"] if len(machine.outputs) == 1 else [f"output {i}" for i in
              range(1, len(machine.outputs) + 1)]  # fmt: skip
    before = [""] * len(machine.inputs) + [str(v) for v in machine.init]
    before += [""] * len(machine.outputs)
    columns = [before, *([str(v) for v in row] for row in rows)]
    widths = [max(map(len, column)) for column in columns]
    name = max(map(len, heads))
    return "\n".join(
        f"{head:{name}}  " + " ".join(c[i].rjust(w) for c, w in zip(columns, widths, strict=True))
        for i, head in enumerate(heads)
    )


def state_diagram(machine: Machine, domain: Domain) -> str:
    """The reachable states and the steps between them, as a Mermaid state diagram.

    Raises:
        MipsVerifyError: more states or letters than a picture can show.
    """
    if domain.size > MOST_LETTERS:
        raise MipsVerifyError(f"{domain.size} letters are too many for a diagram")
    letters = list(domain.letters())
    states = [machine.init]
    arrows: dict[tuple[Values, Values, Values], list[Values]] = {}
    for q in states:
        for a in letters:
            try:
                p, out = machine.step(q, a)
            except ValueError as error:
                raise MipsVerifyError(f"no diagram: a step has no value: {error}") from None
            if max(map(abs, (*p, *out))) > LARGEST:
                raise MipsVerifyError("no diagram: the values grow without end")
            arrows.setdefault((q, p, out), []).append(a)
            if p not in states:
                states.append(p)
        if len(states) > MOST_STATES:
            raise MipsVerifyError(f"more than {MOST_STATES} states are too many for a diagram")
    place = {q: f"q{i}" for i, q in enumerate(states)}
    lines = ["stateDiagram-v2", *(f"    {place[q]}: {_shown(machine, q)}" for q in states)]
    lines.append(f"    [*] --> {place[machine.init]}")
    for (q, p, out), read in arrows.items():
        label = f"{_letters(read, letters)} / {show_word([out])}"
        lines.append(f"    {place[q]} --> {place[p]}: {label}")
    return "\n".join(lines)


def _shown(machine: Machine, state: Values) -> str:
    pairs = zip(machine.state, state, strict=True)
    return ", ".join(f"{z} = {v}" for z, v in pairs) or "no state"


def _letters(read: list[Values], all_of_them: list[Values]) -> str:
    if len(read) == len(all_of_them) > 1:
        return "any"
    return ", ".join(show_word([letter]) for letter in read)
