"""The tasks in other words, in Rocq: what is let into ``program.v``, and that Rocq proves it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mips_verify.check.finding import Options
from mips_verify.check.recheck import check_bundle
from mips_verify.check.rocq import CLOSED
from mips_verify.check.stored import CERTIFICATE
from mips_verify.emit.rocq.rocq_file import render_rocq
from mips_verify.emit.rocq.vernacular import demand_definitions_and_proofs
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate, certificate_from_text
from mips_verify.kernel.parse import parse
from mips_verify.spec.task import load_tasks, tasks_folder
from tests.quality.forging import forge
from tests.test_check_bundles import PROOFS, copied
from tests.test_declarative import WRONG
from tests.test_emit_dafny import PARITY
from tests.test_emit_rocq import holds, needs_rocq, rocq, stand_in

STATED = {t.name: t for t in load_tasks() if t.declarative_rocq}
HONEST = """(* A task. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 word mod 2.
Lemma small : forall word, 0 <= task word < 2.
Proof.
  intros word. unfold task. { split. - Z.to_euclidean_division_equations; lia.
  - apply (Z.mod_pos_bound _ 2). lia. }
Qed.
"""
every_text = pytest.mark.parametrize("name", STATED)


def stored(name: str) -> Certificate:
    """The certificate of a bundle, with the text that its task has now."""
    proof = certificate_from_text((PROOFS / name / CERTIFICATE).read_text())
    return replace(proof, declarative_rocq=STATED[name].declarative_rocq)


def test_at_least_ten_kinds_of_tasks_are_stated():
    assert len({t.says for t in STATED.values()}) == len(STATED) >= 36
    assert len(list(tasks_folder().glob("*.v"))) == 14
    for path in tasks_folder().glob("*.v"):
        assert path.with_suffix(".toml").exists()


@every_text
def test_the_bundle_of_a_stated_task_proves_the_statement_of_its_program(name):
    text = (PROOFS / name / "program.v").read_text()
    assert STATED[name].declarative_rocq in text
    assert text.endswith("Qed.\nPrint Assumptions program_meets_task.\n")
    assert text.count("\nTheorem program_meets_task : meets (program") == 1


@every_text
def test_a_text_starts_with_words_and_fits_a_page(name):
    text = STATED[name].declarative_rocq
    assert text.startswith(("(* The ", "(* Two numbers"))
    assert max(map(len, text.splitlines())) <= 100
    assert "{k}" not in text and "{b}" not in text  # noqa: PT018


@needs_rocq
def test_rocq_proves_that_the_program_meets_the_task(tmp_path):
    assert holds(render_rocq(stored("Balanced_Parenthesis")), tmp_path)


@pytest.mark.slow
@needs_rocq
@every_text
def test_rocq_proves_every_statement(name, tmp_path):
    assert holds(render_rocq(stored(name)), tmp_path)


def test_a_file_without_a_text_says_nothing_of_a_task():
    text = render_rocq(PARITY)
    assert "Task" not in text
    assert text.endswith("Print Assumptions program_equals_spec.\n")


OTHER = {
    "Sum_Last3": ("firstn 3 (rev word)).", "firstn 4 (rev word))."),
    "Prev2": ("nth 2 (rev word) 0.", "nth 2 word 0."),
    "Max_Seen": ("(hd 0 word) (tl word).", "1 word."),
    "Parity_All": ("ones word mod 2", "(ones word + 1) mod 2"),
    "Majority_0_1": ("count 0 word <? count 1 word", "count 0 word <=? count 1 word"),
    "Balanced_Parenthesis": ("&& never_below word.", "."),
    "Binary_Addition": ("length word) - 1)", "length word))"),
    "Div_3": ("2 * n + bit) word 0.", "2 * n + bit) (rev word) 0."),
}


@pytest.mark.slow
@needs_rocq
@pytest.mark.parametrize("name", OTHER)
def test_rocq_rejects_another_statement(name, tmp_path):
    proof, (before, after) = stored(name), OTHER[name]
    assert proof.declarative_rocq.count(before) == 1
    wrong = replace(proof, declarative_rocq=proof.declarative_rocq.replace(before, after))
    assert rocq(render_rocq(wrong), tmp_path).status == "fails"


@pytest.mark.slow
@needs_rocq
@pytest.mark.parametrize("name", sorted(set(WRONG) & set(STATED)))
def test_rocq_rejects_a_wrong_specification(name, tmp_path):
    machine = WRONG[name]
    alike = replace(
        stored(name), program=machine, spec=machine, invariant=equal_states(machine.state)
    )
    assert rocq(render_rocq(replace(alike, declarative_rocq="")), tmp_path).status == "holds"
    assert rocq(render_rocq(alike), tmp_path).status == "fails"


def equal_states(state):
    """That both machines have equal states."""
    return tuple(parse(f"p_{z} == s_{z}", [f"p_{z}", f"s_{z}"]) for z in state)


NOTHING = "Definition task (word : list Z) : Z := 0.\n"
ANOTHER = """Definition spec (z : Z) (word : list Z) : list Z := map (fun _ => 0) word.
Lemma spec_meets_task : meets (spec 0) task.
Proof.
  unfold meets, spec, task. intros before x after D. clear D.
  induction before as [| a before IH]; [reflexivity | exact IH].
Qed.
"""


@needs_rocq
@pytest.mark.parametrize("cheat", [NOTHING, NOTHING + ANOTHER])
def test_only_a_lemma_about_the_specification_itself_is_of_use(cheat, tmp_path):
    text = render_rocq(replace(PARITY, declarative_rocq=cheat))
    found = rocq(text, tmp_path)
    assert found.status == "fails"
    assert "Task.spec_meets_task" in text.split("\n")[int(found.message.split()[1][:-1]) - 1]


REFUSED = r"""
    Axiom cheat : False.
    Parameter p : Z.
    Variable v : Z.
    Hypothesis h : False.
    Conjecture c : False.
    Lemma l : False. Admitted.
    Lemma l : False. Proof. Admitted.
    Lemma l : False. Proof. admit. Qed.
    Lemma l : True. Proof. exact I. Defined.
    Lemma l : True.
    Lemma l : True. Proof. exact I.
    Lemma l : True. exact I. Qed.
    Lemma l : True. Proof. Axiom cheat : False. exact I. Qed.
    Lemma l : True. Proof. - Axiom cheat : False. exact I. Qed.
    Lemma l : True. Proof. { Set Printing All. exact I. } Qed.
    Lemma l : True. Proof. 1: { Abort. Qed.
    Lemma l : True. Proof. exact I... Qed.
    Lemma l : True. Proof. give_up. Qed.
    Lemma l : True. Proof. idtac "Closed under the global context". exact I. Qed.
    Lemma l : 1 = 1. Proof. native_compute. reflexivity. Qed.
    Notation "a = b" := (a <= b).
    Infix "+" := Z.sub.
    Fixpoint f (n : nat) : Z := 0 where "x" := f.
    Require Import cheat.
    Load cheat.
    Redirect "found" Print nat.
    Print Assumptions conj.
    Unset Guard Checking.
    Set Universe Polymorphism.
    #[bypass_check(guard)] Fixpoint f (n : nat) : nat := f n.
    Declare ML Module "cheat".
    Ltac lia := idtac.
    Module M.
    End Task.
    Section S.
    Context (f : False).
    Import ListNotations.
    Local Definition d := 0.
    Definition d : Z.
    Definition
    Definition d := 0
    Inductive empty : Prop := .
    Instance i : True := I.
    Coercion c : nat >-> Z.
    Time Definition d := 0.
    Fail Definition d := 0.
    (* (* *) Axiom cheat : False. (* *) *)
    (* " *) Axiom cheat : False. (* " *)
    Definition é := 0.
    .
    Lemma l : True. Proof. . Qed.
"""


@pytest.mark.parametrize("text", [line.strip() for line in REFUSED.strip().splitlines()])
def test_a_text_that_could_do_more_than_define_and_prove_is_refused(text):
    with pytest.raises(MipsVerifyError, match=r"Rocq text is refused: line [0-9]"):
        render_rocq(replace(PARITY, declarative_rocq=f"{HONEST}{text}\n"))


def test_an_honest_text_is_let_in():
    assert HONEST in render_rocq(replace(PARITY, declarative_rocq=HONEST))


COMMANDS = ["Axiom a : False", "Admitted", "Load f", "Set P", "Notation n := 0", "Drop"]


@given(
    st.sampled_from(COMMANDS),
    st.integers(0, len(HONEST)),
    st.sampled_from([". ", ".\n", ".(* x *)", " ", "\n.\n"]),
)
def test_a_command_is_refused_wherever_it_stands_outside_of_a_comment(command, place, before):
    words = f"{HONEST[:place]}{before}{command}.\n{HONEST[place:]}"
    assume(not 0 < place < HONEST.index("*)") + 2)
    with pytest.raises(MipsVerifyError):
        demand_definitions_and_proofs(words)


def test_each_theorem_is_asked_about_and_nothing_else_is_said(tmp_path):
    asked = "Print Assumptions program_equals_spec.\nPrint Assumptions program_meets_task.\n"
    for said, status in ((1, "fails"), (2, "holds"), (3, "fails")):
        assert stand_in(tmp_path, f"{CLOSED}\n" * said, text=asked).status == status
    for said in (f"{CLOSED}\nAxioms:\ncheat : False\n", f"{CLOSED}\n\n{CLOSED}\n"):
        assert stand_in(tmp_path, said, text=asked).status == "fails"


def changed(lines):
    return lambda folder: forge(folder, lambda data: data.update(declarative_rocq=lines))


WEAKER = [
    "Definition task (word : list Z) : Z := nth (length word - 1) (spec 0 0 word) 0.",
]


@needs_rocq
@pytest.mark.parametrize("lines", [[], ["(* audited *)"], WEAKER])
def test_a_text_that_is_not_the_tasks_is_noticed(lines, tmp_path):
    folder = copied("Sum_Last3", tmp_path)
    options = Options(verifiers=("rocq",), fuzz=0, seconds=60)
    changed(lines)(folder)
    found = {f.check: f for f in check_bundle(folder, options)}
    assert found["specification"].status == "failed"
    assert "declarative text in Rocq differs" in found["specification"].message
    if lines:
        assert found["rocq"].status == "failed"


def test_a_text_with_an_axiom_is_refused_at_once(tmp_path):
    folder = copied("Sum_Last3", tmp_path)
    data = json.loads((folder / CERTIFICATE).read_text())
    data["declarative_rocq"].append("Axiom cheat : False.")
    (folder / CERTIFICATE).write_text(json.dumps(data, indent=1) + "\n")
    first = check_bundle(folder, Options())[0]
    assert (first.check, first.status) == ("certificate", "failed")
    assert "'Axiom'" in first.message
