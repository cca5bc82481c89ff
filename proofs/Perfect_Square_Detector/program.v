(* Perfect_Square_Detector: 1 if x is a square: 0, 1, 4, 9 or 16

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from one-hot subspace network with 1 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  0 <= x <= 19.

(* ---------- lookups; outside of a table any value would do *)
Definition set0 (k : Z) : bool :=
  ((0 <=? k) && (k <=? 1)) || (k =? 4) || (k =? 9) || (k =? 16).

(* ---------- the program, which starts with no state; a prime marks a value after the step *)
Definition program_output (x : Z) : Z := Z.b2z (set0 x).
Fixpoint program (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      program_output x :: program rest
  end.

(* ---------- the spec, which starts with no state; a prime marks a value after the step *)
Definition spec_output (x : Z) : Z := if set0 x then 1 else 0.
Fixpoint spec (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      spec_output x :: spec rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv : bool :=
  true.

(* ---------- how lemmas are proved: each part, in a case for each condition, by arithmetic *)
Ltac split_goal :=
  repeat match goal with
  | |- _ /\ _ => apply conj
  | |- _ && _ = true => apply andb_true_intro
  | |- (_, _) = (_, _) => apply (f_equal2 pair)
  end.
Ltac split_facts :=
  repeat match goal with
  | H : _ /\ _ |- _ => destruct H
  | H : _ && _ = true |- _ => apply andb_prop in H
  | H : (_ =? _) = true |- _ => apply Z.eqb_eq in H
  end.
Ltac split_conditions :=
  repeat match goal with
  | |- context [if ?b then _ else _] => let E := fresh "E" in destruct b eqn:E
  | H : context [if ?b then _ else _] |- _ => let E := fresh "E" in destruct b eqn:E
  end.
Ltac arithmetic := Z.to_euclidean_division_equations; first [lia | nia].
Ltac expose :=
  intros; cbv [inv program_output spec_output set0 Z.b2z] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv = true.
Proof. reflexivity. Qed.
Lemma step : forall x : Z,
  inv = true ->
  inv = true.
Proof. solve. Qed.
Lemma outputs : forall x : Z,
  inv = true ->
  program_output x = spec_output x.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word,
  inv = true ->
  program word = spec word.
Proof.
  induction word as [| x word IH]; intros I; [repeat split |].
  pose proof (IH (step x I)) as R.
  exact (f_equal2 cons (outputs x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program word = spec word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
