(* Newton_Magnetic: position in the plane of a charge pushed by (x, w) in a unit magnetic field

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from subspace network with 4 hidden, seed 0; generated, do not edit.
   Invariant found by affine. To check it: coqc program.v
*)
From Coq Require Import ZArith Bool List Lia.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- the inputs *)
Definition letter := (Z * Z)%type.
Definition in_domain (letter : letter) : Prop :=
  let '(x, w) := letter in (-10) <= x <= 10 /\ (-10) <= w <= 10.

(* ---------- the program, which starts with p_z0 = 0, p_z1 = 0, p_z2 = 0, p_z3 = 0; a prime marks a value after the step *)
Definition next_p_z0 (p_z0 p_z3 : Z) : Z := p_z0 + p_z3.
Definition next_p_z1 (p_z1 p_z2 : Z) : Z := p_z1 + p_z2.
Definition next_p_z2 (p_z2 p_z3 w : Z) : Z := p_z2 + p_z3 + w.
Definition next_p_z3 (p_z2 p_z3 x : Z) : Z := p_z3 + x - p_z2.
Definition program_output0 (p_z0' p_z3' : Z) : Z := p_z0' + p_z3'.
Definition program_output1 (p_z1' p_z2' : Z) : Z := p_z1' + p_z2'.
Fixpoint program (p_z0 p_z1 p_z2 p_z3 : Z) (word : list letter) : list (Z * Z)%type :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      let p_z0' := next_p_z0 p_z0 p_z3 in
      let p_z1' := next_p_z1 p_z1 p_z2 in
      let p_z2' := next_p_z2 p_z2 p_z3 w in
      let p_z3' := next_p_z3 p_z2 p_z3 x in
      (program_output0 p_z0' p_z3', program_output1 p_z1' p_z2') :: program p_z0' p_z1' p_z2' p_z3'
          rest
  end.

(* ---------- the spec, which starts with s_v0 = 0, s_v1 = 0, s_p0 = 0, s_p1 = 0; a prime marks a value after the step *)
Definition next_s_v0 (s_v0 s_v1 x : Z) : Z := s_v0 + x - s_v1.
Definition next_s_v1 (s_v0 s_v1 w : Z) : Z := s_v1 + w + s_v0.
Definition next_s_p0 (s_v0 s_v1 s_p0 x : Z) : Z := s_p0 + s_v0 + x - s_v1.
Definition next_s_p1 (s_v0 s_v1 s_p1 w : Z) : Z := s_p1 + s_v1 + w + s_v0.
Definition spec_output0 (s_p0' : Z) : Z := s_p0'.
Definition spec_output1 (s_p1' : Z) : Z := s_p1'.
Fixpoint spec (s_v0 s_v1 s_p0 s_p1 : Z) (word : list letter) : list (Z * Z)%type :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      let s_v0' := next_s_v0 s_v0 s_v1 x in
      let s_v1' := next_s_v1 s_v0 s_v1 w in
      let s_p0' := next_s_p0 s_v0 s_v1 s_p0 x in
      let s_p1' := next_s_p1 s_v0 s_v1 s_p1 w in
      (spec_output0 s_p0', spec_output1 s_p1') :: spec s_v0' s_v1' s_p0' s_p1' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 : Z) : bool :=
  ((p_z2 =? s_v1) && (p_z3 =? s_v0) && (p_z0 =? s_p0 - s_v0) && (p_z1 =? s_p1 - s_v1)).

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
  intros; cbv [inv next_p_z0 next_p_z1 next_p_z2 next_p_z3 program_output0 program_output1 next_s_v0
      next_s_v1 next_s_p0 next_s_p1 spec_output0 spec_output1] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 0 0 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 x w : Z,
  inv p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 = true ->
  inv (next_p_z0 p_z0 p_z3) (next_p_z1 p_z1 p_z2) (next_p_z2 p_z2 p_z3 w) (next_p_z3 p_z2 p_z3 x)
      (next_s_v0 s_v0 s_v1 x) (next_s_v1 s_v0 s_v1 w) (next_s_p0 s_v0 s_v1 s_p0 x) (next_s_p1 s_v0
      s_v1 s_p1 w) = true.
Proof. solve. Qed.
Lemma outputs : forall p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 x w : Z,
  inv p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 = true ->
  (program_output0 (next_p_z0 p_z0 p_z3) (next_p_z3 p_z2 p_z3 x), program_output1 (next_p_z1 p_z1
      p_z2) (next_p_z2 p_z2 p_z3 w)) = (spec_output0 (next_s_p0 s_v0 s_v1 s_p0 x), spec_output1
      (next_s_p1 s_v0 s_v1 s_p1 w)).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1,
  inv p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 = true ->
  program p_z0 p_z1 p_z2 p_z3 word = spec s_v0 s_v1 s_p0 s_p1 word.
Proof.
  induction word as [| [x w] word IH]; intros p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 I; [repeat
      split |].
  pose proof (IH (next_p_z0 p_z0 p_z3) (next_p_z1 p_z1 p_z2) (next_p_z2 p_z2 p_z3 w) (next_p_z3 p_z2
      p_z3 x) (next_s_v0 s_v0 s_v1 x) (next_s_v1 s_v0 s_v1 w) (next_s_p0 s_v0 s_v1 s_p0 x)
      (next_s_p1 s_v0 s_v1 s_p1 w) (step p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 x w I)) as R.
  exact (f_equal2 cons (outputs p_z0 p_z1 p_z2 p_z3 s_v0 s_v1 s_p0 s_p1 x w I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 0 0 0 word = spec 0 0 0 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.
