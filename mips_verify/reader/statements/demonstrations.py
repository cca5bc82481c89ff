"""Code at the top level that calls the program on an example, as in ``print(program([1, 2]))``.

Such code has no effect on the program. But if it raises an exception, the file cannot be loaded.
Therefore the example sequences are collected, and the machine is run on them.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Final

from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine
from mips_verify.reader.expressions.expressions import Expressions
from mips_verify.reader.operations.containers import to_key
from mips_verify.reader.source.function_syntax import is_generator
from mips_verify.reader.symbols.values import UNBOUND, Function, Items, Key, Ref, Value

_SHOWN_BY: Final = frozenset({"list", "len", "repr", "str"})


@dataclass(frozen=True, slots=True)
class Demonstration:
    """One call of the program at the top level.

    Attributes:
        arguments: the sequences, each a list of integers or of tuples.
        where: the node of the call.
        wanted: the outputs that an ``assert`` expects.
    """

    arguments: tuple[list[Key], ...]
    where: ast.AST
    wanted: list[Key] | None = None

    def holds(self, machine: Machine, sequences: int) -> bool:
        """Whether the machine has values on these sequences, and they are the expected ones."""
        if len(self.arguments) != sequences:
            return False
        columns = self.arguments if len(self.arguments) > 1 else self.arguments[0]
        letters = list(zip(*columns, strict=False)) if len(self.arguments) > 1 else columns
        word = [x if isinstance(x, tuple) else (x,) for x in letters]
        if not word or len({len(a) for a in self.arguments}) > 1:
            return False  # the machine says nothing about an empty sequence
        if any(len(x) != len(machine.inputs) for x in word):
            return False
        try:
            found = machine.run(word)  # type: ignore[arg-type]
        except ValueError:
            return False
        plain = [y if len(y) > 1 else y[0] for y in found]
        return self.wanted is None or plain == self.wanted


def demonstrations_in(run: Expressions, node: ast.stmt, entry: str) -> list[Demonstration] | None:
    """The calls in a demonstration; ``None`` for any other statement.

    Raises:
        OutsideSubset: the program is called on anything but a list of integers.
    """
    if isinstance(node, ast.Assert) and isinstance(node.test, ast.Compare):
        left, wanted = node.test.left, node.test.comparators[0]
        if _is_call(left, entry) and len(node.test.ops) == 1:
            if not isinstance(node.test.ops[0], ast.Eq) or node.msg is not None:
                return None
            asked = _item(run, left, entry) or []
            given = _constants(run, run.value(wanted))
            return [Demonstration(call.arguments, node, given) for call in asked] or None
    if isinstance(node, ast.Assign) and _is_call(node.value, entry):
        return _item(run, node.value, entry)
    if not isinstance(node, ast.Expr) or not _is_call(node.value, "print"):
        return None
    assert isinstance(node.value, ast.Call)
    found: list[Demonstration] = []
    for k in node.value.keywords:
        text = isinstance(k.value, ast.Constant) and isinstance(k.value.value, str | None)
        if k.arg not in ("sep", "end") or not text:
            return None
    for a in node.value.args:
        part = _item(run, a, entry)
        if part is None:
            return None
        found += part
    return found if _is_own(run, "print") else None


def _is_call(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _is_own(run: Expressions, name: str) -> bool:
    return run.frame.find(name) is None


def _item(run: Expressions, node: ast.expr, entry: str) -> list[Demonstration] | None:
    """The calls in a printed expression; ``None`` unless it can certainly be printed."""
    if isinstance(node, ast.Constant):
        return []
    if isinstance(node, ast.Name):
        address = run.frame.find(node.id)
        bound = address is not None and run.state.store.get(address, UNBOUND) is not UNBOUND
        return [] if bound else None
    if isinstance(node, ast.JoinedStr | ast.FormattedValue):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node.value]
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            return None
        inner = [_item(run, p, entry) for p in parts]
        return None if None in inner else [s for i in inner if i for s in i]
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        return None
    if node.func.id in _SHOWN_BY and _is_own(run, node.func.id) and len(node.args) == 1:
        return _item(run, node.args[0], entry) if _is_call(node.args[0], entry) else None
    address = run.frame.find(entry)
    program = run.state.store.get(address) if address is not None else None
    if node.func.id != entry or not isinstance(program, Function):
        return None
    if isinstance(program.node, ast.FunctionDef) and is_generator(program.node):
        return None
    return [Demonstration(tuple(_constants(run, run.value(a)) for a in node.args), node)]


def _constants(run: Expressions, v: Value) -> list[Key]:
    o = run.object(v) if isinstance(v, Ref) else None
    if not isinstance(o, Items) or o.is_set or o.is_deque:
        raise run.refuse("the program is called on an example that is not a list")
    for e in (p for v in o.values for p in (v if isinstance(v, tuple) else (v,))):
        if not isinstance(e, Expr) or e.sort != "int":
            raise run.refuse(
                "the program is called on an example with something that is not an integer"
            )
    return [to_key(run, e) for e in o.values]
