"""Expressions as SMT-LIB 2.6 terms over the integers.

SMT-LIB's ``div`` and ``mod`` are Euclidean, which agrees with Python for a positive divisor. For a
negative divisor, the signs of both operands are changed. A term is a nested tuple of symbols, which
:func:`lay_out` turns into lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from mips_verify.kernel.expr import Expr, children

Term = str | tuple["Term", ...]
Lookups = Mapping[tuple[str, tuple[int, ...]], str]

# functions that a file defines if it needs them: operator, name and body
HELPERS: Final = (
    ("min", "minimum", "(ite (<= a b) a b)"),
    ("max", "maximum", "(ite (>= a b) a b)"),
    ("bitand", "bit_and", "(ite (and (= a 1) (= b 1)) 1 0)"),
    ("bitor", "bit_or", "(ite (or (= a 1) (= b 1)) 1 0)"),
    ("bitxor", "bit_xor", "(ite (= a b) 0 1)"),
)
# words of the language, its commands, and the functions of its theories and of solvers
_WORDS: Final = """
BINARY DECIMAL HEXADECIMAL NUMERAL STRING _ as exists forall let match par assert echo exit
pop push reset Array BitVec Bool FloatingPoint Int Real RegLan RoundingMode String Seq Set Bag
true false not and or xor distinct ite div mod abs div_total mod_total is_int to_int to_real
select store concat extract repeat fp exp sin cos tan sec csc cot sqrt pi arcsin arccos arctan
arcsec arccsc arccot iand piand pow2 bag tuple sep pto wand eqrange if implies iff sub
RNE RNA RTP RTN RTZ roundNearestTiesToEven roundNearestTiesToAway roundTowardPositive
roundTowardNegative roundTowardZero bv2nat nat2bv int2bv int_to_bv sbv_to_int ubv_to_int bvadd
bvand bvashr bvcomp bvite bvlshr bvmul bvnand bvneg bvnego bvnor bvnot bvor bvredand bvredor
bvsaddo bvsdiv bvsdivo bvsge bvsgt bvshl bvsle bvslt bvsmod bvsmulo bvsrem bvssubo bvsub
bvuaddo bvudiv bvuge bvugt bvule bvult bvumulo bvurem bvusubo bvxnor bvxor bvsmul_noovfl
bvsmul_noudfl bvumul_noovfl
"""
RESERVED: Final = frozenset(_WORDS.split())
_SYMBOL: Final = {
    "true": "true",
    "false": "false",
    "neg": "-",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "abs": "abs",
    "eq": "=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "not": "not",
    "and": "and",
    "or": "or",
    "if": "ite",
} | {op: name for op, name, _ in HELPERS}
_CHAINS: Final = ("add", "and", "or")  # operators that take any number of operands
_NARROW: Final = 40  # a deeply nested line is not broken if fewer columns are left
_SMALL: Final = 4  # a repeated term with at least this many symbols gets a name


def integer(value: int) -> Term:
    """An integer; a negative one is a negation, since SMT-LIB has no negative literals."""
    return str(value) if value >= 0 else ("-", str(-value))


def logic(exprs: Iterable[Expr]) -> str:
    """``QF_LIA`` if all are linear, since solvers decide that better; otherwise ``ALL``."""
    products = (node for e in exprs for node in children(e) if node.op == "mul")
    linear = all(any(a.op == "const" for a in product.args) for product in products)
    return "QF_LIA" if linear else "ALL"


def helpers(exprs: Iterable[Expr]) -> list[str]:
    """Definitions of the functions for ``min``, ``max`` and bits that ``exprs`` use."""
    used = {node.op for e in exprs for node in children(e)}
    return [
        f"(define-fun {name} ((a Int) (b Int)) Int {body})"
        for op, name, body in HELPERS
        if op in used
    ]


def lookups(exprs: Iterable[Expr]) -> dict[tuple[str, tuple[int, ...]], str]:
    """Names for the functions of all tables and sets in ``exprs``, in order of first use."""
    found: dict[tuple[str, tuple[int, ...]], str] = {}
    counts = {"table": 0, "in": 0}
    for e in exprs:
        for node in children(e):
            if isinstance(node.value, tuple) and (node.op, node.value) not in found:
                counts[node.op] += 1
                stem = "table" if node.op == "table" else "member"
                bits = (node.op, node.value) == ("in", (0, 1))
                found[node.op, node.value] = "is_bit" if bits else f"{stem}_{counts[node.op]}"
    return found


def lookup_definition(op: str, entries: tuple[int, ...], name: str) -> Term:
    """The definition of a table as a balanced decision tree, or of a set's membership."""
    result = "Int" if op == "table" else "Bool"
    body = _tree(entries, 0, len(entries)) if op == "table" else _member(entries)
    return ("define-fun", name, (("i", "Int"),), result, body)


def _tree(entries: tuple[int, ...], low: int, high: int) -> Term:
    if len(set(entries[low:high])) == 1:
        return integer(entries[low])
    middle = (low + high) // 2
    first, second = _tree(entries, low, middle), _tree(entries, middle, high)
    return ("ite", ("<", "i", str(middle)), first, second)


def _member(entries: tuple[int, ...]) -> Term:
    equals: list[Term] = [("=", "i", integer(k)) for k in sorted(set(entries))]
    return equals[0] if len(equals) == 1 else ("or", *equals)


def to_smtlib(
    e: Expr,
    names: Mapping[str, str],
    lookups: Lookups,
    known: Mapping[Expr, str] | None = None,
) -> Term:
    """The term for ``e``; a term that occurs more than once is written once, in a ``let``.

    It has the value of ``e`` where :func:`mips_verify.kernel.expr.definedness` of ``e`` holds.

    Args:
        e: an ``int`` or a ``bool`` expression.
        names: a symbol for each variable of ``e``.
        lookups: a function for each table and set of ``e`` (see :func:`lookups`).
        known: symbols for some of the expressions that ``e`` may contain.
    """
    graph = _Graph()
    symbols = {graph.number(k): symbol for k, symbol in (known or {}).items()}
    root = graph.number(e)
    return _Writer(graph, root, symbols, names, lookups).term()


class _Graph:
    """Expressions as one acyclic graph in which equal expressions are the same node."""

    def __init__(self) -> None:
        self.nodes: list[Expr] = []
        self.args: list[tuple[int, ...]] = []
        self._numbers: dict[tuple[object, ...], int] = {}
        self._seen: dict[int, tuple[Expr, int]] = {}  # by identity; the entry keeps the node alive

    def number(self, e: Expr) -> int:
        """The number of the node of ``e``; operands have smaller numbers."""
        if id(e) not in self._seen:
            args = tuple(self.number(a) for a in e.args)
            key = (e.op, e.value, args)
            if key not in self._numbers:
                self._numbers[key] = len(self.nodes)
                self.nodes.append(e)
                self.args.append(args)
            self._seen[id(e)] = e, self._numbers[key]
        return self._seen[id(e)][1]


class _Writer:
    """The terms of one graph, built from the operands up."""

    def __init__(
        self,
        graph: _Graph,
        root: int,
        symbols: Mapping[int, str],
        names: Mapping[str, str],
        lookups: Lookups,
    ) -> None:
        self._graph, self._root, self._names, self._lookups = graph, root, names, lookups
        self._symbols = dict(symbols)
        self._prefix = "e"
        while any(re.fullmatch(self._prefix + r"\d+", name) for name in names.values()):
            self._prefix += "_"

    def term(self) -> Term:
        reached = self._reached()
        uses = [0] * len(self._graph.nodes)
        for n in reached:
            for a in self._graph.args[n]:
                uses[a] += 1
        terms: dict[int, Term] = {}
        sizes: dict[int, int] = {}
        bindings: list[tuple[str, Term]] = []
        for n in sorted(reached):
            if n in self._symbols:
                terms[n], sizes[n] = self._symbols[n], 1
                continue
            terms[n] = self._node(n, terms)
            sizes[n] = 1 + sum(sizes[a] for a in self._graph.args[n])
            if uses[n] > 1 and sizes[n] >= _SMALL:
                bindings.append((f"{self._prefix}{len(bindings) + 1}", terms[n]))
                terms[n], sizes[n] = bindings[-1][0], 1
        result = terms[self._root]
        for name, value in reversed(bindings):
            result = ("let", ((name, value),), result)
        return result

    def _reached(self) -> set[int]:
        found: set[int] = set()
        todo = [self._root]
        while todo:
            n = todo.pop()
            if n not in found:
                found.add(n)
                todo += () if n in self._symbols else self._graph.args[n]
        return found

    def _node(self, n: int, terms: Mapping[int, Term]) -> Term:
        e = self._graph.nodes[n]
        args = [terms[a] for a in self._graph.args[n]]
        if e.op == "const":
            return integer(int(e.value))  # type: ignore[arg-type]
        if e.op == "var":
            return self._names[str(e.value)]
        if isinstance(e.value, tuple):
            return (self._lookups[e.op, e.value], args[0])
        if e.op in ("floordiv", "mod"):
            return _divide(e.op, args[0], int(e.args[1].value))  # type: ignore[arg-type]
        if e.op == "int":
            return ("ite", args[0], "1", "0")
        if e.op == "ne":
            return ("not", ("=", *args))
        symbol = _SYMBOL[e.op]
        if e.op in ("and", "or") and args[0] == args[1]:
            return args[0]
        if e.op in _CHAINS:
            first = args[0]  # only the left operand, since chains in Python nest to the left
            if isinstance(first, tuple) and first[0] == symbol:
                again = e.op != "add" and args[1] in first[1:]
                return first if again else (*first, *args[1:])
        return (symbol, *args) if args else symbol


def _divide(op: str, a: Term, divisor: int) -> Term:
    if divisor > 0:
        return ("div" if op == "floordiv" else "mod", a, str(divisor))
    if op == "floordiv":
        return ("div", ("-", a), str(-divisor))
    return ("-", ("mod", ("-", a), str(-divisor)))


def flat(term: Term) -> str:
    """A term on one line."""
    return term if isinstance(term, str) else f"({' '.join(map(flat, term))})"


def lay_out(term: Term, width: int = 98, keep: int = 1) -> list[str]:
    """The lines of a term.

    Args:
        term: the term.
        width: a term with at most this many columns stays on one line.
        keep: entries of the list that stay on its first line.
    """
    if isinstance(term, str) or width < _NARROW or _fits(term, width):
        return [flat(term)]
    if term[0] == "let":  # its body is not indented, since bindings may be deeply nested
        bindings, body = term[1:]
        inner = lay_out(bindings[0], width - len("(let ()"))
        first = [f"(let ({inner[0]}", *_indented(inner[1:], len("(let ("))]
        return _closed([*_closed(first), *lay_out(body, width)])
    if term[0] == "ite" and term[2][0] != "ite" and _fits(term[:3], width):
        # like the lines after an elif, the last operand is not indented
        return _closed([flat(term[:3])[:-1], *lay_out(term[3], width)])
    lines = [f"({' '.join(map(flat, term[:keep]))}"]
    for entry in term[keep:]:
        lines += _indented(lay_out(entry, width - 2), 2)
    return _closed(lines)


def _fits(term: Term, width: int) -> bool:
    """Whether a term is at most ``width`` columns long; only that much of it is read."""
    todo = [term]
    while todo and width >= 0:
        entry = todo.pop()
        if isinstance(entry, str):
            width -= len(entry)
        else:
            width -= 2 + max(0, len(entry) - 1)  # brackets and blanks
            todo += entry
    return width >= 0


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line for line in lines]


def _closed(lines: list[str]) -> list[str]:
    lines[-1] += ")"
    return lines
