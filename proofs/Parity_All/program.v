(* Parity_All: parity of all bits so far

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

(* ---------- operators on the bits 0 and 1 *)
Definition bit_xor (a b : Z) : Z := if a =? b then 0 else 1.

(* ---------- lookups; outside of a table any value would do *)
Definition set0 (k : Z) : bool :=
  ((0 <=? k) && (k <=? 1)).

(* ---------- the program, which starts with p_s = 0; a prime marks a value after the step *)
Definition next_p_s (p_s x : Z) : Z := bit_xor p_s x.
Definition program_output (p_s' : Z) : Z := p_s'.
Definition program_step_defined (p_s x : Z) : bool := set0 p_s && set0 x.
Fixpoint program (p_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_s' := next_p_s p_s x in
      program_output p_s' :: program p_s' rest
  end.
(* every index is within its table, and every operand of a bit operator is a bit *)
Fixpoint program_defined (p_s : Z) (word : list letter) : Prop :=
  match word with
  | [] => True
  | x :: rest =>
      let p_s' := next_p_s p_s x in
      program_step_defined p_s x = true /\ program_defined p_s' rest
  end.

(* ---------- the spec, which starts with s_p = 0; a prime marks a value after the step *)
Definition next_s_p (s_p x : Z) : Z := (s_p + x) mod 2.
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
  ((p_s >=? 0) && (p_s <=? 1) && (p_s =? s_p)).

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
  intros; cbv [in_domain inv next_p_s program_output program_step_defined next_s_p spec_output set0
      bit_xor] in *; split_facts.
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
Lemma defined : forall p_s s_p x : Z,
  in_domain x -> inv p_s s_p = true ->
  program_step_defined p_s x = true.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_s s_p,
  Forall in_domain word -> inv p_s s_p = true ->
  program_defined p_s word /\ program p_s word = spec s_p word.
Proof.
  induction word as [| x word IH]; intros p_s s_p W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  destruct (IH (next_p_s p_s x) (next_s_p s_p x) Ds (step p_s s_p x D I)) as (Rp & R).
  pose proof (defined p_s s_p x D I) as Fp.
  exact (conj (conj Fp Rp) (f_equal2 cons (outputs p_s s_p x D I) R)).
Qed.
Theorem program_equals_spec : forall word, Forall in_domain word ->
  program_defined 0 word /\ program 0 word = spec 0 word.
Proof. intros; apply agree; [assumption | exact base]. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is the parity of the number of ones among the bits read so far. *)
Definition ones (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word 1).
Definition task (word : list Z) : Z := ones word mod 2.

Lemma ones_of_more : forall a word, in_domain a -> ones (a :: word) = a + ones word.
Proof.
  intros a word D. unfold ones, in_domain in *. cbn [count_occ].
  destruct (Z.eq_dec a 1); lia.
Qed.

Lemma spec_goes_on : forall before x after s, Forall in_domain (before ++ x :: after) ->
  nth_error (spec s (before ++ x :: after)) (length before)
  = Some ((s + ones (before ++ [x])) mod 2).
Proof.
  induction before as [| a before IH]; intros x after s D; inversion_clear D as [| ? ? A R];
    cbn [app length nth_error spec]; rewrite ones_of_more by assumption.
  - f_equal. unfold spec_output, next_s_p, ones. cbn. f_equal. lia.
  - rewrite IH by assumption. f_equal. unfold next_s_p.
    rewrite Z.add_mod_idemp_l by lia. f_equal. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on. exact D.
Qed.
End Task.

(* ---------- the program meets the task *)
Theorem program_meets_task : meets (program 0) Task.task.
Proof.
  intros before x after W.
  pose proof (proj2 (program_equals_spec (before ++ x :: after) W)) as E.
  rewrite E. exact (Task.spec_meets_task before x after W).
Qed.
Print Assumptions program_meets_task.
