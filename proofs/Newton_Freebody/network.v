(* Newton_Freebody: its network

   The network below has the weights of network.safetensors, which are integers.
   For words of every length, of letters in their domain, it gives the outputs of the program, and
   so those of the specification; program.v, which defines both, proves them equal.
   Generated, do not edit. To check it: coqc program.v && coqc network.v
*)
From Coq Require Import ZArith Bool List Lia.
Require Import program.
Import ListNotations.
Local Open Scope Z_scope.
Local Open Scope bool_scope.

(* ---------- a perceptron: layers of units with ReLU between them; a unit is weights and a bias *)
Fixpoint dot (weights values : list Z) : Z :=
  match weights, values with
  | w :: ws, v :: vs => w * v + dot ws vs
  | _, _ => 0
  end.
Definition affine (units : list (list Z * Z)) (values : list Z) : list Z :=
  map (fun '(weights, bias) => dot weights values + bias) units.
Fixpoint perceptron (layers : list (list (list Z * Z))) (values : list Z) : list Z :=
  match layers with
  | [] => values
  | [last] => affine last values
  | layer :: more => perceptron more (map (Z.max 0) (affine layer values))
  end.

(* ---------- the network: f makes the next hidden state, g reads the outputs off it *)
Definition f : list (list (list Z * Z)) := [
  [([1; 0; -1], 0);
   ([-1; 1; 1], 0)]
].
Definition g : list (list (list Z * Z)) := [
  [([0; 1], 0)]
].
Definition start : list Z := [0; 0].
Definition next_hidden (h : list Z) (x : letter) : list Z :=
  perceptron f (h ++ [x]).
Definition read_out (h : list Z) : Z :=
  match perceptron g h with [y0] => y0 | _ => 0 end.
Fixpoint network (h : list Z) (word : list letter) : list Z :=
  match word with
  | [] => []
  | x :: more => let h' := next_hidden h x in read_out h' :: network h' more
  end.

(* ---------- the program of program.v, one step at a time *)
Definition state := (Z * Z)%type.
Definition run (s : state) (word : list letter) : list Z :=
  let '(p_z0, p_z1) := s in program p_z0 p_z1 word.
Definition next (s : state) (x : letter) : state :=
  let '(p_z0, p_z1) := s in ((next_p_z0 p_z0 p_z1 x), (next_p_z1 p_z1 x)).
Definition answer (s : state) (x : letter) : Z :=
  let '(p_z0, p_z1) := s in program_output (next_p_z0 p_z0 p_z1 x).

(* the integers from low to high *)
Definition range (low high : Z) : list Z :=
  map (fun i => low + Z.of_nat i) (seq 0 (Z.to_nat (high - low + 1))).
Lemma in_range : forall low high k, low <= k <= high -> In k (range low high).
Proof.
  intros low high k R. apply in_map_iff. exists (Z.to_nat (k - low)).
  split; [| apply in_seq]; lia.
Qed.

(* ---------- the invariant that links the hidden state and the program's state *)
Definition linked (h : list Z) (s : state) : Prop :=
  let '(p_z0, p_z1) := s in match h with [h0; h1] => ((h1 =? p_z0) && (h0 =? - p_z1)) = true | _ =>
      False end.

(* ---------- how lemmas are proved: unit by unit, then in a case for each condition *)
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
(* a variable, or an index of a table, is each of its numbers in turn *)
Ltac each_value v low high :=
  let R := fresh "R" in
  assert (R : In v (range low high)) by (apply in_range; lia);
  vm_compute in R;
  repeat (destruct R as [R | R]; [subst v |]); try contradiction; subst.
Ltac entry table k :=
  let v := eval vm_compute in k in
  lazymatch v with Z0 => idtac | Zpos _ => idtac | Zneg _ => idtac end;
  let e := eval vm_compute in (table v) in change (table k) with e in *.
Ltac each_literal table :=
  repeat match goal with
  | |- context [table ?k] => entry table k
  | _ : context [table ?k] |- _ => entry table k
  end.
(* equal indices give equal entries, whichever they are *)
Ltac no_index table last := each_literal table; cbv [table] in *.
Ltac each_index table last :=
  each_literal table;
  repeat match goal with
  | |- context [table ?k] => split_index table last k
  | _ : context [table ?k] |- _ => split_index table last k
  end;
  cbv [table] in *
with split_index table last k :=
  let i := fresh "i" in let E := fresh "E" in let R := fresh "R" in
  remember k as i eqn:E;
  assert (R : In i (range 0 last)) by (apply in_range; arithmetic);
  vm_compute in R;
  repeat (destruct R as [R | R]; [rewrite <- R in *; clear R |]);
  try contradiction; cbv [table] in *.
(* a unit whose inputs hold no other unit: it is off, or on, or each in turn *)
Ltac one_unit z :=
  lazymatch z with context [Z.max] => fail | _ => idtac end;
  first [ rewrite (Z.max_l 0 z) by lia
        | rewrite (Z.max_r 0 z) by lia
        | destruct (Z.max_spec 0 z) as [[? E] | [? E]]; rewrite E in *; clear E ].
Ltac each_unit := repeat match goal with |- context [Z.max 0 ?z] => one_unit z end.
Ltac expose :=
  cbv [in_domain linked next next_hidden read_out answer perceptron affine dot map app f g next_p_z0
      next_p_z1 program_output] in *; split_facts; subst.
Ltac conclude :=
  rewrite ?Z.mul_0_l, ?Z.add_0_l; split_goal; each_unit; split_conditions; arithmetic.
Lemma base : linked start (0, 0).
Proof. reflexivity. Qed.
Lemma step : forall h s x, in_domain x -> linked h s -> linked (next_hidden h x) (next s x).
Proof.
  intros [| h0 [| h1 [| ? ?]]] [p_z0 p_z1] x D I; try (exfalso; exact I). expose; each_value x (-10)
      10; conclude.
Qed.
(* outputs often follow from what links the states after the step, and else from all that is known *)
Lemma outputs : forall h s x, in_domain x -> linked h s -> read_out (next_hidden h x) = answer s x.
Proof.
  intros [| h0 [| h1 [| ? ?]]] [p_z0 p_z1] x D I; try (exfalso; exact I).
  first
  [ pose proof (step _ _ _ D I) as N; revert N; clear I; cbv [next answer];
generalize (next_p_z0 p_z0 p_z1 x); generalize (next_p_z1 p_z1 x); generalize (next_hidden [h0; h1]
    x);
    intros [| h0' [| h1' [| ? ?]]] ? ? N; try (exfalso; exact N); expose; conclude
  | expose; each_value x (-10) 10; conclude ].
Qed.

(* ---------- the theorem, by induction over the word *)
Lemma agree : forall word h s, linked h s -> Forall in_domain word -> network h word = run s word.
Proof.
  induction word as [| x word IH]; intros h s I W; [destruct s as [p_z0 p_z1]; reflexivity |].
  inversion_clear W as [| ? ? D Ds]. pose proof (outputs h s x D I) as O.
  transitivity (answer s x :: run (next s x) word).
  - rewrite <- O, <- (IH _ _ (step h s x D I) Ds). reflexivity.
  - destruct s as [p_z0 p_z1]. reflexivity.
Qed.
Theorem network_equals_program : forall word, Forall in_domain word ->
  network start word = program 0 0 word.
Proof. intros word W. exact (agree word start (0, 0) base W). Qed.
Theorem network_equals_spec : forall word, Forall in_domain word ->
  network start word = spec 0 0 word.
Proof.
  intros word W. rewrite (network_equals_program word W).
  pose proof (program_equals_spec word) as E.
  repeat match type of E with _ /\ _ => destruct E as [_ E] end. exact E.
Qed.
Print Assumptions network_equals_spec.
