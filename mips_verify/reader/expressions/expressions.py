"""Expressions, evaluated as in Python: from left to right, each part only if it is reached."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable, Sequence
from typing import Final

from mips_verify.kernel.expr import FALSE, TRUE, Expr
from mips_verify.reader.operations import comparisons, containers, operators
from mips_verify.reader.operations.iteration import constant_elements, tail_item, tail_slice
from mips_verify.reader.operations.subscripts import item, slice_of
from mips_verify.reader.symbols.paths import Paths
from mips_verify.reader.symbols.terms import number
from mips_verify.reader.symbols.values import (
    NEVER,
    UNBOUND,
    Builtin,
    Choice,
    Class,
    Dictionary,
    Frame,
    Function,
    Generated,
    Instance,
    Items,
    Key,
    Lazy,
    Mapped,
    Numbered,
    Poison,
    Prefix,
    Ref,
    Tail,
    Value,
    View,
    Zipped,
    attributes,
)

BUILTINS: Final = frozenset(
    {"abs", "min", "max", "int", "bool", "len", "sum", "any", "all", "range", "enumerate", "zip",
     "list", "tuple", "divmod", "map", "set", "dict", "sorted",
     "isinstance"}
)  # fmt: skip
_ADVICE: Final = {  # what a first program often has
    "print": "; take it out, since what is printed is no output",
    "input": "; the numbers come as the program's argument, nobody types them",
}


class Expressions(Paths):
    """Evaluates expressions in :attr:`frame`."""

    frame: Frame

    def value(self, node: ast.expr) -> Value:
        """The value of a node.

        Raises:
            OutsideSubset: the white list, that is, this class's methods, lacks the node.
        """
        self.at(node)
        method: Callable[[ast.expr], Value] | None = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            raise self.refuse(f"{type(node).__name__} is outside the subset")
        found = method(node)
        self.where = node
        return found

    def truth(self, node: ast.expr) -> Expr:
        """The truth value of a node, if only that matters, as in a test."""
        if isinstance(node, ast.BoolOp):
            self.at(node)
            return self._connected(node.op, node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            self.at(node)
            return self.terms.no(self.truth(node.operand))
        return operators.truth(self, self.value(node))

    def _connected(self, op: ast.boolop, nodes: Sequence[ast.expr]) -> Expr:
        first = self.truth(nodes[0])
        if len(nodes) == 1:
            return first

        def rest() -> Value:
            return self._connected(op, nodes[1:])

        both = isinstance(op, ast.And)
        found = self.branch(first, rest, lambda: FALSE) if both else self.branch(
            first, lambda: TRUE, rest
        )  # fmt: skip
        return found if isinstance(found, Expr) else FALSE

    def _Constant(self, node: ast.Constant) -> Value:
        if isinstance(node.value, bool):
            return self.terms.truth_value(node.value)
        if isinstance(node.value, int):
            return self.terms.const(node.value)
        if node.value is None or isinstance(node.value, str):
            return node.value
        raise self.refuse(f"{node.value!r} is not an integer"[:80])

    def _Name(self, node: ast.Name) -> Value:
        address = self.frame.find(node.id)
        if address is None:
            if node.id in BUILTINS:
                return Builtin(node.id)
            raise self.refuse(f"'{node.id}' is not known here{_ADVICE.get(node.id, '')}")
        return self.load(address, node.id)

    def load(self, address: tuple[object, ...], name: str) -> Value:
        """The value of a variable; NameError if there is none."""
        found = self.state.store.get(address, UNBOUND)

        def of(v: Value) -> Value:
            if v is UNBOUND:
                if address[0] == "module" and hasattr(builtins, name):
                    raise self.refuse(f"'{name}' may have Python's own meaning here")
                self.fail()  # NameError
                return NEVER
            if isinstance(v, Poison):
                raise self.refuse(f"'{name}' {v.reason}")
            return v

        if isinstance(found, Choice) and not any(
            v is UNBOUND or isinstance(v, Poison) for v in found.values
        ):
            return found
        return self.each(found, of)  # type: ignore[arg-type]

    def _NamedExpr(self, node: ast.NamedExpr) -> Value:
        v = self.value(node.value)
        self.bind(node.target, v)
        return v

    def bind(self, target: ast.expr, v: Value) -> None:
        """Assign to a target; defined in the class of statements."""
        raise NotImplementedError

    def call(self, function: Value, arguments: list[Value], node: ast.Call) -> Value:
        """Call a value; defined in the class of calls."""
        raise NotImplementedError

    def _Attribute(self, node: ast.Attribute) -> Value:
        owner = self.value(node.value)
        return self.each(owner, lambda o: self._attribute(o, node.attr))

    def _attribute(self, owner: Value, name: str) -> Value:
        if isinstance(owner, Ref):
            o = self.object(owner)
            if isinstance(o, Instance):
                return self._attribute_of(owner, o, name)
            return Builtin(f".{name}", owner)
        if isinstance(owner, Class):
            found = owner.find(name)
            if not isinstance(found, ast.FunctionDef) and found is not UNBOUND:
                return found
        if owner is None:
            self.fail()  # AttributeError
            return NEVER
        if isinstance(owner, tuple) and name in ("index", "count"):
            return Builtin(f".{name}", owner)
        if isinstance(owner, Prefix) and name == "count":
            return Builtin(f".{name}", owner)
        raise self.refuse(f"the attribute '.{name}' is outside the subset")

    def _attribute_of(self, ref: Ref, o: Instance, name: str) -> Value:
        def of(v: Value) -> Value:
            if v is not UNBOUND:
                return v
            found = o.cls.find(name)
            if isinstance(found, ast.FunctionDef):
                return Function(found, o.cls.frame, self.defaults_of(found), ref)
            if found is UNBOUND:
                self.fail()  # AttributeError
                return NEVER
            return found

        return self.each(attributes(o).get(name, UNBOUND), of)

    def defaults_of(self, node: ast.FunctionDef | ast.Lambda) -> tuple[Value, ...]:
        """The default values of parameters, which must be plain constants."""
        if any(d is not None for d in node.args.kw_defaults):
            raise self.refuse("a parameter that is given by name only is outside the subset")
        for d in node.args.defaults:
            inner = d.operand if isinstance(d, ast.UnaryOp) else d
            if not isinstance(inner, ast.Constant):
                raise self.refuse("a default that is no plain constant is shared between calls")
        return tuple(self.value(d) for d in node.args.defaults)

    def _BinOp(self, node: ast.BinOp) -> Value:
        left = self.value(node.left)
        right = self.value(node.right)
        self.where = node
        return operators.binary(self, node.op, left, right)

    def _UnaryOp(self, node: ast.UnaryOp) -> Value:
        if isinstance(node.op, ast.Not):
            return self.truth(node)
        return operators.unary(self, node.op, self.value(node.operand))

    def _BoolOp(self, node: ast.BoolOp) -> Value:
        return self._operand(node.op, node.values)

    def _operand(self, op: ast.boolop, nodes: Sequence[ast.expr]) -> Value:
        """The operand that ``a and b`` or ``a or b`` evaluates to."""
        first = self.value(nodes[0])
        if len(nodes) == 1:
            return first
        c = operators.truth(self, first)

        def rest() -> Value:
            return self._operand(op, nodes[1:])

        def stop() -> Value:
            return first

        return self.branch(c, rest, stop) if isinstance(op, ast.And) else self.branch(c, stop, rest)

    def _Compare(self, node: ast.Compare) -> Value:
        return self._chain(
            self.value(node.left), list(zip(node.ops, node.comparators, strict=True))
        )

    def _chain(self, left: Value, pairs: list[tuple[ast.cmpop, ast.expr]]) -> Expr:
        """A chain of comparisons, which stops at the first one that does not hold."""
        (op, node), *rest = pairs
        right = self.value(node)
        found = comparisons.compare(self, op, left, right)
        if not rest:
            return found
        whole = self.branch(found, lambda: self._chain(right, rest), lambda: FALSE)
        return whole if isinstance(whole, Expr) else FALSE

    def _IfExp(self, node: ast.IfExp) -> Value:
        c = self.truth(node.test)
        return self.branch(c, lambda: self.value(node.body), lambda: self.value(node.orelse))

    def _Tuple(self, node: ast.Tuple) -> Value:
        return self.sized(tuple(self.elements(node.elts)))

    def elements(self, nodes: Sequence[ast.expr]) -> list[Value]:
        """The values of nodes, from left to right."""
        found: list[Value] = []
        for e in nodes:
            if isinstance(e, ast.Starred):
                part = constant_elements(self, self.value(e.value))
                if part is None:
                    raise self.refuse("'*' can only unpack a value whose elements are all known")
                found += part
            else:
                found.append(self.plain(self.value(e)))
        return found

    def plain(self, v: Value) -> Value:
        """Return ``v`` to be kept; refuse a value that must be consumed at once or only once."""
        if isinstance(v, Lazy | Generated | Mapped | View | Zipped | Numbered):
            raise self.refuse("a generator or an iterator is kept, and consumed later")
        return v

    def source_of(self, v: Value) -> Value:
        """Return ``v`` to be iterated over inside zip() or enumerate(), or refuse it."""
        if isinstance(v, Lazy | Generated | Mapped | View):
            raise self.refuse("a generator or a view is consumed inside another iterator")
        return v

    def _List(self, node: ast.List) -> Value:
        address = self.fresh("object")
        values = tuple(self.elements(node.elts))
        return self.new_list(address, values)

    def new_list(self, address: tuple[object, ...], values: tuple[Value, ...]) -> Value:
        """The list made by a list display; defined in the class of loops."""
        raise NotImplementedError

    def _Set(self, node: ast.Set) -> Value:
        return self.new_set(self.elements(node.elts))

    def new_set(self, values: Sequence[Value]) -> Value:
        """A set of constants."""
        keys = dict.fromkeys(containers.to_key(self, v, "the elements of a set") for v in values)
        elements = tuple(containers.from_key(self, k) for k in keys)
        return self.allocate(Items(elements, is_set=True))

    def _Dict(self, node: ast.Dict) -> Value:
        entries: dict[Key, Value] = {}
        for k, v in zip(node.keys, node.values, strict=True):
            if k is None:
                raise self.refuse("'**' is outside the subset")
            key = containers.to_key(self, self.value(k))
            entries[key] = self.plain(self.value(v))
        return self.allocate(Dictionary(tuple(entries.items())))

    def _Subscript(self, node: ast.Subscript) -> Value:
        owner = self.value(node.value)
        if not isinstance(node.slice, ast.Slice):
            index = self.value(node.slice)
            self.where = node
            if isinstance(owner, Tail):
                return tail_item(self, owner, index)
            return item(self, owner, index)
        parts = (node.slice.lower, node.slice.upper, node.slice.step)
        start, stop, step = (UNBOUND if p is None else self.value(p) for p in parts)
        self.where = node
        by = 1 if step is UNBOUND or step is None else self._step(step)
        if isinstance(owner, Tail) and by == 1 and start is not UNBOUND and stop is not UNBOUND:
            return tail_slice(self, owner, start, stop)
        return self.each(owner, lambda o: slice_of(self, o, start, stop, by))

    def _step(self, step: Value) -> int:
        if isinstance(step, Expr) and step.op == "const" and step.value != 0:
            return number(step)
        raise self.refuse("the step of a slice must be a constant other than 0")

    def _Lambda(self, node: ast.Lambda) -> Value:
        return Function(node, self.frame, self.defaults_of(node))

    def _Call(self, node: ast.Call) -> Value:
        function = self.value(node.func)
        if node.keywords and not isinstance(function, Function | Class | Builtin):
            raise self.refuse("arguments by name are outside the subset here")
        arguments: list[Value] = []
        for a in node.args:
            if isinstance(a, ast.Starred):
                arguments += self.elements([a])
            else:
                arguments.append(self.value(a))
        self.where = node
        return self.each(function, lambda f: self.call(f, arguments, node))
