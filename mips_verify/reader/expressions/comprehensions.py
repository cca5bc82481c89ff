"""Comprehensions over constants, and generator expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from mips_verify.kernel.expr import TRUE
from mips_verify.reader.expressions.expressions import Expressions
from mips_verify.reader.operations import containers
from mips_verify.reader.operations.iteration import constant_elements, stream_of
from mips_verify.reader.symbols.values import (
    Dictionary,
    Frame,
    Generated,
    History,
    Indices,
    Items,
    Key,
    Lazy,
    Length,
    Mapped,
    Prefix,
    Ref,
    Value,
    View,
    references,
    same,
)


class Comprehensions(Expressions):
    """Evaluates comprehensions; each has its own frame.

    Attributes:
        active: the places, line and column, of the calls that are being executed.
    """

    active: tuple[object, ...] = ()

    def comprehension(
        self,
        node: ast.ListComp | ast.GeneratorExp,
        source: Value,
        frame: Frame | None = None,
    ) -> Value:
        """A list with one element for each step; defined in the class of loops."""
        raise NotImplementedError

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Value:
        return Lazy(node, self.frame, self.value(node.generators[0].iter))

    def _ListComp(self, node: ast.ListComp) -> Value:
        source = self.value(node.generators[0].iter)
        self.where = node
        if isinstance(source, Prefix | Indices):
            generator = ast.copy_location(ast.GeneratorExp(node.elt, node.generators), node)
            return Lazy(generator, self.frame, source, is_list=True)
        if self.is_stream(source):
            return self.comprehension(node, source)
        values: list[Value] = []
        self.comprehend(node.generators, source, lambda: values.append(self.value(node.elt)))
        return self.allocate(Items(tuple(values)))

    def _SetComp(self, node: ast.SetComp) -> Value:
        values: list[Value] = []
        source = self.value(node.generators[0].iter)
        self.comprehend(node.generators, source, lambda: values.append(self.value(node.elt)))
        return self.new_set(values)

    def _DictComp(self, node: ast.DictComp) -> Value:
        entries: dict[Key, Value] = {}

        def add() -> None:
            key = containers.to_key(self, self.value(node.key))
            entries[key] = self.plain(self.value(node.value))

        self.comprehend(node.generators, self.value(node.generators[0].iter), add)
        return self.allocate(Dictionary(tuple(entries.items())))

    def is_stream(self, source: Value) -> bool:
        """Whether a source ends when the input ends."""
        return stream_of(self, source) is not None

    def comprehend(
        self,
        generators: Sequence[ast.comprehension],
        source: Value,
        use: Callable[[], object],
        frame: Frame | None = None,
    ) -> None:
        """Call ``use`` for each element that a comprehension over constants selects."""

        def one(tests: Sequence[ast.expr]) -> None:
            if all(self._decided(test) for test in tests):
                use()

        self.comprehend_tests(generators, source, one, frame)

    def comprehend_tests(
        self,
        generators: Sequence[ast.comprehension],
        source: Value,
        use: Callable[[Sequence[ast.expr]], object],
        frame: Frame | None = None,
    ) -> None:
        """Call ``use`` for each element, with the tests that decide whether it is selected."""
        outer = self.frame
        self.frame = comprehension_frame(self, generators, frame or outer)
        try:
            self._comprehend(generators, source, use)
        finally:
            self.frame = outer

    def _comprehend(
        self,
        generators: Sequence[ast.comprehension],
        source: Value,
        use: Callable[[Sequence[ast.expr]], object],
    ) -> None:
        first, *rest = generators
        unchanged = self.unchanged_sources(source)
        for e in self.source_elements(source):
            unchanged()
            self.bind(first.target, e)
            if not rest:
                use(first.ifs)
            elif all(self._decided(test) for test in first.ifs):
                self._comprehend(rest, self.value(rest[0].iter), use)
        unchanged()

    def where_taken(
        self, tests: Sequence[ast.expr], use: Callable[[], Value], otherwise: Value
    ) -> Value:
        """``use()`` if all tests of a comprehension hold, ``otherwise`` if not."""
        if not tests:
            return use()
        return self.branch(
            self.truth(tests[0]),
            lambda: self.where_taken(tests[1:], use, otherwise),
            lambda: otherwise,
        )

    def demand_inside_a_step(self) -> None:
        """Refuse code outside a loop over the input; defined in the class of loops."""
        raise NotImplementedError

    def stream_of_calls(self, v: Mapped) -> Value:
        """``list(map(f, xs))``; defined in the class of loops."""
        raise NotImplementedError

    def call_node(self) -> ast.Call:
        """A call by name without arguments, placed at the node that is being executed."""
        at = self.where if isinstance(self.where, ast.expr | ast.stmt) else ast.Pass()
        return ast.copy_location(ast.Call(ast.Name("f", ast.Load()), [], []), at)

    def history(self, ref: Ref) -> History:
        """The history that a reference points to."""
        found = self.object(ref)
        assert isinstance(found, History)
        return found

    def unchanged_sources(self, source: Value) -> Callable[[], None]:
        """A function that refuses the loop if its sources have changed since it began."""
        held = {r.address: self.state.store.get(r.address) for r in references(source)}
        keys_only = not isinstance(source, View)
        visited = 0

        def check() -> None:
            nonlocal visited
            for a, old in held.items():
                if not _same_from(visited, old, self.state.store.get(a), keys_only):
                    raise self.refuse("a loop changes what it is over")
            visited += 1

        return check

    def source_elements(self, source: Value) -> tuple[Value, ...]:
        """The elements of a source of known size."""
        if isinstance(source, Generated | Prefix | Indices | Length):
            raise self.refuse("iterating over this is outside the subset")
        found = constant_elements(self, source)
        if found is None:
            raise self.refuse("not all elements of what is iterated over here are known")
        return found

    def _decided(self, test: ast.expr) -> bool:
        c = self.decide(self.truth(test))
        if c.op not in ("true", "false"):
            raise self.retry("the size of this list is not known")
        return c is TRUE


def _same_from(visited: int, old: object, new: object, keys_only: bool) -> bool:
    """Whether the elements that a loop has not visited yet are unchanged."""
    if isinstance(old, Items) and isinstance(new, Items) and len(old.values) == len(new.values):
        return same(old.values[visited:], new.values[visited:])
    if isinstance(old, Dictionary) and isinstance(new, Dictionary):
        if [k for k, _ in old.entries] != [k for k, _ in new.entries]:
            return False
        pairs = list(zip(old.entries, new.entries, strict=True))[visited:]
        return keys_only or all(same(v, w) for (_, v), (_, w) in pairs)
    return same(old, new)


def comprehension_frame(
    paths: Expressions, generators: Sequence[ast.comprehension], outer: Frame
) -> Frame:
    """A frame for the names that a comprehension binds."""
    if any(g.is_async for g in generators):
        raise paths.refuse("an async comprehension is outside the subset")
    names = {n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
    return Frame(paths.fresh("frame"), frozenset(names), outer)
