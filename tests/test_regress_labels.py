"""Numbers for states: consistent with every known edge, and short where a formula exists."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.expr import evaluate, size
from mips_verify.kernel.parse import parse
from mips_verify.regress.regression_budgets import Budget
from mips_verify.regress.state_assignment.by_expression import (
    LABEL,
    Labelling,
    label,
    must_differ,
    program_of,
    shared_terms,
)
from mips_verify.regress.state_assignment.by_order import numbered
from tests.quick import examples

SMALL = Budget(max_leaves=5, max_expressions=60_000)
Step = Callable[[int, tuple[int, ...]], tuple[int, int]]


def mealy(
    inputs: str, widths: list[int], step: Step, start: int = 0, depth: int | None = None
) -> Mealy:
    """The machine of a step function; with a depth, only what is reached in so many letters."""
    letters = list(itertools.product(*(range(w) for w in widths)))
    number, order, level = {start: 0}, [start], {start: 0}
    successors: list[list[int]] = []
    outputs: list[list[int]] = []
    for z in order:
        row, out = [], []
        for x in letters:
            if depth is not None and level[z] >= depth:
                row.append(-1)
                out.append(0)
                continue
            z2, y = step(z, x)
            if z2 not in number:
                number[z2], level[z2] = len(order), level[z] + 1
                order.append(z2)
            row.append(number[z2])
            out.append(y)
        successors.append(row)
        outputs.append(out)
    return Mealy(
        tuple(inputs), np.array(letters), np.array(successors), np.array(outputs)[..., None]
    )


def assert_consistent(machine: Mealy, labelling: Labelling, low: int, high: int) -> None:
    """The expression gives the label of the successor, and equal labels answer alike."""
    labels = labelling.labels
    assert labels[0] == labelling.start
    assert low <= labels.min()
    assert labels.max() <= high
    assert labelling.size == size(labelling.expr)
    answers: dict[tuple[int, int], tuple[int, ...]] = {}
    for q, a in zip(*machine.known, strict=True):
        env = dict(zip(machine.inputs, machine.letters[a].tolist(), strict=True))
        env[LABEL] = int(labels[q])
        assert evaluate(labelling.expr, env) == labels[machine.next[q, a]]
        answer = tuple(machine.output[q, a].tolist())
        assert answers.setdefault((int(labels[q]), int(a)), answer) == answer


def answers_of(machine: Mealy, word: list[int]) -> list[tuple[int, ...]]:
    q, ys = 0, []
    for a in word:
        ys.append(tuple(machine.output[q, a].tolist()))
        q = machine.next[q, a]
    return ys


def balanced(z: int, x: tuple[int, ...]) -> tuple[int, int]:
    z = z if z < 0 else z + 1 - 2 * x[0]
    return z, int(z == 0)


PLANTED: list[tuple[str, Mealy, tuple[int, int], list[int], str, int]] = [
    ("sum modulo 5", mealy("x", [5], lambda z, x: ((z + x[0]) % 5,) * 2), (0, 4),
     [0, 1, 2, 5], "(e + x) % 5", 7),
    ("carry in base 7", mealy("xw", [7, 7], lambda z, x: ((z + sum(x)) // 7, (z + sum(x)) % 7)),
     (0, 1), [0, 1, 2, 7], "(e + x + w) // 7", 15),
    ("division by 7", mealy("x", [2], lambda z, x: ((2 * z + x[0]) % 7, (2 * z + x[0]) // 7)),
     (0, 6), [0, 1, 2, 7], "(2 * e + x) % 7", 15),
    ("dithering", mealy("x", [16], lambda z, x: ((z + x[0]) % 15, (z + x[0]) // 15)),
     (0, 14), [0, 1, 2, 15], "(e + x) % 15", 11),
    ("maximum", mealy("x", [10], lambda z, x: (max(z, x[0]),) * 2), (0, 9), [0, 1, 2],
     "max(e, x)", 5),
    ("parity of products", mealy("xw", [2, 2], lambda z, x: (z ^ (x[0] & x[1]),) * 2), (0, 1),
     [0, 1, 2], "x & w ^ e", 7),
    ("counter of evens, partial", mealy("x", [10], lambda z, x: (z + 1 - x[0] % 2,) * 2, depth=5),
     (-6, 6), [0, 1, 2], "e + 1 - x % 2", 9),
    ("last letter", mealy("x", [8], lambda z, x: (x[0], int(x[0] == z))), (0, 7), [0, 1, 2],
     "x", 6),
    ("balanced, partial", mealy("x", [2], balanced, depth=6), (-7, 7), [0, 1, 2],
     "e if e < 0 else e + 1 - 2 * x", 18),
]  # fmt: skip


@pytest.mark.parametrize(
    ("machine", "domain", "constants", "step", "most"),
    [case[1:] for case in PLANTED],
    ids=[case[0] for case in PLANTED],
)
def test_machines_of_formulas_become_programs_no_longer(
    machine: Mealy, domain: tuple[int, int], constants: list[int], step: str, most: int
) -> None:
    found = label(machine, domain=domain, starts=(0, 1), constants=constants)
    assert found
    for one in found:
        assert_consistent(machine, one, *domain)
    assert min(one.size for one in found) <= size(parse(step))
    programs = [program_of(machine, one, constants=constants) for one in found]
    sizes = [p.size for p in programs if p is not None]
    assert min(sizes) <= most


@pytest.mark.parametrize("case", PLANTED, ids=[case[0] for case in PLANTED])
def test_programs_answer_like_their_machine(
    case: tuple[str, Mealy, tuple[int, int], list[int], str, int],
) -> None:
    _, machine, domain, constants, _, _ = case
    one = label(machine, domain=domain, constants=constants, starts=(0, 1))[0]
    program = program_of(machine, one, constants=constants)
    assert program is not None
    rng = np.random.default_rng(0)
    length = 5 if not machine.complete else 30
    for _ in range(20):
        word = rng.integers(0, len(machine.letters), length).tolist()
        letters = [tuple(machine.letters[a].tolist()) for a in word]
        assert program.run(letters) == answers_of(machine, word)


def test_the_best_labelling_of_balanced_parentheses_is_the_counter() -> None:
    machine = mealy("x", [2], balanced, depth=6)
    found = label(machine, domain=(-7, 7), constants=[0, 1, 2])
    assert "e if e < 0 else e + 1 - 2 * x" in {str(one.expr) for one in found}


@settings(max_examples=examples(25), deadline=None)
@given(st.integers(2, 6), st.integers(2, 3), st.floats(0, 0.4), st.integers(0, 2**32 - 1))
def test_every_labelling_is_consistent(n: int, m: int, unknown: float, seed: int) -> None:
    """On random machines, complete or not, few of which have a formula."""
    rng = np.random.default_rng(seed)
    successors = rng.integers(0, n, (n, m))
    successors[rng.random((n, m)) < unknown] = -1
    outputs = rng.integers(0, 2, (n, m, 1))
    machine = Mealy(("x",), np.arange(m)[:, None], successors, outputs)
    budget = Budget(max_leaves=4, max_expressions=4_000)
    for one in label(machine, domain=(0, n - 1), constants=[0, 1, 2, n], budget=budget):
        reached = reachable(machine)
        kept = Mealy(
            ("x",),
            machine.letters,
            np.where(reached[:, None], machine.next, -1),
            machine.output,
        )
        assert_consistent(kept, one, 0, n - 1)


def reachable(machine: Mealy) -> np.ndarray:
    seen = np.zeros(machine.states, dtype=np.bool_)
    queue = [0]
    seen[0] = True
    for q in queue:
        for r in machine.next[q]:
            if r >= 0 and not seen[r]:
                seen[r] = True
                queue.append(int(r))
    return seen


def test_labels_outside_the_domain_are_refused() -> None:
    counter = mealy("x", [2], lambda z, x: (z + x[0], z + x[0]), depth=5)
    assert label(counter, domain=(0, 5), constants=[0, 1], budget=SMALL)
    assert not label(counter, domain=(0, 3), constants=[0, 1], budget=SMALL)
    # counting down is a labelling too, from 0 to -5
    assert label(counter, domain=(-5, 0), constants=[0, 1], budget=SMALL)
    assert not label(counter, domain=(-4, 0), constants=[0, 1], budget=SMALL)


def test_states_that_answer_differently_have_different_labels() -> None:
    toggle = mealy("x", [2], lambda z, x: (z ^ x[0], z))
    assert must_differ(toggle).tolist() == [[False, True], [True, False]]
    for one in label(toggle, domain=(0, 1), constants=[0, 1]):
        assert one.labels[0] != one.labels[1]


def test_the_number_of_solutions_is_bounded_and_the_shortest_come_first() -> None:
    machine = PLANTED[0][1]
    found = label(machine, domain=(0, 4), starts=(0, 1, 2), constants=[0, 1, 2, 5])
    assert len(found) > 2
    few = label(machine, domain=(0, 4), starts=(0, 1, 2), constants=[0, 1, 2, 5], max_solutions=2)
    assert [str(s.expr) for s in few] == [str(s.expr) for s in found[:2]]
    assert found[0].start == 0


def test_a_state_that_no_output_needs_is_dropped() -> None:
    machine = mealy("x", [3], lambda z, x: (0, x[0] * x[0] + 1))
    one = label(machine, domain=(0, 1), constants=[0, 1])[0]
    program = program_of(machine, one)
    assert program is not None
    assert program.state == ()


def test_the_argument_of_a_remainder_is_shared() -> None:
    assert [str(e) for e in shared_terms(parse("(e + x + w) % 7"))] == ["e + x + w"]
    assert [str(e) for e in shared_terms(parse("int(e + x > 3) + e"))] == ["e + x"]
    assert shared_terms(parse("e + x")) == []


TOMITA_4 = mealy("x", [2], lambda z, x: ((3 if z == 3 else 0 if x[0] else z + 1),) * 2)


def test_a_counter_with_a_trap_is_numbered() -> None:
    """Tomita's fourth grammar: no three zeros in a row."""
    found = numbered(TOMITA_4, constants=[0, 1, 2, 3])
    assert found
    for one in found:
        assert_consistent(TOMITA_4, one, 0, 3)
        assert one.start == 0
    assert found[0].size <= 13  # 3 if e == 3 else 0 if x == 1 else e + 1


def test_any_machine_has_at_least_a_table() -> None:
    rng = np.random.default_rng(7)
    n, m = 12, 3
    successors = rng.integers(0, n, (n, m))
    outputs = rng.integers(0, 2, (n, m, 1))
    machine = Mealy(("x",), np.arange(m)[:, None], successors, outputs)
    budget = Budget(max_leaves=4, max_expressions=8_000)
    found = numbered(machine, budget=budget)
    assert found
    assert_consistent(machine, found[0], 0, n - 1)
    assert found[0].size <= n * m + 7


def test_the_same_machine_gives_the_same_labellings() -> None:
    machine = PLANTED[8][1]
    runs = [label(machine, domain=(-7, 7), starts=(0, 1), constants=[0, 1, 2]) for _ in range(2)]
    assert [str(s.expr) for s in runs[0]] == [str(s.expr) for s in runs[1]]


def test_with_an_empty_context_all_states_get_labels_of_their_own():
    """The last letter decides every answer here, so that nothing else tells the states apart."""
    last = mealy("x", [3], lambda z, x: (x[0], x[0]))
    alone = label(last, domain=(0, 2), budget=SMALL)
    apart = label(last, domain=(0, 2), budget=SMALL, context={})
    assert min(len(set(found.labels.tolist())) for found in alone) == 1
    assert {len(set(found.labels.tolist())) for found in apart} == {3}
