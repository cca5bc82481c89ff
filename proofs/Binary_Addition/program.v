(* Binary_Addition: the digit of x + w in base 2, least significant first

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
Definition letter := (Z * Z)%type.
Definition in_domain (letter : letter) : Prop :=
  let '(x, w) := letter in 0 <= x <= 1 /\ 0 <= w <= 1.

(* ---------- operators on the bits 0 and 1 *)
Definition bit_xor (a b : Z) : Z := if a =? b then 0 else 1.

(* ---------- lookups; outside of a table any value would do *)
Definition set0 (k : Z) : bool :=
  ((0 <=? k) && (k <=? 1)).

(* ---------- the program, which starts with p_s = 0; a prime marks a value after the step *)
Definition next_p_s (p_s x w : Z) : Z := if p_s =? x then p_s else w.
Definition program_output (p_s x w : Z) : Z := bit_xor (bit_xor p_s x) w.
Definition program_step_defined (p_s x w : Z) : bool := set0 p_s && set0 x && set0 (bit_xor p_s x)
    && set0 w.
Fixpoint program (p_s : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      let p_s' := next_p_s p_s x w in
      program_output p_s x w :: program p_s' rest
  end.
(* every index is within its table, and every operand of a bit operator is a bit *)
Fixpoint program_defined (p_s : Z) (word : list letter) : Prop :=
  match word with
  | [] => True
  | letter :: rest =>
      let '(x, w) := letter in
      let p_s' := next_p_s p_s x w in
      program_step_defined p_s x w = true /\ program_defined p_s' rest
  end.

(* ---------- the spec, which starts with s_carry = 0; a prime marks a value after the step *)
Definition next_s_carry (s_carry x w : Z) : Z := (x + w + s_carry) / 2.
Definition spec_output (s_carry x w : Z) : Z := (x + w + s_carry) mod 2.
Fixpoint spec (s_carry : Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | letter :: rest =>
      let '(x, w) := letter in
      let s_carry' := next_s_carry s_carry x w in
      spec_output s_carry x w :: spec s_carry' rest
  end.

(* ---------- the invariant that links the states of the program and of the specification *)
Definition inv (p_s s_carry : Z) : bool :=
  ((p_s >=? 0) && (p_s <=? 1) && (s_carry <=? 1) && (p_s =? s_carry)).

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
  intros; cbv [in_domain inv next_p_s program_output program_step_defined next_s_carry spec_output
      set0 bit_xor] in *; split_facts.
Ltac conclude :=
  subst; split_goal; split_conditions; arithmetic.
Ltac solve := expose; conclude.

(* ---------- the invariant holds at the start; a step keeps it and gives equal outputs *)
Lemma base : inv 0 0 = true.
Proof. reflexivity. Qed.
Lemma step : forall p_s s_carry x w : Z,
  in_domain (x, w) -> inv p_s s_carry = true ->
  inv (next_p_s p_s x w) (next_s_carry s_carry x w) = true.
Proof. solve. Qed.
Lemma outputs : forall p_s s_carry x w : Z,
  in_domain (x, w) -> inv p_s s_carry = true ->
  program_output p_s x w = spec_output s_carry x w.
Proof. solve. Qed.
Lemma defined : forall p_s s_carry x w : Z,
  in_domain (x, w) -> inv p_s s_carry = true ->
  program_step_defined p_s x w = true.
Proof. solve. Qed.

(* ---------- the theorem, by induction over the sequence *)
Lemma agree : forall word p_s s_carry,
  Forall in_domain word -> inv p_s s_carry = true ->
  program_defined p_s word /\ program p_s word = spec s_carry word.
Proof.
  induction word as [| [x w] word IH]; intros p_s s_carry W I; [repeat split |].
  inversion_clear W as [| ? ? D Ds].
  destruct (IH (next_p_s p_s x w) (next_s_carry s_carry x w) Ds (step p_s s_carry x w D I)) as (Rp &
      R).
  pose proof (defined p_s s_carry x w D I) as Fp.
  exact (conj (conj Fp Rp) (f_equal2 cons (outputs p_s s_carry x w D I) R)).
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
(* Two numbers in base 2 are read digit by digit, the least significant one first. The output
   after n digits is digit n of their sum. *)
Definition number (digits : list Z) : Z :=
  fold_right (fun digit more => digit + 2 * more) 0 digits.
Definition task (word : list (Z * Z)) : Z :=
  (number (map fst word) + number (map snd word)) / 2 ^ (Z.of_nat (length word) - 1) mod 2.

Lemma spec_goes_on : forall before x after carry,
  nth_error (spec carry (before ++ x :: after)) (length before)
  = Some ((carry + (number (map fst (before ++ [x])) + number (map snd (before ++ [x]))))
          / 2 ^ Z.of_nat (length before) mod 2).
Proof.
  unfold number. induction before as [| [a b] before IH]; intros x after carry.
  - destruct x as [x w]. cbn. f_equal. unfold spec_output. rewrite Z.div_1_r. f_equal. lia.
  - cbn [app length nth_error spec map fst snd fold_right]. rewrite IH. f_equal. f_equal.
    rewrite Nat2Z.inj_succ, Z.pow_succ_r, <- Z.div_div by lia. f_equal. unfold next_s_carry.
    rewrite <- Z.div_add by lia. f_equal. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. rewrite spec_goes_on. unfold task. rewrite app_length.
  cbn [length]. repeat f_equal. lia.
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
