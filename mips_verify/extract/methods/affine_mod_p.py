"""Machines that are affine over the integers modulo a prime: shift registers, checksums.

As for affine machines over the integers, the outputs after resting letters are coordinates of a
state, here in the field of ``p`` elements. An output of ``p`` or more is split into its digits in
base ``p``. Few machines need it, such as checksums.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.linear_form import combination
from mips_verify.algebra.mealy import Mealy, moore_outputs
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.affine_system.coordinates import elementary
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, apply, const, substitute, var
from mips_verify.kernel.machine import Machine, old


@dataclass(frozen=True, slots=True, eq=False)
class FieldSystem:
    """``z' = A z + b(x)``, ``y = C z + d(x)`` modulo ``p``, from ``start``.

    ``b`` is ``(m, r)`` and ``d`` ``(m, outputs)``, one row per letter.
    """

    p: int
    A: Ints
    b: Ints
    C: Ints
    d: Ints
    start: Ints

    def moved(self, T: Ints, inverse: Ints) -> FieldSystem:
        """The same system in the coordinates ``T z``."""
        p = self.p
        return replace(
            self,
            A=T @ self.A @ inverse % p,
            b=self.b @ T.T % p,
            C=self.C @ inverse % p,
            start=T @ self.start % p,
        )

    def shifted(self, by: Ints) -> FieldSystem:
        """The same system in the coordinates ``z + by``."""
        return replace(
            self,
            b=(self.b + by - self.A @ by) % self.p,
            d=(self.d - self.C @ by) % self.p,
            start=(self.start + by) % self.p,
        )

    @property
    def entries(self) -> int:
        """The length of the program: the number of coefficients and inputs that are not 0.

        An output that equals a coordinate after the step counts as 1.
        """
        steps = np.concatenate([self.A, self.b.T], axis=1)
        reads = np.concatenate([self.C, self.d.T], axis=1)
        renewed = (reads[:, None] == steps[None]).all(axis=2).any(axis=1)
        read = np.where(renewed, 1, (self.C != 0).sum(axis=1) + self.d.T.any(axis=1))
        return int((self.A != 0).sum() + (self.b != 0).any(axis=0).sum() + read.sum())


def run(study: Study, known: Known) -> list[Machine]:
    """The closed machine over a small field, if it is affine in two or more coordinates."""
    machine = known.closed
    if machine.output.min() < 0:
        return []
    for p in budgets.PRIMES:
        digits = _digits_needed(machine, p)
        if machine.states <= p or (digits > 1 and not _is_power(machine.states, p)):
            continue
        in_digits = replace(machine, output=_in_digits(machine.output, p, digits))
        system = field_system(in_digits, p, _resting(study, machine))
        if system is None:
            continue
        study.note(f"the machine is affine in {len(system.A)} coordinates modulo {p}")
        program = _machine(study, machine, _plainest(_sparse(system)), digits)
        return [] if program is None else [program]
    study.note("the machine is affine modulo no small prime")
    return []


def _digits_needed(machine: Mealy, p: int) -> int:
    """Digits of the largest output in base ``p``."""
    digits, top = 1, int(machine.output.max())
    while p**digits <= top:
        digits += 1
    return digits


def _is_power(n: int, p: int) -> bool:
    while n % p == 0:
        n //= p
    return n == 1


def _in_digits(output: Ints, p: int, digits: int) -> Ints:
    """Every output ``(..., k)`` in base ``p``, ``(..., k * digits)``, lowest digit first."""
    split = output[..., None] // p ** np.arange(digits) % p
    return split.reshape(*output.shape[:-1], -1)


def _resting(study: Study, machine: Mealy) -> int:
    rest = np.array(study.oracle.resting_letter())
    return int(np.nonzero((machine.letters == rest).all(axis=1))[0][0])


def field_system(machine: Mealy, p: int, rest: int) -> FieldSystem | None:
    """The affine system modulo ``p`` that a complete machine computes, or ``None``."""
    z = _coordinates(machine, p, rest)
    if z is None:
        return None
    step = _affine_map(z, z[machine.next], p)
    read = _affine_map(z, machine.output, p)
    if step is None or read is None:
        return None
    return FieldSystem(p, *step, *read, start=z[0])


def _coordinates(machine: Mealy, p: int, rest: int) -> Ints | None:
    """Coordinates ``(states, r)`` in which the outputs after resting letters are linear."""
    shown = moore_outputs(machine)
    # outputs on entry first: if they become coordinates, the program's output is just a name
    columns = [] if shown is None or shown.min() < 0 else list(shown.T)
    q = np.arange(machine.states)
    for _ in range(budgets.FIELD_COORDINATES):
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
    """``M`` and ``offset`` with ``value[q, a] = M z[q] + offset[a]`` modulo ``p``, or ``None``."""
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
    """``X`` with ``a @ X == y`` modulo ``p``; ``None`` if the columns of ``a`` are dependent."""
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
    """The system in coordinates from which no elementary step leads to fewer entries."""
    moves = list(elementary(len(system.A)))
    while True:
        neighbours = [system.moved(T, inverse) for T, inverse in moves]
        best = min(neighbours, key=lambda s: s.entries)
        if best.entries >= system.entries:
            return system
        system = best


def _plainest(system: FieldSystem) -> FieldSystem:
    """The system with its coordinates shifted so that the fewest constants are added."""
    p, r = system.p, len(system.A)
    if p**r > budgets.FIELD_STARTS:
        return system
    starts = np.indices((p,) * r).reshape(r, -1).T
    return min((system.shifted(v) for v in starts), key=lambda s: s.entries)


def _machine(study: Study, machine: Mealy, system: FieldSystem, digits: int) -> Machine | None:
    names = fresh_names(len(system.A), "z", machine.inputs)
    columns = {n: machine.letters[:, i] for i, n in enumerate(machine.inputs)}
    offsets = formulas(study, columns, (*system.b.T, *system.d.T))
    if offsets is None:
        return None
    r = len(names)
    plain: list[Expr] = [var(n) for n in names]
    before: list[Expr] = [var(old(n)) for n in names]
    steps = [_sum(row, plain, e, system.p) for row, e in zip(system.A, offsets[:r], strict=True)]
    read = [_sum(row, before, e, system.p) for row, e in zip(system.C, offsets[r:], strict=True)]
    # a digit that equals a coordinate after the step is written as its name, not as a sum
    renewed = dict(zip(steps, plain, strict=True))
    back = dict(zip(names, before, strict=True))
    named = [renewed.get(_plain(e, back), e) for e in read]
    places = [system.p**i for i in range(digits)]
    outputs = [combination(places, named[i : i + digits]) for i in range(0, len(named), digits)]
    return Machine(
        machine.inputs, names, tuple(system.start.tolist()), tuple(steps), tuple(outputs)
    )


def _plain(e: Expr, back: dict[str, Expr]) -> Expr:
    """``e`` with old values written as plain names."""
    return substitute(e, {str(b.value): var(n) for n, b in back.items()})


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
