"""From a Python file to the machine that it is."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Sequence
from typing import Final

from mips_verify.kernel.expr import Expr, convert, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.reader.machine.assembly import Assembly
from mips_verify.reader.machine.phases import Program, read_phases
from mips_verify.reader.machine.registers import MARK, SEPARATOR
from mips_verify.reader.source.bound_names import parameters
from mips_verify.reader.source.entry import Entry, find_entry
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.source.source import parse_source
from mips_verify.reader.statements.demonstrations import Shown
from mips_verify.reader.statements.loops import Interpreter
from mips_verify.reader.statements.module import run_module
from mips_verify.reader.symbols.values import Class, Function, Value

MAX_NODES: Final = 20_000  # of the machine
_RESERVED: Final = frozenset(
    {*keyword.kwlist, "abs", "min", "max", "int", "old", "back", "sumback"}
)


def read_program(source: str | bytes, *, inputs: Sequence[str], path: str = "<program>") -> Machine:
    """The machine that a Python file is; the file is never executed.

    The machine gives the program's outputs on every sequence of at least one letter, and has no
    value wherever the program raises an exception or gives something else than integers.

    Args:
        source: the file, as bytes or as the text that it is in UTF-8.
        inputs: names for the inputs, in the order in which the program takes them.
        path: the file's name, for messages.

    Raises:
        OutsideSubset: the file is Python, but not certain to be such a machine.
        MipsVerifyError: the file is not Python, or has no function to look at.
    """
    data = source.encode() if isinstance(source, str) else source
    try:
        tree = parse_source(data, path)
        entry = find_entry(tree, path)
        return _machine(tree, entry, tuple(inputs))
    except RecursionError:
        raise OutsideSubset("nested too deeply", 1) from None


def _machine(tree: ast.Module, entry: Entry, inputs: tuple[str, ...]) -> Machine:
    sequences = _sequences(entry, len(inputs))
    shown: list[Shown] = []

    def run(step: Interpreter, letters: list[Value]) -> Value:
        step.entry = entry.name
        frame = run_module(step, tree)
        shown[:] = step.shown
        address = frame.find(entry.name)
        assert address is not None
        found = step.load(address, entry.name)
        step.where = entry.node
        if isinstance(found, Class) and entry.is_class:
            return step.steps_of(found, letters)
        if not isinstance(found, Function) or entry.is_class:
            raise step.refuse(f"'{entry.name}' is not defined by 'def'")
        return step.call_function(found, letters, {})

    reading = read_phases(Program(run, inputs, sequences))
    assembly = Assembly(reading)
    if assembly.size > MAX_NODES:
        raise OutsideSubset("the program, written as expressions, is too large", entry.node)
    machine = _named(assembly, inputs)
    for call in shown:
        if not call.holds(machine, sequences):
            raise OutsideSubset("what is shown here may raise an exception", call.where)
    return machine


def _sequences(entry: Entry, count: int) -> int:
    """How many sequences the program takes: one, or one for each input."""
    if entry.is_class:
        return count
    if not isinstance(entry.node, ast.FunctionDef):
        raise OutsideSubset(f"'{entry.name}' is not defined by 'def'", entry.node)
    least = len(parameters(entry.node)) - len(entry.node.args.defaults)
    if least not in {1, count}:
        wanted = "1 parameter" if count == 1 else f"1 or {count} parameters"
        raise OutsideSubset(f"'{entry.name}' takes {least} and not {wanted}", entry.node)
    return least


def _named(assembly: Assembly, inputs: tuple[str, ...]) -> Machine:
    after = _AfterStep(assembly.next)
    outputs = [after.rewrite(convert(e, "int")) for e in assembly.outputs]
    names = _state_names(list(assembly.next), inputs)
    by = {z: var(name) for z, name in names.items()}
    by |= {old(z): var(old(name)) for z, name in names.items()}
    return Machine(
        inputs=inputs,
        state=tuple(names.values()),
        init=tuple(assembly.first[z] for z in assembly.next),
        next=tuple(substitute(e, by) for e in assembly.next.values()),
        outputs=tuple(substitute(e, by) for e in outputs),
    )


class _AfterStep:
    """Rewrites outputs over the state before a step: what a variable becomes is its name."""

    def __init__(self, after: dict[str, Expr]) -> None:
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
        if id(e) in self.by_identity:
            return var(self.by_identity[id(e)])
        if e.op == "var":
            name = str(e.value)
            return e if name in self.same or name not in self.after else var(old(name))
        args = tuple(map(self.rewrite, e.args))
        if all(a is b for a, b in zip(args, e.args, strict=True)):
            return e
        return Expr(e.op, args, e.value)


def _state_names(live: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """Names for the variables of a machine, like those in the file."""
    names: dict[str, str] = {}
    for z in live:
        last = [w.strip("'") for w in z.removeprefix(MARK).split(SEPARATOR)]
        words = [w for w in last if not w.isdigit() and w not in _PLACES]
        number = next((w for w in reversed(last) if w.isdigit()), "")
        plain = re.sub(r"[^A-Za-z0-9_]", "", words[-1]) if words else f"x{number}"
        plain = plain.lstrip("_")
        plain = plain if plain[:1].isalpha() else f"v{plain}"
        name, count = plain, 1
        while name in _RESERVED or name in inputs or name in names.values():
            count += 1
            name = f"{plain}_{count}"
        names[z] = name
    return names


_PLACES: Final = frozenset({"frame", "object", "input", "recent", "first", "fold", "kept"})
