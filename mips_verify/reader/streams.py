"""Programs that are one comprehension, or a class with a method for each step."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mips_verify.expr import Expr
from mips_verify.reader.blocks import Interpreter
from mips_verify.reader.letters import letters
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.steps import Reading, constants_only, execute_step
from mips_verify.reader.survey import demand_plain, parameters, stored
from mips_verify.reader.values import Context, Frame, Scope


def read_comprehension(
    context: Context,
    function: ast.FunctionDef,
    inputs: Sequence[str],
    before: Sequence[ast.stmt],
    made: ast.ListComp,
) -> Reading:
    """``return [f(x) for x in xs]``, or a class of the file with a method called on each."""
    params = parameters(function)
    loop = made.generators[0]
    if len(made.generators) > 1 or loop.ifs or loop.is_async:
        raise OutsideSubset("one 'for' without a condition is needed here", made)
    bound = {*context.module.names, *stored(function)}
    letter = letters(loop.target, loop.iter, params, inputs, bound)
    if before:
        return _stream(context, function, letter, before, made.elt)
    scope = Scope(frozenset(letter) | set(params), {}, dict.fromkeys(params, "a sequence"))

    def step(_: dict[str, Expr]) -> Frame:
        frame = Frame(dict(letter))
        frame.emitted = Interpreter(context, scope, may_return=False).outputs(made.elt, frame)
        return frame

    return execute_step(context, {}, step)


def _stream(
    context: Context,
    function: ast.FunctionDef,
    letter: dict[str, Expr],
    before: Sequence[ast.stmt],
    call: ast.expr,
) -> Reading:
    """``s = Class(); return [s.method(x) for x in xs]``."""
    owner, cls = _instance(context, function, before)
    if not (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == owner
        and owner not in letter
        and not call.keywords
        and all(isinstance(a, ast.Name) for a in call.args)
    ):
        raise OutsideSubset(f"only a call of a method of '{owner}' on the inputs is read", call)
    arguments = [a.id for a in call.args if isinstance(a, ast.Name)]
    if unknown := [a for a in arguments if a not in letter]:
        raise OutsideSubset(f"'{unknown[0]}' is not an input of this step", call)
    methods = {m.name: m for m in cls.body if isinstance(m, ast.FunctionDef)}
    if call.func.attr not in methods:
        raise OutsideSubset(f"'{cls.name}' has no method '{call.func.attr}'", call)
    method = methods[call.func.attr]
    myself, params = _method(method)
    if len(params) != len(arguments):
        raise OutsideSubset(f"'{method.name}' takes {len(params)} inputs", call)
    start = _initial(context, methods.get("__init__"))
    if hidden := {f".{m}" for m in methods} & (set(start) | _attributes(method, myself)):
        raise OutsideSubset(f"the attribute '{min(hidden)[1:]}' hides a method", cls)
    given = {p: letter[a] for p, a in zip(params, arguments, strict=True)}
    scope = Scope(
        frozenset(stored(method)) | set(params), {}, {myself: "the object itself"}, myself
    )

    def step(symbols: dict[str, Expr]) -> Frame:
        frame = Frame({**symbols, **given})
        Interpreter(context, scope, may_return=True).run(method.body, frame)
        frame.emitted = frame.returned
        if frame.emitted is None:
            raise OutsideSubset(f"'{method.name}' may return nothing", method)
        return frame

    return execute_step(context, start, step)


def _instance(
    context: Context, function: ast.FunctionDef, before: Sequence[ast.stmt]
) -> tuple[str, ast.ClassDef]:
    s = before[0]
    if (
        len(before) == 1
        and isinstance(s, ast.Assign)
        and len(s.targets) == 1
        and isinstance(s.targets[0], ast.Name)
        and isinstance(s.value, ast.Call)
        and isinstance(s.value.func, ast.Name)
        and not s.value.args
        and not s.value.keywords
        and s.value.func.id in context.module.classes
        and s.value.func.id not in {*stored(function), *parameters(function)}
        and s.targets[0].id not in parameters(function)
    ):
        return s.targets[0].id, context.module.classes[s.value.func.id]
    raise OutsideSubset("before this there is only 's = Class()' with a class of the file", s)


def _method(method: ast.FunctionDef) -> tuple[str, list[str]]:
    demand_plain(method)
    params = parameters(method)
    if not params:
        raise OutsideSubset(f"the method '{method.name}' takes no 'self'", method)
    if params[0] in stored(method):
        raise OutsideSubset(f"'{params[0]}' is assigned to", method)
    return params[0], params[1:]


def _attributes(method: ast.FunctionDef, myself: str) -> set[str]:
    """Attributes of the object that a method mentions, as keys."""
    return {
        f".{n.attr}"
        for n in ast.walk(method)
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and n.value.id == myself
    }


def _initial(context: Context, method: ast.FunctionDef | None) -> dict[str, Expr]:
    """The attributes that ``__init__`` sets, all of them constants."""
    if method is None:
        return {}
    myself, params = _method(method)
    if params:
        raise OutsideSubset("'__init__' takes more than 'self'", method)
    scope = Scope(frozenset(stored(method)), {}, {myself: "the object itself"}, myself)
    frame = Frame({})
    for s in method.body:
        if isinstance(s, (ast.If, ast.Return)):
            raise OutsideSubset("'__init__' does more than to set attributes", s)
        Interpreter(context, scope, may_return=False).run([s], frame)
        constants_only(frame, s)
    return {key: e for key, e in frame.env.items() if key.startswith(".") and e is not None}
