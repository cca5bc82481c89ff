"""Machines that are affine over the integers modulo a prime: shift registers, checksums.

The same idea as for affine machines over the integers, on a closed machine and in the field of
``p`` elements: what the outputs are after resting letters gives the coordinates of a state.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from mips_verify.expr import Expr, apply, const, var
from mips_verify.extract.basis import elementary
from mips_verify.extract.formula import formula
from mips_verify.extract.linear import combination
from mips_verify.extract.observe import Ints
from mips_verify.extract.study import Candidate, Study, fresh_names
from mips_verify.machine import Machine, old
from mips_verify.mealy import Mealy

PRIMES = (2, 3, 5, 7)
MOST_COORDINATES = 12


@dataclass(frozen=True, slots=True, eq=False)
class FieldSystem:
    """``z' = A z + b(x)``, ``y = C z + d(x)`` modulo ``p``; ``z = 0`` at the start.

    ``b`` is ``(m, r)`` and ``d`` ``(m, outputs)``, one row a letter.
    """

    p: int
    A: Ints
    b: Ints
    C: Ints
    d: Ints

    def moved(self, T: Ints, inverse: Ints) -> FieldSystem:
        """The same system in the coordinates ``T z``."""
        p = self.p
        return FieldSystem(
            p, T @ self.A @ inverse % p, self.b @ T.T % p, self.C @ inverse % p, self.d
        )

    @property
    def entries(self) -> int:
        """How much there is to write down: non-zero coefficients and moving inputs."""
        return int((self.A != 0).sum() + (self.C != 0).sum() + (self.b != 0).any(axis=0).sum())


def modular_programs(study: Study, machine: Mealy) -> list[Candidate]:
    """The machine over a small field, where it is affine there in two or more coordinates."""
    top = int(machine.output.max())
    for p in PRIMES:
        if machine.output.min() < 0 or top >= p or machine.states <= p:
            continue
        system = field_system(machine, p, _resting(study, machine))
        if system is None:
            continue
        study.note(f"modular: affine in {len(system.A)} coordinates modulo {p}")
        program = _machine(study, machine, _sparse(system))
        return [] if program is None else [Candidate("affine", program)]
    return []


def _resting(study: Study, machine: Mealy) -> int:
    rest = np.array(study.observer.resting_letter())
    return int(np.nonzero((machine.letters == rest).all(axis=1))[0][0])


def field_system(machine: Mealy, p: int, rest: int) -> FieldSystem | None:
    """The affine system modulo ``p`` behind a complete machine, or None."""
    z = _coordinates(machine, p, rest)
    if z is None:
        return None
    step = _affine_map(z, z[machine.next], p)
    read = _affine_map(z, machine.output, p)
    if step is None or read is None:
        return None
    return FieldSystem(p, step[0], step[1], read[0], read[1])


def _coordinates(machine: Mealy, p: int, rest: int) -> Ints | None:
    """Coordinates ``(states, r)`` in which the outputs after resting letters are linear."""
    columns: list[Ints] = []
    q = np.arange(machine.states)
    for _ in range(MOST_COORDINATES):
        columns += list(machine.output[q, rest].T)
        q = machine.next[q, rest]
    features = np.stack(columns, axis=1) % p
    features = (features - features[0]) % p
    chosen: list[int] = []
    for j in range(features.shape[1]):
        if _rank(features[:, [*chosen, j]], p) > len(chosen):
            chosen.append(j)
    z: Ints = features[:, chosen]
    if not chosen or len(np.unique(z, axis=0)) < machine.states:
        return None
    return z


def _rank(matrix: Ints, p: int) -> int:
    """Rank over the field of ``p`` elements."""
    m = matrix.copy() % p
    rank = 0
    for c in range(m.shape[1]):
        below = np.nonzero(m[rank:, c])[0]
        if not len(below):
            continue
        m[[rank, rank + below[0]]] = m[[rank + below[0], rank]]
        m[rank] = m[rank] * pow(int(m[rank, c]), -1, p) % p
        others = np.arange(len(m)) != rank
        m[others] = (m[others] - m[others, c : c + 1] * m[rank]) % p
        rank += 1
    return rank


def _affine_map(z: Ints, value: Ints, p: int) -> tuple[Ints, Ints] | None:
    """``M`` and ``offset`` with ``value[q, a] = M z[q] + offset[a]`` modulo ``p``, or None."""
    offset = value[0] % p  # z is 0 at the start
    moved = (value[:, 0] - value[0, 0]) % p
    solution = _solve(z, moved, p)
    if solution is None:
        return None
    M: Ints = solution.T
    if (((z @ M.T)[:, None, :] + offset - value) % p).any():
        return None
    return M, offset


def _solve(a: Ints, y: Ints, p: int) -> Ints | None:
    """``X`` with ``a @ X == y`` modulo ``p``; None where ``a`` has dependent columns."""
    r = a.shape[1]
    m = np.concatenate([a, y], axis=1) % p
    for c in range(r):
        below = np.nonzero(m[c:, c])[0]
        if not len(below):
            return None
        m[[c, c + below[0]]] = m[[c + below[0], c]]
        m[c] = m[c] * pow(int(m[c, c]), -1, p) % p
        others = np.arange(len(m)) != c
        m[others] = (m[others] - m[others, c : c + 1] * m[c]) % p
    return m[:r, r:]


def _sparse(system: FieldSystem) -> FieldSystem:
    """Walk to coordinates with fewer entries while there are any."""
    moves = list(elementary(len(system.A)))
    while True:
        neighbours = [system.moved(T, inverse) for T, inverse in moves]
        best = min(neighbours, key=lambda s: s.entries)
        if best.entries >= system.entries:
            return system
        system = best


def _machine(study: Study, machine: Mealy, system: FieldSystem) -> Machine | None:
    names = fresh_names(len(system.A), "z", machine.inputs)
    columns = {n: machine.letters[:, i] for i, n in enumerate(machine.inputs)}
    offsets = [formula(study, columns, column) for column in (*system.b.T, *system.d.T)]
    if any(e is None for e in offsets):
        return None
    known = [e for e in offsets if e is not None]
    r = len(names)
    plain: list[Expr] = [var(n) for n in names]
    before: list[Expr] = [var(old(n)) for n in names]
    return Machine(
        machine.inputs,
        names,
        (0,) * r,
        tuple(_sum(row, plain, e, system.p) for row, e in zip(system.A, known[:r], strict=True)),
        tuple(_sum(row, before, e, system.p) for row, e in zip(system.C, known[r:], strict=True)),
    )


def _sum(row: Ints, terms: list[Expr], offset: Expr, p: int) -> Expr:
    """The sum modulo ``p`` of multiples of ``terms`` and an offset in ``0 .. p - 1``."""
    used = [(int(c), t) for c, t in zip(row, terms, strict=True) if c]
    if offset != const(0):
        used.append((1, offset))
    if len(used) <= 1 and all(c == 1 for c, _ in used):
        return used[0][1] if used else const(0)
    if p == 2:
        return reduce(lambda a, b: apply("bitxor", a, b), [t for _, t in used])
    total = combination([c for c, _ in used], [t for _, t in used])
    return apply("mod", total, const(p))
