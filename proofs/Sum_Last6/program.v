(* Sum_Last6: sum of the last 6 inputs

   The program below equals its specification for sequences of every length,
   for all integers: no input range is needed.
   Made by mips-verify from subspace network with 6 hidden, seed 0; generated, do not edit.
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

(* ---------- the program, which starts with p_x1 = 0, p_x2 = 0, p_x3 = 0, p_x4 = 0, p_x5 = 0; a prime marks a value after the step *)
Definition next_p_x1 (x : Z) : Z := x.
Definition next_p_x2 (p_x1 : Z) : Z := p_x1.
Definition next_p_x3 (p_x2 : Z) : Z := p_x2.
Definition next_p_x4 (p_x3 : Z) : Z := p_x3.
Definition next_p_x5 (p_x4 : Z) : Z := p_x4.
Definition program_output (p_x1 p_x2 p_x3 p_x4 p_x5 x : Z) : Z := x + p_x1 + p_x2 + p_x3 + p_x4 +
    p_x5.
Fixpoint program (p_x1 p_x2 p_x3 p_x4 p_x5 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_x1' := next_p_x1 x in
      let p_x2' := next_p_x2 p_x1 in
      let p_x3' := next_p_x3 p_x2 in
      let p_x4' := next_p_x4 p_x3 in
      let p_x5' := next_p_x5 p_x4 in
      program_output p_x1 p_x2 p_x3 p_x4 p_x5 x :: program p_x1' p_x2' p_x3' p_x4' p_x5' rest
  end.

(* ---------- the spec, which starts with s_x1 = 0, s_x2 = 0, s_x3 = 0, s_x4 = 0, s_x5 = 0; a prime marks a value after the step *)
Definition next_s_x1 (x : Z) : Z := x.
Definition next_s_x2 (s_x1 : Z) : Z := s_x1.
Definition next_s_x3 (s_x2 : Z) : Z := s_x2.
Definition next_s_x4 (s_x3 : Z) : Z := s_x3.
Definition next_s_x5 (s_x4 : Z) : Z := s_x4.
Definition spec_output (s_x1 s_x2 s_x3 s_x4 s_x5 x : Z) : Z := x + s_x1 + s_x2 + s_x3 + s_x4 + s_x5.
Fixpoint spec (s_x1 s_x2 s_x3 s_x4 s_x5 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_x1' := next_s_x1 x in
      let s_x2' := next_s_x2 s_x1 in
      let s_x3' := next_s_x3 s_x2 in
      let s_x4' := next_s_x4 s_x3 in
      let s_x5' := next_s_x5 s_x4 in
      spec_output s_x1 s_x2 s_x3 s_x4 s_x5 x :: spec s_x1' s_x2' s_x3' s_x4' s_x5' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 : Z) : bool :=
  ((p_x1 =? s_x1) && (p_x2 =? s_x2) && (p_x3 =? s_x3) && (p_x4 =? s_x4) && (p_x5 =? s_x5)).

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
  intros; cbv [inv next_p_x1 next_p_x2 next_p_x3 next_p_x4 next_p_x5 program_output next_s_x1
      next_s_x2 next_s_x3 next_s_x4 next_s_x5 spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 0 0 0 0 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 x : Z,
  inv p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 = true ->
  inv (next_p_x1 x) (next_p_x2 p_x1) (next_p_x3 p_x2) (next_p_x4 p_x3) (next_p_x5 p_x4) (next_s_x1
      x) (next_s_x2 s_x1) (next_s_x3 s_x2) (next_s_x4 s_x3) (next_s_x5 s_x4) = true.
Proof. solve. Qed.
Lemma outputs : forall p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 x : Z,
  inv p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 = true ->
  program_output p_x1 p_x2 p_x3 p_x4 p_x5 x = spec_output s_x1 s_x2 s_x3 s_x4 s_x5 x.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5,
  inv p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 = true ->
  program p_x1 p_x2 p_x3 p_x4 p_x5 word = spec s_x1 s_x2 s_x3 s_x4 s_x5 word.
Proof.
  induction word as [| x word IH]; intros p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 I;
      [repeat split |].
  pose proof (IH (next_p_x1 x) (next_p_x2 p_x1) (next_p_x3 p_x2) (next_p_x4 p_x3) (next_p_x5 p_x4)
      (next_s_x1 x) (next_s_x2 s_x1) (next_s_x3 s_x2) (next_s_x4 s_x3) (next_s_x5 s_x4) (step p_x1
      p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 x I)) as R.
  exact (f_equal2 cons (outputs p_x1 p_x2 p_x3 p_x4 p_x5 s_x1 s_x2 s_x3 s_x4 s_x5 x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 0 0 0 0 0 word = spec 0 0 0 0 0 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is the sum of the last 6 letters; at the start, of all there are. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 (firstn 6 (rev word)).

(* the specification, which remembers letters: given as a list, the newest one first *)
Fixpoint remembers (n : nat) : Type :=
  match n with O => list Z -> list Z | S m => Z -> remembers m end.
Fixpoint recall (n : nat) : remembers n -> list Z -> list Z -> list Z :=
  match n with
  | O => fun run _ => run
  | S m => fun run seen => recall m (run (hd 0 seen)) (tl seen)
  end.

Lemma spec_goes_on : forall before x after seen,
  nth_error (recall (pred 6) spec seen (before ++ x :: after)) (length before)
  = Some (fold_right Z.add 0 (firstn 6 (x :: rev before ++ seen))).
Proof.
  induction before as [| a before IH]; intros x after seen.
  - do 6 (destruct seen as [| ? seen]; [cbn; unfold spec_output; f_equal; lia |]).
    cbn. unfold spec_output. f_equal; lia.
  - change (recall (pred 6) spec seen ((a :: before) ++ x :: after))
      with (hd 0 (recall (pred 6) spec seen [a])
            :: recall (pred 6) spec (a :: seen) (before ++ x :: after)).
    cbn [length nth_error]. rewrite IH. cbn [app rev]. rewrite <- app_assoc. reflexivity.
Qed.

Lemma spec_meets_task : meets (recall (pred 6) spec []) task.
Proof.
  intros before x after D. rewrite spec_goes_on. unfold task.
  rewrite rev_app_distr, app_nil_r. reflexivity.
Qed.
End Task.

(* ---------- the program meets the task *)
Theorem program_meets_task : meets (program 0 0 0 0 0) Task.task.
Proof.
  intros before x after W.
  pose proof (program_equals_spec (before ++ x :: after)) as E.
  rewrite E. exact (Task.spec_meets_task before x after W).
Qed.
Print Assumptions program_meets_task.
