"""Which variable of a loop is which input."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

from mips_verify.expr import Expr, var
from mips_verify.reader.outside import OutsideSubset


def letters(
    target: ast.expr,
    sequence: ast.expr,
    params: Sequence[str],
    inputs: Sequence[str],
    bound: Collection[str],
) -> dict[str, Expr]:
    """From the loop's variables to the inputs of the machine.

    Args:
        target: what the loop assigns to.
        sequence: what it is over.
        params: the function's parameters: one sequence, or one for each input.
        inputs: the machine's inputs.
        bound: names that do not have Python's own meaning here.

    Raises:
        OutsideSubset: anything but every input once, from first to last.
    """
    order = list(_order(sequence, params, bound))
    names = target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
    plain = [n.id for n in names if isinstance(n, ast.Name)]
    packed = isinstance(target, (ast.Tuple, ast.List))
    if len(plain) != len(names) or len(set(plain)) != len(plain):
        raise OutsideSubset("the loop needs one plain variable an input", target)
    if len(plain) != len(inputs) or packed != (len(inputs) > 1):
        wanted = "one plain variable" if len(inputs) == 1 else f"{len(inputs)} variables"
        raise OutsideSubset(f"each step reads {wanted}, for {', '.join(inputs)}", target)
    if len(params) == 1:
        return {name: var(x) for name, x in zip(plain, inputs, strict=True)}
    return {name: var(inputs[i]) for name, i in zip(plain, order, strict=True)}


def _order(sequence: ast.expr, params: Sequence[str], bound: Collection[str]) -> Iterator[int]:
    """Which parameter each variable of the loop reads."""
    if len(params) == 1:
        if not isinstance(sequence, ast.Name) or sequence.id != params[0]:
            what = f"the loop must be over '{params[0]}' itself, from first to last"
            raise OutsideSubset(what, sequence)
        yield 0
        return
    call = sequence if isinstance(sequence, ast.Call) else None
    named = isinstance(call and call.func, ast.Name) and ast.unparse(sequence).startswith("zip(")
    given = [a.id for a in call.args if isinstance(a, ast.Name)] if call and named else []
    if call is None or "zip" in bound or len(given) != len(call.args) or set(given) != set(params):
        raise OutsideSubset(f"the loop must be over zip({', '.join(params)})", sequence)
    if len(given) != len(params):
        raise OutsideSubset("zip() reads a sequence twice", sequence)
    for k in call.keywords:
        if k.arg != "strict" or not isinstance(k.value, ast.Constant):
            raise OutsideSubset("zip() takes the sequences only", sequence)
    yield from map(params.index, given)
