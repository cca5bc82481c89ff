(* Bitwise_And: bitwise and of the two inputs

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
Definition letter := (Z * Z)%type.
Definition in_domain (letter : letter) : Prop :=
  let '(x, w) := letter in 0 <= x <= 1 /\ 0 <= w <= 1.

(* ---------- operators on the bits 0 and 1 *)
Definition bit_and (a b : Z) : Z := if (a =? 1) && (b =? 1) then 1 else 0.

(* ---------- lookups; outside of a table any value would do *)
Definition set0 (k : Z) : bool :=
  ((0 <=? k) && (k <=? 1)).

(* ---------- the program, which starts with no state; a prime marks a value after the step *)
Definition program_output (x w : Z) : Z := bit_and x w.
Definition program_step_defined (x w : Z) : bool := set0 x && set0 w.
Fixpoint program (word : list letter) : list Z :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      program_output x w :: program rest
  end.
(* every index is within its table, and every operand of a bit operator is a bit *)
Fixpoint program_defined (word : list letter) : Prop :=
  match word with
  | [] => True
  | letter :: rest =>
      let '(x, w) := letter in
      program_step_defined x w = true /\ program_defined rest
  end.

(* ---------- the spec, which starts with no state; a prime marks a value after the step *)
Definition spec_output (x w : Z) : Z := bit_and x w.
Definition spec_step_defined (x w : Z) : bool := set0 x && set0 w.
Fixpoint spec (word : list letter) : list Z :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      spec_output x w :: spec rest
  end.
(* every index is within its table, and every operand of a bit operator is a bit *)
Fixpoint spec_defined (word : list letter) : Prop :=
  match word with
  | [] => True
  | letter :: rest =>
      let '(x, w) := letter in
      spec_step_defined x w = true /\ spec_defined rest
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
(* the integers from low to high *)
Definition range (low high : Z) : list Z :=
  map (fun i => low + Z.of_nat i) (seq 0 (Z.to_nat (high - low + 1))).
Lemma in_range : forall low high k, low <= k <= high -> In k (range low high).
Proof.
  intros low high k R. apply in_map_iff. exists (Z.to_nat (k - low)).
  split; [| apply in_seq]; lia.
Qed.
Ltac read_off fact :=
  pose proof fact; split_facts; split_goal; assumption.

(* ---------- there are few states and inputs, so that all of them can be tried *)
Definition tried (x w : Z) : bool :=
  if inv then (inv) && (program_step_defined x w) && (spec_step_defined x w) && (program_output x w
      =? spec_output x w) else true.
Lemma holds_on_range : forall f low high,
  forallb f (range low high) = true -> forall k, low <= k <= high -> f k = true.
Proof.
  intros f low high H k R. rewrite forallb_forall in H. apply H, in_range, R.
Qed.
Lemma all_tried : forallb (fun x => forallb (fun w => tried x w) (range 0 1)) (range 0 1) = true.
Proof. vm_compute. reflexivity. Qed.
Lemma each : forall x w : Z,
  in_domain (x, w) -> inv = true ->
  (inv) && (program_step_defined x w) && (spec_step_defined x w) && (program_output x w =?
      spec_output x w) = true.
Proof.
  intros x w D I.
  enough (T : tried x w = true) by (unfold tried in T; rewrite I in T; exact T).
  pose proof all_tried as A.
  apply (holds_on_range _ _ _) with (k := x) in A; [| unfold in_domain in D; lia].
  apply (holds_on_range _ _ _) with (k := w) in A; [| unfold in_domain in D; lia].
  exact A.
Qed.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv = true.
Proof. reflexivity. Qed.
Lemma step : forall x w : Z,
  in_domain (x, w) -> inv = true ->
  inv = true.
Proof. intros x w D I. read_off (each x w D I). Qed.
Lemma outputs : forall x w : Z,
  in_domain (x, w) -> inv = true ->
  program_output x w = spec_output x w.
Proof. intros x w D I. read_off (each x w D I). Qed.
Lemma defined : forall x w : Z,
  in_domain (x, w) -> inv = true ->
  program_step_defined x w = true /\ spec_step_defined x w = true.
Proof. intros x w D I. read_off (each x w D I). Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word,
  Forall in_domain word -> inv = true ->
  program_defined word /\ spec_defined word /\ program word = spec word.
Proof.
  induction word as [| [x w] word IH]; intros W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  destruct (IH Ds (step x w D I)) as (Rp & Rs & R).
  destruct (defined x w D I) as (Fp & Fs).
  exact (conj (conj Fp Rp) (conj (conj Fs Rs) (f_equal2 cons (outputs x w D I) R))).
Qed.
Theorem program_equals_spec : forall word, Forall in_domain word ->
  program_defined word /\ spec_defined word /\ program word = spec word.
Proof. intros; apply agree; [assumption | exact base]. Qed.
Print Assumptions program_equals_spec.
