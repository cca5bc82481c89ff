(* Bit_Palindrome: 1 if the bits so far read the same in both directions

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from Adam h=4 f=40 g=40 network with 4 hidden, seed 0; generated, do not edit.
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

(* ---------- the program, which starts with p_fwd = 0, p_rev = 0, p_pow = 1; a prime marks a value after the step *)
Definition next_p_fwd (p_fwd x : Z) : Z := 2 * p_fwd + x.
Definition next_p_rev (p_rev p_pow x : Z) : Z := p_rev + p_pow * x.
Definition next_p_pow (p_pow : Z) : Z := 2 * p_pow.
Definition program_output (p_fwd' p_rev' : Z) : Z := Z.b2z (p_fwd' =? p_rev').
Fixpoint program (p_fwd p_rev p_pow : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_fwd' := next_p_fwd p_fwd x in
      let p_rev' := next_p_rev p_rev p_pow x in
      let p_pow' := next_p_pow p_pow in
      program_output p_fwd' p_rev' :: program p_fwd' p_rev' p_pow' rest
  end.

(* ---------- the spec, which starts with s_fwd = 0, s_rev = 0, s_pow = 1; a prime marks a value after the step *)
Definition next_s_fwd (s_fwd x : Z) : Z := 2 * s_fwd + x.
Definition next_s_rev (s_rev s_pow x : Z) : Z := s_rev + s_pow * x.
Definition next_s_pow (s_pow : Z) : Z := 2 * s_pow.
Definition spec_output (s_fwd' s_rev' : Z) : Z := if s_fwd' =? s_rev' then 1 else 0.
Fixpoint spec (s_fwd s_rev s_pow : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_fwd' := next_s_fwd s_fwd x in
      let s_rev' := next_s_rev s_rev s_pow x in
      let s_pow' := next_s_pow s_pow in
      spec_output s_fwd' s_rev' :: spec s_fwd' s_rev' s_pow' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_fwd p_rev p_pow s_fwd s_rev s_pow : Z) : bool :=
  ((p_fwd =? s_fwd) && (p_rev =? s_rev) && (p_pow =? s_pow)).

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
  intros; cbv [inv next_p_fwd next_p_rev next_p_pow program_output next_s_fwd next_s_rev next_s_pow
      spec_output Z.b2z] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 1 0 0 1 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_fwd p_rev p_pow s_fwd s_rev s_pow x : Z,
  inv p_fwd p_rev p_pow s_fwd s_rev s_pow = true ->
  inv (next_p_fwd p_fwd x) (next_p_rev p_rev p_pow x) (next_p_pow p_pow) (next_s_fwd s_fwd x)
      (next_s_rev s_rev s_pow x) (next_s_pow s_pow) = true.
Proof. solve. Qed.
Lemma outputs : forall p_fwd p_rev p_pow s_fwd s_rev s_pow x : Z,
  inv p_fwd p_rev p_pow s_fwd s_rev s_pow = true ->
  program_output (next_p_fwd p_fwd x) (next_p_rev p_rev p_pow x) = spec_output (next_s_fwd s_fwd x)
      (next_s_rev s_rev s_pow x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_fwd p_rev p_pow s_fwd s_rev s_pow,
  inv p_fwd p_rev p_pow s_fwd s_rev s_pow = true ->
  program p_fwd p_rev p_pow word = spec s_fwd s_rev s_pow word.
Proof.
  induction word as [| x word IH]; intros p_fwd p_rev p_pow s_fwd s_rev s_pow I; [repeat split |].
  pose proof (IH (next_p_fwd p_fwd x) (next_p_rev p_rev p_pow x) (next_p_pow p_pow) (next_s_fwd
      s_fwd x) (next_s_rev s_rev s_pow x) (next_s_pow s_pow) (step p_fwd p_rev p_pow s_fwd s_rev
      s_pow x I)) as R.
  exact (f_equal2 cons (outputs p_fwd p_rev p_pow s_fwd s_rev s_pow x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 0 1 word = spec 0 0 1 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
