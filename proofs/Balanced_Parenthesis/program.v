(* Balanced_Parenthesis: 1 if the prefix is balanced; 0 opens, 1 closes; once below zero, 0 for ever

   The program below equals its specification for sequences of every length,
   for inputs within their ranges (in_domain).
   Made by mips-verify from LM h=1 f=6 g=linear network with 1 hidden, seed 0; generated, do not edit.
   Invariant found by values. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  0 <= x <= 1.

(* ---------- the program, which starts with p_n = 0; a prime marks a value after the step *)
Definition next_p_n (p_n x : Z) : Z := if negb (p_n =? 1) then p_n + 2 * x - 1 else p_n.
Definition program_output (p_n' : Z) : Z := Z.b2z (p_n' =? 0).
Fixpoint program (p_n : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_n' := next_p_n p_n x in
      program_output p_n' :: program p_n' rest
  end.

(* ---------- the spec, which starts with s_depth = 0, s_dead = 0; a prime marks a value after the step *)
Definition next_s_depth (s_depth x : Z) : Z := s_depth + 1 - 2 * x.
Definition next_s_dead (s_depth s_dead x : Z) : Z := if (s_dead =? 1) || (s_depth + 1 - 2 * x <? 0)
    then 1 else 0.
Definition spec_output (s_depth' s_dead' : Z) : Z := if (s_depth' =? 0) && (s_dead' =? 0) then 1
    else 0.
Fixpoint spec (s_depth s_dead : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_depth' := next_s_depth s_depth x in
      let s_dead' := next_s_dead s_depth s_dead x in
      spec_output s_depth' s_dead' :: spec s_depth' s_dead' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_n s_depth s_dead : Z) : bool :=
  ((p_n <=? 1) && (s_dead >=? 0) && (s_dead <=? 1) && (negb (s_dead =? 1) || (p_n =? 1)) && (negb
      (s_dead =? 0) || (p_n <=? 0)) && (negb (s_dead =? 0) || (p_n =? - s_depth))).

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
  intros; cbv [in_domain inv next_p_n program_output next_s_depth next_s_dead spec_output Z.b2z] in
      *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_n s_depth s_dead x : Z,
  in_domain x -> inv p_n s_depth s_dead = true ->
  inv (next_p_n p_n x) (next_s_depth s_depth x) (next_s_dead s_depth s_dead x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_n s_depth s_dead x : Z,
  in_domain x -> inv p_n s_depth s_dead = true ->
  program_output (next_p_n p_n x) = spec_output (next_s_depth s_depth x) (next_s_dead s_depth s_dead
      x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_n s_depth s_dead,
  Forall in_domain word -> inv p_n s_depth s_dead = true ->
  program p_n word = spec s_depth s_dead word.
Proof.
  induction word as [| x word IH]; intros p_n s_depth s_dead W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  pose proof (IH (next_p_n p_n x) (next_s_depth s_depth x) (next_s_dead s_depth s_dead x) Ds (step
      p_n s_depth s_dead x D I)) as R.
  exact (f_equal2 cons (outputs p_n s_depth s_dead x D I) R).
Qed.
Theorem program_equals_spec : forall word, Forall in_domain word ->
  program 0 word = spec 0 0 word.
Proof. intros; apply agree; [assumption | exact base]. Qed.
Print Assumptions program_equals_spec.
