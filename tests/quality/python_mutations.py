"""Programs broken at random in their syntax trees: names, constants, operators, statements."""

from __future__ import annotations

import ast
import copy
import random
import warnings
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.quality.python_grammar import ANNOTATIONS

NASTY: Final = (
    "xs", "x", "i", "out", "sum", "max", "min", "len", "abs", "range", "int", "list", "enumerate",
    "zip", "LIMIT", "TABLE", "NEXT", "helper", "program", "S", "self", "step", "__n", "_S__n",
    "__class__", "__dict__", "__name__", "BASE", "_wrap", "print", "total", "s", "True_", "j",
    "w9", "y", "_",
)  # fmt: skip
CONSTANTS: Final = (0, 1, -1, 2, 3, True, False, None, 1.0, 0.5, "a", "", 10**20, 7, (), b"a", ...)
HEADS: Final = ("staticmethod", "classmethod", "property", "helper", "print", "lambda f: f")
MEMBERS: Final = (
    "total = 0", "s = 5", "BASE = 2", "step = 3", "__slots__ = ('total', 's')", "__n = 1", "x: int",
    "count: int = 0", "def __getattr__(self, name): return 0", "def __setattr__(self, n, v): pass",
    "def __eq__(self, o): return True", "def __init__(self): self.s = 1",
    "def step(self, x): return x", "def __call__(self, x): return x",
    "def _wrap(self, a): return a + self.total", "BASE += 1", "pass",
    "LIMIT = LIMIT", "def s(self): return 3", "@property\ndef total(self): return 1",
    "TABLE = (5, 6, 7)", "def __init_subclass__(cls): pass", "def __iter__(self): return iter([])",
    "T = [0]", "print(1)",
)  # fmt: skip

Snippet = Callable[[str], str]
Change = Callable[[ast.Module, random.Random, Snippet], None]


def mutated(source: str, rng: random.Random, snippet: Snippet) -> str:
    """One to three changes; the same text where it is not Python or nothing can be changed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
            for _ in range(rng.choice([1, 1, 1, 2, 3])):
                rng.choice(CHANGES)(tree, rng, snippet)
            return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
    except (SyntaxError, ValueError, IndexError, AttributeError, RecursionError):
        return source


def _some(tree: ast.Module, rng: random.Random, *kinds: type[ast.AST]) -> Any:
    """A random node of one of the kinds; IndexError if there is none."""
    return rng.choice([n for n in ast.walk(tree) if isinstance(n, kinds)])


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for n in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            block = getattr(n, field, None)
            if isinstance(block, list) and block:
                yield block


def _body(tree: ast.Module, rng: random.Random) -> list[ast.stmt]:
    return rng.choice(list(_bodies(tree)))


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Where an expression that is read stands."""
    for n in ast.walk(tree):
        for field, value in ast.iter_fields(n):
            if isinstance(value, ast.expr) and _is_read(value):
                yield n, field, None
            elif isinstance(value, list):
                for i, v in enumerate(value):
                    if isinstance(v, ast.expr) and _is_read(v):
                        yield n, field, i


def _is_read(e: ast.expr) -> bool:
    return isinstance(getattr(e, "ctx", ast.Load()), ast.Load)


def _put(place: tuple[ast.AST, str, int | None], value: ast.AST) -> None:
    node, field, i = place
    if i is None:
        setattr(node, field, value)
    else:
        getattr(node, field)[i] = value


def _at(place: tuple[ast.AST, str, int | None]) -> Any:
    node, field, i = place
    return getattr(node, field) if i is None else getattr(node, field)[i]


def rename_once(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """One occurrence of a name becomes another name."""
    node = _some(tree, rng, ast.Name, ast.Attribute, ast.arg)
    others = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    _set_name(node, rng.choice(others if rng.random() < 0.7 else NASTY))


def rename_everywhere(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A name becomes another one wherever it stands, perhaps one that is there already."""
    chosen = _name(_some(tree, rng, ast.Name, ast.Attribute, ast.arg))
    new = rng.choice(NASTY)
    for n in ast.walk(tree):
        if isinstance(n, ast.Name | ast.Attribute | ast.arg) and _name(n) == chosen:
            _set_name(n, new)


def _name(node: Any) -> str:
    return str(getattr(node, "id", None) or getattr(node, "attr", None) or node.arg)


def _set_name(node: Any, name: str) -> None:
    for field in ("id", "attr", "arg"):
        if hasattr(node, field):
            setattr(node, field, name)


def replace_expression(tree: ast.Module, rng: random.Random, snippet: Snippet) -> None:
    """An expression becomes a trap."""
    text = snippet(rng.choice(["e", "e", "c"]))
    _put(rng.choice(list(_places(tree))), ast.parse(text, mode="eval").body)


def copy_expression(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """An expression becomes a copy of another one of the program."""
    places = list(_places(tree))
    _put(rng.choice(places), copy.deepcopy(_at(rng.choice(places))))


def condition_around(tree: ast.Module, rng: random.Random, snippet: Snippet) -> None:
    """An expression becomes a conditional one, with equal arms or a trap beside it."""
    place = rng.choice(list(_places(tree)))
    e = _at(place)
    test = ast.parse(snippet("c"), mode="eval").body
    other = ast.parse(snippet("e"), mode="eval").body
    made: ast.expr = ast.IfExp(test, e, rng.choice([copy.deepcopy(e), other]))
    if rng.random() < 0.3:
        made = ast.BoolOp(rng.choice([ast.And(), ast.Or()]), [e, other])
    _put(place, made)


def change_constant(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A constant becomes another one."""
    node = _some(tree, rng, ast.Constant)
    node.value = rng.choice(CONSTANTS)


def change_operator(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """An operator or a comparison becomes another one."""
    node = _some(tree, rng, ast.BinOp, ast.AugAssign, ast.Compare, ast.BoolOp, ast.UnaryOp)
    if isinstance(node, ast.Compare):
        node.ops[0] = rng.choice(
            [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In]
        )()
    elif isinstance(node, ast.BoolOp):
        node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    elif isinstance(node, ast.UnaryOp):
        node.op = rng.choice([ast.Not, ast.USub, ast.UAdd, ast.Invert])()
    else:
        node.op = rng.choice(
            [ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.Div, ast.Pow, ast.LShift,
             ast.RShift, ast.BitAnd, ast.BitOr, ast.BitXor]
        )()  # fmt: skip


def chain_comparison(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A comparison gets a further side."""
    node = _some(tree, rng, ast.Compare)
    node.ops.append(rng.choice([ast.Lt, ast.GtE, ast.Eq, ast.NotEq])())
    node.comparators.append(copy.deepcopy(_at(rng.choice(list(_places(tree))))))


def delete_statement(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A statement is gone."""
    body = _body(tree, rng)
    body[rng.randrange(len(body))] = ast.Pass()


def move_statement(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A statement stands, also or instead, somewhere else."""
    source, target = _body(tree, rng), _body(tree, rng)
    statement = copy.deepcopy(rng.choice(source))
    if len(source) > 1 and rng.random() < 0.6:
        del source[rng.randrange(len(source))]
    target.insert(rng.randint(0, len(target)), statement)


def swap_statements(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """Two neighbours change places."""
    body = rng.choice([b for b in _bodies(tree) if len(b) > 1])
    i = rng.randrange(len(body) - 1)
    body[i], body[i + 1] = body[i + 1], body[i]


def insert_statement(tree: ast.Module, rng: random.Random, snippet: Snippet) -> None:
    """A trap more."""
    body = _body(tree, rng)
    at = rng.randint(0, len(body))
    body[at:at] = ast.parse(snippet("S")).body


def wrap_statement(tree: ast.Module, rng: random.Random, snippet: Snippet) -> None:
    """A statement becomes conditional, or is done twice, or is tried."""
    body = _body(tree, rng)
    at = rng.randrange(len(body))
    head = rng.choice(["if <c>:", "for j in range(2):", "if True:", "if 0:", "while <c>:", "try:"])
    text = head.replace("<c>", snippet("c")) + "\n    pass"
    made: Any = ast.parse(text + ("\nexcept Exception:\n    pass" * (head == "try:"))).body[0]
    made.body = [body[at]]
    if isinstance(made, ast.If | ast.For) and rng.random() < 0.3:
        made.orelse = ast.parse(snippet("S")).body
    if isinstance(made, ast.While):
        made.body.append(ast.Break())
    body[at] = made


def change_function(tree: ast.Module, rng: random.Random, snippet: Snippet) -> None:
    """A function gets a decorator, a default, an annotation, a parameter, or is renamed."""
    f = _some(tree, rng, ast.FunctionDef)
    text = rng.choice(ANNOTATIONS) if rng.random() < 0.7 else snippet("e")
    value = ast.parse(text, mode="eval").body
    kind = rng.randrange(6)
    if kind == 0:
        f.decorator_list.append(ast.parse(rng.choice(HEADS), mode="eval").body)
    elif kind == 1 and f.args.args:
        f.args.defaults = [value]
    elif kind == 2 and f.args.args:
        rng.choice(f.args.args).annotation = value
    elif kind == 3:
        f.returns = value
    elif kind == 4:
        f.args.args.insert(0, ast.arg(rng.choice(NASTY)))
    else:
        f.name = rng.choice(NASTY)


def change_class(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """A class gets a member more, or a base."""
    c = _some(tree, rng, ast.ClassDef)
    if rng.random() < 0.15:
        c.bases.append(ast.Name(rng.choice(["int", "dict", "list", "object", "S9"]), ast.Load()))
        return
    member = ast.parse(rng.choice(MEMBERS)).body
    at = rng.choice([0, len(c.body)])
    c.body[at:at] = member


def change_attribute(tree: ast.Module, rng: random.Random, _: Snippet) -> None:
    """An attribute of `self` becomes a private one, a method, or one of the class."""
    node = _some(tree, rng, ast.Attribute)
    if rng.random() < 0.3:
        node.value = ast.Name(rng.choice(["S", "s", "self"]), ast.Load())
    else:
        node.attr = rng.choice(["__n", "_S__n", "step", "_wrap", "BASE", "__class__", "total", "s"])


CHANGES: Final[tuple[Change, ...]] = (
    rename_once, rename_everywhere, rename_once, replace_expression, replace_expression,
    copy_expression, condition_around, condition_around, change_constant, change_operator,
    chain_comparison, delete_statement, move_statement, move_statement, swap_statements,
    insert_statement, insert_statement, wrap_statement, change_function, change_class,
    change_attribute,
)  # fmt: skip
