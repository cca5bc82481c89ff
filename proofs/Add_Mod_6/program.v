(* Add_Mod_6: sum so far modulo 6

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
  0 <= x <= 5.

(* ---------- the program, which starts with p_n = 0; a prime marks a value after the step *)
Definition next_p_n (p_n x : Z) : Z := (p_n + x) mod 6.
Definition program_output (p_n' : Z) : Z := p_n'.
Fixpoint program (p_n : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_n' := next_p_n p_n x in
      program_output p_n' :: program p_n' rest
  end.

(* ---------- the spec, which starts with s_s = 0; a prime marks a value after the step *)
Definition next_s_s (s_s x : Z) : Z := (s_s + x) mod 6.
Definition spec_output (s_s' : Z) : Z := s_s'.
Fixpoint spec (s_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_s' := next_s_s s_s x in
      spec_output s_s' :: spec s_s' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_n s_s : Z) : bool :=
  (p_n =? s_s).

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
  intros; cbv [inv next_p_n program_output next_s_s spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_n s_s x : Z,
  inv p_n s_s = true ->
  inv (next_p_n p_n x) (next_s_s s_s x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_n s_s x : Z,
  inv p_n s_s = true ->
  program_output (next_p_n p_n x) = spec_output (next_s_s s_s x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_n s_s,
  inv p_n s_s = true ->
  program p_n word = spec s_s word.
Proof.
  induction word as [| x word IH]; intros p_n s_s I; [repeat split |].
  pose proof (IH (next_p_n p_n x) (next_s_s s_s x) (step p_n s_s x I)) as R.
  exact (f_equal2 cons (outputs p_n s_s x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 word = spec 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is the sum of all letters read so far, modulo 6; nothing is reduced on the way. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 word mod 6.

Lemma spec_goes_on : forall before x after s,
  nth_error (spec s (before ++ x :: after)) (length before)
  = Some ((s + fold_right Z.add 0 (before ++ [x])) mod 6).
Proof.
  induction before as [| a before IH]; intros; cbn [app length nth_error fold_right spec].
  - f_equal. unfold spec_output, next_s_s. f_equal. lia.
  - rewrite IH. f_equal. unfold next_s_s. rewrite Z.add_mod_idemp_l by lia. f_equal. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on.
Qed.
End Task.

(* ---------- the program meets the task *)
Theorem program_meets_task : meets (program 0) Task.task.
Proof.
  intros before x after W.
  pose proof (program_equals_spec (before ++ x :: after)) as E.
  rewrite E. exact (Task.spec_meets_task before x after W).
Qed.
Print Assumptions program_meets_task.
