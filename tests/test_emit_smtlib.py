"""``equivalence.smt2`` says what the prover says, whatever names and texts it holds."""

from __future__ import annotations

import random
import re
import string

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.emit.smtlib.smtlib_expressions import (
    RESERVED,
    flat,
    helpers,
    lay_out,
    lookup_definition,
    lookups,
    to_smtlib,
)
from mips_verify.emit.smtlib.smtlib_file import render_smtlib
from mips_verify.errors import MachineError
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, const, evaluate, negate, size, var
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import discharge, join, obligations
from mips_verify.kernel.parse import parse
from mips_verify.kernel.z3 import Integers, to_z3
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task
from tests.prove_tools import broken, random_machine
from tests.quick import examples
from tests.strategies import expressions
from tests.test_prove_pairs import PAIRS, machine

RLIMIT = 10_000_000
NAMES = ("x", "y")
BIT = Domain(("x",), (0,), (1,))
COUNTER = machine("x", {"n": (0, "n + x")}, "n")
DOUBLE = machine("x", {"d": (0, "d + 2 * x")}, "d // 2")


def certificate(program, spec, *invariant, domain=BIT, all_integers=False, **texts) -> Certificate:
    state = join(program, spec, domain).state
    conditions = tuple(parse(c, state) if isinstance(c, str) else c for c in invariant)
    made = {"task": "Some_Task", "says": "what it does", "length": 10} | texts
    return Certificate(
        program=program, spec=spec, domain=domain, invariant=conditions,
        all_integers=all_integers, **made,
    )  # fmt: skip


def violations(text: str) -> list[z3.BoolRef]:
    """What each ``check-sat`` of a file asks for, read by Z3's own parser."""
    before, *blocks = text.split("(push 1)")
    assert len(blocks) == 3
    assert all(b.count("(check-sat)\n(pop 1)") == 1 for b in blocks)
    before = "\n".join(line for line in before.splitlines() if not line.startswith("(set-"))
    parts = [b.split("(check-sat)")[0] for b in blocks]
    return [z3.And(*z3.parse_smt2_string(f"{before}\n{p}")) for p in parts]


def answers(text: str) -> list[str]:
    found = []
    for violation in violations(text):
        for arithmetic in (2, 6):
            solver = z3.SimpleSolver()
            solver.set("arith.solver", arithmetic)
            solver.set("rlimit", RLIMIT)
            solver.add(violation)
            if (answer := solver.check()) != z3.unknown:
                break
        found.append(str(answer))
    return found


def discharged(proof: Certificate) -> list[str]:
    pair = join(proof.program, proof.spec, proof.domain)
    todo = obligations(pair, proof.invariant, all_integers=proof.all_integers)
    return list(discharge(todo, RLIMIT))


def value(e: Expr, env: dict[str, int], lines=lambda term: [flat(term)]) -> int:
    """What Z3 makes of the printed expression at one point."""
    tables = lookups([e])
    text = "\n".join(
        helpers([e])
        + [flat(lookup_definition(*key, name)) for key, name in tables.items()]
        + [f"(define-fun {n} () Int {k if k >= 0 else f'(- {-k})'})" for n, k in env.items()]
        + ["(declare-const answer " + ("Int)" if e.sort == "int" else "Bool)")]
        + ["(assert (= answer", *lines(to_smtlib(e, {n: n for n in env}, tables)), "))"]
    )
    solver = z3.Solver()
    solver.add(z3.parse_smt2_string(text))
    assert solver.check() == z3.sat
    found = solver.model()[z3.Int("answer") if e.sort == "int" else z3.Bool("answer")]
    return found.as_long() if e.sort == "int" else int(z3.is_true(found))


# --- expressions --------------------------------------------------------------------------


@settings(max_examples=examples(100), deadline=None)
@given(expressions(NAMES, leaves=12), st.tuples(st.integers(-30, 30), st.integers(-30, 30)))
def test_an_expression_means_what_it_evaluates_to(e: Expr, point: tuple[int, int]) -> None:
    env = dict(zip(NAMES, point, strict=True))
    assert value(e, env) == evaluate(e, env)


@settings(max_examples=examples(60), deadline=None)
@given(expressions(NAMES), expressions(NAMES), st.integers(-9, 9), st.integers(40, 60))
def test_repeated_terms_and_narrow_lines_change_nothing(e, f, k, width) -> None:
    twice = apply("sub", apply("mul", e, f), apply("if", apply("le", e, f), f, e))
    env = {"x": k, "y": 3 - k}
    assert value(twice, env, lambda term: lay_out(term, width)) == evaluate(twice, env)


@pytest.mark.parametrize("divisor", [1, 2, 3, 7, -1, -2, -3, -7])
@pytest.mark.parametrize("op", ["floordiv", "mod"])
def test_division_rounds_as_python_does(op: str, divisor: int) -> None:
    e = apply(op, var("x"), const(divisor))
    assert [value(e, {"x": k}) for k in range(-8, 9)] == [
        evaluate(e, {"x": k}) for k in range(-8, 9)
    ]


@pytest.mark.parametrize("text", ["x & y", "x | y", "x ^ y"])
def test_bits_are_python_s(text: str) -> None:
    e = parse(text)
    for x, y in [(0, 0), (0, 1), (1, 0), (1, 1)]:
        assert value(e, {"x": x, "y": y}) == evaluate(e, {"x": x, "y": y})


@pytest.mark.parametrize("size_", [1, 2, 3, 5, 200])
def test_every_entry_of_a_table_and_of_a_set_is_found(size_: int) -> None:
    entries = tuple((7 * k) % 11 - 5 for k in range(size_))
    table, member = Expr("table", (var("x"),), entries), Expr("in", (var("x"),), entries)
    for k in range(0, size_, 1 + size_ // 20):
        assert value(table, {"x": k}) == entries[k]
    for k in range(-7, 8):
        assert value(member, {"x": k}) == int(k in entries)


def test_a_table_is_a_decision_tree_of_logarithmic_depth() -> None:
    text = flat(lookup_definition("table", tuple(range(1000)), "table_1"))
    depths, depth = [0], 0
    for c in text:
        depth += (c == "(") - (c == ")")
        depths.append(depth)
    assert max(depths) < 15


def test_a_large_term_that_occurs_often_is_written_once() -> None:
    large = parse("(x * 3 + y) // 2 - 77777")
    e = large
    for _ in range(30):
        e = apply("max", apply("mod", e, const(1000)), apply("add", large, e))
        if size(e) > 20_000:
            break
    text = flat(to_smtlib(e, {"x": "x", "y": "y"}, {}))
    assert text.count("77777") == 1
    assert len(text) < 3000


@settings(max_examples=examples(60), deadline=None)
@given(expressions(NAMES, leaves=12), st.integers(40, 80))
def test_a_term_is_broken_only_where_it_is_too_long(e: Expr, width: int) -> None:
    term = to_smtlib(e, {n: n for n in NAMES}, lookups([e]))
    lines = lay_out(term, width)
    assert (lines == [flat(term)]) == (isinstance(term, str) or len(flat(term)) <= width)
    assert re.sub(r"\s+", " ", " ".join(lines)) == flat(term)


def test_a_condition_is_said_once_in_a_chain() -> None:
    terms = {
        "x > 0 and y > 0 and x > 0": "(and (> x 0) (> y 0))",
        "x > 0 or x > 0": "(> x 0)",
        "(x > 0 and y > 0) or x > 0": "(or (and (> x 0) (> y 0)) (> x 0))",
        "x + y + x": "(+ x y x)",
        "x + y + (x + y)": "(+ x y (+ x y))",
    }
    for text, term in terms.items():
        assert flat(to_smtlib(parse(text), {"x": "x", "y": "y"}, {})) == term


@pytest.mark.parametrize(
    ("outputs", "name"),
    [
        ("2 * x + old(s) * -3 + abs(x) // 2 % 5", "QF_LIA"),
        ("x * old(s)", "ALL"),
        ("2 * x + (x * s) % 2", "ALL"),
    ],
)
def test_the_logic_is_linear_where_no_product_is_of_two_unknowns(outputs: str, name: str) -> None:
    program = machine("x", {"s": (0, "2 * s + x")}, outputs)
    text = render_smtlib(certificate(program, program, "p_s == s_s"))
    assert f"(set-logic {name})\n" in text


def test_a_variable_called_like_a_let_is_kept_apart() -> None:
    e = parse("(e1 * 3 + e2) * (e1 * 3 + e2) - e1 - e_1")
    env = {"e1": 2, "e2": 5, "e_1": 7}
    assert value(e, env) == 112


# --- obligations --------------------------------------------------------------------------


def _point(formula, env: dict[str, int]) -> bool:
    pairs = [(z3.Int(name), z3.IntVal(k)) for name, k in env.items()]
    found = z3.simplify(z3.substitute(formula, *pairs))
    assert z3.is_true(found) or z3.is_false(found), found
    return z3.is_true(found)


CONDITIONS = ("p_a >= 0", "(1, 0, 2)[p_a] == 1", "p_a ^ 1 == 1", "s_a <= 3 or (0, 1)[s_a] == 0",
              "p_a % -3 == 0", "p_a in (0, 1, 5)")  # fmt: skip


def test_an_invariant_that_reads_an_input_is_refused() -> None:
    # the input of the next step is another one: this claim would prove anything
    proof = certificate(COUNTER, machine("x", {}, "0"), parse("x == 0 and p_n == 0"))
    with pytest.raises(MachineError, match="state only"):
        render_smtlib(proof)


@settings(max_examples=examples(40), deadline=None)
@given(st.integers(0, 10**9))
def test_every_obligation_is_violated_where_the_prover_s_is(seed: int) -> None:
    rng = random.Random(seed)
    program, spec = random_machine(rng), random_machine(rng)
    state = join(program, spec, BIT).state
    possible = [c for c in CONDITIONS if all(f"{v}_a" in state or f"{v}_a" not in c for v in "ps")]
    chosen = rng.sample(possible, min(len(possible), rng.randint(0, 2)))
    proof = certificate(program, spec, *chosen, all_integers=rng.random() < 0.5)
    todo = obligations(join(program, spec, BIT), proof.invariant, all_integers=proof.all_integers)
    written = violations(render_smtlib(proof))
    for o, mine in zip(todo, written, strict=True):
        env = Integers(z3.main_ctx())
        theirs = to_z3(apply("and", o.given, negate(o.goal)), env, z3.main_ctx())
        for _ in range(25):
            point = {name: rng.randint(-2, 4) for name in (*state, "x")}
            assert _point(mine, point) == _point(theirs, point), (o.name, point)


@pytest.mark.parametrize(
    ("invariant", "expected"),
    [
        ("p_d == 2 * s_n", ["unsat", "unsat", "unsat"]),
        ("p_d == 2 * s_n + 2", ["sat", "unsat", "sat"]),
        ("p_d == 0", ["unsat", "sat", "sat"]),
        ("p_d >= 0", ["unsat", "unsat", "sat"]),
        ("p_d != p_d", ["sat", "unsat", "unsat"]),
    ],
)
def test_a_weak_invariant_fails_where_it_must(invariant: str, expected: list[str]) -> None:
    assert answers(render_smtlib(certificate(DOUBLE, COUNTER, invariant))) == expected


def test_the_range_counts_only_where_it_is_claimed() -> None:
    xor, sums = machine("x", {}, "x ^ 1"), machine("x", {}, "1 - x")
    assert answers(render_smtlib(certificate(xor, sums))) == ["unsat"] * 3
    everywhere = render_smtlib(certificate(xor, sums, all_integers=True))
    assert answers(everywhere) == ["unsat", "unsat", "sat"]
    assert "Dom" not in everywhere
    assert "over all integers" in everywhere


@pytest.mark.parametrize(
    ("program", "output", "invariant", "expected"),
    [
        # the step has no value at x = 2, and the output does not read it there
        (({"z": (0, "(0, 1)[x]")}, "z if x < 2 else 0"), "x % 2", (), ["unsat", "sat", "unsat"]),
        # ... and does, where only that it has no value tells it from the specification
        (({"z": (0, "(0, 1)[x]")}, "z"), "min(x, 1)", (), ["unsat", "sat", "sat"]),
        # the index is the value before the step, not the one after it
        (({"z": (0, "(2, 3)[z]")}, "z"), "2", ("p_z == 0",), ["unsat", "sat", "unsat"]),
        # the same text in a step and in an output is over old state there and over new here
        (
            ({"p": (0, "(0, 3)[q]"), "q": (0, "1 - q")}, "(0, 3)[q] ^ 1 + 0 * p"),
            "1",
            ("p_q == 0",),
            ["unsat", "sat", "sat"],
        ),
    ],
)
def test_a_next_value_must_exist_where_an_output_reads_it(
    program, output, invariant, expected
) -> None:
    lazy, wide = machine("x", *program), Domain(("x",), (0,), (2,))
    proof = certificate(lazy, machine("x", {}, output), *invariant, domain=wide)
    assert answers(render_smtlib(proof)) == discharged(proof) == expected


def proved(task: str, program: Machine) -> Certificate:
    found = load_task(task)
    verdict = equal(program, found.spec, found.domain)
    return certificate(
        program, found.spec, *verdict.invariant, domain=found.domain,
        all_integers=verdict.all_integers, task=task, says=found.says,
    )  # fmt: skip


QUICK = ("Base_7_Addition", "Majority_0_2", "Balanced_Parenthesis", "Bit_Dot_Prod_Mod2", "Div_7")
FIRST = [p for i, p in enumerate(PAIRS) if p[0] not in {q[0] for q in PAIRS[:i]}]


@pytest.mark.parametrize(
    ("task", "program"),
    [
        pytest.param(task, m, id=task, marks=[] if task in QUICK else [pytest.mark.slow])
        for task, _, m in FIRST
    ],
)
def test_proved_pairs_are_proved_by_their_files(task: str, program: Machine) -> None:
    proof = proved(task, program)
    assert answers(render_smtlib(proof)) == discharged(proof) == ["unsat"] * 3


@pytest.mark.parametrize("task", ["Base_7_Addition", "Div_7"])
def test_wrong_programs_get_the_same_answers_as_from_the_prover(task: str) -> None:
    right = proved(task, next(m for name, _, m in PAIRS if name == task))
    spec, domain, invariant = right.spec, right.domain, right.invariant
    refused = 0
    for wrong in list(broken(right.program))[:12]:
        proof = certificate(wrong, spec, *invariant, domain=domain)
        told = discharged(proof)
        for mine, theirs in zip(answers(render_smtlib(proof)), told, strict=True):
            assert mine == theirs or "unknown" in (mine, theirs)
        refused += "sat" in told
    assert refused > 5


# --- hostile hands ------------------------------------------------------------------------

OWN = ("Dom", "Inv", "defined_Inv", "defined_outputs", "out_program_1", "out_spec_1", "is_bit",
       "next_p_s", "defined_next_p_s", "table_1", "member_1", "minimum", "bit_xor", "e1", "i", "a",
       "_", "__", "_x", "v")  # fmt: skip


def named(name: str) -> Certificate:
    """Uses each part that a file can have; its step needs that its input is 0 or 1."""
    state = {"s": (0, "min((0, 1)[x] ^ s, 1)")}
    program = machine("x", state, "s * x + int(x in (0, 3)) + old(s)").rename({"x": name})
    bounds = ("p_s in (0, 1)", "p_s == s_s", "(1, 0)[p_s] >= 0")
    return certificate(program, program, *bounds, domain=Domain((name,), (0,), (1,)))


@pytest.mark.parametrize("name", [*OWN, "and", "let", "Int", "par", "div", "assert", "bvadd"])
def test_an_input_may_be_called_anything(name: str) -> None:
    assert answers(render_smtlib(named(name))) == ["unsat"] * 3


def test_no_reserved_word_is_declared() -> None:
    for name in sorted(RESERVED):
        declared = re.findall(r"\(declare-const (\S+) Int\)", render_smtlib(named(name)))
        assert len(set(declared)) == 3
        assert not RESERVED & set(declared)


def test_names_that_differ_only_in_foreign_letters_stay_apart() -> None:
    s, r = apply("add", var("é"), var("x")), apply("sub", var("è"), var("x"))
    m = Machine(("x",), ("é", "è"), (0, 0), (s, r), (apply("add", s, r),))
    text = render_smtlib(certificate(m, machine("x", {}, "x"), domain=BIT))
    declared = re.findall(r"\(declare-const (\S+) Int\)", text)
    assert len(set(declared)) == 3
    assert text.isascii()


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.sampled_from(' ;|"\\(){}%'))


@settings(max_examples=examples(30), deadline=None)
@given(TEXTS, TEXTS)
def test_texts_stay_in_their_comments(says: str, how: str) -> None:
    plain = render_smtlib(certificate(DOUBLE, COUNTER, "p_d == 2 * s_n"))
    hostile = render_smtlib(certificate(DOUBLE, COUNTER, "p_d == 2 * s_n", says=says, how=how))

    def commands(text: str) -> list[str]:
        return [line for line in re.split(r"[\r\n]", text) if not line.startswith(";")]

    assert commands(hostile) == commands(plain)


def test_hundreds_of_bindings_stay_within_their_lines() -> None:
    term = "x"
    for k in range(400):
        term = ("let", ((f"e{k}", ("+", "x" * 60, "y" * 60)),), term)
    lines = lay_out(term)
    assert len(lines) == 4 * 400 + 1
    assert max(map(len, lines[:-1])) <= 98


def test_a_large_program_gives_a_file_of_its_own_size() -> None:
    bits = " ^ ".join(f"x ^ s{k}" for k in range(60))
    state = {f"s{k}": (0, f"s{k - 1} ^ x" if k else "x") for k in range(60)}
    program = machine("x", state, bits)
    assert program.size > 400
    text = render_smtlib(certificate(program, program, *(f"p_s{k} == s_s{k}" for k in range(60))))
    assert len(text) < 120_000
    assert len(violations(text)) == 3


def test_a_long_chain_of_maxima_is_no_exponential_text() -> None:
    e = var("x")
    for k in range(60):
        e = apply("max", apply("sub", e, const(k)), apply("abs", e)) if k % 20 == 0 else apply(
            "max", e, const(k)
        )  # fmt: skip
    program = Machine(("x",), (), (), (), (e,))
    assert len(render_smtlib(certificate(program, program))) < 10_000


@settings(max_examples=examples(20), deadline=None)
@given(st.text(string.ascii_letters + "_", min_size=1, max_size=6).filter(lambda n: n != "s"))
def test_any_name_of_an_input_gives_a_file_that_parses(name: str) -> None:
    if not name.startswith(("p_", "s_")):
        assert len(violations(render_smtlib(named(name)))) == 3
