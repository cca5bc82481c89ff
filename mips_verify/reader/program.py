"""From a Python file to the machine that computes the same outputs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from mips_verify.kernel.machine import Machine
from mips_verify.reader.machine.assembly import Assembly
from mips_verify.reader.machine.named_machine import named_machine
from mips_verify.reader.machine.phases import Program, read_phases
from mips_verify.reader.source.arity import demand_parameters
from mips_verify.reader.source.entry import Entry, find_entry
from mips_verify.reader.source.function_syntax import parameters
from mips_verify.reader.source.hidden_modules import demand_nothing_hidden
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.reader.source.syntax_tree import parse_source
from mips_verify.reader.statements.demonstrations import Demonstration
from mips_verify.reader.statements.input_loops import Interpreter
from mips_verify.reader.statements.top_level import run_module
from mips_verify.reader.symbols.values import Class, Function, Value

MAX_NODES: Final = 20_000  # in all expressions of the machine


def read_program(
    source: str | bytes,
    *,
    inputs: Sequence[str],
    path: str = "<program>",
    entry: str | None = None,
    file: Path | None = None,
) -> Machine:
    """The machine that a Python file computes; the file is never executed.

    The machine gives the program's outputs on every sequence of at least one letter. It has no
    value wherever the program raises an exception or returns anything but integers.

    Args:
        source: the file, as bytes or as text that is encoded in UTF-8.
        inputs: names for the inputs, in the order in which the program takes them.
        path: the file's name, for messages.
        entry: the function or class to read; ``None`` for ``program``, or the only public one.
        file: where it lies, if it lies anywhere; modules beside it may hide Python's own.

    Raises:
        OutsideSubset: the file is Python, but the reader cannot be certain of such a machine.
        MipsVerifyError: the file is not Python, or has no function that could be the program.
    """
    data = source.encode() if isinstance(source, str) else source
    try:
        tree = parse_source(data, path)
        found = find_entry(tree, path, entry)
        demand_parameters(tree, found, inputs, path)
        if file is not None:
            demand_nothing_hidden(tree, file)
        return _machine(tree, found, tuple(inputs))
    except RecursionError:
        raise OutsideSubset("nested too deeply", 1) from None


def _machine(tree: ast.Module, entry: Entry, inputs: tuple[str, ...]) -> Machine:
    """Interpret the tree with symbolic inputs, turn its variables into registers, name them."""
    sequences = _sequences(entry, len(inputs))
    demonstrations: list[Demonstration] = []
    reading = read_phases(Program(partial(_run, tree, entry, demonstrations), inputs, sequences))
    assembly = Assembly(reading)
    if assembly.size > MAX_NODES:
        raise OutsideSubset("the program, written as expressions, is too large", entry.node)
    machine = named_machine(assembly, inputs)
    for call in demonstrations:
        if not call.holds(machine, sequences):
            raise OutsideSubset("this example of the program may raise an exception", call.where)
    return machine


def _run(
    tree: ast.Module,
    entry: Entry,
    demonstrations: list[Demonstration],
    step: Interpreter,
    letters: list[Value],
) -> Value:
    """The return value of the program in one step; top-level calls go to ``demonstrations``."""
    step.entry = entry.name
    frame = run_module(step, tree)
    demonstrations[:] = step.demonstrations
    address = frame.find(entry.name)
    assert address is not None
    found = step.load(address, entry.name)
    step.where = entry.node
    if isinstance(found, Class) and entry.is_class:
        return step.steps_of(found, letters)
    if not isinstance(found, Function) or entry.is_class:
        raise step.refuse(f"'{entry.name}' is not defined by 'def'")
    return step.call_function(found, letters, {})


def _sequences(entry: Entry, count: int) -> int:
    """How many sequences the program takes: one, or one per input."""
    if entry.is_class:
        return count
    if not isinstance(entry.node, ast.FunctionDef):
        raise OutsideSubset(f"'{entry.name}' is not defined by 'def'", entry.node)
    least = len(parameters(entry.node)) - len(entry.node.args.defaults)
    if least not in {1, count}:
        wanted = "1 parameter" if count == 1 else f"1 or {count} parameters"
        raise OutsideSubset(f"'{entry.name}' takes {least} and not {wanted}", entry.node)
    return least
