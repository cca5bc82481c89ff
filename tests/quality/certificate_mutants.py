"""Random changes of certificates of networks, and of networks' weights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

import numpy as np

from mips_verify.kernel.expr import negate
from mips_verify.network_kernel.cells import Basis, Cell, Cells
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork
from mips_verify.network_kernel.network_certificate import Invariant, NetworkCertificate

Rng = np.random.Generator
Change = tuple[str, Any]


def changed_network(network: ExactNetwork, rng: Rng) -> tuple[str, ExactNetwork]:
    """One weight changed, or two swapped; with a word for it."""
    numbers = list(network.numbers)
    i, j = map(int, rng.integers(len(numbers), size=2))
    name = str(rng.choice(list(WEIGHTS)))
    if name == "swap":
        numbers[i], numbers[j] = numbers[j], numbers[i]
    else:
        numbers[i] = float(WEIGHTS[name](numbers[i], rng))
    return f"weight {name}: {i}", with_numbers(network, numbers)


WEIGHTS: Final[dict[str, Callable[[float, Rng], float]]] = {
    "moved": lambda w, rng: w + rng.normal() * 10.0 ** rng.integers(-18, 1),
    "scaled": lambda w, rng: w * (1 + rng.normal() * 10.0 ** rng.integers(-18, 1)),
    "sign": lambda w, _: -w,
    "ulp": lambda w, rng: np.nextafter(w, rng.choice([-np.inf, np.inf])),
    "float32": lambda w, _: np.float32(w),
    "whole": lambda w, _: np.rint(w),
    "swap": lambda w, _: w,
}


def with_numbers(network: ExactNetwork, numbers: list[float]) -> ExactNetwork:
    """The network with other numbers, in the order of its own."""
    left = iter(numbers)
    start = tuple(next(left) for _ in network.start)
    f = tuple(_filled(part, left) for part in network.f)
    layers = tuple(
        replace(x, from_x=_filled(x.from_x, left), from_h=_filled(x.from_h, left))
        for x in network.layers
    )
    g = tuple(_filled(part, left) for part in network.g)
    return replace(network, start=start, f=f, layers=layers, g=g)


def _filled(part: Affine, left: Iterator[float]) -> Affine:
    weight = tuple(tuple(next(left) for _ in row) for row in part.weight)
    return Affine(weight, tuple(next(left) for _ in part.bias))


def changed_certificate(proof: NetworkCertificate, rng: Rng) -> tuple[str, NetworkCertificate]:
    """One thing changed; with a word for it."""
    number = int(rng.integers(len(proof.proofs) + 1))
    if number == len(proof.proofs):
        name = str(rng.choice(["exact", "floats"]))
        old = getattr(proof, name)
        new = [None, 0 if old is None else old + int(rng.integers(-1, 3)), int(rng.integers(200))]
        claim = new[int(rng.integers(3))]
        return f"claim {name}: {claim}", replace(
            proof, **{name: claim if claim is None else max(0, claim)}
        )
    part = proof.proofs[number]
    changed_part = _changed_cells if isinstance(part, Cells) else _changed_invariant
    word, part = changed_part(part, rng)  # type: ignore[arg-type]
    proofs = (*proof.proofs[:number], part, *proof.proofs[number + 1 :])
    return word, replace(proof, proofs=proofs)


def _changed_invariant(part: Invariant, rng: Rng) -> tuple[str, Invariant]:
    kept = list(part.conditions)
    if not kept:
        return "invariant: empty", part
    i = int(rng.integers(len(kept)))
    if rng.random() < 0.5:
        return f"invariant dropped: {i}", Invariant((*kept[:i], *kept[i + 1 :]))
    return f"invariant negated: {i}", Invariant((*kept[:i], negate(kept[i]), *kept[i + 1 :]))


def _changed_cells(part: Cells, rng: Rng) -> tuple[str, Cells]:
    if not part.cells:
        return "no cells: left", part
    name = str(rng.choice([*CHANGES, "basis", "swap", "drop", "floats"]))
    cells, i = list(part.cells), int(rng.integers(len(part.cells)))
    if name == "floats":
        return "floats: turned", replace(part, floats=not part.floats)
    if name == "basis":
        return _with_basis(part, i, rng)
    if name == "swap":
        j = int(rng.integers(len(cells)))
        cells[i], cells[j] = cells[j], cells[i]
    elif name == "drop":
        del cells[i]
    else:
        cells[i] = CHANGES[name](cells[i], len(cells), rng)
    return f"{name}: {i}", replace(part, cells=tuple(cells))


def _with_basis(part: Cells, i: int, rng: Rng) -> tuple[str, Cells]:
    """Coordinates turned by any angle, or stretched, for one cell or for all."""
    n = len(part.cells[0].centre)
    axes = np.linalg.qr(rng.normal(size=(n, n)))[0] * 10.0 ** rng.integers(-1, 2)
    if rng.random() < 0.3:
        axes = np.eye(n) * 2.0 ** rng.integers(-2, 3)
    inverse = np.linalg.inv(axes) * (1 + rng.normal() * 10.0 ** rng.integers(-17, 0))
    basis = Basis(*(tuple(map(tuple, m.tolist())) for m in (axes, inverse)))
    every = rng.random() < 0.5
    cells = tuple(
        replace(c, basis=len(part.bases)) if every or k == i else c
        for k, c in enumerate(part.cells)
    )
    return f"basis: {'all' if every else i}", replace(part, cells=cells, bases=(*part.bases, basis))


def _vector(old: tuple[float, ...], rng: Rng) -> tuple[float, ...]:
    i = int(rng.integers(len(old)))
    by = rng.normal() * 10.0 ** rng.integers(-18, 2)
    new = [old[i] + by, old[i] * (1 + by), -old[i], 0.0, float(np.nextafter(old[i], np.inf))]
    return (*old[:i], float(new[int(rng.integers(5))]), *old[i + 1 :])


def _goal(cell: Cell, count: int, rng: Rng) -> Cell:
    if not cell.to:
        return replace(cell, to=(0,))
    i = int(rng.integers(len(cell.to)))
    to = int(rng.integers(-1, count + 1))
    return replace(cell, to=(*cell.to[:i], to, *cell.to[i + 1 :]))


def _label(cell: Cell, _: int, rng: Rng) -> Cell:
    return replace(cell, state=tuple(z + int(rng.integers(-1, 2)) for z in cell.state))


def _depth(cell: Cell, _: int, rng: Rng) -> Cell:
    depths = [None, 0, int(rng.integers(10)), 200]
    return replace(cell, depth=depths[int(rng.integers(4))])


def _split(cell: Cell, _: int, rng: Rng) -> Cell:
    n = len(cell.centre)
    splits = [(), tuple(map(int, rng.integers(1, 5, size=n))), (2,) * n, (10**9,) * n, (0,) * n]
    return replace(cell, split=splits[int(rng.integers(5))])


CHANGES: Final[dict[str, Callable[[Cell, int, Rng], Cell]]] = {
    "centre": lambda c, _, rng: replace(c, centre=_vector(c.centre, rng)),
    "radius": lambda c, _, rng: replace(c, radius=_vector(c.radius, rng)),
    "wider": lambda c, _, rng: replace(
        c, radius=tuple(r * (1 + rng.random()) + 1e-9 for r in c.radius)
    ),
    "goal": _goal,
    "label": _label,
    "depth": _depth,
    "split": _split,
}
