"""Programs broken in one place, as Python text, and an independent judge of whether they differ."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

import numpy as np

from mips_verify.spec.task import Task

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.FloorDiv: ast.Mod, ast.Mod: ast.FloorDiv,
    ast.Mult: ast.Add, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitXor, ast.BitXor: ast.BitAnd,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.And: ast.Or, ast.Or: ast.And,
    ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
CALLS = {"max": "min", "min": "max", "abs": "int"}


def mutants(source: str) -> Iterator[str]:
    """Every program with one constant, operator or initial value changed.

    A program without any of these, such as the identity, has its answer plus one last.
    """
    tree = ast.parse(source)
    for i in range(sum(1 for _ in _sites(tree))):
        changed = copy.deepcopy(tree)
        _change(list(_sites(changed))[i])
        yield ast.unparse(changed)
    for answer in (
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == "step"
    ):
        last = answer.body[-1]
        assert isinstance(last, ast.Return)
        last.value = ast.BinOp(last.value, ast.Add(), ast.Constant(1))
        yield ast.unparse(tree)


def _sites(tree: ast.AST) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if _changeable(node))


def _changeable(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return type(node.value) is int
    if isinstance(node, ast.Compare):
        return type(node.ops[0]) in SWAPS
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        return type(node.op) in SWAPS
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") in CALLS


def _change(node: ast.AST) -> None:
    if isinstance(node, ast.Constant):
        node.value += 1
    elif isinstance(node, ast.Compare):
        node.ops[0] = SWAPS[type(node.ops[0])]()
    elif isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        node.op = SWAPS[type(node.op)]()
    elif isinstance(node, ast.Call):
        node.func.id = CALLS[node.func.id]


def execute(source: str, word: list[tuple[int, ...]]) -> object:
    """What the program answers on a word, or the exception it dies of, run by Python itself."""
    space: dict[str, object] = {"__name__": "mutant"}
    exec(compile(source, "<mutant>", "exec"), space)
    letters = [x[0] if len(x) == 1 else x for x in word]
    try:
        answers = space["program"](letters)
    except Exception as error:
        return type(error).__name__
    return [y if isinstance(y, tuple) else (int(y),) for y in answers]


def differs(source: str, task: Task, *, length: int | None = None, count: int = 60) -> bool:
    """Whether the program answers a random sequence of the task wrongly."""
    rng = np.random.default_rng(0)
    for x in task.domain.sample(count, length or 2 * task.length, rng).tolist():
        word = [tuple(letter) for letter in x]
        if execute(source, word) != task.spec.run(word):
            return True
    return False
