"""Whether a program takes what it is called with, told from its text before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mips_verify.errors import MipsVerifyError
from mips_verify.reader.source.entry import Entry, bound_names


def demand_parameters(tree: ast.Module, entry: Entry, inputs: Sequence[str], path: str) -> None:
    """Refuse a program that no call can fit, since that is a slip and no wrong answer.

    A function or method with a decorator, or whose name the file binds again, may take anything.

    Args:
        tree: the file.
        entry: its program.
        inputs: the names of the inputs.
        path: the file's name, for the message.

    Raises:
        MipsVerifyError: the program takes too many or too few parameters; the message has the line.
    """
    found = _called(entry)
    again = sum(name == entry.name for s in tree.body for name in bound_names(s)) > 1
    if found is None or found.decorator_list or again:
        return
    own = 1 if entry.is_class else 0  # self
    fitting = {len(inputs)} if entry.is_class else {1, len(inputs)}
    if not any(_fits(found.args, own + count) for count in fitting):
        name = f"{entry.name}.step" if entry.is_class else entry.name
        raise MipsVerifyError(
            f"{path}, line {found.lineno}: '{name}' takes {_count(found.args, own)}; write "
            f"`{_wanted(entry, inputs)}`"
        )


def _called(entry: Entry) -> ast.FunctionDef | None:
    """The function that is called with inputs, if the text shows which one that is."""
    node = entry.node
    if isinstance(node, ast.FunctionDef):
        return node
    if not isinstance(node, ast.ClassDef) or node.decorator_list or node.bases or node.keywords:
        return None
    steps = [s for s in node.body if "step" in bound_names(s)]
    return steps[0] if len(steps) == 1 and isinstance(steps[0], ast.FunctionDef) else None


def _fits(a: ast.arguments, count: int) -> bool:
    """Whether Python accepts a call with so many plain arguments."""
    taken = len(a.posonlyargs) + len(a.args)
    named = any(default is None for default in a.kw_defaults)
    return not named and taken - len(a.defaults) <= count and (count <= taken or bool(a.vararg))


def _count(a: ast.arguments, own: int) -> str:
    count = max(0, len(a.posonlyargs) + len(a.args) - own)
    by_name = " and some by name only" if a.kwonlyargs else ""
    return f"{count} parameter{'' if count == 1 else 's'}{by_name}"


def _wanted(entry: Entry, inputs: Sequence[str]) -> str:
    """A definition that fits, as a person would write it."""
    if entry.is_class:
        return f"def step(self, {', '.join(inputs)})"
    what = "a list of all inputs" if len(inputs) == 1 else f"a list of tuples ({', '.join(inputs)})"
    return f"def {entry.name}(xs)`, which gets {what} and returns the outputs as `list[int]"
