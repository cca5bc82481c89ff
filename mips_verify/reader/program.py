"""From a Python file to the machine that it is."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.expr import Expr, apply, const, convert, substitute, var
from mips_verify.machine import Machine, old
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.shapes import read_function
from mips_verify.reader.steps import SYMBOL, Reading
from mips_verify.reader.survey import find_entry, parse_file, survey
from mips_verify.reader.values import Context, Path

_RESERVED: Final = frozenset(
    {*keyword.kwlist, "abs", "min", "max", "int", "old", "back", "sumback"}
)


def read_program(source: str, *, inputs: Sequence[str], path: str = "<program>") -> Machine:
    """The machine that a Python file is; the file is never executed.

    Read are a function with one loop over its inputs and integer variables, the same as
    a generator or a comprehension, and what :func:`mips_verify.emit.program.render_program`
    writes. The machine has no value wherever the program would raise an exception.

    Args:
        source: the text of the file.
        inputs: names for the inputs, in the order in which the program takes them.
        path: the file's name, for messages.

    Raises:
        OutsideSubset: the file is Python, but not certain to be such a machine.
        MipsVerifyError: the file is not Python, or has no function to look at.
    """
    tree = parse_file(source, path)
    try:
        entry = find_entry(tree)
    except MipsVerifyError as error:
        raise MipsVerifyError(f"{path}: {error}") from None
    try:
        context = Context(survey(tree))
        if entry not in context.module.functions:
            raise OutsideSubset(f"'{entry}' is not defined by 'def'", 1)
        reading = read_function(context, context.module.functions[entry], inputs)
        return _machine(context, reading, tuple(inputs))
    except RecursionError:
        raise OutsideSubset("nested too deeply", 1) from None


def _machine(context: Context, reading: Reading, inputs: tuple[str, ...]) -> Machine:
    live = _live(context, reading.outputs, reading.next)
    outputs = _undefined_where_python_fails(context, reading, live)
    live = _live(context, outputs, reading.next)
    after = _AfterStep({z: reading.next[z] for z in live})
    outputs = tuple(after.rewrite(convert(e, "int")) for e in outputs)
    names = _state_names(live, inputs)
    by = {z: var(name) for z, name in names.items()}
    by |= {old(z): var(old(name)) for z, name in names.items()}
    return Machine(
        inputs=inputs,
        state=tuple(names.values()),
        init=tuple(reading.state[z] for z in live),
        next=tuple(substitute(convert(reading.next[z], "int"), by) for z in live),
        outputs=tuple(substitute(e, by) for e in outputs),
    )


def _live(context: Context, outputs: Sequence[Expr], after: Mapping[str, Expr]) -> list[str]:
    """The variables that an output depends on, now or later."""
    todo = list(outputs)
    live: set[str] = set()
    while todo:
        for name in context.facts(todo.pop()).names & set(after) - live:
            live.add(name)
            todo.append(after[name])
    return [z for z in after if z in live]


def _undefined_where_python_fails(
    context: Context, reading: Reading, live: Sequence[str]
) -> tuple[Expr, ...]:
    """The outputs, without a value wherever a table is read outside its entries.

    Python reads a table also for a value that nobody uses; a machine only evaluates what
    its outputs need. Such a read joins the first output, multiplied by 0.
    """
    finals = [*reading.outputs, *(reading.next[z] for z in live)]
    seen: dict[int, list[frozenset[tuple[int, bool]]]] = {}
    for e in finals:
        for node, when in _evaluated(context, e, frozenset()):
            seen.setdefault(id(node), []).append(when)
    missing = []
    for path, e in context.lookups:
        conditions = frozenset((id(c), holds) for c, holds in path)
        if not any(when <= conditions for when in seen.get(id(e), ())):
            missing.append(_nothing(path, e))
    first = reduce(lambda a, b: apply("add", a, b), missing, reading.outputs[0])
    return (first, *reading.outputs[1:])


def _evaluated(
    context: Context, e: Expr, when: frozenset[tuple[int, bool]]
) -> Iterator[tuple[Expr, frozenset[tuple[int, bool]]]]:
    """The nodes that read tables, each with the conditions under which it is evaluated."""
    if not context.facts(e).reads_table:
        return
    yield e, when
    for i, a in enumerate(e.args):
        inside = when
        if i > 0 and e.op in ("if", "and", "or"):
            holds = e.op == "and" if e.op != "if" else i == 1
            inside = when | {(id(e.args[0]), holds)}
        yield from _evaluated(context, a, inside)


def _nothing(path: Path, e: Expr) -> Expr:
    """0 where the path is not taken, or where ``e`` has a value; no value otherwise."""
    value = apply("mul", const(0), e)
    for condition, holds in reversed(path):
        yes, no = (value, const(0)) if holds else (const(0), value)
        value = apply("if", condition, yes, no)
    return value


class _AfterStep:
    """Rewrites outputs over the state before a step: what a variable becomes is its name."""

    def __init__(self, after: Mapping[str, Expr]) -> None:
        self.same = {z for z, e in after.items() if e == var(z)}
        self.after = after
        self.by_identity = {id(e): z for z, e in after.items() if e.args}
        self.done: dict[int, tuple[Expr, Expr]] = {}

    def rewrite(self, e: Expr) -> Expr:
        """``e`` with new values by plain name and old ones by ``old``."""
        found = self.done.get(id(e))
        if found is None:
            found = self.done[id(e)] = (e, self._rewritten(e))
        return found[1]

    def _rewritten(self, e: Expr) -> Expr:
        if e.op == "int" and id(e.args[0]) in self.by_identity:
            return var(self.by_identity[id(e.args[0])])
        if id(e) in self.by_identity:
            z = var(self.by_identity[id(e)])
            return z if e.sort == "int" else apply("ne", z, const(0))
        if e.op == "var":
            name = str(e.value)
            return e if name in self.same or name not in self.after else var(old(name))
        args = tuple(map(self.rewrite, e.args))
        return e if all(a is b for a, b in zip(args, e.args, strict=True)) else Expr(
            e.op, args, e.value
        )  # fmt: skip


def _state_names(live: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """Names for the variables of a machine, like those in the file."""
    names: dict[str, str] = {}
    for z in live:
        plain = re.sub(r"[^A-Za-z0-9_]", "_", z.removeprefix(SYMBOL)).lstrip("_")
        plain = plain if plain[:1].isalpha() else f"v{plain}"
        name, count = plain, 1
        while name in _RESERVED or name in inputs or name in names.values():
            count += 1
            name = f"{plain}_{count}"
        names[z] = name
    return names
