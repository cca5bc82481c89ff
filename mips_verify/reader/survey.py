"""The top level of a file and the names of its functions; anything unusual is refused."""

from __future__ import annotations

import ast
import builtins
import importlib
import warnings
from collections.abc import Iterator
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.expr import Expr
from mips_verify.parse import Reader
from mips_verify.reader.outside import OutsideSubset
from mips_verify.reader.values import Module, Scope, Table, fold

MAX_SOURCE: Final = 200_000
# their import does nothing but bind names; another one might change what names mean
_IMPORTS: Final = frozenset(
    {"__future__", "typing", "collections", "collections.abc", "sys", "argparse", "itertools",
     "functools", "math", "json", "random", "dataclasses", "operator"}
)  # fmt: skip
_HARMLESS_NAMES: Final = frozenset({"__all__", "__version__", "__author__"})
_IN_TYPES: Final = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Tuple, ast.List, ast.Constant, ast.BinOp,
    ast.BitOr, ast.Load, ast.UnaryOp, ast.USub,
)  # fmt: skip
_IN_NO_FUNCTION: Final[dict[type[ast.AST], str]] = {
    ast.FunctionDef: "a function inside the function",
    ast.AsyncFunctionDef: "a function inside the function",
    ast.ClassDef: "a class inside the function",
    ast.Lambda: "a lambda",
    ast.Import: "an import inside the function",
    ast.ImportFrom: "an import inside the function",
    ast.Global: "a global variable",
    ast.Nonlocal: "a nonlocal variable",
    ast.Delete: "del",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.With: "with",
    ast.AsyncWith: "with",
    ast.AsyncFor: "an async loop",
    ast.Match: "match",
    ast.NamedExpr: "':='",
    ast.Await: "await",
    ast.YieldFrom: "'yield from'",
}


def parse_file(source: str, path: str) -> ast.Module:
    """The syntax tree, checked as far as Python does before it runs a file.

    Raises:
        MipsVerifyError: no Python, with file and line.
    """
    if len(source) > MAX_SOURCE:
        raise MipsVerifyError(f"{path} has more than {MAX_SOURCE} characters")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, path)
            # repeated parameters, return outside a function and the like show only here
            compile(source, path, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise MipsVerifyError(f"{path}, line {error.lineno or 1}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise MipsVerifyError(f"{path} is not Python ({error or 'nested too deeply'})") from None
    return tree


def find_entry(tree: ast.Module) -> str:
    """The function to read: ``program``, or else the only public one that takes an argument.

    Helpers do not count: functions that another one of these uses.

    Raises:
        MipsVerifyError: none or several.
    """
    if any(name == "program" for s in tree.body for name in _bound(s)):
        return "program"
    functions = [n for n in tree.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    found = [f for f in functions if not f.name.startswith("_") and _takes_something(f)]
    used = {n.id for f in found for n in ast.walk(f) if isinstance(n, ast.Name) and n.id != f.name}
    names = sorted({f.name for f in found if f.name not in used})
    if len(names) == 1:
        return names[0]
    which = f"the functions {', '.join(names)}" if names else "no public function with a parameter"
    raise MipsVerifyError(f"the file has {which}; call the one to look at 'program'")


def _takes_something(f: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return bool(f.args.posonlyargs or f.args.args or f.args.kwonlyargs or f.args.vararg)


def survey(tree: ast.Module) -> Module:
    """What the top level binds.

    Raises:
        OutsideSubset: a statement with effects, or a name bound twice.
    """
    module = Module({}, {}, {}, {}, frozenset())
    for s in tree.body:
        new = list(_bound(s))
        for name in new:
            if name in module.names or new.count(name) > 1:
                raise OutsideSubset(f"'{name}' is bound twice at the top level", s)
            if name.startswith("__") and name not in _HARMLESS_NAMES:
                raise OutsideSubset(f"'{name}' means something to Python", s)
        module = _extended(module, s)
        module = Module(
            module.constants, module.tables, module.functions, module.classes,
            module.names.union(new),
        )  # fmt: skip
    return module


def _bound(s: ast.stmt) -> Iterator[str]:
    """The names that a statement of the top level binds."""
    if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield s.name
    elif isinstance(s, (ast.Import, ast.ImportFrom)):
        if getattr(s, "module", None) != "__future__":
            yield from (a.asname or a.name.partition(".")[0] for a in s.names)
    elif isinstance(s, (ast.Assign, ast.AnnAssign)):
        for target in s.targets if isinstance(s, ast.Assign) else [s.target]:
            yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def _extended(module: Module, s: ast.stmt) -> Module:
    if isinstance(s, (ast.Import, ast.ImportFrom)):
        _check_import(s)
    elif isinstance(s, ast.FunctionDef):
        for node in [*s.args.defaults, *s.args.kw_defaults, *_annotations(s)]:
            _demand_harmless(node, module)
        if s.decorator_list:
            raise OutsideSubset(f"'{s.name}' has a decorator", s.decorator_list[0])
        return _with(module, functions={**module.functions, s.name: s})
    elif isinstance(s, ast.ClassDef):
        _check_class(s, module)
        return _with(module, classes={**module.classes, s.name: s})
    elif isinstance(s, (ast.Assign, ast.AnnAssign)):
        return _with_constants(module, s)
    elif not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)) and not _is_main(s):
        raise OutsideSubset(f"{type(s).__name__} at the top level may have effects", s)
    return module


def _with(
    module: Module,
    functions: dict[str, ast.FunctionDef] | None = None,
    classes: dict[str, ast.ClassDef] | None = None,
    constants: dict[str, Expr] | None = None,
    tables: dict[str, Table] | None = None,
) -> Module:
    return Module(
        constants or module.constants,
        tables or module.tables,
        functions or module.functions,
        classes or module.classes,
        module.names,
    )


def _check_import(s: ast.Import | ast.ImportFrom) -> None:
    for a in s.names:
        home = a.name if isinstance(s, ast.Import) else s.module or ""
        if home not in _IMPORTS or (isinstance(s, ast.ImportFrom) and s.level) or a.name == "*":
            raise OutsideSubset(f"the import of '{home or a.name}' may have effects", s)
        if isinstance(s, ast.ImportFrom) and not hasattr(importlib.import_module(home), a.name):
            raise OutsideSubset(f"'{home}' has no '{a.name}'", s)


def _is_main(s: ast.stmt) -> bool:
    """``if __name__ == "__main__":``, which nobody who imports the file executes."""
    return (
        isinstance(s, ast.If)
        and not s.orelse
        and ast.unparse(s.test) in ("__name__ == '__main__'", "'__main__' == __name__")
    )


def _check_class(s: ast.ClassDef, module: Module) -> None:
    if s.bases or s.keywords or s.decorator_list:
        raise OutsideSubset(f"the class '{s.name}' has bases, keywords or a decorator", s)
    seen: set[str] = set()
    for member in s.body:
        if isinstance(member, ast.Expr) and isinstance(member.value, ast.Constant):
            continue
        if isinstance(member, ast.AnnAssign) and member.value is None:
            _demand_harmless(member.annotation, module)
            continue
        if not isinstance(member, ast.FunctionDef) or member.decorator_list:
            raise OutsideSubset(f"the class '{s.name}' holds more than plain methods", member)
        special = member.name.startswith("__") and member.name != "__init__"
        if special or member.name in seen:
            raise OutsideSubset(f"the method '{member.name}' is outside the subset", member)
        seen.add(member.name)
        for node in [*member.args.defaults, *member.args.kw_defaults, *_annotations(member)]:
            _demand_harmless(node, module, s.name)


def _annotations(function: ast.FunctionDef) -> list[ast.expr | None]:
    a = function.args
    every = [*a.posonlyargs, *a.args, *a.kwonlyargs, a.vararg, a.kwarg]
    return [function.returns, *(p.annotation for p in every if p is not None)]


def _demand_harmless(node: ast.expr | None, module: Module, own: str = "") -> None:
    """Defaults and annotations are evaluated: they may neither call anything nor fail."""
    for n in ast.walk(node) if node is not None else ():
        if not isinstance(n, _IN_TYPES) or (
            isinstance(n, ast.BinOp) and not isinstance(n.op, ast.BitOr)
        ):
            raise OutsideSubset("what is computed here may have effects or fail", node or n)
        known = module.names | set(dir(builtins)) | {own}
        if isinstance(n, ast.Name) and n.id not in known:
            raise OutsideSubset(f"the name '{n.id}' is unknown here", n)


def _with_constants(module: Module, s: ast.Assign | ast.AnnAssign) -> Module:
    if isinstance(s, ast.AnnAssign):
        _demand_harmless(s.annotation, module)
    if s.value is None:
        raise OutsideSubset("a name without a value", s)
    constants, tables = dict(module.constants), dict(module.tables)
    for target in s.targets if isinstance(s, ast.Assign) else [s.target]:
        for name, value in _pairs(target, s.value):
            table = read_table(value, module)
            if table is not None:
                tables[name] = table
            elif (number := _constant(value, module)) is not None:
                constants[name] = number
            else:
                _demand_harmless(value, module)
    if isinstance(s, ast.Assign) and len(s.targets) > 1 and len(tables) != len(module.tables):
        raise OutsideSubset("one table with two names", s)
    return _with(module, constants=constants, tables=tables)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        if len(target.elts) != len(value.elts):
            raise OutsideSubset("the sides of this assignment do not match one to one", target)
        for t, v in zip(target.elts, value.elts, strict=True):
            yield from _pairs(t, v)
    else:
        raise OutsideSubset("an assignment at the top level that is no plain constant", target)


class _ConstantReader(Reader):
    """Reads expressions over the constants so far."""

    def __init__(self, module: Module) -> None:
        super().__init__("", None, {})
        self.module = module

    def fail(self, node: ast.AST, message: str) -> OutsideSubset:  # type: ignore[override]
        return OutsideSubset(message, node)

    def _Name(self, node: ast.Name) -> Expr:
        if node.id not in self.module.constants:
            raise self.fail(node, f"'{node.id}' is not an integer constant")
        return self.module.constants[node.id]

    def _Call(self, node: ast.Call) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in self.module.names:
            raise self.fail(node, f"'{name}' is bound at the top level, so not Python's own")
        return super()._Call(node)


def _constant(node: ast.expr, module: Module) -> Expr | None:
    """The value of a constant expression; ``None`` for anything else."""
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return None
    try:
        return fold(_ConstantReader(module).read(node))
    except OutsideSubset:
        return None


def read_table(node: ast.expr, module: Module) -> Table | None:
    """A literal tuple, list or set of integer constants."""
    if not isinstance(node, (ast.Tuple, ast.List, ast.Set)) or not node.elts:
        return None
    entries = [_constant(e, module) for e in node.elts]
    if any(e is None or e.op != "const" for e in entries):
        return None
    return Table(
        tuple(int(e.value) for e in entries if e is not None),  # type: ignore[arg-type]
        not isinstance(node, ast.Set),
    )


def demand_plain(function: ast.FunctionDef, *, generator: bool = False) -> None:
    """Refuse what changes how a whole function is called or how its names resolve.

    Also where it could never be reached: a ``yield`` or a ``global`` counts even there.
    """
    a = function.args
    if a.vararg or a.kwarg or a.kwonlyargs:
        raise OutsideSubset(f"'{function.name}' takes more than plain parameters", function)
    if a.defaults:
        raise OutsideSubset(f"'{function.name}' has a parameter with a default", a.defaults[0])
    for n in (n for s in function.body for n in ast.walk(s)):
        if type(n) in _IN_NO_FUNCTION:
            raise OutsideSubset(f"{_IN_NO_FUNCTION[type(n)]} is outside the subset", n)
        if isinstance(n, ast.Yield) and not generator:
            raise OutsideSubset(f"'{function.name}' is a generator here", n)


def parameters(function: ast.FunctionDef) -> list[str]:
    """The names of the parameters, in order."""
    return [p.arg for p in (*function.args.posonlyargs, *function.args.args)]


def scope_of(function: ast.FunctionDef) -> Scope:
    """The scope of a function without tables or a result list."""
    return Scope(frozenset(stored(function)) | set(parameters(function)))


def stored(node: ast.AST) -> list[str]:
    """Every name that is assigned somewhere inside, once for each time."""
    return [
        n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Name) and isinstance(n.ctx, (ast.Store, ast.Del))
    ]
