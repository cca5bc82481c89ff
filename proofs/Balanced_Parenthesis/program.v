(* Balanced_Parenthesis: 1 if the prefix is balanced; 0 opens, 1 closes; once below zero, 0 for ever

   The program below equals its specification for sequences of every length,
   for inputs within their ranges (in_domain).
   Made by mips-verify from merged states <=64 network with 2 hidden, seed 0; generated, do not edit.
   Invariant found by values. To check it: coqc program.v
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
Definition next_p_n (p_n x : Z) : Z := if negb (p_n =? 1) then p_n + 2 * x - 1 else p_n.
Definition program_output (p_n' : Z) : Z := Z.b2z (p_n' =? 0).
Fixpoint program (p_n : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let p_n' := next_p_n p_n x in
      program_output p_n' :: program p_n' rest
  end.

(* ---------- the spec, which starts with s_depth = 0, s_dead = 0; a prime marks a value after the step *)
Definition next_s_depth (s_depth x : Z) : Z := s_depth + 1 - 2 * x.
Definition next_s_dead (s_depth s_dead x : Z) : Z := if (s_dead =? 1) || (s_depth + 1 - 2 * x <? 0)
    then 1 else 0.
Definition spec_output (s_depth' s_dead' : Z) : Z := if (s_depth' =? 0) && (s_dead' =? 0) then 1
    else 0.
Fixpoint spec (s_depth s_dead : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: rest =>
      let s_depth' := next_s_depth s_depth x in
      let s_dead' := next_s_dead s_depth s_dead x in
      spec_output s_depth' s_dead' :: spec s_depth' s_dead' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_n s_depth s_dead : Z) : bool :=
  ((p_n <=? 1) && (s_dead >=? 0) && (s_dead <=? 1) && (negb (s_dead =? 1) || (p_n =? 1)) && (negb
      (s_dead =? 0) || (p_n <=? 0)) && (negb (s_dead =? 0) || (p_n =? - s_depth))).

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
  intros; cbv [in_domain inv next_p_n program_output next_s_depth next_s_dead spec_output Z.b2z] in
      *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_n s_depth s_dead x : Z,
  in_domain x -> inv p_n s_depth s_dead = true ->
  inv (next_p_n p_n x) (next_s_depth s_depth x) (next_s_dead s_depth s_dead x) = true.
Proof. solve. Qed.
Lemma outputs : forall p_n s_depth s_dead x : Z,
  in_domain x -> inv p_n s_depth s_dead = true ->
  program_output (next_p_n p_n x) = spec_output (next_s_depth s_depth x) (next_s_dead s_depth s_dead
      x).
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_n s_depth s_dead,
  Forall in_domain word -> inv p_n s_depth s_dead = true ->
  program p_n word = spec s_depth s_dead word.
Proof.
  induction word as [| x word IH]; intros p_n s_depth s_dead W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  pose proof (IH (next_p_n p_n x) (next_s_depth s_depth x) (next_s_dead s_depth s_dead x) Ds (step
      p_n s_depth s_dead x D I)) as R.
  exact (f_equal2 cons (outputs p_n s_depth s_dead x D I) R).
Qed.
Theorem program_equals_spec : forall word, Forall in_domain word ->
  program 0 word = spec 0 0 word.
Proof. intros; apply agree; [assumption | exact base]. Qed.
Print Assumptions program_equals_spec.

(* ---------- to meet a task: at each letter, to give what it says of the word so far *)
Definition meets (run : list letter -> list Z) (task : list letter -> Z) : Prop :=
  forall before x after, Forall in_domain (before ++ x :: after) ->
  nth_error (run (before ++ x :: after)) (length before) = Some (task (before ++ [x])).

(* ---------- the task in other words, and that the specification meets it *)
Module Task.
(* The output is 1 if the brackets so far are balanced, where 0 opens and 1 closes: as many close
   as open, and in no prefix of them do more close than open. *)
Definition count (v : Z) (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word v).
Definition never_below (word : list Z) : bool :=
  forallb (fun n => count 1 (firstn n word) <=? count 0 (firstn n word)) (seq 0 (S (length word))).
Definition balanced (word : list Z) : bool :=
  (count 1 word =? count 0 word) && never_below word.
Definition task (word : list Z) : Z := if balanced word then 1 else 0.

Lemma count_of_more : forall (a : Z) (word : list Z), in_domain a ->
  count 0 (a :: word) = 1 - a + count 0 word /\ count 1 (a :: word) = a + count 1 word.
Proof.
  intros a word D. unfold count, in_domain in *. cbn [count_occ].
  destruct (Z.eq_dec a 0), (Z.eq_dec a 1); lia.
Qed.

(* the same from a depth at which the brackets begin *)
Definition above (depth : Z) (word : list Z) : bool :=
  forallb (fun n => count 1 (firstn n word) <=? depth + count 0 (firstn n word))
    (seq 0 (S (length word))).

Lemma above_of_more : forall depth (a : Z) (word : list Z), in_domain a ->
  above depth (a :: word) = (0 <=? depth) && above (depth + 1 - 2 * a) word.
Proof.
  intros depth a word D. unfold above. cbn [length].
  change (seq 0 (S (S (length word)))) with (O :: seq 1 (S (length word))).
  rewrite <- seq_shift. cbn [forallb]. apply (f_equal2 andb).
  - cbn. destruct depth; reflexivity.
  - generalize (seq 0 (S (length word))). induction l as [| n l IH]; [reflexivity |].
    cbn [map forallb]. rewrite IH. apply (f_equal2 andb); [| reflexivity]. cbn [firstn].
    destruct (count_of_more a (firstn n word) D) as [Z O]. rewrite Z, O.
    apply Bool.eq_iff_eq_true. rewrite !Z.leb_le. lia.
Qed.

Lemma dead_stays : forall before x after depth,
  nth_error (spec depth 1 (before ++ x :: after)) (length before) = Some 0.
Proof.
  induction before as [| a before IH]; intros; cbn [app length nth_error spec].
  - unfold spec_output, next_s_dead. cbn. rewrite Bool.andb_false_r. reflexivity.
  - apply IH.
Qed.

Lemma spec_goes_on : forall (before : list Z) (x : Z) (after : list Z) depth,
  Forall in_domain (before ++ x :: after) -> 0 <= depth ->
  nth_error (spec depth 0 (before ++ x :: after)) (length before)
  = Some (if (count 1 (before ++ [x]) =? depth + count 0 (before ++ [x]))
             && above depth (before ++ [x]) then 1 else 0).
Proof.
  induction before as [| a before IH]; intros x after depth D P;
    inversion_clear D as [| ? ? A R]; cbn [app length nth_error spec].
  - rewrite above_of_more by assumption. destruct (count_of_more x [] A) as [Z O].
    rewrite Z, O. f_equal. unfold spec_output, next_s_dead, next_s_depth, above, count.
    cbn [count_occ length seq forallb firstn Z.of_nat Z.eqb orb andb].
    rewrite ?Bool.andb_true_r.
    destruct (depth + 1 - 2 * x <? 0) eqn:E1, (depth + 1 - 2 * x =? 0) eqn:E2,
      (x + 0 =? depth + (1 - x + 0)) eqn:E3, (0 <=? depth) eqn:E4,
      (0 <=? depth + 1 - 2 * x + 0) eqn:E5; cbn; reflexivity || lia.
  - rewrite above_of_more by assumption.
    destruct (count_of_more a (before ++ [x]) A) as [Z O]. rewrite Z, O.
    unfold next_s_dead, next_s_depth. cbn [Z.eqb orb].
    destruct (depth + 1 - 2 * a <? 0) eqn:E.
    + rewrite dead_stays. f_equal.
      replace (above (depth + 1 - 2 * a) (before ++ [x])) with false;
        [rewrite !Bool.andb_false_r; reflexivity |].
      symmetry. unfold above. cbn [length seq forallb firstn count count_occ].
      apply Bool.andb_false_intro1. unfold count. cbn [count_occ Z.of_nat]. lia.
    + rewrite IH by (assumption || lia). f_equal.
      replace (0 <=? depth) with true by lia. cbn [andb].
      replace (a + count 1 (before ++ [x]) =? depth + (1 - a + count 0 (before ++ [x])))
        with (count 1 (before ++ [x]) =? depth + 1 - 2 * a + count 0 (before ++ [x]))
        by (apply Bool.eq_iff_eq_true; rewrite !Z.eqb_eq; lia).
      reflexivity.
Qed.

Lemma spec_meets_task : meets (spec 0 0) task.
Proof.
  intros before x after D. apply spec_goes_on; [exact D | lia].
Qed.
End Task.

(* ---------- the program meets the task *)
Theorem program_meets_task : meets (program 0) Task.task.
Proof.
  intros before x after W.
  pose proof (program_equals_spec (before ++ x :: after) W) as E.
  rewrite E. exact (Task.spec_meets_task before x after W).
Qed.
Print Assumptions program_meets_task.
