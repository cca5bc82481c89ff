"""Cells: boxes of hidden states that a network never leaves, each labelled by a program's state.

Let a cell be a program state z and a set H of hidden states, and check three things:

    Base      the network's start state is in the first cell, whose z is the program's start
    Step      for every cell and every letter x, the image of H lies in a cell of the program's
              next state
    Outputs   on that image the read-out is within 1/2 of the program's output

By induction over the word, network and program then give the same outputs on every word. A cell
with a depth promises this for that many more letters only.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network_kernel.arithmetic import Rows, Vector
from mips_verify.network_kernel.exact_network import ExactNetwork
from mips_verify.network_kernel.forms import Form, FormArithmetic

WORK: Final = 4_000_000_000  # multiplications of 64 bits in one check, about two minutes
IMAGE: Final = 500  # what an image costs besides the multiplications that are counted
CURVE: Final = 500  # what tanh costs
PIECES: Final = 1_000_000  # most pieces of one cell
LEAST_BITS: Final = 64  # binary places that are used at least
MOST_BITS: Final = 1000


class CellError(MipsVerifyError):
    """Cells that prove nothing; the message says which cell fails, and why."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Coordinates ``inverse @ (h - centre)``; ``axes`` is nearly the inverse matrix."""

    axes: Rows
    inverse: Rows


@dataclass(frozen=True, slots=True)
class Cell:
    """Hidden states with ``|inverse @ (h - centre)| <= radius`` in each coordinate.

    Attributes:
        state: the program's state.
        centre, radius: one number for each hidden value.
        to: for each letter, in the domain's order, the number of the cell that it leads to;
            empty if no letter may follow.
        basis: number of the coordinates; ``None`` for the hidden values themselves.
        depth: letters that may follow; ``None`` for any number.
        split: pieces into which each coordinate is cut before images are taken; empty for one.
    """

    state: tuple[int, ...]
    centre: Vector
    radius: Vector
    to: tuple[int, ...]
    basis: int | None = None
    depth: int | None = None
    split: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cells:
    """A finite set of cells, the first of which holds the start.

    Attributes:
        cells: the cells.
        bases: the coordinates that cells refer to.
        floats: whether they enclose every floating-point evaluation, not only exact numbers.
    """

    cells: tuple[Cell, ...]
    bases: tuple[Basis, ...] = ()
    floats: bool = False

    @property
    def numbers(self) -> Iterator[float]:
        """All doubles."""
        for cell in self.cells:
            yield from itertools.chain(cell.centre, cell.radius)
        for basis in self.bases:
            yield from itertools.chain(*basis.axes, *basis.inverse)


def check_cells(
    network: ExactNetwork, program: Machine, domain: Domain, proof: Cells
) -> int | None:
    """Check Base, Step and Outputs.

    Args:
        network: the network.
        program: the machine that it should equal.
        domain: the letters.
        proof: the cells.

    Returns:
        the number of letters for which network and program agree; ``None`` for any number.

    Raises:
        CellError: something does not hold, or is more work than :data:`WORK`.
    """
    try:
        _demand_fit(network, program, domain, proof)
        checker = _Checker(network, program, domain, proof)
        checker.base()
        for number in range(len(proof.cells)):
            checker.steps(number)
    except (ValueError, IndexError, OverflowError, RecursionError) as error:
        raise CellError(f"the cells do not fit the network: {error}") from None
    return proof.cells[0].depth


class _Aim(NamedTuple):
    """A letter as the network reads it, and what must follow."""

    letter: tuple[int, ...]
    given: list[Form]
    target: int
    outputs: tuple[int, ...]


def _failure(number: int, aim: _Aim, why: str) -> CellError:
    return CellError(f"cell {number}, letter {aim.letter}: {why}")


class _Checker:
    def __init__(
        self, network: ExactNetwork, program: Machine, domain: Domain, proof: Cells
    ) -> None:
        self.network, self.program, self.domain, self.proof = network, program, domain, proof
        self.bits = _places(network, proof)
        self.arithmetic = FormArithmetic(self.bits, proof.floats)
        self.reals = FormArithmetic(self.bits, floats=False)
        self.slack = [_inversion_error(self.reals, basis) for basis in proof.bases]

    def base(self) -> None:
        """The start state lies in the first cell."""
        first = self.proof.cells[0]
        if first.state != self.program.init:
            raise CellError("the first cell is not labelled with the program's start")
        if not self._inside([self.reals.constant(v) for v in self.network.start], first):
            raise CellError("the network does not start in the first cell")

    def steps(self, number: int) -> None:
        """All letters lead from a cell into cells that are labelled as the program demands."""
        cell = self.proof.cells[number]
        if cell.depth == 0:
            return
        aims = list(self._aims(number, cell))
        for box in self._boxes(cell):
            for aim in aims:
                self.arithmetic.symbols = len(box)
                after = self.network.step(self.arithmetic, box, aim.given)
                if not self._inside(after, self.proof.cells[aim.target]):
                    raise _failure(number, aim, f"the image is not inside cell {aim.target}")
                if not self._right(self.network.scores(self.arithmetic, after), aim.outputs):
                    raise _failure(number, aim, "the read-out may differ from the program's output")

    def _aims(self, number: int, cell: Cell) -> Iterator[_Aim]:
        for x, to in zip(self.domain.letters(), cell.to, strict=True):
            state, outputs = self.program.step(cell.state, x)
            target = self.proof.cells[to]
            if to < 0 or target.state != state or not _deep_enough(target, cell):
                raise CellError(
                    f"cell {number}, letter {x}: the cell that it leads to is not the program's"
                )
            given = [self.reals.constant(v) for v in self.network.inputs(x)]
            yield _Aim(x, given, to, outputs)

    def _inside(self, h: list[Form], cell: Cell) -> bool:
        centre, radius = map(self.reals.scaled, cell.centre), map(self.reals.scaled, cell.radius)
        moved = [v._replace(centre=v.centre - c) for v, c in zip(h, centre, strict=True)]
        if cell.basis is not None:
            moved = self.reals.affine(self.proof.bases[cell.basis].inverse, moved)
        return all(abs(v.centre) + v.radius <= r for v, r in zip(moved, radius, strict=True))

    def _right(self, scores: list[Form], outputs: tuple[int, ...]) -> bool:
        """Whether the read-out gives ``outputs`` wherever in the forms it is."""
        values = self.network.values
        if not values:
            half = 1 << (self.bits - 1)
            pairs = zip(scores, outputs, strict=True)
            return all(abs(s.centre - (y << self.bits)) + s.radius < half for s, y in pairs)
        wrong = [score for score, v in zip(scores, values, strict=True) if (v,) != outputs]
        return any(all(self._larger(a, b) for b in wrong) for a in scores)

    def _larger(self, a: Form, b: Form) -> bool:
        (difference,) = self.reals.affine(((1.0, -1.0),), (a, b))
        return difference.ends[0] > 0

    def _boxes(self, cell: Cell) -> Iterator[list[Form]]:
        """The cell as forms, cut into its pieces; each coordinate has a symbol of its own."""
        radius = list(map(self.reals.scaled, cell.radius))
        if min(radius) < 0 or len(radius) != len(self.network.start):
            raise CellError("a radius is negative, or there are too many or too few")
        if cell.basis is not None:
            more = self.slack[cell.basis] * max(radius)
            radius = [r + -(-more >> self.bits) for r in radius]
        pieces = cell.split or (1,) * len(radius)
        centre = list(map(self.reals.scaled, cell.centre))
        for place in itertools.product(*map(range, pieces)):
            cut = enumerate(map(_piece, radius, place, pieces))
            box = [Form(at, (0,) * i + (r,)) for i, (at, r) in cut]
            if cell.basis is not None:
                box = self.reals.affine(self.proof.bases[cell.basis].axes, box)
            yield [v._replace(centre=v.centre + c) for v, c in zip(box, centre, strict=True)]


def _demand_fit(network: ExactNetwork, program: Machine, domain: Domain, proof: Cells) -> None:
    """Refuse what does not fit together or is too much work, before any of it is done."""
    if not proof.cells:
        raise CellError("there is no cell")
    if network.channels != domain.channels or network.outputs != len(program.outputs):
        raise CellError("the network reads or gives another number of values than the program")
    reads = network.domain or domain
    if (reads.lows, reads.highs) != (domain.lows, domain.highs):
        raise CellError("the network reads other letters than the program")
    for cell in proof.cells:
        if (cell.split and len(cell.split) != len(network.start)) or any(n < 1 for n in cell.split):
            raise CellError("a cell is not cut into pieces along each coordinate")
        if math.prod(cell.split) > PIECES:
            raise CellError(f"a cell is cut into more than {PIECES} pieces")
    work = _work(network, domain, proof)
    if work > WORK:
        raise CellError(f"checking takes {work} multiplications, more than {WORK}")


def _work(network: ExactNetwork, domain: Domain, proof: Cells) -> int:
    """A bound on the multiplications of 64 bits in a check."""
    n, units = len(network.start), sum(len(part.bias) for part in network.affine)
    images = sum(math.prod(c.split) for c in proof.cells if c.depth != 0) * domain.size
    products = len(network.numbers) + len(network.values) ** 2 + (n * n if proof.bases else 0)
    image = products * (n + units + 1) + CURVE * units * bool(network.layers) + IMAGE
    inversions = sum(len(b.axes) * sum(map(len, b.inverse)) for b in proof.bases)
    return (images * image + inversions) * (1 + _places(network, proof) // 64)


def _places(network: ExactNetwork, proof: Cells) -> int:
    """Binary places for all numbers, and some more."""
    numbers = itertools.chain(network.numbers, proof.numbers)
    bits = max(LEAST_BITS, 8 + max(v.as_integer_ratio()[1].bit_length() for v in numbers))
    if bits > MOST_BITS:
        raise CellError(f"a number has more than {MOST_BITS} binary places")
    return bits


def _deep_enough(target: Cell, cell: Cell) -> bool:
    if target.depth is None:
        return True
    return cell.depth is not None and target.depth >= cell.depth - 1


def _inversion_error(reals: FormArithmetic, basis: Basis) -> int:
    """A bound on how far ``inverse`` is from the inverse, as a share of the largest radius.

    With ``E = inverse @ axes - 1`` of norm k below 1/2, a point of the cell is ``axes @ u`` from
    the centre, where u differs from ``inverse @ (h - centre)`` by at most ``k / (1 - k) <= 2 k``
    times its largest entry (Neumann series).
    """
    axes, inverse = (
        [list(map(reals.scaled, row)) for row in m] for m in (basis.axes, basis.inverse)
    )
    norm, one = 0, 1 << 2 * reals.bits
    for i, row in enumerate(inverse):
        products = [
            sum(a * b for a, b in zip(row, column, strict=True))
            for column in zip(*axes, strict=True)
        ]
        norm = max(norm, sum(abs(p - one * (i == j)) for j, p in enumerate(products)))
    if 2 * norm >= one or len(inverse) != len(axes):
        raise CellError("the matrices of a basis are not inverse to one another")
    return -(-2 * norm >> reals.bits)


def _piece(radius: int, place: int, count: int) -> tuple[int, int]:
    """Centre and radius of one of ``count`` equal parts, rounded so that no gap is left."""
    low, high = 2 * radius * place // count, -(-2 * radius * (place + 1) // count)
    middle = (low + high) // 2
    return middle - radius, high - middle
