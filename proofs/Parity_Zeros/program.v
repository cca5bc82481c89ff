(* Parity_Zeros: parity of the number of zeros so far

   The program below equals its specification for sequences of every length,
   for inputs within their ranges (in_domain).
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
  0 <= x <= 1.

(* ---------- the program, which starts with p_s = 0; a prime marks a value after the step *)
Definition next_p_s (p_s x : Z) : Z := Z.b2z (p_s =? x).
Definition program_output (p_s' : Z) : Z := p_s'.
Fixpoint program (p_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_s' := next_p_s p_s x in
      program_output p_s' :: program p_s' rest
  end.

(* ---------- the spec, which starts with s_p = 0; a prime marks a value after the step *)
Definition next_s_p (s_p x : Z) : Z := (s_p + 1 - x) mod 2.
Definition spec_output (s_p' : Z) : Z := s_p'.
Fixpoint spec (s_p : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_p' := next_s_p s_p x in
      spec_output s_p' :: spec s_p' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_s s_p : Z) : bool :=
  ((p_s <=? 1) && (s_p >=? 0) && (p_s =? s_p)).

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
  intros; cbv [in_domain inv next_p_s program_output next_s_p spec_output Z.b2z] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_s s_p x : Z,
  in_domain x -> inv p_s s_p = true ->
  inv (next_p_s p_s x) (next_s_p s_p x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_s s_p x : Z,
  in_domain x -> inv p_s s_p = true ->
  program_output (next_p_s p_s x) = spec_output (next_s_p s_p x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_s s_p,
  Forall in_domain word -> inv p_s s_p = true ->
  program p_s word = spec s_p word.
Proof.
  induction word as [| x word IH]; intros p_s s_p W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  pose proof (IH (next_p_s p_s x) (next_s_p s_p x) Ds (step p_s s_p x D I)) as R.
  exact (f_equal2 cons (outputs p_s s_p x D I) R).
Qed.
Theorem program_equals_spec : forall word, Forall in_domain word ->
  program 0 word = spec 0 word.
Proof. intros; apply agree; [assumption | exact base]. Qed.
Print Assumptions program_equals_spec.
