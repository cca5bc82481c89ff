"""Other ways to write a program that is already found, for the reader to choose from.

A remainder's output may be the quotient beside it; counters of many letters may be one counter a
letter; a machine of a few states may be its table, or a formula over numbered states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mips_verify.algebra.linear_form import Linear, build, combination, flatten, number
from mips_verify.algebra.mealy import Mealy, moore_numbers
from mips_verify.algebra.readability import opacity, puzzles, rank
from mips_verify.algebra.simplify import simplify
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names, tidied
from mips_verify.extract.scoring import AUTOMATON, Judge, Judged
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, const, evaluate, names, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.shapes.lookup import written_out
from mips_verify.regress.state_assignment.by_expression import program_of
from mips_verify.regress.state_assignment.by_order import numbered

LETTERS = 16  # that a table has a column for
STATES = 8  # that a table has a row for
NUMBERED = 5  # states of which every order is tried
REFITTED = 8  # values of a register, on both sides of a bound, from which its step is found anew
SMALL = Budget(4, 20_000)
REWRITTEN = 3  # programs of which other ways to write them are sought


def clearer(found: list[Judged], study: Study, judge: Judge) -> list[Judged]:
    """The best programs in other words, as far as these agree with the network as well.

    Best are those that disagree on the fewest sequences: a network that is nearly right disagrees
    with every program somewhere.
    """
    fewest = min((f.wrong for f in found), default=0)
    right = sorted((f for f in found if f.wrong == fewest), key=lambda f: f.rank)
    if not right:
        return []
    domain = study.observer.domain
    others = [
        replace(f.candidate, machine=m)
        for f in right[:REWRITTEN]
        for m in rewordings(f.machine, study)
    ]
    rewritten = [j for j in map(judge.verdict, others) if j.wrong <= fewest]
    best = min(right + rewritten, key=lambda f: f.rank).machine
    closed = states_of(best, domain)
    if closed is None:
        return rewritten
    tables = automata(closed, domain, study.seed, formulas=_is_opaque(best))
    return rewritten + [j for j in map(judge.verdict, tables) if j.wrong <= fewest]


def _is_opaque(machine: Machine) -> bool:
    return opacity(machine) + sum(map(puzzles, machine.next + machine.outputs)) > 0


def rewordings(machine: Machine, study: Study) -> Iterator[Machine]:
    """Machines that may do the same; whether they do is for the judge to say."""
    domain = study.observer.domain
    yield from quotients(machine)
    yield from single_letters(machine, domain)
    yield from map(tidied, reflected(machine))
    yield from map(tidied, turned(machine))
    yield from map(tidied, shown_as_it_is(machine, study))


def shown_as_it_is(machine: Machine, study: Study) -> Iterator[Machine]:
    """One register whose output is ``c - s`` or ``s + c``, kept as that."""
    domain = study.observer.domain
    if len(machine.state) != 1 or len(machine.outputs) != 1 or domain.size > LETTERS:
        return
    (z,), form = machine.state, flatten(machine.outputs[0])
    sign = dict(form.terms).get(var(z), 0)
    if len(form.terms) != 1 or abs(sign) != 1 or (sign == 1 and not form.rest):
        return
    c = form.rest
    # of a register with few values no other value matters
    few = reached(machine, domain)
    near = [end + n for end in {0, c} for n in range(-REFITTED, REFITTED + 1)]
    shown = sorted(set(near)) if few is None else [sign * n + c for n in few]
    rows = [(n, a) for n in shown for a in domain.letters()]
    columns = {z: np.array([n for n, _ in rows], dtype=np.int64)}
    for i, x in enumerate(machine.inputs):
        columns[x] = np.array([a[i] for _, a in rows], dtype=np.int64)
    try:
        target = [sign * machine.step((sign * (n - c),), a)[0][0] + c for n, a in rows]
    except ValueError:  # a register that has no such values
        return
    step = formula(study, columns, np.array(target, dtype=np.int64), budget=SMALL)
    if step is not None:
        yield Machine(machine.inputs, (z,), (sign * machine.init[0] + c,), (step,), (var(z),))


def reached(machine: Machine, domain: Domain) -> list[int] | None:
    """The values of the one register of a machine, if they are few."""
    values = [machine.init[0]]
    for n in values:
        after = {machine.step((n,), a)[0][0] for a in domain.letters()}
        values += sorted(after - set(values))
        if len(values) > 2 * REFITTED:
            return None
    return values


def reflected(machine: Machine) -> Iterator[Machine]:
    """Maxima of ``c - x`` as minima of ``x``, and the other way round."""
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
    """The machine with ``c - z`` kept in place of the state variable ``z``."""
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


def turned(machine: Machine) -> Iterator[Machine]:
    """Remainders that count down counted up, where an output does not mind."""
    for i, e in enumerate(machine.next):
        z = var(machine.state[i])
        form = flatten(e.args[0]) if e.op == "mod" else Linear(())
        rest = Linear(tuple(t for t in form.terms if t[0] != z), form.rest)
        down = all(c < 0 for _, c in rest.terms) and rest.rest <= 0
        if dict(form.terms).get(z) == 1 and rest.terms and down and not machine.init[i]:
            up = apply("mod", build(Linear(((z, 1),)) - rest), e.args[1])
            yield replace(machine, next=(*machine.next[:i], up, *machine.next[i + 1 :]))


def quotients(machine: Machine) -> Iterator[Machine]:
    """Machines whose one output is the quotient where the state keeps the remainder."""
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
        # the step stays as it is: a reader wants the same sum in both
        output = apply("floordiv", substitute(total, before), const(m))
        steps = (*machine.next[:i], step, *machine.next[i + 1 :])
        yield replace(machine, next=steps, outputs=(output,))


def single_letters(machine: Machine, domain: Domain) -> Iterator[Machine]:
    """The machine with every count of one letter written as such."""
    if domain.channels != 1 or not 2 < domain.size <= LETTERS:
        return
    steps = [_counted(z, e, domain) for z, e in zip(machine.state, machine.next, strict=True)]
    if len(steps) > 1 and all(e is not None for e in steps):
        yield replace(machine, next=tuple(e for e in steps if e is not None))


def _counted(z: str, e: Expr, domain: Domain) -> Expr | None:
    """``z + int(x == v)`` where that is what the step does on the domain."""
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
    """The smallest machine with the same behaviour, if it has few states and letters."""
    if not machine.state or domain.size > LETTERS:
        return None
    letters = list(domain.letters())
    states, steps, outputs = [machine.init], [], []
    for q in states:
        try:
            row = [machine.step(q, a) for a in letters]
        except ValueError:  # outside a table: a program that is right never looks there
            return None
        states += [p for p in dict.fromkeys(p for p, _ in row) if p not in states]
        if len(states) > 2 * STATES or any(abs(v) > 1 << 30 for p, y in row for v in p + y):
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
    return closed if 1 < closed.states <= STATES else None


def automata(closed: Mealy, domain: Domain, seed: int, *, formulas: bool) -> list[Candidate]:
    """The table of a machine, its states numbered as they are first visited; and formulas."""
    table = as_table(closed, domain)
    found = [] if table is None else [Candidate(AUTOMATON, table)]
    if formulas and closed.states <= NUMBERED:
        constants = sorted({0, 1, 2, closed.states})
        name = fresh_names(1, "s", closed.inputs)[0]
        for one in numbered(closed, constants=constants, seed=seed):
            program = program_of(closed, one, name=name, constants=constants, seed=seed)
            if program is not None:
                found.append(Candidate("labels", tidied(program)))
    return found


def as_table(closed: Mealy, domain: Domain) -> Machine | None:
    """``q = NEXT[k * q + x]``, and outputs that the new state decides; ``None`` without these.

    States that show a number of their own have that number; others count from the start on.
    """
    numbers = moore_numbers(closed)
    start = 0
    if numbers is not None:
        order = np.argsort(numbers)
        start = int(numbers[0])
        closed = replace(closed, next=numbers[closed.next[order]], output=closed.output[order])
    name = fresh_names(1, "q", closed.inputs)[0]
    places = [1]
    for low, high in zip(domain.lows[:0:-1], domain.highs[:0:-1], strict=True):
        places.insert(0, places[0] * (high - low + 1))
    shift = -sum(p * low for p, low in zip(places, domain.lows, strict=True))
    terms = [var(name), *map(var, closed.inputs)]
    index = combination([domain.size, *places], terms, shift)
    step = apply("table", index, value=tuple(closed.next.ravel().tolist()))
    outputs = []
    for output in np.moveaxis(closed.output, 2, 0):
        steps = list(zip(closed.next.ravel().tolist(), output.ravel().tolist(), strict=True))
        shown = dict(steps)
        if any(shown[q] != y for q, y in steps):
            return None
        outputs.append(_of_state(var(name), shown))
    return Machine(closed.inputs, (name,), (start,), (step,), tuple(outputs))


def _of_state(state: Expr, shown: dict[int, int]) -> Expr:
    """The shortest expression for an output that each state decides."""
    if all(q == y for q, y in shown.items()):
        return state
    if len(set(shown.values())) == 1:
        return const(min(shown.values()))
    return min(map(simplify, written_out(state, shown)), key=rank)
