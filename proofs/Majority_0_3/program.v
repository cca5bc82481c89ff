(* Majority_0_3: the value seen most often so far; ties go to the smaller

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from letter counts, largest score network with 4 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  0 <= x <= 3.

(* ---------- the program, which starts with p_c0 = 0, p_c1 = 0, p_c2 = 0, p_c3 = 0; a prime marks a value after the step *)
Definition next_p_c0 (p_c0 x : Z) : Z := p_c0 + Z.b2z (x =? 0).
Definition next_p_c1 (p_c1 x : Z) : Z := p_c1 + Z.b2z (x =? 1).
Definition next_p_c2 (p_c2 x : Z) : Z := p_c2 + Z.b2z (x =? 2).
Definition next_p_c3 (p_c3 x : Z) : Z := p_c3 + Z.b2z (x =? 3).
Definition program_output (p_c0' p_c1' p_c2' p_c3' : Z) : Z := if Z.max (Z.max p_c0' p_c1') p_c2' <?
    p_c3' then 3 else if (p_c0' <? p_c1') && (p_c1' >=? p_c2') then 1 else if p_c0' >=? p_c2' then 0
    else 2.
Fixpoint program (p_c0 p_c1 p_c2 p_c3 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_c0' := next_p_c0 p_c0 x in
      let p_c1' := next_p_c1 p_c1 x in
      let p_c2' := next_p_c2 p_c2 x in
      let p_c3' := next_p_c3 p_c3 x in
      program_output p_c0' p_c1' p_c2' p_c3' :: program p_c0' p_c1' p_c2' p_c3' rest
  end.

(* ---------- the spec, which starts with s_c0 = 0, s_c1 = 0, s_c2 = 0, s_c3 = 0; a prime marks a value after the step *)
Definition next_s_c0 (s_c0 x : Z) : Z := s_c0 + (if x =? 0 then 1 else 0).
Definition next_s_c1 (s_c1 x : Z) : Z := s_c1 + (if x =? 1 then 1 else 0).
Definition next_s_c2 (s_c2 x : Z) : Z := s_c2 + (if x =? 2 then 1 else 0).
Definition next_s_c3 (s_c3 x : Z) : Z := s_c3 + (if x =? 3 then 1 else 0).
Definition spec_output (s_c0' s_c1' s_c2' s_c3' : Z) : Z := if (s_c0' >=? s_c1') && (s_c0' >=?
    s_c2') && (s_c0' >=? s_c3') then 0 else if (s_c1' >=? s_c2') && (s_c1' >=? s_c3') then 1 else if
    s_c2' >=? s_c3' then 2 else 3.
Fixpoint spec (s_c0 s_c1 s_c2 s_c3 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_c0' := next_s_c0 s_c0 x in
      let s_c1' := next_s_c1 s_c1 x in
      let s_c2' := next_s_c2 s_c2 x in
      let s_c3' := next_s_c3 s_c3 x in
      spec_output s_c0' s_c1' s_c2' s_c3' :: spec s_c0' s_c1' s_c2' s_c3' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 : Z) : bool :=
  ((p_c0 =? s_c0) && (p_c1 =? s_c1) && (p_c2 =? s_c2) && (p_c3 =? s_c3)).

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
  intros; cbv [inv next_p_c0 next_p_c1 next_p_c2 next_p_c3 program_output next_s_c0 next_s_c1
      next_s_c2 next_s_c3 spec_output Z.b2z] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 0 0 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 x : Z,
  inv p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 = true ->
  inv (next_p_c0 p_c0 x) (next_p_c1 p_c1 x) (next_p_c2 p_c2 x) (next_p_c3 p_c3 x) (next_s_c0 s_c0 x)
      (next_s_c1 s_c1 x) (next_s_c2 s_c2 x) (next_s_c3 s_c3 x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 x : Z,
  inv p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 = true ->
  program_output (next_p_c0 p_c0 x) (next_p_c1 p_c1 x) (next_p_c2 p_c2 x) (next_p_c3 p_c3 x) =
      spec_output (next_s_c0 s_c0 x) (next_s_c1 s_c1 x) (next_s_c2 s_c2 x) (next_s_c3 s_c3 x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3,
  inv p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 = true ->
  program p_c0 p_c1 p_c2 p_c3 word = spec s_c0 s_c1 s_c2 s_c3 word.
Proof.
  induction word as [| x word IH]; intros p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 I; [repeat split
      |].
  pose proof (IH (next_p_c0 p_c0 x) (next_p_c1 p_c1 x) (next_p_c2 p_c2 x) (next_p_c3 p_c3 x)
      (next_s_c0 s_c0 x) (next_s_c1 s_c1 x) (next_s_c2 s_c2 x) (next_s_c3 s_c3 x) (step p_c0 p_c1
      p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 x I)) as R.
  exact (f_equal2 cons (outputs p_c0 p_c1 p_c2 p_c3 s_c0 s_c1 s_c2 s_c3 x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 0 0 0 word = spec 0 0 0 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
