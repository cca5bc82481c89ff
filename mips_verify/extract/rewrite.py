"""Rewrite a program that was found in clearer ways.

If the state is a remainder, the output may be the quotient; counters of many letters may become one
counter per letter; a machine of few states may become its table or a formula over state numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mips_verify.algebra.linear_form import Linear, build, flatten, number
from mips_verify.algebra.mealy import Mealy
from mips_verify.algebra.readability import opacity, puzzles, rank
from mips_verify.algebra.simplify import simplify
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Candidate, tidied
from mips_verify.extract.methods.state_table import lookup, numbered_as_shown
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.scoring import AUTOMATON, Judge, Judged
from mips_verify.extract.study import Study, formula
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, const, evaluate, names, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.shapes.lookup import written_out
from mips_verify.regress.state_assignment.by_expression import program_of
from mips_verify.regress.state_assignment.by_order import numbered


def clearer(found: list[Judged], study: Study, judge: Judge) -> list[Judged]:
    """Rewritten forms of the best programs that agree with the network equally well.

    The best programs need not agree everywhere: a network that is nearly right disagrees with
    every program somewhere.
    """
    right = sorted(found, key=lambda f: f.rank)[: budgets.REWRITTEN]
    if not right:
        return []
    domain = study.oracle.domain
    rewritten = [
        judged
        for f in right
        for m in rewordings(f.machine, study)
        if (judged := judge.verdict(replace(f.candidate, machine=m))).misses <= f.misses
    ]
    best = min(right + rewritten, key=lambda f: f.rank)
    closed = states_of(best.machine, domain)
    if closed is None:
        return rewritten
    tables = automata(closed, domain, study.seed, formulas=_is_opaque(best.machine))
    return rewritten + [j for j in map(judge.verdict, tables) if j.misses <= best.misses]


def _is_opaque(machine: Machine) -> bool:
    return opacity(machine) + sum(map(puzzles, machine.next + machine.outputs)) > 0


def rewordings(machine: Machine, study: Study) -> Iterator[Machine]:
    """Candidates for the same machine in other words; the judge compares them with the network."""
    domain = study.oracle.domain
    yield from quotients(machine)
    yield from single_letters(machine, domain)
    yield from map(tidied, reflected(machine))
    yield from map(tidied, counting_up(machine))
    yield from map(tidied, kept_as_shown(machine, study))


def kept_as_shown(machine: Machine, study: Study) -> Iterator[Machine]:
    """Machines that store ``c - s`` or ``s + c`` instead of ``s``, if that is the output."""
    domain = study.oracle.domain
    if (
        len(machine.state) != 1
        or len(machine.outputs) != 1
        or domain.size > budgets.REWRITE_LETTERS
    ):
        return
    (z,), form = machine.state, flatten(machine.outputs[0])
    sign = dict(form.terms).get(var(z), 0)
    if len(form.terms) != 1 or abs(sign) != 1 or (sign == 1 and not form.rest):
        return
    c = form.rest
    # if the register has few values, the step is fitted on these alone
    few = reached(machine, domain)
    near = [end + n for end in {0, c} for n in range(-budgets.REFITTED, budgets.REFITTED + 1)]
    shown = sorted(set(near)) if few is None else [sign * n + c for n in few]
    rows = [(n, a) for n in shown for a in domain.letters()]
    columns = {z: np.array([n for n, _ in rows], dtype=np.int64)}
    for i, x in enumerate(machine.inputs):
        columns[x] = np.array([a[i] for _, a in rows], dtype=np.int64)
    try:
        target = [sign * machine.step((sign * (n - c),), a)[0][0] + c for n, a in rows]
    except ValueError:  # the step is not defined on values that the register never has
        return
    step = formula(study, columns, np.array(target, dtype=np.int64), budget=budgets.REFIT)
    if step is not None:
        yield Machine(machine.inputs, (z,), (sign * machine.init[0] + c,), (step,), (var(z),))


def reached(machine: Machine, domain: Domain) -> list[int] | None:
    """The values that the machine's only register reaches, or ``None`` if there are many."""
    values = [machine.init[0]]
    for n in values:
        after = {machine.step((n,), a)[0][0] for a in domain.letters()}
        values += sorted(after - set(values))
        if len(values) > 2 * budgets.REFITTED:
            return None
    return values


def reflected(machine: Machine) -> Iterator[Machine]:
    """Machines with maxima of ``c - x`` written as minima of ``x``, and vice versa."""
    for i, e in enumerate(machine.next):
        if e.op not in ("max", "min"):
            continue
        for form in map(flatten, e.args):
            if form.rest and all(c < 0 for _, c in form.terms) and form.terms:
                moved = _substituted(machine, i, form.rest)
                a, b = (Expr("sub", (const(form.rest), p)) for p in moved.next[i].args[1].args)
                flipped = Expr("min" if e.op == "max" else "max", (a, b))
                yield replace(moved, next=(*moved.next[:i], flipped, *moved.next[i + 1 :]))


def _substituted(machine: Machine, i: int, c: int) -> Machine:
    """The machine that stores ``c - z`` instead of the state variable ``z``."""
    z = machine.state[i]
    by: dict[str, Expr] = {n: Expr("sub", (const(c), var(n))) for n in (z, old(z))}
    steps = [substitute(e, by) for e in machine.next]
    steps[i] = Expr("sub", (const(c), steps[i]))
    return Machine(
        machine.inputs,
        machine.state,
        (*machine.init[:i], c - machine.init[i], *machine.init[i + 1 :]),
        tuple(steps),
        tuple(substitute(e, by) for e in machine.outputs),
    )


def counting_up(machine: Machine) -> Iterator[Machine]:
    """Machines in which a remainder counts up instead of down."""
    for i, e in enumerate(machine.next):
        z = var(machine.state[i])
        form = flatten(e.args[0]) if e.op == "mod" else Linear(())
        rest = Linear(tuple(t for t in form.terms if t[0] != z), form.rest)
        down = all(c < 0 for _, c in rest.terms) and rest.rest <= 0
        if dict(form.terms).get(z) == 1 and rest.terms and down and not machine.init[i]:
            up = apply("mod", build(Linear(((z, 1),)) - rest), e.args[1])
            yield replace(machine, next=(*machine.next[:i], up, *machine.next[i + 1 :]))


def quotients(machine: Machine) -> Iterator[Machine]:
    """Machines whose output is the quotient of a sum and whose state is its remainder."""
    if len(machine.outputs) != 1:
        return
    before: dict[str, Expr] = {z: var(old(z)) for z in machine.state}
    for i, e in enumerate(machine.next):
        if e.op != "mod" or number(e.args[1]) < 2:
            continue
        m = number(e.args[1])
        form = flatten(e.args[0])
        terms = sorted(form.terms, key=lambda t: t[0] != var(machine.state[i]))
        total = build(Linear(tuple((t, c % m) for t, c in terms if c % m), form.rest % m))
        step = apply("mod", total, const(m))
        # not simplified, so that both sums are written in the same way
        output = apply("floordiv", substitute(total, before), const(m))
        steps = (*machine.next[:i], step, *machine.next[i + 1 :])
        yield replace(machine, next=steps, outputs=(output,))


def single_letters(machine: Machine, domain: Domain) -> Iterator[Machine]:
    """The machine with every step written as a count of one letter, if that is what it does."""
    if domain.channels != 1 or not 2 < domain.size <= budgets.REWRITE_LETTERS:
        return
    steps = [_counted(z, e, domain) for z, e in zip(machine.state, machine.next, strict=True)]
    if len(steps) > 1 and all(e is not None for e in steps):
        yield replace(machine, next=tuple(e for e in steps if e is not None))


def _counted(z: str, e: Expr, domain: Domain) -> Expr | None:
    """``z + int(x == v)`` if the step does this on the domain, or ``None``."""
    form = flatten(e)
    rest = build(Linear(tuple(t for t in form.terms if t[0] != var(z)), form.rest))
    (x,) = domain.names
    if dict(form.terms).get(var(z)) != 1 or names(rest) != {x}:
        return None
    letters = [v for (v,) in domain.letters()]
    values = [evaluate(rest, {x: v}) for v in letters]
    if sorted(values) != [0] * (len(letters) - 1) + [1]:
        return None
    letter = const(letters[values.index(1)])
    return apply("add", var(z), apply("int", apply("eq", var(x), letter)))


def states_of(machine: Machine, domain: Domain) -> Mealy | None:
    """The minimal Mealy machine of a program, if it has few states and letters."""
    if not machine.state or domain.size > budgets.REWRITE_LETTERS:
        return None
    letters = list(domain.letters())
    states, steps, outputs = [machine.init], [], []
    for q in states:
        try:
            row = [machine.step(q, a) for a in letters]
        except ValueError:  # an index outside its table: the program is wrong
            return None
        states += [p for p in dict.fromkeys(p for p, _ in row) if p not in states]
        if len(states) > 2 * budgets.REWRITE_STATES or any(
            abs(v) > 1 << 30 for p, y in row for v in p + y
        ):
            return None
        steps.append([p for p, _ in row])
        outputs.append([y for _, y in row])
    place = {q: i for i, q in enumerate(states)}
    closed = Mealy(
        machine.inputs,
        np.array(letters, dtype=np.int64),
        np.array([[place[p] for p in row] for row in steps], dtype=np.int64),
        np.array(outputs, dtype=np.int64),
    ).minimal()
    return closed if 1 < closed.states <= budgets.REWRITE_STATES else None


def automata(closed: Mealy, domain: Domain, seed: int, *, formulas: bool) -> list[Candidate]:
    """The table of a machine and, if wanted, formulas over numbers for its states."""
    found = [Candidate(AUTOMATON, as_table(closed, domain))]
    if formulas and closed.states <= budgets.ORDERED_STATES:
        constants = sorted({0, 1, 2, closed.states})
        name = fresh_names(1, "s", closed.inputs)[0]
        for one in numbered(closed, constants=constants, seed=seed):
            program = program_of(closed, one, name=name, constants=constants, seed=seed)
            if program is not None:
                found.append(Candidate("state assignment", tidied(program)))
    return found


def as_table(closed: Mealy, domain: Domain) -> Machine:
    """The machine ``q = NEXT[k * q + x]``; outputs that it does not decide are looked up alike.

    States are numbered by their outputs if these are unique, otherwise from the start.
    """
    closed, start = numbered_as_shown(closed)
    name = fresh_names(1, "q", closed.inputs)[0]
    step = lookup(domain, closed.inputs, name, closed.next)
    outputs = []
    for output in np.moveaxis(closed.output, 2, 0):
        steps = list(zip(closed.next.ravel().tolist(), output.ravel().tolist(), strict=True))
        shown = dict(steps)
        decided = all(shown[q] == y for q, y in steps)
        by_letter = lookup(domain, closed.inputs, old(name), output)
        outputs.append(_of_state(var(name), shown) if decided else by_letter)
    return Machine(closed.inputs, (name,), (start,), (step,), tuple(outputs))


def _of_state(state: Expr, shown: dict[int, int]) -> Expr:
    """The shortest expression for an output that the state decides."""
    if all(q == y for q, y in shown.items()):
        return state
    if len(set(shown.values())) == 1:
        return const(min(shown.values()))
    return min(map(simplify, written_out(state, shown)), key=rank)
