(* Dithering: growth of S // 15 at this step, S the sum so far

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from teacher-forced LM h=1 g=6 network with 1 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  0 <= x <= 15.

(* ---------- the program, which starts with p_n = 0; a prime marks a value after the step *)
Definition next_p_n (p_n x : Z) : Z := (p_n + x) mod 15.
Definition program_output (p_n x : Z) : Z := (p_n + x) / 15.
Fixpoint program (p_n : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_n' := next_p_n p_n x in
      program_output p_n x :: program p_n' rest
  end.

(* ---------- the spec, which starts with s_r = 0; a prime marks a value after the step *)
Definition next_s_r (s_r x : Z) : Z := (s_r + x) mod 15.
Definition spec_output (s_r x : Z) : Z := (s_r + x) / 15.
Fixpoint spec (s_r : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_r' := next_s_r s_r x in
      spec_output s_r x :: spec s_r' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_n s_r : Z) : bool :=
  (p_n =? s_r).

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
  intros; cbv [inv next_p_n program_output next_s_r spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_n s_r x : Z,
  inv p_n s_r = true ->
  inv (next_p_n p_n x) (next_s_r s_r x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_n s_r x : Z,
  inv p_n s_r = true ->
  program_output p_n x = spec_output s_r x.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_n s_r,
  inv p_n s_r = true ->
  program p_n word = spec s_r word.
Proof.
  induction word as [| x word IH]; intros p_n s_r I; [repeat split |].
  pose proof (IH (next_p_n p_n x) (next_s_r s_r x) (step p_n s_r x I)) as R.
  exact (f_equal2 cons (outputs p_n s_r x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 word = spec 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
