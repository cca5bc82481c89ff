"""``program.v``: what the file says, that Rocq accepts it, and that a wrong one fails."""

from __future__ import annotations

import random
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.check.finding import Options
from mips_verify.check.recheck import check_bundle
from mips_verify.check.rocq import CLOSED, run_rocq
from mips_verify.emit.rocq.rocq_expressions import Words, members, table_rows, to_rocq
from mips_verify.emit.rocq.rocq_file import render_rocq
from mips_verify.emit.rocq.rocq_names import rocq_names
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import machine_from_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import children, evaluate
from mips_verify.kernel.parse import parse
from mips_verify.spec.task import load_task
from tests.prove_tools import _random
from tests.quick import examples
from tests.strategies import machines
from tests.test_emit_dafny import PARITY, certificate, plain
from tests.test_prove_pairs import PAIRS, machine

PROOFS = Path(__file__).parent.parent / "proofs"
needs_rocq = pytest.mark.skipif(shutil.which("coqc") is None, reason="Rocq is not installed")


def rocq(text, folder):
    path = folder / "program.v"
    path.write_text(text, encoding="utf-8")
    return run_rocq(path, 120)


def holds(text, folder):
    answer = rocq(text, folder)
    return (answer.status, answer.message) == ("holds", "")


def test_the_theorem_is_about_lists_of_letters_in_the_domain():
    text = render_rocq(PARITY)
    assert "Fixpoint program (p_z : Z) (word : list letter) : list Z :=" in text
    assert "Theorem program_equals_spec : forall word, Forall in_domain word ->" in text
    assert "  program_defined 0 word /\\ program 0 word = spec 0 word.\n" in text
    assert text.endswith("Print Assumptions program_equals_spec.\n")


def test_a_theorem_for_all_integers_asks_for_no_range():
    text = render_rocq(plain(machine("x", {"s": (0, "s + x")}, "s"), all_integers=True))
    assert "for all integers" in text
    assert "in_domain x ->" not in text
    assert "Forall in_domain" not in text


def test_comments_cannot_end_early():
    hostile = 'done *) Axiom cheat : False. (* "'
    text = render_rocq(plain(machine("x", {}, "x"), says=hostile, how=hostile))
    assert text.count("Axiom cheat") == 2
    head = text.split("*)\nFrom Coq")[0]
    assert head.count("(*") == 1
    assert "*)" not in head
    assert '"' not in head


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=6, unique=True))
def test_names_of_inputs_never_meet_those_of_the_file(inputs):
    found = rocq_names(["p_a", "s_a"], inputs)
    assert len(set(found.values())) == len(found)
    assert all(n.isascii() and n.isidentifier() for n in found.values())
    assert not {"in", "word", "Z", "match", "inv"} & set(found.values())


@needs_rocq
def test_expressions_mean_what_they_mean_in_python(tmp_path):
    rng, lines, expected = random.Random(7), [], []
    for _ in range(examples(400)):
        e = _random(["x", "y"], 4, rng)
        env = {"x": rng.randint(-9, 9), "y": rng.randint(-9, 9)}
        try:
            expected.append(evaluate(e, env))
        except ValueError:
            continue
        lookups = {}
        for n in children(e):
            if n.op in ("table", "in") and (n.op, n.value) not in lookups:
                name = lookups[n.op, n.value] = f"l{len(lines)}_{len(lookups)}"
                if n.op == "in":
                    lines.append(f"Definition {name} (k : Z) : bool := {members(n.value)}.")
                else:
                    rows = " | ".join(table_rows(n.value))
                    lines.append(f"Definition {name} k := match k with {rows} | _ => 0 end.")
        term = to_rocq(e, Words({}, lookups))
        term = f"Z.b2z ({term})" if e.sort == "bool" else term
        lines.append(f"Eval compute in (fun x y : Z => {term}) ({env['x']}) ({env['y']}).")
    head = render_rocq(plain(machine("x", {}, "(x & 1) + (x | 1) + (x ^ 1)"))).split("(* ------")
    bits = next(part for part in head if "bit_xor" in part).split("*)\n")[1]
    start = head[0].split("*)\n")[1]
    path = tmp_path / "values.v"
    path.write_text(start + bits + "\n".join(lines))
    out = subprocess.run(
        ["coqc", "-q", path.name], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    values = [int(line.split("=")[1].strip(" ()")) for line in out.splitlines() if "=" in line]
    assert values == expected


@needs_rocq
@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind", "program"), PAIRS[::3])
def test_rocq_accepts_what_the_prover_proved(name, kind, program, tmp_path):
    task = load_task(name)
    answer = rocq(render_rocq(certificate(program, task.spec, task.domain)), tmp_path)
    assert (answer.status, answer.message) == ("holds", ""), kind


@needs_rocq
@pytest.mark.slow
def test_a_table_is_read_at_a_number_and_at_an_index_that_is_computed(tmp_path):
    """The prover found this pair by itself; Rocq's tactic took the number for a variable."""
    table = "(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 5)"
    later = "t + (x if s // 11 == int(x < 5) else min(x + 5, s) - s % 11)"
    program = {"s": [11, "min(x + 5, s)"], "t": [0, later]}
    spec = {"r": [0, "r + x if x > 4 else r"], "s": [5, "min(s, x)"]}
    mine, theirs = (
        machine_from_dict({"inputs": ["x"], "state": state, "outputs": [output]})
        for state, output in ((program, "t"), (spec, "s + r"))
    )
    ranges = ["p_s >= 0", "p_s <= 11", "s_s >= -5", "s_s <= 5"]
    facts = ["5 * p_s == s_r + 6 * s_s - p_t + 25", "(s_s - p_t) % 5 == 0", f"s_s == {table}[p_s]"]
    names = {"p_s", "p_t", "s_r", "s_s"}
    proof = replace(
        plain(theirs, Domain(("x",), (-5,), (5,))),
        program=mine,
        invariant=tuple(parse(text, names) for text in (*ranges, *facts)),
    )
    answer = rocq(render_rocq(proof), tmp_path)
    assert (answer.status, answer.message) == ("holds", "")


@needs_rocq
def test_equal_variables_share_the_ends_of_their_ranges_where_a_table_is_read(tmp_path):
    """One variable has the low end and the other the high one; arithmetic takes minutes here."""
    remainders = tuple(x % w if w else 0 for w in range(10) for x in range(10))
    mine, theirs = (
        machine_from_dict({"inputs": ["x"], "state": {"w": [0, "x"]}, "outputs": [output]})
        for output in (f"{remainders}[10 * old(w) + x]", f"{(*remainders, 7)}[10 * old(w) + x]")
    )
    facts = ["p_w >= 0", "s_w <= 9", "p_w == s_w"]
    proof = replace(
        plain(theirs, Domain(("x",), (0,), (9,))),
        program=mine,
        invariant=tuple(parse(text, {"p_w", "s_w"}) for text in facts),
    )
    text = render_rocq(proof)
    assert "all_tried" in text
    assert holds(text, tmp_path)


@needs_rocq
@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None)
@given(machines())
def test_rocq_accepts_that_a_machine_equals_itself(tmp_path_factory, m):
    domain = Domain(m.inputs, (0,) * len(m.inputs), (3,) * len(m.inputs))
    text = render_rocq(plain(m, domain))
    answer = rocq(text, tmp_path_factory.mktemp("rocq"))
    # a random machine need not have a value everywhere, and then its file is rejected
    assert answer.status == "holds" or "defined" in text, answer.message


@needs_rocq
def test_rocq_rejects_a_program_that_is_wrong(tmp_path):
    wrong = replace(PARITY, program=machine("x", {"z": (0, "z ^ 1")}, "z"))
    assert rocq(render_rocq(wrong), tmp_path).status == "fails"
    late = replace(PARITY, program=machine("x", {"z": (1, "z ^ x")}, "z"))
    assert rocq(render_rocq(late), tmp_path).status == "fails"
    wide = replace(PARITY, domain=Domain(("x",), (0,), (2,)))
    assert rocq(render_rocq(wide), tmp_path).status == "fails"


INPUTS = "(* ---------- the inputs"
CHEATS = {
    "a lemma is admitted": ("Proof. solve. Qed.", "Proof. Admitted."),
    "a step of a proof is given up": ("Proof. solve. Qed.", "Proof. admit. Admitted."),
    "an axiom says so": ("Lemma base :", "Axiom cheat : False.\nLemma base :"),
    "nothing is asked about assumptions": ("Print Assumptions program_equals_spec.\n", ""),
    "another theorem is asked about": ("Assumptions program_equals_spec", "Assumptions conj"),
    "the statement is weakened": ("spec : forall word,", "spec : forall word, False ->"),
    "the domain is smaller": ("0 <= x <= 2", "0 <= x <= 1"),
    "a file beside it is read": ("Import ListNotations.", "Import ListNotations. Require cheat."),
    "equality is another relation": (INPUTS, f'Notation "a = b" := (a <= b).\n{INPUTS}'),
    "a file is written": (INPUTS, f'Redirect "found" Print nat.\n{INPUTS}'),
    "it does not end": ("Lemma base :", "Ltac f := f.\nLemma l : True. f. Qed.\nLemma base :"),
}


@needs_rocq
@pytest.mark.parametrize("cheat", CHEATS)
def test_tampering_is_noticed_and_what_was_tampered_with_is_not_run(cheat, tmp_path):
    before, after = CHEATS[cheat]
    folder = tmp_path / "Majority_0_2"
    shutil.copytree(PROOFS / folder.name, folder)
    path = folder / "program.v"
    path.chmod(0o644)
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    findings = {f.check: f for f in check_bundle(folder, Options(verifiers=("rocq",), seconds=60))}
    assert findings["files"].status == "failed"
    assert findings["rocq"].status == "skipped"
    assert sorted(p.name for p in folder.iterdir()) == sorted(
        p.name for p in (PROOFS / folder.name).iterdir()
    )


@needs_rocq
@pytest.mark.parametrize(
    "cheat", [name for name in CHEATS if "admit" in CHEATS[name][1].lower() or "nothing" in name]
)
def test_rocq_itself_says_what_is_assumed(cheat, tmp_path):
    text = (PROOFS / "Majority_0_2" / "program.v").read_text().replace(*CHEATS[cheat])
    assert rocq(text, tmp_path).status == "fails"


def stand_in(tmp_path, out, err="", status=0, version="The Rocq Prover, version 9.0.0", text=""):
    """An executable that says this."""
    tool = tmp_path / "coqc"
    (tmp_path / "out").write_text(out)
    (tmp_path / "err").write_text(err)
    tool.write_text(
        f"#!/bin/sh\nif [ $1 = --version ]; then echo '{version}'; exit 0; fi\n"
        f"cat {tmp_path}/out; cat {tmp_path}/err >&2; exit {status}\n"
    )
    tool.chmod(0o755)
    path = tmp_path / "program.v"
    path.write_text(text)
    return run_rocq(path, 20, str(tool))


def test_only_a_theorem_that_rests_on_nothing_holds(tmp_path):
    answer = stand_in(tmp_path, f"{CLOSED}\n")
    assert (answer.status, answer.version) == ("holds", "Rocq 9.0.0")
    assert stand_in(tmp_path, "").status == "fails"
    assert stand_in(tmp_path, "Axioms:\ncheat : False\n").status == "fails"
    assert stand_in(tmp_path, f"{CLOSED}\nAxioms:\ncheat : False\n").status == "fails"
    said = 'File "./program.v", line 7, characters 3-4:\nError: No applicable tactic.\n'
    answer = stand_in(tmp_path, "", said, 1)
    assert (answer.status, answer.message) == ("fails", "line 7: No applicable tactic.")
    assert stand_in(tmp_path, f"{CLOSED}\n", "", 139).status == "undecided"


def test_a_missing_rocq_is_named(tmp_path):
    with pytest.raises(MipsVerifyError, match="apt install coq"):
        run_rocq(tmp_path / "program.v", 5, "coqc-of-another-world")


def test_an_expression_that_is_nested_too_deeply_is_refused():
    e = parse("x", ["x"])
    for _ in range(30_000):
        e = type(e)("neg", (e,))
    m = machine("x", {}, "x")
    with pytest.raises((MipsVerifyError, RecursionError)):
        render_rocq(plain(replace(m, outputs=(e,))))
