(* Newton_Spring: position of a body pushed by x on a unit spring

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from subspace network with 2 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  (-10) <= x <= 10.

(* ---------- the program, which starts with p_z0 = 0, p_z1 = 0; a prime marks a value after the step *)
Definition next_p_z0 (p_z0 p_z1 x : Z) : Z := p_z0 + x - p_z1.
Definition next_p_z1 (p_z0 : Z) : Z := p_z0.
Definition program_output (p_z0' : Z) : Z := p_z0'.
Fixpoint program (p_z0 p_z1 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_z0' := next_p_z0 p_z0 p_z1 x in
      let p_z1' := next_p_z1 p_z0 in
      program_output p_z0' :: program p_z0' p_z1' rest
  end.

(* ---------- the spec, which starts with s_v = 0, s_r = 0; a prime marks a value after the step *)
Definition next_s_v (s_v s_r x : Z) : Z := s_v + x - s_r.
Definition next_s_r (s_v x : Z) : Z := s_v + x.
Definition spec_output (s_r' : Z) : Z := s_r'.
Fixpoint spec (s_v s_r : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_v' := next_s_v s_v s_r x in
      let s_r' := next_s_r s_v x in
      spec_output s_r' :: spec s_v' s_r' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_z0 p_z1 s_v s_r : Z) : bool :=
  ((p_z0 =? s_r) && (p_z1 =? s_r - s_v)).

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
  intros; cbv [inv next_p_z0 next_p_z1 program_output next_s_v next_s_r spec_output] in *;
      split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_z0 p_z1 s_v s_r x : Z,
  inv p_z0 p_z1 s_v s_r = true ->
  inv (next_p_z0 p_z0 p_z1 x) (next_p_z1 p_z0) (next_s_v s_v s_r x) (next_s_r s_v x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_z0 p_z1 s_v s_r x : Z,
  inv p_z0 p_z1 s_v s_r = true ->
  program_output (next_p_z0 p_z0 p_z1 x) = spec_output (next_s_r s_v x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_z0 p_z1 s_v s_r,
  inv p_z0 p_z1 s_v s_r = true ->
  program p_z0 p_z1 word = spec s_v s_r word.
Proof.
  induction word as [| x word IH]; intros p_z0 p_z1 s_v s_r I; [repeat split |].
  pose proof (IH (next_p_z0 p_z0 p_z1 x) (next_p_z1 p_z0) (next_s_v s_v s_r x) (next_s_r s_v x)
      (step p_z0 p_z1 s_v s_r x I)) as R.
  exact (f_equal2 cons (outputs p_z0 p_z1 s_v s_r x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 0 word = spec 0 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
