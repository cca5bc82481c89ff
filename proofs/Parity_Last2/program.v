(* Parity_Last2: parity of the last 2 bits

   The program below equals its specification for sequences of every length,
   for inputs within their ranges (in_domain).
   Made by mips-verify from teacher-forced LM h=1 g=6, snapped network with 1 hidden, seed 0; generated, do not edit.
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

(* ---------- the program, which starts with p_x1 = 0; a prime marks a value after the step *)
Definition next_p_x1 (x : Z) : Z := x.
Definition program_output (p_x1 x : Z) : Z := bit_xor x p_x1.
Definition program_step_defined (p_x1 x : Z) : bool := set0 x && set0 p_x1.
Fixpoint program (p_x1 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_x1' := next_p_x1 x in
      program_output p_x1 x :: program p_x1' rest
  end.
(* every index is within its table, and every operand of a bit operator is a bit *)
Fixpoint program_defined (p_x1 : Z) (word : list letter) : Prop :=
  match word with
  | [] => True
  | x :: rest =>
      let p_x1' := next_p_x1 x in
      program_step_defined p_x1 x = true /\ program_defined p_x1' rest
  end.

(* ---------- the spec, which starts with s_x1 = 0; a prime marks a value after the step *)
Definition next_s_x1 (x : Z) : Z := x.
Definition spec_output (s_x1 x : Z) : Z := (x + s_x1) mod 2.
Fixpoint spec (s_x1 : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_x1' := next_s_x1 x in
      spec_output s_x1 x :: spec s_x1' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_x1 s_x1 : Z) : bool :=
  ((p_x1 >=? 0) && (p_x1 <=? 1) && (p_x1 =? s_x1)).

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
  intros; cbv [in_domain inv next_p_x1 program_output program_step_defined next_s_x1 spec_output
      set0 bit_xor] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_x1 s_x1 x : Z,
  in_domain x -> inv p_x1 s_x1 = true ->
  inv (next_p_x1 x) (next_s_x1 x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_x1 s_x1 x : Z,
  in_domain x -> inv p_x1 s_x1 = true ->
  program_output p_x1 x = spec_output s_x1 x.
Proof. solve. Qed.
Lemma defined : forall p_x1 s_x1 x : Z,
  in_domain x -> inv p_x1 s_x1 = true ->
  program_step_defined p_x1 x = true.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_x1 s_x1,
  Forall in_domain word -> inv p_x1 s_x1 = true ->
  program_defined p_x1 word /\ program p_x1 word = spec s_x1 word.
Proof.
  induction word as [| x word IH]; intros p_x1 s_x1 W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  destruct (IH (next_p_x1 x) (next_s_x1 x) Ds (step p_x1 s_x1 x D I)) as (Rp & R).
  pose proof (defined p_x1 s_x1 x D I) as Fp.
  exact (conj (conj Fp Rp) (f_equal2 cons (outputs p_x1 s_x1 x D I) R)).
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
(* The output is the parity of the number of ones among the last 2 bits; at the start, among all
   there are. *)
Definition ones (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word 1).
Definition task (word : list Z) : Z := ones (firstn 2 (rev word)) mod 2.

Lemma sum_is_ones : forall n bits, Forall in_domain bits ->
  fold_right Z.add 0 (firstn n bits) = ones (firstn n bits).
Proof.
  unfold ones. induction n as [| n IH]; intros [| a bits] D; try reflexivity.
  inversion_clear D as [| ? ? A R]. cbn [firstn fold_right count_occ]. rewrite IH by assumption.
  unfold in_domain in A. destruct (Z.eq_dec a 1); lia.
Qed.

(* the specification, which remembers letters: given as a list, the newest one first *)
Fixpoint remembers (n : nat) : Type :=
  match n with O => list Z -> list Z | S m => Z -> remembers m end.
Fixpoint recall (n : nat) : remembers n -> list Z -> list Z -> list Z :=
  match n with
  | O => fun run _ => run
  | S m => fun run seen => recall m (run (hd 0 seen)) (tl seen)
  end.

Lemma spec_goes_on : forall before x after seen,
  nth_error (recall (pred 2) spec seen (before ++ x :: after)) (length before)
  = Some (fold_right Z.add 0 (firstn 2 (x :: rev before ++ seen)) mod 2).
Proof.
  induction before as [| a before IH]; intros x after seen.
  - do 2 (destruct seen as [| ? seen]; [cbn; unfold spec_output; f_equal; f_equal; lia |]).
    cbn. unfold spec_output. f_equal; f_equal; lia.
  - change (recall (pred 2) spec seen ((a :: before) ++ x :: after))
      with (hd 0 (recall (pred 2) spec seen [a])
            :: recall (pred 2) spec (a :: seen) (before ++ x :: after)).
    cbn [length nth_error]. rewrite IH. cbn [app rev]. rewrite <- app_assoc. reflexivity.
Qed.

Lemma spec_meets_task : meets (recall (pred 2) spec []) task.
Proof.
  intros before x after D. rewrite spec_goes_on. unfold task.
  rewrite app_nil_r. change (x :: rev before) with ([x] ++ rev before).
  rewrite rev_app_distr. cbn [rev app]. rewrite sum_is_ones; [reflexivity |].
  change (x :: rev before) with (rev [x] ++ rev before). rewrite <- rev_app_distr.
  apply Forall_rev, Forall_app. apply Forall_app in D. destruct D as [B D].
  inversion_clear D. auto.
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
