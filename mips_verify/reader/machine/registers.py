"""The registers that keep values between steps: integers, truth values and tags.

If a variable may hold values of several kinds, one register keeps the kind (the tag) and another
one the number. A variable that is constant, or that counts the steps, needs no register.
"""

from __future__ import annotations

from dataclasses import replace

from mips_verify.kernel.expr import Expr
from mips_verify.reader.symbols.needs import Grows
from mips_verify.reader.symbols.paths import MAX_CASES, Paths, one_kind
from mips_verify.reader.symbols.terms import STEP, number
from mips_verify.reader.symbols.values import (
    UNBOUND,
    Address,
    Choice,
    Dictionary,
    History,
    Instance,
    Items,
    Length,
    Mark,
    Range,
    Store,
    Stored,
    Value,
    attributes,
    map_entries,
    same,
)

Path = tuple[object, ...]
Next = dict[str, Expr]  # from registers to their next values
MARK = "before "  # contains a space, which no name of a program does
SEPARATOR = chr(31)  # occurs in no repr


def name_of(path: Path) -> str:
    """The symbol of the register for one place, that is, a variable or a part of it."""
    return MARK + SEPARATOR.join(map(repr, path))


class Registers:
    """Symbols for places, and their next values.

    Args:
        paths: the step whose values are kept.
    """

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.terms = paths.terms

    def number(self, path: Path) -> Expr:
        """The register for an integer."""
        return self.terms.var(name_of(path))

    def truth(self, path: Path) -> Expr:
        """The register for a truth value, converted to a truth value."""
        name = name_of((*path, "is"))
        self.terms.ranges[name] = (0, 1)
        return self.terms.make("ne", self.terms.var(name), self.terms.const(0))

    def choice(self, path: Path, values: list[Value]) -> Value:
        """One of several values, selected by a tag."""
        if len(values) == 1:
            return values[0]
        name = name_of((*path, "kind"))
        known = self.terms.ranges.get(name, (0, 0))[1] or 0
        self.terms.ranges[name] = (0, max(known, len(values) - 1))
        return Choice(self.terms.var(name), tuple(values))

    # the start of the next step

    def store(self, exits: Store) -> Store:
        """The values at the start of a step if the step before it left ``exits``."""
        return {a: self.stored(v, a) for a, v in exits.items()}

    def stored(self, v: Stored, path: Path) -> Stored:
        """Like :meth:`store`, for the contents of one variable or object."""
        if isinstance(v, Items | Dictionary | Instance):
            return map_entries(v, path, self.value)
        if isinstance(v, History):
            recent = self._each(v.recent, (*path, "recent"), backwards=True)
            return replace(
                v,
                length=self._expr(v.length, (*path, "length")),
                recent=recent,
                first=self._each(v.first, (*path, "first")),
            )
        return self.value(v, path)

    def _each(
        self, values: tuple[Value, ...], path: Path, backwards: bool = False
    ) -> tuple[Value, ...]:
        n = len(values)
        return tuple(
            self.value(v, (*path, n - k if backwards else k)) for k, v in enumerate(values)
        )

    def value(self, v: Value, path: Path) -> Value:
        """Like :meth:`store`, for one value."""
        self.paths.work(1)
        if isinstance(v, Expr):
            return self._expr(v, path)
        if isinstance(v, tuple):
            return self._each(v, path)
        if isinstance(v, Choice):
            return self.choice(path, [self.value(p, (*path, f"k{i}"))
                                      for i, p in enumerate(v.values)])  # fmt: skip
        return self.constant(v)

    def constant(self, v: Value) -> Value:
        """A value without parts that change."""
        if isinstance(v, Range) and isinstance(v.stop, Length | Expr):
            parts = [v.start, *([v.stop] if isinstance(v.stop, Expr) else [])]
            if any(p.op != "const" for p in parts):
                raise self.paths.refuse("a range is kept from one step to the next")
        return v

    def _expr(self, e: Expr, path: Path) -> Expr:
        if e.op in ("const", "true", "false"):
            return e
        return self.truth(path) if e.sort == "bool" else self.number(path)

    # the start of every later step

    def widen_store(self, w: Store, e: Store, before: Store) -> Store:
        """Values before a step that cover ``w`` and the values ``e`` left by the step before."""
        found: Store = {}
        for a, v in e.items():
            if a in w:
                found[a] = self.widen_stored(w[a], v, a)
            elif a in before:
                found[a] = self.widen_stored(self._demand_constant(before[a], a), v, a)
            else:
                found[a] = self.stored(v, a)
        return found

    def _demand_constant(self, v: Stored, a: Address) -> Stored:
        if not same(self.stored(v, a), v):
            raise self.paths.retry("a first value depends on the first letter", steps=1)
        return v

    def widen_stored(self, w: Stored, e: Stored, path: Path) -> Stored:
        """Like :meth:`widen_store`, for the contents of one variable or object."""
        if isinstance(w, Items) and isinstance(e, Items):
            if len(w.values) != len(e.values):
                raise self._other_size(path)
            return replace(w, values=self._widen_each(w.values, e.values, path))
        if isinstance(w, History) and isinstance(e, History):
            return self._widen_history(w, e, path)
        if isinstance(w, Dictionary) and isinstance(e, Dictionary):
            if [k for k, _ in w.entries] != [k for k, _ in e.entries]:
                raise self._other_size(path)
            pairs = zip(w.entries, e.entries, strict=True)
            return Dictionary(tuple((k, self.widen(v, u, (*path, k))) for (k, v), (_, u) in pairs))
        if isinstance(w, Instance) and isinstance(e, Instance) and w.cls == e.cls:
            mine, theirs = attributes(w), attributes(e)
            names = dict.fromkeys([*mine, *theirs])
            new = ((n, self.widen(mine.get(n, UNBOUND), theirs.get(n, UNBOUND), (*path, n)))
                   for n in names)  # fmt: skip
            return Instance(w.cls, tuple(new))
        if isinstance(w, Items | History | Dictionary | Instance):
            raise self.paths.refuse("an object changes its kind")
        return self.widen(w, e, path)  # type: ignore[arg-type]

    def _other_size(self, path: Path) -> Exception:
        if path[0] == "object" and path not in self.paths.plan.windows:
            return Grows(self.paths.where, path)
        return self.paths.retry("a list or a dictionary changes its size")

    def _widen_history(self, w: History, e: History, path: Path) -> History:
        length = self.widen(w.length, e.length, (*path, "length"))
        assert isinstance(length, Expr)
        if self.terms.linear(length) is None:
            raise self.paths.refuse("a step appends no output, or more than one")
        if len(w.recent) != len(e.recent) or len(w.first) != len(e.first):
            raise self.paths.retry("the first steps keep fewer elements")
        n = len(w.recent)
        pairs = enumerate(zip(w.recent, e.recent, strict=True))
        recent = tuple(self.widen(v, u, (*path, "recent", n - k)) for k, (v, u) in pairs)
        first = self._widen_each(w.first, e.first, (*path, "first"))
        return replace(w, length=length, recent=recent, first=first, stale=w.stale or e.stale)

    def _widen_each(
        self, w: tuple[Value, ...], e: tuple[Value, ...], path: Path
    ) -> tuple[Value, ...]:
        pairs = enumerate(zip(w, e, strict=True))
        return tuple(self.widen(v, u, (*path, k)) for k, (v, u) in pairs)

    def widen(self, w: Value, e: Value, path: Path) -> Value:
        """Like :meth:`widen_store`, for one value."""
        self.paths.work(1)
        if isinstance(w, Expr) and isinstance(e, Expr):
            return self._widen_expr(w, e, path)
        if isinstance(w, tuple) and isinstance(e, tuple) and len(w) == len(e):
            return self._widen_each(w, e, path)
        if not isinstance(w, Choice) and not isinstance(e, Choice) and one_kind(w, e):
            return self.constant(w)
        mine: list[Value] = list(w.values) if isinstance(w, Choice) else [w]
        theirs: list[Value] = list(e.values) if isinstance(e, Choice) else [e]
        for v in theirs:
            place = next((i for i, u in enumerate(mine) if one_kind(u, v)), None)
            if place is None:
                mine.append(self.value(v, (*path, f"k{len(mine)}")))
            else:
                inner = path if len(mine) == 1 and len(theirs) == 1 else (*path, f"k{place}")
                mine[place] = self.widen(mine[place], v, inner)
        if len(mine) > MAX_CASES:
            raise self.paths.refuse("a variable may hold too many kinds of values")
        return self.choice(path, [self.constant(v) if not isinstance(v, Expr | tuple) else v
                                  for v in mine])  # fmt: skip

    def _widen_expr(self, w: Expr, e: Expr, path: Path) -> Expr:
        if w is e:
            return w
        if w.sort == "bool":
            if e.sort == "bool":
                return self.truth(path)
            return self.number(path)
        if w.op == "const" and e.op == "const" and number(e) == number(w) + 1:
            return self.terms.line(1, number(w) - self.terms.least_step)
        line = self.terms.linear(w)
        if line is not None and line[0] == 1 and self.terms.linear(e) == (1, line[1] + 1):
            return w
        if w.op == "var" and w.value != STEP:
            return w
        return self.number(path)

    # the next values of the registers

    def next_of_store(self, w: Store, e: Store) -> Next:
        """The next values of the registers in ``w`` if a step leaves ``e``."""
        found: Next = {}
        for a, v in w.items():
            if a in e:
                self._next_stored(v, e[a], found)
            elif a[0] not in (Mark.KEPT, "fold"):  # created in a later step, so no value is needed
                raise self.paths.refuse("what a variable holds at the start is not known")
        return found

    def _next_stored(self, w: Stored, e: Stored, found: Next) -> None:
        if isinstance(w, Items) and isinstance(e, Items):
            self._next_each(w.values, e.values, found)
        elif isinstance(w, History) and isinstance(e, History):
            self._next(w.length, e.length, found)
            self._next_each(w.recent, e.recent, found)
            self._next_each(w.first, e.first, found)
        elif isinstance(w, Dictionary) and isinstance(e, Dictionary):
            pairs = zip(w.entries, e.entries, strict=True)
            for (_, v), (_, u) in pairs:
                self._next(v, u, found)
        elif isinstance(w, Instance) and isinstance(e, Instance):
            theirs = attributes(e)
            for n, v in w.attributes:
                self._next(v, theirs.get(n, UNBOUND), found)
        else:
            self._next(w, e, found)  # type: ignore[arg-type]

    def _next_each(self, w: tuple[Value, ...], e: tuple[Value, ...], found: Next) -> None:
        for v, u in zip(w, e, strict=True):
            self._next(v, u, found)

    def _next(self, w: Value, e: Value, found: Next) -> None:
        if isinstance(w, Expr) and isinstance(e, Expr):
            name = w.args[0].value if w.op == "ne" else w.value
            if (w.op == "var" and name != STEP) or w.op == "ne":
                found[str(name)] = self.terms.integer(self.terms.truth(e) if w.op == "ne" else e)
        elif isinstance(w, tuple) and isinstance(e, tuple):
            self._next_each(w, e, found)
        elif isinstance(w, Choice):
            self._next_choice(w, e, found)

    def _next_choice(self, w: Choice, e: Value, found: Next) -> None:
        """The next values of the tag, and of the parts of the case that it selects."""
        values = e.values if isinstance(e, Choice) else (e,)
        places = [next(k for k, u in enumerate(w.values) if one_kind(u, v)) for v in values]
        found[str(w.tag.value)] = self.paths.remapped(e, places)
        zero = self.terms.const(0)
        for k, (place, v) in enumerate(zip(places, values, strict=True)):
            inner: Next = {}
            self._next(w.values[place], v, inner)
            for name, value in inner.items():
                c = self.terms.compare("eq", e.tag, self.terms.const(k)) if isinstance(
                    e, Choice
                ) else self.terms.truth_value(True)  # fmt: skip
                found[name] = self.terms.integer(self.terms.choice(c, value, zero))
