"""``program.dfy``: what the file says, that Dafny accepts it, and that a wrong one fails."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.check.dafny import run_dafny
from mips_verify.emit.dafny.dafny_expressions import SUM, Words, number, to_dafny
from mips_verify.emit.dafny.dafny_file import render_dafny
from mips_verify.emit.dafny.dafny_names import dafny_names
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, evaluate, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.reader import read_program
from mips_verify.spec.task import load_task, load_tasks
from tests.prove_tools import _random
from tests.quick import examples
from tests.strategies import machines
from tests.test_prove_pairs import PAIRS, machine

PROOFS = Path(__file__).parent.parent / "proofs"
needs_dafny = pytest.mark.skipif(shutil.which("dafny") is None, reason="Dafny is not installed")
BITS = Domain(("x",), (0,), (1,))


def certificate(program: Machine, spec: Machine, domain: Domain, **more: object) -> Certificate:
    """What the prover finds for two machines."""
    verdict = equal(program, spec, domain)
    assert verdict.status is Status.PROVED, str(verdict)
    values: dict = {
        "task": "Test", "says": "a test", "length": 10, "program": program, "spec": spec,
        "domain": domain, "invariant": verdict.invariant, "all_integers": verdict.all_integers,
        "strategy": verdict.strategy,
    }  # fmt: skip
    return Certificate(**(values | more))


def plain(m: Machine, domain: Domain = BITS, **more: object) -> Certificate:
    """A machine that is its own specification; nothing is proved here."""
    invariant = tuple(parse(f"p_{z} == s_{z}", [f"p_{z}", f"s_{z}"]) for z in m.state)
    values: dict = {"task": "Test", "says": "a test", "length": 10, "all_integers": False}
    values |= {"program": m, "spec": m, "domain": domain, "invariant": invariant}
    return Certificate(**(values | more))


def dafny(text: str, folder: Path):
    path = folder / "program.dfy"
    path.write_text(text, encoding="utf-8")
    return run_dafny(path, 300)


PARITY = certificate(
    machine("x", {"z": (0, "z ^ x")}, "z"), machine("x", {"p": (0, "(p + x) % 2")}, "p"), BITS
)


def test_the_file_has_the_parts_that_others_build_on():
    text = render_dafny(PARITY)
    for part in (
        "predicate Dom(x: int) { 0 <= x <= 1 }",
        "predicate InDom(s: seq<int>)",
        "function Spec_p(s: seq<int>): int\n",
        "function Spec(s: seq<int>): int\n  requires |s| > 0",
        "predicate Bounds(p_z: int, s_p: int)",
        "predicate {:opaque} Inv(p_z: int, s_p: int)",
        "lemma Base()",
        "lemma Step(p_z: int, s_p: int, x: int, p_z': int, s_p': int)",
        "lemma Outputs(",
        "method Program(s: seq<int>) returns (ys: seq<int>)\n  requires InDom(s)",
        "ensures forall t :: 0 <= t < |s| ==> ys[t] == Spec(s[..t+1])",
    ):
        assert part in text


def test_several_inputs_are_a_datatype_and_several_outputs_several_results():
    m = machine("x w", {"a": (0, "a + w")}, "x", "a - old(a)")
    text = render_dafny(plain(m, Domain(("x", "w"), (0, -3), (9, 3))))
    assert "datatype Input = Input(x: int, w: int)" in text
    assert "predicate Dom(x: int, w: int) { 0 <= x <= 9 && -3 <= w <= 3 }" in text
    assert "returns (ys0: seq<int>, ys1: seq<int>)" in text
    assert "ys1[t] == Spec1(s[..t+1])" in text


def test_a_theorem_for_all_integers_asks_for_no_range():
    text = render_dafny(plain(machine("x", {"s": (0, "s + x")}, "s"), all_integers=True))
    assert "for all integers" in text
    assert not re.search(r"requires (In)?Dom", text)


def test_what_must_be_defined_is_to_be_proved():
    m = machine("x", {"z": (0, "(3, 1, 2)[z + x]")}, "z & x")
    text = render_dafny(plain(m))
    step, outputs = text.split("lemma Step")[1].split("lemma Outputs")
    for name in ("p_z", "s_z"):
        assert f"ensures 0 <= {name} + x\n" in step
        assert f"ensures {name} + x < 3\n" in step
        assert f"ensures 0 <= {name}' <= 1\n" in outputs


def test_an_invariant_must_itself_have_a_value():
    proof = plain(machine("x", {"z": (0, "z")}, "z"))
    bounded = parse("(0, 0, 1)[p_z] == 0", ["p_z"])
    text = render_dafny(replace(proof, invariant=(bounded,)))
    bounds, rest = text.split("predicate Bounds")[1].split("predicate {:opaque} Inv")
    assert "&& 0 <= p_z\n  && p_z < 3" in bounds
    assert "== 0" in rest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x // 3 % 2", "x / 3 % 2"),
        ("x // -3", "-x / 3"),
        ("x % -3", "-(-x % 3)"),
        ("x - -2", "x + 2"),
        ("abs(x)", "if x < 0 then -x else x"),
        ("abs(x - y) * 2", "(var k: int := x - y; if k < 0 then -k else k) * 2"),
        ("min(x, y + 1)", "(var l: int := y + 1; if x <= l then x else l)"),
        ("x & y", "if x == 1 && y == 1 then 1 else 0"),
        ("1 + (x ^ y)", "1 + (if x == y then 0 else 1)"),
        ("int(x in (1, 2, 3, 7))", "if 1 <= x <= 3 || x == 7 then 1 else 0"),
        ("(5, 5, -1)[x]", "(if x < 2 then 5 else (-1))"),
        ("int(x > 0 and (y > 0 or x > 3))", "if x > 0 && (y > 0 || x > 3) then 1 else 0"),
        ("int(not x > 0)", "if !(x > 0) then 1 else 0"),
    ],
)
def test_operators_in_dafny(text, expected):
    assert to_dafny(parse(text, ["x", "y"]), Words({}), 0) == expected


def test_no_list_of_a_long_table_and_no_long_line():
    entries = tuple((k * k) % 97 for k in range(400))
    m = machine("x", {"z": (0, f"(z + {entries}[x]) % 7")}, f"z + {entries}[x]")
    text = render_dafny(plain(m, Domain(("x",), (0,), (399,))))
    assert "[0, 1" not in text
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("function Table") == 1
    assert len(text) < 60_000


def test_a_file_grows_no_faster_than_its_expressions():
    def length(depth: int) -> int:
        text = "x + z"
        for k in range(depth):
            text = f"abs({text} - {k}) % {k + 2}" if k % 2 else f"min({text}, x) // 2"
        return len(render_dafny(plain(machine("x", {"z": (0, text)}, "z"))))

    assert length(60) - length(40) < 1.2 * (length(40) - length(20))


def test_a_deep_expression_is_printed():
    text = " + ".join(["x"] * 150)
    deep = "x"
    for k in range(90):
        deep = f"{deep} if x == {k} else {k}" if k % 2 else f"abs({deep})"
    m = machine("x", {"z": (0, text)}, deep)
    assert "Spec" in render_dafny(plain(m))


def test_an_expression_that_is_nested_too_deeply_is_refused():
    e = var("x")
    for _ in range(600):  # which a machine still takes
        e = Expr("neg", (e,))
    with pytest.raises(MipsVerifyError, match="nested too deeply"):
        render_dafny(plain(Machine(("x",), (), (), (), (e,))))


@settings(max_examples=examples(10))
@given(machines(outputs=2))
def test_equal_certificates_give_equal_files(m):
    assert render_dafny(plain(m)) == render_dafny(plain(m))


WORDS = [
    *("s", "t", "i", "k", "l", "ys", "ys0", "pre", "now", "seq", "method", "var", "old", "Input"),
    *("Spec", "Spec_a", "Spec0", "Table0", "Inv", "Dom", "q0", "bv8", "array2", "_x", "x", "x_2"),
    *("int", "nat", "lemma", "match", "by", "forall", "ghost", "in_bv8", "Task"),
]


@settings(max_examples=examples(100))
@given(st.lists(st.sampled_from(WORDS), min_size=5, max_size=5, unique=True))
def test_names_differ_and_are_no_words_of_dafny(names):
    state = [f"p_{z}" for z in names[:2]] + [f"s_{z}" for z in names[1:3]]
    found = dafny_names(state, names[3:])
    assert len(set(found.values())) == len(found)
    own = {"s", "t", "i", "k", "ys", "pre", "now", "seq", "method", "var", "Input", "Spec", "Inv"}
    assert not own & set(found.values())
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", n) for n in found.values())


@pytest.mark.parametrize("field", ["says", "how", "strategy"])
@pytest.mark.parametrize(
    "text", ["*/ lemma", "{{ 7 * 7 }}", "{% raw %}", "// {:verify false}", "é"]
)
def test_hostile_sentences_stay_in_their_comment(field, text):
    lines = render_dafny(replace(PARITY, **{field: text})).splitlines()
    found = [line for line in lines if text in line]
    assert found
    assert all(line.startswith("// ") for line in found)
    clean = render_dafny(PARITY).splitlines()
    assert [x for x in lines if x[:2] != "//"] == [x for x in clean if x[:2] != "//"]


DECLARATIVE = """// The output is 1 if the number of ones is odd.

function Ones(s: seq<int>): int
{
  if |s| == 0 then 0 else Ones(s[..|s|-1]) + s[|s|-1]
}

predicate Task(s: seq<int>, y: int) { y == Ones(s) % 2 }

lemma StateIsParity(s: seq<int>)
  ensures Spec_p(s) == Ones(s) % 2
{
  if |s| > 0 {
    StateIsParity(s[..|s|-1]);
  }
}

lemma SpecMeetsTask(s: seq<int>)
  requires |s| > 0 && InDom(s)
  ensures Task(s, Spec(s))
{
  StateIsParity(s);
}
"""


def test_a_declarative_text_stands_as_it_is_before_its_method():
    text = render_dafny(replace(PARITY, declarative=DECLARATIVE))
    assert DECLARATIVE in text
    method = text.split(DECLARATIVE)[1]
    assert "method ProgramForTask(s: seq<int>) returns (ys: seq<int>)\n  requires InDom" in method
    assert "ensures forall t :: 0 <= t < |s| ==> Task(s[..t+1], ys[t])" in method
    assert "SpecMeetsTask(s[..t+1]);" in method


def test_the_tasks_own_texts_are_let_in():
    texts = [t for t in load_tasks() if t.declarative]
    assert texts
    for task in texts:
        render_dafny(plain(task.spec, task.domain, declarative=task.declarative))


REFUSED = """
    lemma L(x: int) ensures false
    lemma L(x: int) ensures false lemma M() { }
    lemma L(x: int) ensures x > {1} lemma M() { }
    lemma L() ensures match 1 { case _ => false } lemma M() { }
    lemma L() ensures calc { 1; } false lemma M() { }
    lemma L() ensures if true then false else {} lemma M() { }
    lemma L() ensures assert true by { } false lemma M() { }
    lemma L() ensures exists y | {1} > y :: false lemma M() { }
    predicate P(x: int)
    function F(): int ensures false
    lemma L() { forall x ensures x > 3; }
    lemma L() { forall x ensures x > 3 }
    lemma L() { forall x ensures x > {1} }
    lemma L() { forall x ensures false if 1 == 1 { } }
    lemma L(c: bool) { forall x ensures to > to if c { } }
    lemma L(c: bool) { forall x ensures 0 < |s| if c { } }
    lemma L(c: bool) { forall x ensures 0 < |{1}| && false if c { } }
    lemma L(c: bool) { forall x ensures x in s if c { } }
    lemma L(c: bool) { forall x ensures false var v := 3; if c { } }
    lemma L(c: bool) { forall x ensures var v := 3; false if c { } }
    lemma L() { forall x ensures false forall y ensures true { } }
    lemma L() { forall x ensures 0 < |set y: set<int> | {1} in {y}| }
    lemma L() { forall x ensures false calc { 1; } }
    lemma L() { forall x ensures false match x { case _ => } }
    lemma L() { match 1 { case 1 => forall x ensures false case _ => } }
    lemma L() { assume false; }
    lemma L() { var x :| assume false; }
    lemma L() { assert {:axiom} false; }
    lemma L() { while true { } }
    lemma L() { ... }
    lemma L() decreases * { L(); }
    lemma {:axiom} L() ensures false { }
    lemma { :axiom } L() ensures false
    lemma {:verify false} L() ensures false { }
    lemma {:extern} L() ensures false { }
    lemma L() { } /*
    */ lemma L() { }
    lemma L() { var c := '{'; }
    lemma L() { var c := "{"; }
    lemma L() { } }
    lemma L() { ( } )
    lemma L() {
    #if FALSE
    @Axiom lemma L() ensures false { }
    method L() ensures false
    module M { }
    include "other.dfy"
    import opened Other
    datatype D = D
    const x: int := 1
    ghost predicate P() { true }
    expect false;
"""


@pytest.mark.parametrize("text", [line.strip() for line in REFUSED.strip().splitlines()])
def test_a_text_that_may_assume_something_is_refused(text):
    with pytest.raises(MipsVerifyError, match=r"line [0-9]"):
        render_dafny(replace(PARITY, declarative=f"{DECLARATIVE}{text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "lemma L(s: seq<int>) ensures |s| >= 0 { }",
        "function F(s: seq<int>): seq<int> { s }",
        "function F(s: seq<int>): (r: seq<int>) ensures |r| == |s| decreases |s| { s }",
        "function F(x: int): nat decreases if x > 0 then x else 0 { if x > 0 then G(x) else 0 }",
        "lemma L(x: int) requires x in [1, 2] ensures var y: int := x + 1; y > x { }",
        "lemma L(n: int) ensures forall i, j: int :: 0 <= i < j ==> i < j + n || n < 0 { }",
        "lemma L() { forall i | 0 <= i < 3 ensures i < 3 { } forall j ensures j == j { } }",
        "lemma L() { forall i: int {:trigger F(i)} | i > 0 ensures F(i) == F(i) { assert true; } }",
        "predicate {:opaque} P(x: int) { x > 0 } lemma M() { reveal P(); assert P(1); }",
        "lemma L(x: int) { calc { x; == { assert true; } x; } } // we assume nothing /",
        "function N(s: seq<int>): int { |set i | 0 <= i < |s| && s[i] == 1| }",
        "lemma L(x: int) { if x > 0 { } else if x == 0 { } else { } }",
    ],
)
def test_an_honest_text_is_let_in(text):
    assert text in render_dafny(replace(PARITY, declarative=f"{DECLARATIVE}{text}\n"))


@needs_dafny
def test_dafny_verifies_the_program_and_the_task_in_other_words(tmp_path):
    found = dafny(render_dafny(replace(PARITY, declarative=DECLARATIVE)), tmp_path)
    assert found.status == "holds", found.message


@needs_dafny
def test_dafny_rejects_a_wrong_program(tmp_path):
    wrong = machine("x", {"z": (0, "x & z")}, "z")
    found = dafny(render_dafny(replace(PARITY, program=wrong)), tmp_path)
    assert found.status == "fails"


@pytest.mark.slow
@needs_dafny
@pytest.mark.parametrize(
    "change",
    [
        {"program": machine("x", {"z": (1, "z ^ x")}, "z")},
        {"program": machine("x", {"z": (0, "z ^ x")}, "old(z)")},
        {"program": machine("x", {"z": (0, "(0, 1, 0)[z + 2 * x]")}, "z")},
        {"program": machine("x", {"z": (0, "z ^ 2 * x")}, "z")},
        {"spec": machine("x", {"p": (0, "(p + x) % 3")}, "p")},
        {"invariant": ()},
        {"invariant": (parse("p_z != s_p", ["p_z", "s_p"]),)},
        {"invariant": (parse("p_z == s_p and p_z < 1", ["p_z", "s_p"]),)},
        {"invariant": (parse("(0, 1)[p_z + 5] == s_p", ["p_z", "s_p"]),)},
        {"domain": Domain(("x",), (0,), (2,))},
        {"all_integers": True},
        {"declarative": DECLARATIVE.replace("s[|s|-1]\n", "1\n")},
        {"declarative": "predicate Task(s: seq<int>, y: int) { true }\n"},
    ],
)
def test_dafny_rejects_every_wrong_part(tmp_path, change):
    assert dafny(render_dafny(replace(PARITY, **change)), tmp_path).status == "fails"


TABLE = tuple((7 * k * k + 3 * k) % 59 - 5 for k in range(300))
NASTY = {
    "names": (
        machine("method seq", {"s": (0, "s + method"), "i": (3, "i - seq"), "old": (1, "i"),
                "p_x": (0, "p_x + s")}, "s + i", "p_x + old(i)", "old"),
        machine("method seq", {"t": (0, "t + method"), "ys": (-3, "ys + seq"), "var": (1, "-ys"),
                "p_x": (1, "p_x + t")}, "t - ys", "p_x - 1 - old(ys)", "var"),
        Domain(("method", "seq"), (-3, 0), (3, 9)),
    ),
    "negative divisors": (
        machine("x", {"a": (0, "(a + x) % -7"), "b": (5, "(b - x) // -3")}, "a", "b // -2"),
        machine("x", {"c": (0, "-((-c - x) % 7)"), "b": (5, "(x - b) // 3")}, "c", "-b // 2"),
        Domain(("x",), (-9,), (9,)),
    ),
    "bits": (
        machine("x w", {"a": (0, "x & w | a & (x ^ w)")}, "a ^ x ^ old(a)"),
        machine("x w", {"a": (0, "(x + w + a) // 2")}, "(a + x + old(a)) % 2"),
        Domain(("x", "w"), (0, 0), (1, 1)),
    ),
    "a long table": (
        machine("x", {"z": (0, f"(z + {TABLE}[x]) % 7")}, "z"),
        machine("x", {"z": (0, f"z + {TABLE}[x]")}, "z % 7"),
        Domain(("x",), (0,), (299,)),
    ),
    "values used twice": (
        machine("x", {}, "abs(x - 3) + min(x // 2, 2 * x) + max(x - 1, 2 * x)"),
        machine("x", {}, "abs(3 - x) + min(2 * x, x // 2) + max(2 * x, x - 1)"),
        Domain(("x",), (-9,), (9,)),
    ),
    "no state, members": (
        machine("x", {}, "(x in (1, 2, 3, 7, 9)) * 3"),
        machine("x", {}, "3 if 1 <= x <= 3 or x == 7 or x == 9 else 0"),
        Domain(("x",), (0,), (20,)),
    ),
    "guarded tables": (
        machine("x", {"z": (1, "(4, 5, 6)[z % 3] if z < 9 else 0")}, "(1, 2)[x] if x < 2 else z"),
        machine("x", {"z": (1, "(4, 5, 6)[z % 3] if z < 9 else 0")}, "x + 1 if x < 2 else z"),
        Domain(("x",), (0,), (20,)),
    ),
}  # fmt: skip


@pytest.mark.slow
@needs_dafny
@pytest.mark.parametrize("name", NASTY)
def test_dafny_verifies_odd_machines(tmp_path, name):
    found = dafny(render_dafny(certificate(*NASTY[name])), tmp_path)
    assert found.status == "holds", found.message


@pytest.mark.slow
@needs_dafny
@pytest.mark.parametrize("name", ["Dithering", "Bit_Palindrome", "Newton_Magnetic", "Majority_0_3"])
def test_dafny_verifies_programs_read_out_of_networks(tmp_path, name):
    task = load_task(name)
    source = (PROOFS / name / "program.py").read_text()
    program = read_program(source, inputs=task.domain.names)
    proof = certificate(program, task.spec, task.domain, declarative=task.declarative)
    found = dafny(render_dafny(proof), tmp_path)
    assert found.status == "holds", found.message


@pytest.mark.slow
@needs_dafny
def test_dafny_verifies_other_encodings(tmp_path):
    for name, kind, program in random.Random(5).sample(list(PAIRS), 6):
        task = load_task(name)
        found = dafny(render_dafny(certificate(program, task.spec, task.domain)), tmp_path)
        assert found.status == "holds", (name, kind, found.message)


@pytest.mark.slow
@needs_dafny
def test_dafny_means_the_same_by_every_expression(tmp_path):
    rng = random.Random(11)
    lemmas = []
    while len(lemmas) < 150:
        e = _random(["x", "y"], rng.randint(1, 4), rng)
        env = {"x": rng.randint(-9, 9), "y": rng.randint(-9, 9)}
        try:
            value = evaluate(e, env)
        except ValueError:
            continue
        given = " && ".join(f"{k} == {v}" for k, v in env.items())
        lemmas.append(
            f"lemma L{len(lemmas)}(x: int, y: int)\n  requires {given}\n"
            f"  ensures {to_dafny(e, Words({}), SUM)} == {number(value)}\n{{\n}}\n"
        )
    found = dafny("".join(lemmas), tmp_path)
    assert found.status == "holds", found.message


def test_old_is_the_value_before_the_step():
    text = render_dafny(plain(machine("x", {"z": (0, "x")}, "z - old(z)")))
    assert "s_z' - s_z" in text
    assert old("z") not in text
