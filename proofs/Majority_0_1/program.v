(* Majority_0_1: the value seen most often so far; ties go to 0

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
  0 <= x <= 1.

(* ---------- the program, which starts with p_n = 0; a prime marks a value after the step *)
Definition next_p_n (p_n x : Z) : Z := p_n + 2 * x - 1.
Definition program_output (p_n' : Z) : Z := Z.b2z (p_n' >? 0).
Fixpoint program (p_n : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_n' := next_p_n p_n x in
      program_output p_n' :: program p_n' rest
  end.

(* ---------- the spec, which starts with s_zeros = 0, s_ones = 0; a prime marks a value after the step *)
Definition next_s_zeros (s_zeros x : Z) : Z := s_zeros + 1 - x.
Definition next_s_ones (s_ones x : Z) : Z := s_ones + x.
Definition spec_output (s_zeros' s_ones' : Z) : Z := if s_ones' >? s_zeros' then 1 else 0.
Fixpoint spec (s_zeros s_ones : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_zeros' := next_s_zeros s_zeros x in
      let s_ones' := next_s_ones s_ones x in
      spec_output s_zeros' s_ones' :: spec s_zeros' s_ones' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_n s_zeros s_ones : Z) : bool :=
  (p_n =? s_ones - s_zeros).

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
  intros; cbv [inv next_p_n program_output next_s_zeros next_s_ones spec_output Z.b2z] in *;
      split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_n s_zeros s_ones x : Z,
  inv p_n s_zeros s_ones = true ->
  inv (next_p_n p_n x) (next_s_zeros s_zeros x) (next_s_ones s_ones x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_n s_zeros s_ones x : Z,
  inv p_n s_zeros s_ones = true ->
  program_output (next_p_n p_n x) = spec_output (next_s_zeros s_zeros x) (next_s_ones s_ones x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_n s_zeros s_ones,
  inv p_n s_zeros s_ones = true ->
  program p_n word = spec s_zeros s_ones word.
Proof.
  induction word as [| x word IH]; intros p_n s_zeros s_ones I; [repeat split |].
  pose proof (IH (next_p_n p_n x) (next_s_zeros s_zeros x) (next_s_ones s_ones x) (step p_n s_zeros
      s_ones x I)) as R.
  exact (f_equal2 cons (outputs p_n s_zeros s_ones x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 word = spec 0 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is 1 if more ones than zeros were read so far, else 0. *)
Definition count (v : Z) (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word v).
Definition task (word : list Z) : Z := if count 0 word <? count 1 word then 1 else 0.

Lemma count_of_more : forall a word, in_domain a ->
  count 0 (a :: word) = 1 - a + count 0 word /\ count 1 (a :: word) = a + count 1 word.
Proof.
  intros a word D. unfold count, in_domain in *. cbn [count_occ].
  destruct (Z.eq_dec a 0), (Z.eq_dec a 1); lia.
Qed.

Lemma spec_goes_on : forall before x after zeros ones, Forall in_domain (before ++ x :: after) ->
  nth_error (spec zeros ones (before ++ x :: after)) (length before)
  = Some (if zeros + count 0 (before ++ [x]) <? ones + count 1 (before ++ [x]) then 1 else 0).
Proof.
  induction before as [| a before IH]; intros x after zeros ones D;
    inversion_clear D as [| ? ? A R]; cbn [app length nth_error spec].
  - destruct (count_of_more x [] A) as [Z O]. rewrite Z, O.
    f_equal. unfold spec_output, next_s_zeros, next_s_ones, count. cbn [count_occ Z.of_nat].
    rewrite Z.gtb_ltb.
    replace (zeros + (1 - x + 0)) with (zeros + 1 - x) by lia.
    replace (ones + (x + 0)) with (ones + x) by lia. reflexivity.
  - destruct (count_of_more a (before ++ [x]) A) as [Z O]. rewrite IH, Z, O by assumption.
    f_equal. unfold next_s_zeros, next_s_ones. rewrite !Z.add_assoc.
    replace (zeros + 1 - a) with (zeros + (1 - a)) by lia. reflexivity.
Qed.

Lemma spec_meets_task : meets (spec 0 0) task.
Proof.
  intros before x after D. apply spec_goes_on. exact D.
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
