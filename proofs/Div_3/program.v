(* Div_3: the next quotient bit of the number read, divided by 3, most significant first

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

(* ---------- the program, which starts with p_s = 0; a prime marks a value after the step *)
Definition next_p_s (p_s x : Z) : Z := (2 * p_s + x) mod 3.
Definition program_output (p_s x : Z) : Z := (2 * p_s + x) / 3.
Fixpoint program (p_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_s' := next_p_s p_s x in
      program_output p_s x :: program p_s' rest
  end.

(* ---------- the spec, which starts with s_r = 0; a prime marks a value after the step *)
Definition next_s_r (s_r x : Z) : Z := (2 * s_r + x) mod 3.
Definition spec_output (s_r x : Z) : Z := (2 * s_r + x) / 3.
Fixpoint spec (s_r : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_r' := next_s_r s_r x in
      spec_output s_r x :: spec s_r' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_s s_r : Z) : bool :=
  (p_s =? s_r).

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
  intros; cbv [inv next_p_s program_output next_s_r spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_s s_r x : Z,
  inv p_s s_r = true ->
  inv (next_p_s p_s x) (next_s_r s_r x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_s s_r x : Z,
  inv p_s s_r = true ->
  program_output p_s x = spec_output s_r x.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_s s_r,
  inv p_s s_r = true ->
  program p_s word = spec s_r word.
Proof.
  induction word as [| x word IH]; intros p_s s_r I; [repeat split |].
  pose proof (IH (next_p_s p_s x) (next_s_r s_r x) (step p_s s_r x I)) as R.
  exact (f_equal2 cons (outputs p_s s_r x I) R).
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
(* The bits read so far are a binary number, most significant bit first. The output is the last
   binary digit of that number divided by 3 and rounded down. So the outputs, read as a number in
   the same way, are the quotient. *)
Definition number (word : list Z) : Z := fold_left (fun n bit => 2 * n + bit) word 0.
Definition task (word : list Z) : Z := (number word / 3) mod 2.

Lemma spec_goes_on : forall before x after n, Forall in_domain (before ++ x :: after) ->
  nth_error (spec (n mod 3) (before ++ x :: after)) (length before)
  = Some ((fold_left (fun n bit => 2 * n + bit) (before ++ [x]) n / 3) mod 2).
Proof.
  induction before as [| a before IH]; intros x after n D; inversion_clear D as [| ? ? A R];
    cbn [app length nth_error spec fold_left]; unfold in_domain in A.
  - f_equal. unfold spec_output. Z.to_euclidean_division_equations. lia.
  - replace (next_s_r (n mod 3) a) with ((2 * n + a) mod 3); [apply IH; exact R |].
    unfold next_s_r. Z.to_euclidean_division_equations. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. exact (spec_goes_on before x after 0 D).
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
