"""A linear network beside a linear program: how far apart may their outputs ever be?

Both are linear systems. With ``s = (h, z)`` of network and program together, ``s' = M s + N x``
and the outputs differ by ``P s + Q x``, where x has one more entry that is always 1. So the
difference after t letters is ``P M^(t-1) s_0 + Q x_t + sum_j P M^j N x_(t-1-j)``, and the worst
word takes for each letter the end of its range that adds most. Where the program forgets (its part
of the response becomes 0) and some power of the network's matrix has a norm of at most 1/2, the
rest of the response is below a geometric series, and the bound holds for words of every length.

In float64, each step adds an error of at most ``eps`` to each hidden value, which later steps
transport like an input; ``eps`` follows from a bound on the hidden values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from operator import mul
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork

LETTERS: Final = 256  # of words that are followed one letter at a time, in exact numbers
POWERS: Final = 64  # of the network's matrix whose norms are looked at
ORDER: Final = 32  # most hidden values and states of the program together
PLACES: Final = 320  # binary places of sums; weights have at most half as many
UNIT: Final = Fraction(1, 2**53)
HALF: Final = Fraction(1, 2)
_ONE: Final = 1 << PLACES
Row = list[int]  # scaled by 2 ** PLACES
Ends = tuple[int, int]


class NotLinearError(MipsVerifyError):
    """A network or a program that is not linear, too large, or has numbers with too many places."""


@dataclass(frozen=True, slots=True)
class _Joint:
    """The matrices of the module; the first ``hidden`` entries of the state are the network's."""

    M: list[Row]
    N: list[Row]
    P: list[Row]
    Q: list[Row]
    start: Row
    hidden: int
    ends: list[Ends]
    f: list[Row]
    g: list[Row]


class _Response:
    """A row times ``M^k N``, for k below ``LETTERS + POWERS``; rounded outwards.

    Attributes:
        low, high: sums over the first 0, 1, 2, ... powers of what a letter adds at least and most.
        moved: the same sums of the magnitudes of the network's entries of ``row M^k``.
        free: ``row M^k s_0``, between two numbers.
        forgets: whether the program's entries of the last power followed letter by letter are 0.
    """

    def __init__(self, joint: _Joint, row: Row) -> None:
        columns, inputs = list(zip(*joint.M, strict=True)), list(zip(*joint.N, strict=True))
        low, high, size = [], [], []
        self.free: list[tuple[Fraction, Fraction]] = []
        self.forgets = True
        for k in range(LETTERS + POWERS):
            places = PLACES * (k + 1)
            adds = [_dot(row, column) for column in inputs]
            least, most = _range(adds, joint.ends)
            low.append(-_up(-least, places + PLACES))
            high.append(_up(most, places + PLACES))
            size.append(_up(sum(map(abs, row[: joint.hidden])), places))
            start = _dot(row, joint.start)
            self.free.append((-_up(-start, places + PLACES), _up(start, places + PLACES)))
            self.forgets &= k < LETTERS or not any(row[joint.hidden :])
            row = [_dot(row, column) for column in columns]
        zero = Fraction(0)
        self.low, self.high, self.moved = (
            list(accumulate(part, initial=zero)) for part in (low, high, size)
        )

    def reach(self, letters: int, more: Ends = (0, 0)) -> Fraction:
        """The largest magnitude after so many letters, with a range added to it."""
        least, most = self.free[letters]
        low = self.low[letters] + _plain(more[0]) + least
        high = self.high[letters] + _plain(more[1]) + most
        return max(-low, high)


def linear_letters(
    network: ExactNetwork, program: Machine, domain: Domain
) -> tuple[int | None, int | None]:
    """Letters for which they agree, in exact reals and in float64; ``None`` for any number.

    Raises:
        NotLinearError: the network or the program is not linear.
    """
    joint = _joint(network, program, domain)
    size = range(len(joint.M))
    hidden = [_Response(joint, [_ONE * (i == j) for j in size]) for i in range(joint.hidden)]
    outputs = [_Response(joint, row) for row in joint.P]
    rest = _rest(joint, outputs + hidden)
    news = [_range(row, joint.ends) for row in joint.Q]
    followed = range(LETTERS + (rest is not None))  # one more stands for all longer words
    apart = [
        max(row.reach(t, new) for row, new in zip(outputs, news, strict=True)) for t in followed
    ]
    exact = _first(apart)
    moved = [max(row.moved[t] for row in outputs) for t in followed]
    floats, end = 0, exact
    while end > floats:  # a smaller end has smaller states, and smaller errors
        states = max(row.reach(t) for row in hidden for t in range(min(end, LETTERS) + 1))
        eps, last = _errors(joint, 2 * states + 1)  # if errors at most double the hidden values
        if all(row.moved[min(end, LETTERS)] * eps <= states + 1 for row in hidden):
            errors = [a + m * eps + last for a, m in zip(apart, moved, strict=True)]
            floats = max(floats, _first(errors[:end]))
        end = end * 9 // 10
    return _letters(exact, rest), _letters(floats, rest)


def _first(bounds: Sequence[Fraction]) -> int:
    """How many bounds are below 1/2 before the first that is not."""
    return next((i for i, bound in enumerate(bounds) if bound >= HALF), len(bounds))


def _letters(count: int, rest: Fraction | None) -> int | None:
    return None if rest is not None and count == LETTERS + 1 else count


def _rest(joint: _Joint, rows: Sequence[_Response]) -> Fraction | None:
    """A bound on all that letters beyond those followed add, which is put into the rows, or None.

    If ``|A^p|`` is at most 1/2, the magnitudes of ``row M^k`` from LETTERS on add up to at most
    twice those of the first p of them.
    """
    period = _contracting([row[: joint.hidden] for row in joint.M[: joint.hidden]])
    if not period or not all(row.forgets for row in rows):
        return None
    ranges = [_range(row, joint.ends) for row in joint.N[: joint.hidden]]
    adds = _plain(max(max(-low, high) for low, high in ranges))
    adds += _plain(max(map(abs, joint.start[: joint.hidden])))
    tails = [2 * (row.moved[LETTERS + period] - row.moved[LETTERS]) for row in rows]
    for row, tail in zip(rows, tails, strict=True):
        row.low[LETTERS] -= tail * adds
        row.high[LETTERS] += tail * adds
        row.moved[LETTERS] += tail
        row.free[LETTERS] = Fraction(0), Fraction(0)  # it is in the tail
    return max(tails)


def _contracting(matrix: list[Row]) -> int:
    """The first power of a matrix whose rows have magnitudes of at most 1/2; 0 if none is found."""
    power, columns = matrix, list(zip(*matrix, strict=True))
    for k in range(1, POWERS + 1):
        if 2 * max(sum(map(abs, row)) for row in power) <= 1 << PLACES * k:
            return k
        power = [[_dot(row, column) for column in columns] for row in power]
    return 0


def _errors(joint: _Joint, bound: Fraction) -> tuple[Fraction, Fraction]:
    """Rounding in float64: of a step, and of the read-out with the step before it."""
    given = max(1, *(abs(end) for ends in joint.ends for end in ends))
    largest = max(bound, Fraction(given))
    sizes = [(len(row), _plain(sum(map(abs, row)))) for row in joint.f]
    eps = max(4 * (n + 2) * UNIT * size * largest + UNIT**20 for n, size in sizes)
    sizes = [(len(row), _plain(sum(map(abs, row)))) for row in joint.g]
    return eps, max(4 * (n + 2) * UNIT * size * bound + size * eps + UNIT**20 for n, size in sizes)


def _joint(network: ExactNetwork, program: Machine, domain: Domain) -> _Joint:
    if len(network.f) != 1 or len(network.g) != 1 or network.values or network.domain:
        raise NotLinearError("the network is not linear")
    if network.channels != domain.channels or network.outputs != len(program.outputs):
        raise NotLinearError("the network reads or gives other values than the program")
    n, m = len(network.start), len(program.state)
    if n + m > ORDER:
        raise NotLinearError(f"there are more than {ORDER} hidden values and states")
    f, g = _rows(network.f[0]), _rows(network.g[0])
    names = [*program.state, *domain.names]
    program = program.rename(dict(zip(program.inputs, domain.names, strict=True)))
    update = [affine_row(e, names) for e in program.next]
    wanted = [affine_row(e, names) for e in program.outputs_before()]
    through = [[_dot(row[:n], column) >> PLACES for column in zip(*f, strict=True)] for row in g]
    for row, read in zip(through, g, strict=True):
        row[-1] += read[n]
    return _Joint(
        M=[row[:n] + [0] * m for row in f] + [[0] * n + row[:m] for row in update],
        N=[row[n:] for row in f] + [row[m:] for row in update],
        P=[row[:n] + [-v for v in y[:m]] for row, y in zip(through, wanted, strict=True)],
        Q=[
            [a - b for a, b in zip(row[n:], y[m:], strict=True)]
            for row, y in zip(through, wanted, strict=True)
        ],
        start=[*map(_scaled, network.start), *(v << PLACES for v in program.init)],
        hidden=n,
        ends=[*zip(domain.lows, domain.highs, strict=True), (1, 1)],
        f=f,
        g=g,
    )


def _minus(a: Row, b: Row) -> Row:
    return [v - w for v, w in zip(a, b, strict=True)]


def affine_row(e: Expr, names: Sequence[str]) -> Row:
    """The coefficients of an expression in ``names``, then its constant, scaled.

    Raises:
        NotLinearError: it is not affine in them.
    """
    row = [0] * (len(names) + 1)
    if e.op == "const":
        return [*row[:-1], int(str(e.value)) << PLACES]
    if e.op == "var" and e.value in names:
        row[list(names).index(str(e.value))] = _ONE
        return row
    parts = [affine_row(a, names) for a in e.args]
    if e.op == "neg":
        return [-a for a in parts[0]]
    if e.op in ("add", "sub"):
        sign = 1 if e.op == "add" else -1
        return [a + sign * b for a, b in zip(*parts, strict=True)]
    if e.op == "mul":
        fixed, other = parts if not any(parts[0][:-1]) else parts[::-1]
        if not any(fixed[:-1]):
            return [fixed[-1] * b >> PLACES for b in other]
    raise NotLinearError(f"'{e}' is not linear")


def _rows(part: Affine) -> list[Row]:
    rows = zip(part.weight, part.bias, strict=True)
    return [[*map(_scaled, row), _scaled(bias)] for row, bias in rows]


def _scaled(value: float) -> int:
    above, below = value.as_integer_ratio()
    if below > 1 << PLACES // 2:
        raise NotLinearError(f"{value} has more than {PLACES // 2} binary places")
    return above * (_ONE // below)


def _plain(scaled: int) -> Fraction:
    return Fraction(scaled, _ONE)


def _dot(a: Sequence[int], b: Sequence[int]) -> int:
    return sum(map(mul, a, b))


def _range(row: Row, ends: Sequence[Ends]) -> Ends:
    """The least and the greatest value of a row over the letters, with the row's scale."""
    both = [sorted((w * low, w * high)) for w, (low, high) in zip(row, ends, strict=True)]
    return sum(least for least, _ in both), sum(most for _, most in both)


def _up(scaled: int, places: int) -> Fraction:
    """A number with so many binary places, rounded upwards to PLACES of them."""
    return Fraction(-(-scaled >> places - PLACES), _ONE)
