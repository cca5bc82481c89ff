"""A small machine as a table of states and arrows."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from mips_verify.emit.describe.letters import BOUND, Alphabet, Letter
from mips_verify.kernel.machine import Machine

STATES: Final = 8
COLUMNS: Final = 8
WIDTH: Final = 84  # columns of a docstring

State = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Arrows:
    """Every reachable state of a machine: the start first, then in the order of first visit.

    Attributes:
        variables: names of the state variables.
        columns: headings with letters; letters that always have the same effect share a column.
        states: values of the variables, one row per state.
        after: for each state, the next state in each column.
        outputs: the outputs of these steps.
    """

    variables: tuple[str, ...]
    columns: tuple[tuple[str, tuple[Letter, ...]], ...]
    states: tuple[State, ...]
    after: tuple[tuple[State, ...], ...]
    outputs: tuple[tuple[State, ...], ...]

    @property
    def by_state(self) -> dict[State, State] | None:
        """The outputs by the next state; ``None`` if the next state does not decide them."""
        found: dict[State, State] = {}
        for row, out in zip(self.after, self.outputs, strict=True):
            for q, y in zip(row, out, strict=True):
                if found.setdefault(q, y) != y:
                    return None
        return found

    def lines(self) -> list[str]:
        """The table: one row per state, with the next state in the column of each letter."""
        by_state = self.by_state
        head = [" ".join(self.variables), *(name for name, _ in self.columns)]
        rows = []
        for q, row, out in zip(self.states, self.after, self.outputs, strict=True):
            cells = [_shown(p) for p in row]
            if by_state is None:
                cells = [f"{c}, gives {_shown(y)}" for c, y in zip(cells, out, strict=True)]
            rows.append([_shown(q), *cells])
        itself = by_state is not None and all(q == y for q, y in by_state.items())
        if by_state is not None and not itself:
            head.insert(1, "gives")
            for q, r in zip(self.states, rows, strict=True):
                r.insert(1, _shown(by_state[q]) if q in by_state else "-")
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        shown = [
            "  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in [head, *rows]
        ]
        if max(map(len, shown)) > WIDTH:
            return []
        ending = ", which is the output" if itself else ""
        ending = ending or ("" if by_state is None else ", and the output is what that state gives")
        text = (
            f"An automaton over {', '.join(self.variables)}: it starts in the first row, "
            f"a letter leads to the state in its column{ending}."
        )
        return [
            *wrap(text, WIDTH),
            "",
            *(line.rstrip() for line in shown),
        ]


def arrows(machine: Machine, alphabet: Alphabet) -> Arrows | None:
    """The table of ``machine``; ``None`` if it has too many states or kinds of letters."""
    states = [machine.init]
    after: list[list[State]] = []
    outputs: list[list[State]] = []
    for q in states:
        try:
            steps = [machine.step(q, a) for a in alphabet.letters]
        except ValueError:  # no value on a letter of the domain
            return None
        after.append([p for p, _ in steps])
        outputs.append([y for _, y in steps])
        for p, y in steps:
            if p not in states:
                states.append(p)
            if len(states) > STATES or any(abs(v) > BOUND for v in p + y):
                return None
    groups: dict[tuple[tuple[State, ...], ...], list[int]] = {}
    for i in range(len(alphabet.letters)):
        groups.setdefault((tuple(r[i] for r in after), tuple(r[i] for r in outputs)), []).append(i)
    if len(groups) > COLUMNS or len(states) < 2:
        return None
    kept = [members[0] for members in groups.values()]
    return Arrows(
        machine.state,
        _headed(alphabet, list(groups.values())),
        tuple(states),
        tuple(tuple(r[i] for i in kept) for r in after),
        tuple(tuple(r[i] for i in kept) for r in outputs),
    )


def _headed(
    alphabet: Alphabet, groups: list[list[int]]
) -> tuple[tuple[str, tuple[Letter, ...]], ...]:
    names = ", ".join(alphabet.inputs)
    found = []
    for n, members in enumerate(groups):
        letters = tuple(alphabet.letters[i] for i in members)
        values = [_shown(a) for a in letters]
        text = f"{names} = {' or '.join(values)}"
        if len(members) > 2 and members == list(range(members[0], members[-1] + 1)):
            text = f"{names} = {values[0]} .. {values[-1]}"
        elif len(members) > 3 and n == len(groups) - 1:
            text = f"any other {names}"
        found.append((text, letters))
    return tuple(found)


def _shown(values: State) -> str:
    return " ".join(map(str, values))
