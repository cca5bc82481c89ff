"""A majority kept relative to the leader, against counts: the forms in which people write it."""

from __future__ import annotations

import gc

import pytest
import z3

from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.kernel.z3 import to_z3
from mips_verify.prove.equal import equal
from mips_verify.reader import read_program
from mips_verify.spec.task import load_task
from tests.quick import slow_case

BELOW = """
def program(xs):
    d = [0] * LETTERS
    out = []
    for x in xs:
        d[x] += 1
        d = [v - max(d) for v in d]
        out.append(d.index(0))
    return out
"""
DEFICITS = """
def program(xs):
    e = [0] * LETTERS
    out = []
    for x in xs:
        if e[x] > 0:
            e[x] -= 1
        else:
            for k in range(LETTERS):
                if k != x:
                    e[k] += 1
        out.append(e.index(0))
    return out
"""
TOP = """
def program(xs):
    d = [0] * LETTERS
    for x in xs:
        d[x] += 1
        if d[x] > 0:
            for k in range(LETTERS):
                d[k] -= 1
        yield d.index(0)
"""
LEADER = """
def program(xs):
    e = [0] * LETTERS
    lead = 0
    for x in xs:
        if e[x] == 0:
            for k in range(LETTERS):
                e[k] += 1
        e[x] -= 1
        if e[lead] != 0 or (e[x] == 0 and x < lead):
            lead = x
        yield lead
"""
CYCLIC = """
def program(xs):
    lead = 0
    e = [0] * LETTERS
    f = [0] * LETTERS
    out = []
    for x in xs:
        k = (x - lead) % LETTERS
        if k == 0:
            for j in range(1, LETTERS):
                e[j] += 1
        elif e[k] > 0:
            e[k] -= 1
        else:
            for j in range(LETTERS):
                f[j] = e[(k + j) % LETTERS] + 1
            for j in range(LETTERS):
                e[j] = f[j] if j else 0
            lead = x
        best = LETTERS
        for j in range(LETTERS):
            if e[j] == 0:
                best = min(best, (lead + j) % LETTERS)
        out.append(best)
    return out
"""
FORMS = {
    "below the top": BELOW,
    "deficits": DEFICITS,
    "lowered at a new top": TOP,
    "leader and deficits": LEADER,
    "deficits in cyclic order": CYCLIC,
}


def verdict(source: str, letters: int) -> Verdict:
    task = load_task(f"Majority_0_{letters - 1}")
    text = source.replace("LETTERS", str(letters))
    return equal(read_program(text, inputs=task.domain.names), task.spec, task.domain)


@pytest.mark.parametrize("letters", [slow_case(2), 3, slow_case(4)])
@pytest.mark.parametrize("form", FORMS)
def test_relative_to_the_leader_is_the_majority(form: str, letters: int) -> None:
    found = verdict(FORMS[form], letters)
    assert found.status is Status.PROVED, str(found)


@pytest.mark.parametrize("letters", [3, slow_case(4)])
def test_a_leader_that_keeps_ties_is_not_the_majority(letters: int) -> None:
    source = LEADER.replace(" or (e[x] == 0 and x < lead)", "")
    assert verdict(source, letters).status is Status.REFUTED


def test_terms_for_z3_do_not_wait_for_the_garbage_collector() -> None:
    # Z3 numbers new terms by those that are freed: its path would hang on when that happens
    e = parse("(3, 1, 4, 1, 5)[x] + (x + y if x < y else (x - y) % 3)")
    names = ("x", "y")
    context = z3.Context()
    env = {name: z3.Int(name, context) for name in names}
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)  # keeps what only the collector frees
    try:
        to_z3(e, env, context)
        gc.collect()
        assert not [x for x in gc.garbage if isinstance(x, z3.AstRef)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
