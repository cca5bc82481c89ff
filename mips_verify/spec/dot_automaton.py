"""Automata in the dot dialect of AALpy, LearnLib and the Automata Wiki, as tasks.

An arrow from a state that is none, such as ``__start0``, marks the start. The three kinds
(automata.cs.ru.nl/Syntax/Overview) are told apart by their labels:

- Mealy machines: ``s0 -> s1 [label="in/out"]``;
- Moore machines: ``s0 [label="s0|out"]``, LearnLib ``s0 [label="out"]``, and arrows
  ``s0 -> s1 [label="in"]``;
- DFA: accepting states have ``shape="doublecircle"``; the output is 1 after them, otherwise 0.

The output of a Moore machine or a DFA is that of the state entered; the one of the start is given
before any input, and so never.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mips_verify.algebra.mealy import Mealy
from mips_verify.errors import TaskError
from mips_verify.files import read_bounded
from mips_verify.kernel.certificate import MAX_LENGTH
from mips_verify.kernel.domain import Domain
from mips_verify.spec.dot_graph import DotError, DotGraph, read_dot
from mips_verify.spec.input_limits import LONGEST_NUMBER, MOST_DOT_BYTES, MOST_NODES
from mips_verify.spec.table_machine import table_machine
from mips_verify.spec.task import Task
from mips_verify.spec.value_names import Names, Words, read_words

_YES: Final = ("true", "1", "yes")
_MORE: Final = 4  # a training sequence has this many letters more than there are states


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step: the states by their names in the file, the letter and the output as texts."""

    source: str
    letter: str
    target: str
    output: str


def read_automaton(path: Path, name: str) -> Task:
    """The task of a given name whose specification is the automaton in a dot file.

    Raises:
        DotError: the file is no such automaton; the message names it.
    """
    try:
        text = read_bounded(path, MOST_DOT_BYTES).decode("utf-8-sig")
        return task_of_automaton(read_dot(text), name, path.name)
    except UnicodeDecodeError:
        raise DotError(f"{path} is not UTF-8 text") from None
    except (DotError, TaskError) as error:
        raise DotError(f"{path}: {error}") from None


def task_of_automaton(graph: DotGraph, name: str, file: str) -> Task:
    """The task whose specification is the automaton in a graph; states never reached are left out.

    Args:
        graph: the content of a dot file.
        name: the name of the task.
        file: the name of the file, for the sentence of the task.

    Raises:
        DotError: the graph is no deterministic and complete automaton; the message says where.
        TaskError: names that values cannot have.
    """
    kind, arrows = _arrows(graph)
    order = _reached(_start(graph), arrows)
    place = {q: i for i, q in enumerate(order)}
    steps = _steps([a for a in arrows if a.source in place])
    letters, low = _letters(letter for _, letter in steps)
    if len(order) * len(letters) > MOST_NODES:
        raise DotError(f"{len(order)} states with {len(letters)} letters are too many")
    rows = [[_step(steps, q, a) for a in letters] for q in order]
    numbers, outputs = _numbers(a.output for row in rows for a in row)
    found = (
        np.array([[place[a.target] for a in row] for row in rows]),
        np.array([[[numbers[a.output]] for a in row] for row in rows]),
    )
    letter_numbers = np.arange(low, low + len(letters))
    named = letters != tuple(map(str, letter_numbers.tolist()))
    return Task(
        name=name,
        says=f"the {kind} of {file}, {len(order)} states",
        length=min(len(order) + _MORE, MAX_LENGTH),
        domain=Domain(("x",), (low,), (low + len(letters) - 1,)),
        spec=table_machine(Mealy(("x",), letter_numbers[:, None], *found)),
        names=Names(
            inputs=(read_words("the letters", letters),) if named else (),
            outputs=(outputs,),
            state=(_state_names(graph, order),),
        ),
    )


def _arrows(graph: DotGraph) -> tuple[str, list[Arrow]]:
    """The kind of automaton, and its steps."""
    labelled = [(q, d["label"].strip(), p) for q, p, d in graph.arrows if d.get("label", "")]
    if not labelled:
        raise DotError('no arrow has a label; write them as in s0 -> s1 [label="in/out"]')
    states = dict.fromkeys(q for a, _, b in labelled for q in (a, b))
    labels = {q: graph.nodes[q].get("label", "").strip() for q in states}
    without = [label for _, label, _ in labelled if "/" not in label]
    if all("|" in label for label in labels.values()):
        kind, given = "Moore machine", {q: _moore_label(graph, q)[1] for q in states}
    elif not without:
        parts = [(q, *_in_and_out(label), p) for q, label, p in labelled]
        return "Mealy machine", [Arrow(q, a, p, y) for q, a, y, p in parts]
    elif len(without) < len(labelled):
        raise DotError(f"the arrow label '{without[0]}' is not in/out, as others are")
    else:
        kind, given = _by_states(graph, labels)
    return kind, [Arrow(q, a, p, given[p]) for q, a, p in labelled]


def _by_states(graph: DotGraph, labels: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The kind of an automaton whose arrows have letters only, and the output of each state."""
    accept = {q for q in labels if graph.nodes[q].get("shape") == "doublecircle"}
    if accept:
        return "DFA", {q: str(int(q in accept)) for q in labels}
    if all(labels.values()) and any(label != q for q, label in labels.items()):
        return "Moore machine", labels
    raise DotError(
        'neither a Mealy machine (arrows [label="in/out"]), nor a Moore machine (states '
        '[label="s0|out"]), nor a DFA (states [shape="doublecircle"])'
    )


def _in_and_out(label: str) -> tuple[str, str]:
    """The two parts of a label; ``a / b`` parts where there are spaces, else ``a/b``."""
    between = " / " if " / " in label else "/"
    letter, _, output = (part.strip() for part in label.partition(between))
    if not letter or not output:
        raise DotError(f"the arrow label '{label}' lacks an input or an output; write in/out")
    return letter, output


def _moore_label(graph: DotGraph, node: str) -> tuple[str, str]:
    """The state and the output in a label such as ``s0|out`` or ``{ s0 | out }``."""
    label = graph.nodes[node]["label"].strip()
    if label.startswith("{") and label.endswith("}"):
        label = label[1:-1]
    state, _, output = (part.strip() for part in label.partition("|"))
    if not output:
        raise DotError(f"the label of state {node} has no output; write {node}|out")
    return state, output


def _start(graph: DotGraph) -> str:
    """The state that an arrow without a label leads to, or that has an attribute for it."""
    labelled = {q for a, b, d in graph.arrows if d.get("label", "") for q in (a, b)}
    found = {q for q, d in graph.nodes.items() if _marked(d)}
    if graph.attributes.get("start") in labelled:  # else it is a hint for drawing
        found.add(graph.attributes["start"])
    for source, target, attributes in graph.arrows:
        if not attributes.get("label", ""):
            if source in labelled:
                raise DotError(f"the arrow from {source} to {target} has no label")
            found.add(target)
    if not found:  # StateLearner draws the start in red
        found = {q for q, d in graph.nodes.items() if d.get("color") == "red"}
    if len(found) != 1:
        many = f"{len(found)} states are" if found else "no state is"
        raise DotError(f"{many} marked as the start; write one arrow, such as __start0 -> s0")
    return found.pop()


def _marked(attributes: dict[str, str]) -> bool:
    return any(attributes.get(key, "").lower() in _YES for key in ("start", "initial"))


def _reached(start: str, arrows: list[Arrow]) -> list[str]:
    """The states that steps lead to, breadth first in the order of the file."""
    out: dict[str, list[str]] = {}
    for a in arrows:
        out.setdefault(a.source, []).append(a.target)
    order = {start: None}
    todo = [start]
    for q in todo:
        new = dict.fromkeys(p for p in out.get(q, []) if p not in order)
        order |= new
        todo += new
    return todo


def _steps(arrows: list[Arrow]) -> dict[tuple[str, str], Arrow]:
    if not arrows:
        raise DotError("no arrow leads away from the start")
    found: dict[tuple[str, str], Arrow] = {}
    for a in arrows:
        if found.setdefault((a.source, a.letter), a) != a:
            raise DotError(f"state {a.source} has two steps on '{a.letter}'; one must be decided")
    return found


def _step(steps: dict[tuple[str, str], Arrow], state: str, letter: str) -> Arrow:
    if (state, letter) not in steps:
        raise DotError(
            f"state {state} has no step on '{letter}'; a specification says what follows every "
            "input, so add the arrow, for instance to a state that is never left"
        )
    return steps[state, letter]


def _letters(texts: Iterable[str]) -> tuple[Words, int]:
    """All letters and the number of the first; whole numbers without a gap keep their values."""
    letters = tuple(dict.fromkeys(texts))
    values = [_whole(t) for t in letters]
    if None not in values:
        ordered = sorted(v for v in values if v is not None)
        if ordered == list(range(ordered[0], ordered[0] + len(ordered))):
            return tuple(map(str, ordered)), ordered[0]
    return letters, 0


def _numbers(texts: Iterable[str]) -> tuple[dict[str, int], Words]:
    """A number for each output, and their names if not all of them are numbers already."""
    outputs = tuple(dict.fromkeys(texts))
    values = {t: v for t in outputs if (v := _whole(t)) is not None}
    if len(values) == len(outputs):
        return values, ()
    return {t: i for i, t in enumerate(outputs)}, read_words("the outputs", outputs)


def _whole(text: str) -> int | None:
    """The number whose usual decimal digits a text is."""
    if len(text) >= LONGEST_NUMBER - 2 or not text.removeprefix("-").isdecimal():
        return None
    value = int(text)
    return value if str(value) == text else None


def _state_names(graph: DotGraph, order: list[str]) -> Words:
    """What the file calls the states; nothing if that are just their numbers."""
    labels = [graph.nodes[q].get("label", q) for q in order]
    if all("|" in label for label in labels):
        labels = [_moore_label(graph, q)[0] for q in order]
    found = tuple(label.strip() for label in labels)
    if len(set(found)) < len(found) or "" in found:
        found = tuple(order)
    usual = [tuple(f"{begin}{i}" for i in range(len(order))) for begin in ("s", "q", "")]
    try:
        return () if found in usual else read_words("the states", found)
    except TaskError:  # too many or too odd to be read; numbers do as well
        return ()
