"""Functions of one number that are sums over its quotient and remainder by some base.

Examples are digit sums and anything periodic: ``f(x) = u(x // b) + v(x % b)``. Both parts take
smaller numbers and may be such sums themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.simplify import simplify
from mips_verify.kernel.expr import Expr, const, substitute, var
from mips_verify.regress.shapes.lookup import deciding_columns
from mips_verify.regress.shapes.shape import FitColumn, Sought

Part = tuple[Ints, Ints]  # arguments and images

LEAST: Final = 8  # values; for fewer a table is as clear


def digits(sought: Sought) -> Iterator[Expr]:
    """Sums over the digits of the columns that decide the target."""
    for name, keys, images in deciding_columns(sought.rows):
        yield from by_digits(name, keys, images, sought.fit_column)


def by_digits(name: str, keys: Ints, images: Ints, fit_column: FitColumn) -> Iterator[Expr]:
    """Expressions over ``name`` for the function from keys to images, if it is such a sum.

    Two bases are tried: the smallest, and the one whose parts need the fewest numbers.

    Args:
        name: the argument.
        keys: integers, shape ``(n,)``; nothing is found unless they are consecutive.
        images: shape ``(n,)``.
        fit_column: finds an expression for a function of fewer keys.
    """
    if len(keys) < LEAST or keys[-1] - keys[0] != len(keys) - 1:
        return
    found = {b: _parts(keys, images, b) for b in range(2, len(keys) // 2 + 1)}
    bases = [b for b, parts in found.items() if parts is not None]
    if not bases:
        return
    fewest = min(bases, key=lambda b: sum(map(_values, found[b] or ())))
    for base in dict.fromkeys((bases[0], fewest)):
        u, v = (fit_column(name, *part) for part in found[base] or ())
        if u is not None and v is not None:
            yield _joined(name, base, u, v)


def _values(part: Part) -> int:
    """How many numbers describe the part: 0 to 2, or one per value if it is not a progression."""
    images = part[1]
    return int(images.any()) + int(len(set(np.diff(images).tolist())) > 1) * len(images)


def _parts(keys: Ints, images: Ints, base: int) -> tuple[Part, Part] | None:
    """The functions of quotient and remainder that add up to the images, or ``None``."""
    quotient, remainder = keys // base, keys % base
    whole = int(-keys[0] % base)  # index at which the first full period begins
    if whole + base > len(keys):
        return None
    v = images[whole : whole + base]
    quotients, first = np.unique(quotient, return_index=True)
    u = (images - v[remainder])[first]
    if (u[quotient - quotients[0]] + v[remainder] != images).any():
        return None
    shift = v[0] if (v == v[0]).all() else -u[0]
    return (quotients, u + shift), (np.arange(base), v - shift)


def _joined(name: str, base: int, u: Expr, v: Expr) -> Expr:
    quotient, remainder = (Expr(op, (var(name), const(base))) for op in ("floordiv", "mod"))
    parts = substitute(u, {name: quotient}), substitute(v, {name: remainder})
    return simplify(Expr("add", parts))
