(* Min_Seen: smallest input so far

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
  0 <= x <= 9.

(* ---------- the program, which starts with p_s = 9; a prime marks a value after the step *)
Definition next_p_s (p_s x : Z) : Z := Z.min p_s x.
Definition program_output (p_s' : Z) : Z := p_s'.
Fixpoint program (p_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_s' := next_p_s p_s x in
      program_output p_s' :: program p_s' rest
  end.

(* ---------- the spec, which starts with s_m = 9; a prime marks a value after the step *)
Definition next_s_m (s_m x : Z) : Z := Z.min s_m x.
Definition spec_output (s_m' : Z) : Z := s_m'.
Fixpoint spec (s_m : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_m' := next_s_m s_m x in
      spec_output s_m' :: spec s_m' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_s s_m : Z) : bool :=
  (p_s =? s_m).

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
  intros; cbv [inv next_p_s program_output next_s_m spec_output] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 9 9 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_s s_m x : Z,
  inv p_s s_m = true ->
  inv (next_p_s p_s x) (next_s_m s_m x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_s s_m x : Z,
  inv p_s s_m = true ->
  program_output (next_p_s p_s x) = spec_output (next_s_m s_m x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_s s_m,
  inv p_s s_m = true ->
  program p_s word = spec s_m word.
Proof.
  induction word as [| x word IH]; intros p_s s_m I; [repeat split |].
  pose proof (IH (next_p_s p_s x) (next_s_m s_m x) (step p_s s_m x I)) as R.
  exact (f_equal2 cons (outputs p_s s_m x I) R).
Qed.
Theorem program_equals_spec : forall word,
  program 9 word = spec 9 word.
Proof. intros; apply agree; exact base. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is the smallest of the letters read so far. *)
Definition task (word : list Z) : Z := fold_right Z.min (hd 0 word) (tl word).

(* it is one of them, and none is smaller *)
Lemma task_is_smallest : forall word, word <> [] ->
  In (task word) word /\ Forall (fun x => task word <= x) word.
Proof.
  intros [| a word] H; [congruence |]. unfold task; cbn [hd tl]; clear H.
  induction word as [| b word [I F]]; cbn [fold_right].
  - split; [left; reflexivity | constructor; [lia | constructor]].
  - inversion_clear F as [| ? ? A R]. split.
    + destruct (Z.min_dec b (fold_right Z.min a word)) as [E | E]; rewrite E;
        [right; left; reflexivity |].
      destruct I as [I | I]; [left; exact I | right; right; exact I].
    + constructor; [lia |]. constructor; [lia |].
      apply Forall_impl with (2 := R). intros. cbn beta in *. lia.
Qed.

Lemma smallest_with : forall word a b,
  fold_right Z.min (Z.min a b) word = Z.min a (fold_right Z.min b word).
Proof.
  induction word as [| x word IH]; intros; cbn [fold_right]; [reflexivity |]. rewrite IH. lia.
Qed.

Lemma spec_goes_on : forall before x after m,
  nth_error (spec m (before ++ x :: after)) (length before)
  = Some (fold_right Z.min m (before ++ [x])).
Proof.
  unfold spec_output, next_s_m in *.
  induction before as [| a before IH]; intros; cbn.
  - f_equal. unfold next_s_m, spec_output. lia.
  - rewrite IH. f_equal. unfold next_s_m. rewrite (Z.min_comm m a). apply smallest_with.
Qed.

Lemma spec_meets_task : meets (spec 9) task.
Proof.
  intros before x after D. rewrite spec_goes_on. f_equal. unfold task.
  destruct before as [| a before]; inversion_clear D as [| ? ? A R]; unfold in_domain in A; cbn.
  - lia.
  - rewrite <- smallest_with. f_equal. lia.
Qed.
End Task.

(* ---------- the program meets the task *)
Theorem program_meets_task : meets (program 9) Task.task.
Proof.
  intros before x after W.
  pose proof (program_equals_spec (before ++ x :: after)) as E.
  rewrite E. exact (Task.spec_meets_task before x after W).
Qed.
Print Assumptions program_meets_task.
