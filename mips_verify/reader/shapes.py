"""The shapes that a program may have: where its state, inputs and outputs are in each."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from mips_verify.expr import Expr
from mips_verify.reader.blocks import Interpreter
from mips_verify.reader.letters import letters
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.steps import Reading, constants_only, execute_step
from mips_verify.reader.streams import read_comprehension
from mips_verify.reader.survey import demand_plain, parameters, stored
from mips_verify.reader.values import Context, Frame, Scope, Table, fold


def read_function(context: Context, function: ast.FunctionDef, inputs: Sequence[str]) -> Reading:
    """Find the shape of ``function`` and execute its step.

    Symbols are made by :func:`mips_verify.reader.steps.symbol`; inputs are called as in ``inputs``.

    Raises:
        OutsideSubset: another shape.
    """
    generator = any(isinstance(n, ast.Yield) for n in ast.walk(function))
    demand_plain(function, generator=generator)
    params = parameters(function)
    if len(params) not in {1, len(inputs)}:
        wanted = "1 parameter" if len(inputs) == 1 else f"1 or {len(inputs)} parameters"
        raise OutsideSubset(f"'{function.name}' takes {len(params)} and not {wanted}", function)
    body = list(function.body)
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    place = next((i for i, s in enumerate(body) if isinstance(s, ast.For)), None)
    if place is not None:
        parts = (body[:place], body[place], body[place + 1 :])
        return _Loop(context, function, inputs, generator).read(*parts)  # type: ignore[arg-type]
    if body and isinstance(body[-1], ast.Return) and isinstance(body[-1].value, ast.ListComp):
        return read_comprehension(context, function, inputs, body[:-1], body[-1].value)
    raise OutsideSubset(f"'{function.name}' has no 'for' over its inputs", function)


class _Loop:
    """``state = ...; for x in xs: ...; return out``, or the same as a generator."""

    def __init__(
        self,
        context: Context,
        function: ast.FunctionDef,
        inputs: Sequence[str],
        generator: bool,
    ) -> None:
        self.context = context
        self.function = function
        self.inputs = inputs
        self.generator = generator
        self.params = parameters(function)
        self.stored = stored(function)
        self.closed = dict.fromkeys(self.params, "a sequence of inputs")
        self.tables: dict[str, Table] = {}
        self.result: str | None = None

    def read(self, before: Sequence[ast.stmt], loop: ast.For, after: Sequence[ast.stmt]) -> Reading:
        if changed := set(self.params) & set(self.stored):
            what = f"the sequence '{min(changed)}' is assigned to"
            raise OutsideSubset(what, self.function)
        start = self._start(before)
        self._check_end(loop, after)
        bound = {*self.context.module.names, *self.stored}
        letter = letters(loop.target, loop.iter, self.params, self.inputs, bound)
        if kept := set(letter) & set(self.closed):
            raise OutsideSubset(f"'{min(kept)}' is assigned to by the loop", loop)
        changing = {n for s in loop.body for n in stored(s)}
        state = {n: v for n, v in start.items() if n in changing and n not in letter}
        fixed: dict[str, Expr | None] = {n: v for n, v in start.items() if n not in state}

        def step(symbols: dict[str, Expr]) -> Frame:
            frame = Frame({**fixed, **symbols, **letter})
            self._interpreter().run(loop.body, frame)
            if frame.emitted is None:
                raise OutsideSubset("the loop neither appends nor yields an output", loop)
            return frame

        return execute_step(self.context, state, step)

    def _scope(self) -> Scope:
        names = frozenset(self.stored) | set(self.params)
        return Scope(names, self.tables, self.closed, None, self.result)

    def _start(self, before: Sequence[ast.stmt]) -> dict[str, Expr]:
        """Execute what stands before the loop; every value must be a constant."""
        frame = Frame({})
        for s in before:
            if not isinstance(s, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Pass)):
                raise OutsideSubset("before the loop there are only assignments of integers", s)
            rest = self._without_lists(s, frame)
            if rest is not None:
                self._interpreter().run([rest], frame)
                constants_only(frame, rest)
        return {name: e for name, e in frame.env.items() if e is not None}

    def _interpreter(self) -> Interpreter:
        names = frozenset(self.stored) | set(self.params)
        scope = Scope(names, self.tables, self.closed, None, self.result)
        return Interpreter(self.context, scope, may_return=False)

    def _without_lists(self, s: ast.stmt, frame: Frame) -> ast.stmt | None:
        """``s`` less the result list and the tables that it introduces."""
        target: ast.expr
        if isinstance(s, ast.AnnAssign):
            target, value = s.target, s.value
        elif isinstance(s, ast.Assign) and len(s.targets) == 1:
            target, value = s.targets[0], s.value
        else:
            return s
        if isinstance(target, ast.Name) and value is not None:
            return None if self._take_list(target, value, frame) else s
        if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple):
            return s
        if len(target.elts) != len(value.elts):
            return s
        kept = [
            (t, v)
            for t, v in zip(target.elts, value.elts, strict=True)
            if not (isinstance(t, ast.Name) and self._take_list(t, v, frame))
        ]
        targets = ast.Tuple([t for t, _ in kept], ast.Store())
        values = ast.Tuple([v for _, v in kept], ast.Load())
        remaining = ast.Assign([ast.copy_location(targets, s)], ast.copy_location(values, s))
        return ast.copy_location(remaining, s) if kept else None

    def _take_list(self, target: ast.Name, value: ast.expr, frame: Frame) -> bool:
        """Whether ``target`` becomes the result list or a table."""
        name = target.id
        if not isinstance(value, (ast.List, ast.Tuple, ast.Set)) or name in self.closed:
            return False
        if value.elts:
            entries = [fold(self._interpreter().value(e, frame)) for e in value.elts]
            numbers = tuple(int(e.value) for e in entries if e and e.op == "const")  # type: ignore[arg-type]
            if len(numbers) != len(entries):
                raise OutsideSubset("the entries of a table must be constant integers", value)
            self.tables[name] = Table(numbers, not isinstance(value, ast.Set))
            self.closed[name] = "a table"
            return True
        if self.result is not None or self.generator or not isinstance(value, ast.List):
            raise OutsideSubset("there is one result list and no other", target)
        self.result = name
        self.closed[name] = "the result list"
        return True

    def _check_end(self, loop: ast.For, after: Sequence[ast.stmt]) -> None:
        if loop.orelse:
            raise OutsideSubset("'else' on the loop is outside the subset", loop.orelse[0])
        if self.generator:
            if after:
                raise OutsideSubset("nothing may follow the loop of a generator", after[0])
            return
        if self.result is None:
            raise OutsideSubset("there is no result list before the loop, as in 'out = []'", loop)
        last = after[0] if after else self.function
        returned = last.value if isinstance(last, ast.Return) else None
        if len(after) != 1 or not isinstance(returned, ast.Name) or returned.id != self.result:
            extra = after[1] if len(after) > 1 and returned is not None else last
            raise OutsideSubset(f"only 'return {self.result}' may follow the loop", extra)
