"""Tables of a program that become named constants, laid out in rows if they have columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from mips_verify.emit.names import fresh
from mips_verify.emit.python.python_expressions import Tables, to_python, tuple_lines
from mips_verify.emit.python.sharing import from_terms, terms
from mips_verify.emit.python.straight_line import Step
from mips_verify.kernel.expr import Expr, children

_INLINE: Final = 8  # a table with more entries becomes a constant
_ROWS: Final = 3  # a table over states becomes a constant if it has at least this many rows
_COLUMNS: Final = 12  # entries of the longest row


@dataclass(frozen=True, slots=True)
class Rows:
    """A table whose index is ``columns * row + column``.

    Attributes:
        columns: entries of a row.
        row: the expression for the number of the row, as text.
        column: the expression for the place in the row, as text.
        name: the wanted name of the table.
    """

    columns: int
    row: str
    column: str
    name: str


def tables_of(step: Step, taken: Collection[str]) -> tuple[Tables, dict[str, Rows]]:
    """Names for the tuples that are long, in rows, or looked up more than once.

    Returns:
        a name for each tuple; and by that name the rows, if the table has rows.
    """
    nexts = [e for a in step.assigns for e in a.values]
    nodes = [n for e in [*nexts, *step.returns] for n in children(e)]
    targets = {t for a in step.assigns for t in a.targets if t.startswith("self.")}
    moving = {id(n) for a in step.assigns for e in a.values for n in children(e)
              if set(a.targets) & targets}  # fmt: skip
    uses = Counter(n.value for n in nodes if isinstance(n.value, tuple))
    names: dict[tuple[int, ...], str] = {}
    rows: dict[str, Rows] = {}
    for n in nodes:
        if not isinstance(n.value, tuple) or n.value in names:
            continue
        several = n.op == "table" and len(n.value) > 2 and uses[n.value] > 1
        layout = _rows(n, "NEXT" if id(n) in moving else "OUTPUT")
        if not (layout or several or len(n.value) > _INLINE):
            continue
        wanted = layout.name if layout else "TABLE" if n.op == "table" else "MEMBERS"
        name = names[n.value] = fresh(wanted, {*taken, *names.values()})
        if layout:
            rows[name] = layout
    return names, rows


def constant_lines(names: Tables, rows: Mapping[str, Rows]) -> list[str]:
    """The definitions of the constants, as lines."""
    return [
        line
        for entries, name in names.items()
        for line in (_in_rows(name, entries, rows[name]) if name in rows else _flat(name, entries))
    ]


def _flat(name: str, entries: tuple[int, ...]) -> list[str]:
    lines = tuple_lines(f"{name} = ", entries)
    # a formatter would put every entry on a separate line
    return lines if len(lines) == 1 else [*lines[:-1], f"{lines[-1]}  # fmt: skip"]


def _in_rows(name: str, entries: tuple[int, ...], rows: Rows) -> list[str]:
    cells = [str(v) for v in entries]
    width = max(map(len, cells))
    lines = []
    for q, first in enumerate(range(0, len(cells), rows.columns)):
        row = ", ".join(c.rjust(width) for c in cells[first : first + rows.columns])
        lines.append(f"    {row},  # {rows.row} = {q}")
    return [f"{name} = (  # row {rows.row}, column {rows.column}", *lines, ")  # fmt: skip"]


def _rows(n: Expr, name: str) -> Rows | None:
    """The rows of a table indexed by a state and a letter; ``None`` for any other table."""
    if n.op != "table" or not isinstance(n.value, tuple):
        return None
    summands = terms(n.args[0])
    for i, (sign, t) in enumerate(summands):
        rest = [*summands[:i], *summands[i + 1 :]]
        if sign < 0 or t.op != "mul" or not rest:
            continue
        factor, z = t.args if t.args[0].op == "const" else t.args[::-1]
        if factor.op != "const" or z.op != "var" or not str(z.value).startswith("self."):
            continue
        columns = int(factor.value)  # type: ignore[arg-type]
        column = to_python(from_terms(rest)).replace("self.", "")
        fits = 2 <= columns <= _COLUMNS and len(n.value) % columns == 0 and len(column) <= 30
        if fits and len(n.value) >= _ROWS * columns:
            return Rows(columns, str(z.value).removeprefix("self."), column, name)
    return None
