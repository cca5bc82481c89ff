"""Machines that are affine over the integers: their lattice, a readable basis, expressions."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.integer_lattice import lattice_basis
from mips_verify.algebra.linear_form import combination
from mips_verify.extract.affine_system.coordinates import (
    Realisation,
    realisation_cost,
    row_cost,
    shortest,
    with_new_reading,
)
from mips_verify.extract.affine_system.integer_realisation import (
    AffineSystem,
    affine_system,
    coordinates,
)
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, size, var
from mips_verify.kernel.machine import Machine, old


def run(study: Study, _: Known) -> list[Machine]:
    """The shortest machine found for ``z' = A z + b(x), y = C z + d(x)``, if there is one."""
    system = affine_system(study)
    if system is None:
        return []
    functions = _letter_functions(study, system)
    if functions is None:
        study.note("the matrices are exact, but no formula was found for b(x) or d(x)")
        return []
    terms, coefficients, constants = functions
    r = system.rank
    realisation = with_new_reading(
        system.A, coefficients[:r], constants[:r], system.C, coefficients[r:], constants[r:]
    )
    weights = np.array([size(t) for t in terms], dtype=np.int64)
    if np.linalg.matrix_power(system.A, r).any():
        realisation = shortest(realisation, weights, study.rng())
    # if a power of A is 0, the Hermite basis is already a delay line: a walk would save nodes by
    # nesting partial sums, which are harder to read
    study.note(f"{r} integer coordinates, about {realisation_cost(realisation, weights):.0f} nodes")
    return [machine_of(realisation, study.inputs, terms)]


def _letter_functions(study: Study, system: AffineSystem) -> tuple[list[Expr], Ints, Ints] | None:
    """Functions of the letter whose combinations are the columns of ``b`` and ``d``.

    Returns:
        the functions ``(k)``, coefficients ``(r + outputs, k)`` and constants ``(r + outputs)``.
        If all columns are affine in the inputs, the functions are the inputs.
    """
    wanted = np.concatenate([system.b, system.d], axis=1).T
    inputs: list[Expr] = [var(n) for n in study.inputs]
    exact = _affine_in(system.letters, wanted)
    if exact is not None:
        return inputs, *exact
    constants = wanted[:, 0]
    basis = np.array(lattice_basis((wanted - wanted[:, :1]).tolist()), dtype=np.int64)
    coefficients, _ = coordinates(wanted - wanted[:, :1], basis)
    columns = {n: system.letters[:, i] for i, n in enumerate(study.inputs)}
    terms = formulas(study, columns, basis)
    return None if terms is None else (list(terms), coefficients, constants)


def _affine_in(letters: Ints, wanted: Ints) -> tuple[Ints, Ints] | None:
    """Integers ``(M, c)`` with ``wanted == M @ letters.T + c``, if there are any."""
    design = np.concatenate([letters, np.ones((len(letters), 1), dtype=np.int64)], axis=1)
    solution = np.linalg.lstsq(design.astype(float), wanted.T.astype(float), rcond=None)[0]
    whole = np.rint(solution).astype(np.int64)
    if (design @ whole != wanted.T).any():
        return None
    return whole[:-1].T, whole[-1]


def machine_of(realisation: Realisation, inputs: tuple[str, ...], terms: list[Expr]) -> Machine:
    """The machine of a realisation whose ``u`` are the expressions ``terms``."""
    names = fresh_names(len(realisation.A), "z" if len(realisation.A) > 1 else "s", inputs)
    plain: list[Expr] = [var(n) for n in names]
    before: list[Expr] = [var(old(n)) for n in names]
    weights = np.array([1] * len(names) + [size(t) for t in terms], dtype=np.int64)
    outputs = []
    for k in range(len(realisation.C)):
        direct = np.concatenate([realisation.C[k], realisation.D[k]])
        renewed = np.concatenate([realisation.P[k], realisation.R[k]])
        if realisation.has_new[k] and row_cost(renewed, realisation.q[k], weights) <= row_cost(
            direct, realisation.e[k], weights
        ):
            outputs.append(combination(renewed.tolist(), plain + terms, int(realisation.q[k])))
        else:
            outputs.append(combination(direct.tolist(), before + terms, int(realisation.e[k])))
    steps = np.concatenate([realisation.A, realisation.B], axis=1)
    return Machine(
        inputs=inputs,
        state=names,
        init=(0,) * len(names),
        next=tuple(
            combination(row.tolist(), plain + terms, int(c))
            for row, c in zip(steps, realisation.c, strict=True)
        ),
        outputs=tuple(outputs),
    )
