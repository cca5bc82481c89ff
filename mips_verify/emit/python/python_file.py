"""``program.py``: a machine as a Python file that needs no other file."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable
from typing import Any, Final

from mips_verify.emit.describe.meaning import describe
from mips_verify.emit.names import fresh, identifier, in_docstring
from mips_verify.emit.python.constants import constant_lines, tables_of
from mips_verify.emit.python.python_expressions import Tables, expression, statement, to_python
from mips_verify.emit.python.sharing import from_terms, terms
from mips_verify.emit.python.straight_line import Assign, Step, straighten
from mips_verify.emit.templates import render
from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine
from mips_verify.spec.value_names import Names

WIDTH: Final = 88 - 8  # the longest line of a body, without its indentation
# names that the template uses, and names that linters call ambiguous
TAKEN: Final = frozenset(
    {"self", "step", "stream", "xs", "program", "Stream", "Iterable", "l", "O", "I"}
    | {*keyword.kwlist, *keyword.softkwlist}
)
_BUILTIN: Final = frozenset(dir(builtins))


def render_program(machine: Machine, *, name: str, says: str, domain: Domain, how: str) -> str:
    """The text of ``program.py``.

    The file imports only a type of the standard library. It holds a class ``Stream``, whose
    ``step`` takes one input, and a function ``program`` for a whole sequence.

    Args:
        machine: the program.
        name: the task's name, any text.
        says: the task in one sentence, any text; the docstring shows it.
        domain: the ranges of the inputs, for the docstring; the program does not check them.
        how: where the program comes from, such as "a network with 2 hidden, seed 0".

    Raises:
        MachineError: domain and machine differ in the number of inputs.
    """
    if len(machine.inputs) != domain.channels:
        raise MachineError(
            f"the program reads {len(machine.inputs)} inputs, the domain has {domain.channels}"
        )
    values = stream_values(machine, "Stream", "The program one step at a time.", domain)
    outputs = len(machine.outputs)
    return render(
        "program.py.j2",
        name=in_docstring(name),
        says=in_docstring(says),
        reads=reads(values["letter"].split(", "), domain),
        returns=f"{'one integer' if outputs == 1 else f'{outputs} integers'} after each input",
        how=in_docstring(how),
        **values,
    )


def render_with_letters(
    machine: Machine, *, name: str, says: str, domain: Domain, how: str, names: Names
) -> str:
    """The program, with a function ``translate`` if inputs or outputs have names for their values.

    Args:
        machine: the program on numbers.
        name, says, domain, how: as for :func:`mips_verify.emit.python.python_file.render_program`.
        names: what the values of inputs and outputs are called.
    """
    text = render_program(machine, name=name, says=says, domain=domain, how=how)
    if not names.any:
        return text
    number = [_dict(w) if w else "" for w in names.inputs or [()] * domain.channels]
    words = names.outputs or [()] * len(machine.outputs)
    letter = [repr(dict(enumerate(w))) if w else "" for w in words]
    return text + "\n\n" + "\n".join(
        [
            "def translate(words: Iterable) -> list:",
            '    """Return the outputs for a sequence of letters, one after each."""',
            *(f"    number{i} = {d}" for i, d in enumerate(number) if d),
            *(f"    letter{i} = {t}" for i, t in enumerate(letter) if t),
            f"    xs = [{_reading(number)} for word in words]",
            f"    return [{_giving(letter)} for y in program(xs)]",
            "",
        ]
    )  # fmt: skip


def _dict(values: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{v!r}: {i}" for i, v in enumerate(values)) + "}"


def _reading(number: list[str]) -> str:
    if len(number) == 1:
        return "number0[word]" if number[0] else "word"
    parts = [f"number{i}[word[{i}]]" if d else f"word[{i}]" for i, d in enumerate(number)]
    return f"({', '.join(parts)})"


def _giving(letter: list[str]) -> str:
    if len(letter) == 1:
        return "letter0.get(y, y)" if letter[0] else "y"
    parts = [f"letter{i}.get(y[{i}], y[{i}])" if t else f"y[{i}]" for i, t in enumerate(letter)]
    return f"({', '.join(parts)})"


def reads(inputs: Iterable[str], domain: Domain) -> str:
    """The ranges of the inputs, for a docstring."""
    rows = zip(inputs, domain.lows, domain.highs, strict=True)
    return ", ".join(f"{x} in {low}..{high}" for x, low, high in rows)


def stream_values(
    machine: Machine, stream_name: str, stream_says: str, domain: Domain | None = None
) -> dict[str, Any]:
    """The values for ``stream.py.j2``, a class whose ``step`` is one step of the machine.

    Args:
        machine: any machine; its names may be any text.
        stream_name: name of the class.
        stream_says: its docstring.
        domain: the ranges of the inputs; if given, the docstring explains the state.

    Returns:
        also ``constants`` (lines that define the tables outside the class), ``letter`` (the
        inputs as the class names them), ``input_type`` and ``output_type``.
    """
    plain = python_names(machine)
    state = [f"self.{plain[z]}" for z in machine.state]
    inputs = [plain[x] for x in machine.inputs]
    step = straighten(
        machine.rename(plain | dict(zip(machine.state, state, strict=True))), TAKEN | set(inputs)
    )
    tables, rows = tables_of(step, TAKEN | set(inputs))
    meaning = describe(machine.rename(plain), domain).lines() if domain is not None else []
    return {
        "stream_name": stream_name,
        "stream_says": stream_says,
        "meaning": [in_docstring(line) for line in meaning],
        "constants": constant_lines(tables, rows),
        "init": [f"{z} = {start}" for z, start in zip(state, machine.init, strict=True)],
        "parameters": ", ".join(f"{x}: int" for x in inputs),
        "letter": ", ".join(inputs),
        "body": _body(step, tables),
        "input_type": _type(len(inputs)),
        "output_type": _type(len(machine.outputs)),
    }


def python_names(machine: Machine) -> dict[str, str]:
    """An identifier for every input and state name; all of them differ.

    Ordinary names stay as they are. A state variable is an attribute, so it may have the name of a
    built-in function; an input may not.
    """
    result: dict[str, str] = {}
    for name in machine.inputs:
        result[name] = fresh(identifier(name), TAKEN | _BUILTIN | set(result.values()))
    for name in machine.state:
        result[name] = fresh(identifier(name), TAKEN | set(result.values()))
    return result


def _type(count: int) -> str:
    return "int" if count == 1 else f"tuple[{', '.join(['int'] * count)}]"


def _body(step: Step, tables: Tables) -> list[str]:
    lines = [line for a in step.assigns for line in _assignment(a, tables)]
    if len(step.returns) == 1:
        return lines + statement("return", step.returns[0], tables, WIDTH)
    return lines + _several("return", step.returns, tables)


def _assignment(a: Assign, tables: Tables) -> list[str]:
    if len(a.targets) > 1:
        return _several(f"{', '.join(a.targets)} =", a.values, tables)
    target, e = a.targets[0], a.values[0]
    (sign, first), *rest = terms(e)
    if rest and sign > 0 and first.op == "var" and first.value == target:
        if rest[0][0] > 0:
            return statement(f"{target} +=", from_terms(rest), tables, WIDTH)
        if len(rest) == 1:
            return statement(f"{target} -=", rest[0][1], tables, WIDTH)
    return statement(f"{target} =", e, tables, WIDTH)


def _several(target: str, values: tuple[Expr, ...], tables: Tables) -> list[str]:
    flat = f"{target} {', '.join(to_python(e, tables) for e in values)}"
    if len(flat) <= WIDTH:
        return [flat]
    lines = [f"{target} ("]
    for e in values:
        lines += [f"    {line}" for line in expression(e, tables, WIDTH - 5)]
        lines[-1] += ","
    return [*lines, ")"]
