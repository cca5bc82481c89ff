(* Max_Seen: largest input so far

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from LM h=1 f=6 g=linear, snapped network with 1 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := Z.
Definition in_domain (x : letter) : Prop :=
  0 <= x <= 99.

(* ---------- the program, which starts with p_y = 0; a prime marks a value after the step *)
Definition next_p_y (p_y x : Z) : Z := Z.max p_y x.
Definition program_output (p_y' : Z) : Z := p_y'.
Fixpoint program (p_y : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_y' := next_p_y p_y x in
      program_output p_y' :: program p_y' rest
  end.

(* ---------- the spec, which starts with s_m = 0; a prime marks a value after the step *)
Definition next_s_m (s_m x : Z) : Z := Z.max s_m x.
Definition spec_output (s_m' : Z) : Z := s_m'.
Fixpoint spec (s_m : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_m' := next_s_m s_m x in
      spec_output s_m' :: spec s_m' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_y s_m : Z) : bool :=
  (p_y =? s_m).

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
  intros; cbv [inv next_p_y program_output next_s_m spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_y s_m x : Z,
  inv p_y s_m = true ->
  inv (next_p_y p_y x) (next_s_m s_m x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_y s_m x : Z,
  inv p_y s_m = true ->
  program_output (next_p_y p_y x) = spec_output (next_s_m s_m x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_y s_m,
  inv p_y s_m = true ->
  program p_y word = spec s_m word.
Proof.
  induction word as [| x word IH]; intros p_y s_m I; [repeat split |].
  pose proof (IH (next_p_y p_y x) (next_s_m s_m x) (step p_y s_m x I)) as R.
  exact (f_equal2 cons (outputs p_y s_m x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 word = spec 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
