"""Symbolic values on the paths through a program."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mips_verify.expr import FALSE, TRUE, Expr, apply, const, convert, evaluate
from mips_verify.reader.outside import OutsideSubset

MAX_NODES: Final = 20_000  # of one value, written out as a tree
MAX_DEPTH: Final = 200
MAX_STEPS: Final = 20_000  # statements, each path counted anew

Path = tuple[tuple[Expr, bool], ...]  # conditions, and whether they hold


@dataclass(frozen=True, slots=True)
class Table:
    """A constant tuple, list or set of integers; a set has no index."""

    entries: tuple[int, ...]
    indexed: bool


@dataclass(frozen=True, slots=True)
class Module:
    """What the top level of a file binds.

    ``names`` holds every name, also those of which nothing more is known; reading one of
    these is refused.
    """

    constants: Mapping[str, Expr]
    tables: Mapping[str, Table]
    functions: Mapping[str, ast.FunctionDef]
    classes: Mapping[str, ast.ClassDef]
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one function, resolved as Python does.

    Attributes:
        local: bound anywhere in the function, hence local all through it.
        tables: local constants.
        closed: local names that must stay what they are: parameters that are sequences,
            the result list, ``self``. From name to what it is.
        myself: the first parameter of a method.
        result: the list that is returned.
    """

    local: frozenset[str]
    tables: Mapping[str, Table] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)
    myself: str | None = None
    result: str | None = None


@dataclass(slots=True)
class Frame:
    """One path, or several that were merged.

    Attributes:
        env: values; ``None`` where only some of the merged paths have one.
        path: the conditions under which this is reached.
        emitted: what was appended or yielded in this step.
        returned: what the function returned.
        done: nothing after this is executed on this path.
    """

    env: dict[str, Expr | None]
    path: Path = ()
    emitted: tuple[Expr, ...] | None = None
    returned: tuple[Expr, ...] | None = None
    done: bool = False

    def fork(self, condition: Expr, holds: bool) -> Frame:
        """The path on which ``condition`` holds, or not."""
        return replace(self, env=dict(self.env), path=(*self.path, (condition, holds)))

    def join(self, condition: Expr, yes: Frame, no: Frame, where: ast.AST) -> None:
        """Become both paths at once."""
        self.env = {
            name: _choose_known(condition, yes.env.get(name), no.env.get(name))
            for name in [*yes.env, *(n for n in no.env if n not in yes.env)]
        }
        self.emitted = _choose_all(condition, yes.emitted, no.emitted, where, _EMITTED)
        self.returned = _choose_all(condition, yes.returned, no.returned, where, _RETURNED)
        self.done = yes.done and no.done


_EMITTED: Final = "only some of the paths from here append or yield an output"
_RETURNED: Final = "only some of the paths from here return a value"


def _choose_known(condition: Expr, yes: Expr | None, no: Expr | None) -> Expr | None:
    if yes is None or no is None:
        return None
    return choose(condition, yes, no)


def _choose_all(
    condition: Expr,
    yes: Sequence[Expr] | None,
    no: Sequence[Expr] | None,
    where: ast.AST,
    missing: str,
) -> tuple[Expr, ...] | None:
    if yes is None and no is None:
        return None
    if yes is None or no is None:
        raise OutsideSubset(missing, where)
    if len(yes) != len(no):
        raise OutsideSubset(f"one path gives {len(yes)} outputs, another {len(no)}", where)
    return tuple(choose(condition, a, b) for a, b in zip(yes, no, strict=True))


def choose(condition: Expr, yes: Expr, no: Expr) -> Expr:
    """``yes if condition else no``; of sort ``bool`` where both are."""
    if yes is no:
        return yes
    value = apply("if", condition, yes, no)
    return apply("ne", value, const(0)) if yes.sort == no.sort == "bool" else value


def fold(e: Expr) -> Expr | None:
    """The constant that an expression without variables is; ``None`` if it has no value."""
    try:
        value = evaluate(e, {})
    except (KeyError, ValueError):
        return None
    if e.sort == "bool":
        return TRUE if value else FALSE
    return const(value)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one expression; kept with it, so that its identity stays its own."""

    e: Expr
    nodes: int
    depth: int
    names: frozenset[str]
    reads_table: bool


class Context:
    """What one reading of a file shares between its functions.

    Attributes:
        module: the top level.
        lookups: every value with a table in it, and the path on which Python computes it.
        active: helper functions being read, against recursion.
    """

    def __init__(self, module: Module) -> None:
        self.module = module
        self.lookups: list[tuple[Path, Expr]] = []
        self.active: list[str] = []
        self._steps = 0
        self._facts: dict[int, Facts] = {}

    def facts(self, e: Expr) -> Facts:
        """Size, depth and names; shared parts are looked at once."""
        found = self._facts.get(id(e))
        if found is None:
            parts = [self.facts(a) for a in e.args]
            own = 1 + (len(e.value) if isinstance(e.value, tuple) else 0)
            found = self._facts[id(e)] = Facts(
                e,
                own + sum(p.nodes for p in parts),
                1 + max((p.depth for p in parts), default=0),
                frozenset({str(e.value)} if e.op == "var" else ()).union(*(p.names for p in parts)),
                e.op == "table" or any(p.reads_table for p in parts),
            )
        return found

    def count_step(self, where: ast.AST) -> None:
        """One statement more.

        Raises:
            OutsideSubset: too many, as paths multiply.
        """
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise OutsideSubset(f"more than {MAX_STEPS} statements on all paths together", where)

    def computed(self, e: Expr, path: Path, where: ast.AST) -> Expr:
        """Note that Python computes ``e`` on this path.

        Raises:
            OutsideSubset: a value too large to reason about.
        """
        known = self.facts(e)
        if known.nodes > MAX_NODES or known.depth > MAX_DEPTH:
            raise OutsideSubset("this value, written as one expression, is too large", where)
        if known.reads_table:
            self.lookups.append((path, e))
        return e

    def start_again(self) -> None:
        """Forget what was computed, before the same code is read once more."""
        self.lookups.clear()


def int_values(values: Sequence[Expr]) -> tuple[Expr, ...]:
    """All as integers."""
    return tuple(convert(e, "int") for e in values)
