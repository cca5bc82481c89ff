"""Inner loops over all letters so far: each step only executes the rounds that are new."""

from __future__ import annotations

import ast

from mips_verify.kernel.expr import TRUE, Expr
from mips_verify.reader.expressions.calls import RETURNED
from mips_verify.reader.expressions.folds import demand_constant
from mips_verify.reader.statements.statements import BREAK, NORMAL, RETURN, Ends, Statements
from mips_verify.reader.symbols.values import UNBOUND, Address, Store, Value

STOPPED, RETURNS = "stopped ", "returns "


class PrefixLoop:
    """An inner loop over all letters so far; each step only executes the rounds that are new.

    A ``break`` or ``return`` sets a flag; after it, later elements change nothing.
    """

    def __init__(self, run: Statements, s: ast.For, kept_at: Address) -> None:
        self.run = run
        self.s = s
        self.kept_at = kept_at
        self.names = _demand_simple(run, s)
        found = {n: run.frame.find(n) for n in sorted(self.names)}
        self.variables = [a for a in found.values() if a is not None]
        self.variables.append((*run.frame.address, RETURNED))

    def values(self) -> tuple[Value, ...]:
        """The values of the loop's variables."""
        store = self.run.state.store
        return tuple(store.get(a, UNBOUND) for a in self.variables)  # type: ignore[misc]

    def first_values(self) -> tuple[Value, ...]:
        """The values before the loop; ``UNBOUND`` for a variable assigned before it is read."""
        fresh = _assigned_first(self.s)
        pairs = zip(self.variables, self.values(), strict=True)
        return tuple(UNBOUND if a[-1] in fresh else v for a, v in pairs)

    def fixed(self) -> list[Value]:
        """The values that the loop reads and does not change; each must be constant."""
        nodes = (n for p in self.s.body for n in ast.walk(p))
        read = {n.id for n in nodes if isinstance(n, ast.Name)} - self.names
        found: list[Value] = []
        for name in sorted(read):
            address = self.run.frame.find(name)
            v = self.run.state.store.get(address, UNBOUND) if address is not None else UNBOUND
            demand_constant(self.run, v, name)  # type: ignore[arg-type]
            found.append(v)  # type: ignore[arg-type]
        return found

    def set(self, total: tuple[Value, ...]) -> None:
        """Set the variables and flags to the values kept by the last step."""
        places = [(*self.kept_at, STOPPED), (*self.kept_at, RETURNS), *self.variables]
        for a, v in zip(places, total, strict=True):
            self.run.state.store[a] = v

    def flag(self, name: str) -> Expr:
        """Whether the loop has ended in the way ``name``."""
        found = self.run.state.store[(*self.kept_at, name)]
        assert isinstance(found, Expr)
        return found

    def others(self) -> Store:
        """The values that the loop must not change."""
        own = {*self.variables, (*self.kept_at, STOPPED), (*self.kept_at, RETURNS)}
        return {a: v for a, v in self.run.state.store.items() if a not in own}

    def round(self, element: Value) -> Ends:
        """One round; in whatever way it ends, the step continues."""
        run = self.run
        run.bind(self.s.target, element)
        ends = run.block(self.s.body)
        run.without_raise(ends)
        going: Ends = {}
        for kind, (c, state) in ends.items():
            if kind in (BREAK, RETURN):
                state.store[(*self.kept_at, STOPPED)] = TRUE
            if kind == RETURN:
                state.store[(*self.kept_at, RETURNS)] = TRUE
            run.add_ends(going, TRUE, {NORMAL: (c, state)})
        return going

    def ends(self) -> Ends:
        """How the loop ends in this step."""
        run = self.run
        stopped, returns = self.flag(STOPPED), self.flag(RETURNS)
        for name in (STOPPED, RETURNS):
            del run.state.store[(*self.kept_at, name)]

        def without_return() -> Ends:
            return run.fork(stopped, run.unchanged, lambda: run.block(self.s.orelse))

        return run.fork(returns, lambda: {RETURN: (TRUE, run.state)}, without_return)


def _assigned_first(s: ast.For) -> set[str]:
    """Names that each round assigns before it reads them."""
    fresh = {n.id for n in ast.walk(s.target) if isinstance(n, ast.Name)}
    read: set[str] = set()
    for part in s.body:
        names = [n for n in ast.walk(part) if isinstance(n, ast.Name)]
        read |= {n.id for n in names if isinstance(n.ctx, ast.Load)} - fresh
        if isinstance(part, ast.AugAssign):
            read |= {n.id for n in names} - fresh
        elif isinstance(part, ast.Assign):
            fresh |= {n.id for n in names if isinstance(n.ctx, ast.Store)} - read
        else:
            read |= {n.id for n in names} - fresh
    return fresh


def _demand_simple(run: Statements, s: ast.For) -> set[str]:
    """The names that an inner loop assigns; refuses code with other effects."""
    for n in (n for p in s.body for n in ast.walk(p)):
        if isinstance(n, ast.Attribute | ast.Yield | ast.FunctionDef | ast.ClassDef):
            raise run.refuse("an inner loop over all letters so far only changes variables")
    stored = [s.target, *s.body]
    return {n.id for p in stored for n in ast.walk(p)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
