(* Min_Seen: its network

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
  [([1; -1], 0);
   ([1; 0], 0);
   ([-1; 0], 0)];
  [([-1; 1; -1], 0)]
].
Definition g : list (list (list Z * Z)) := [
  [([1], 0)]
].
Definition start : list Z := [9].
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
Definition state := Z.
Definition run (p_s : state) (word : list letter) : list Z :=
  program p_s word.
Definition next (p_s : state) (x : letter) : state :=
  (next_p_s p_s x).
Definition answer (p_s : state) (x : letter) : Z :=
  program_output (next_p_s p_s x).

(* the integers from low to high *)
Definition range (low high : Z) : list Z :=
  map (fun i => low + Z.of_nat i) (seq 0 (Z.to_nat (high - low + 1))).
Lemma in_range : forall low high k, low <= k <= high -> In k (range low high).
Proof.
  intros low high k R. apply in_map_iff. exists (Z.to_nat (k - low)).
  split; [| apply in_seq]; lia.
Qed.

(* ---------- the hidden states that words reach, each with the program's state beside it *)
Definition reached : list (list Z * state) := [
  ([9], 9);
  ([0], 0);
  ([1], 1);
  ([2], 2);
  ([3], 3);
  ([4], 4);
  ([5], 5);
  ([6], 6);
  ([7], 7);
  ([8], 8)
].

(* ---------- no letter leads out of them, and the outputs are equal; all of them are tried *)
Definition letters : list letter := range 0 9.
Lemma in_letters : forall x, in_domain x -> In x letters.
Proof.
  intros x D. unfold in_domain in D. apply in_range; lia.
Qed.
Definition same : forall a b : list Z * state, {a = b} + {a <> b}.
Proof. repeat decide equality. Defined.
Definition same_outputs : forall a b : Z, {a = b} + {a <> b}.
Proof. repeat decide equality. Defined.
Lemma tried : forall (P : list Z * state -> letter -> Prop) (known : forall p x, {P p x} + {~ P p x}),
  forallb (fun p => forallb (fun x => if known p x then true else false) letters) reached = true ->
  forall p x, In p reached -> In x letters -> P p x.
Proof.
  intros P known T p x R L. rewrite forallb_forall in T. specialize (T p R).
  rewrite forallb_forall in T. specialize (T x L). destruct (known p x); [assumption | discriminate].
Qed.
Lemma closed : forall p x, In p reached -> In x letters ->
  In (next_hidden (fst p) x, next (snd p) x) reached.
Proof. apply (tried _ (fun p x => in_dec same _ reached)). vm_compute. reflexivity. Qed.
Lemma equal : forall p x, In p reached -> In x letters ->
  read_out (next_hidden (fst p) x) = answer (snd p) x.
Proof. apply (tried _ (fun p x => same_outputs _ _)). vm_compute. reflexivity. Qed.
Definition linked (h : list Z) (s : state) : Prop := In (h, s) reached.
Lemma base : linked start 9.
Proof. left. reflexivity. Qed.
Lemma step : forall h s x, in_domain x -> linked h s -> linked (next_hidden h x) (next s x).
Proof. intros h s x D I. exact (closed (h, s) x I (in_letters x D)). Qed.
Lemma outputs : forall h s x, in_domain x -> linked h s -> read_out (next_hidden h x) = answer s x.
Proof. intros h s x D I. exact (equal (h, s) x I (in_letters x D)). Qed.

(* ---------- the theorem, by induction over the word *)
Lemma agree : forall word h s, linked h s -> Forall in_domain word -> network h word = run s word.
Proof.
  induction word as [| x word IH]; intros h s I W; [reflexivity |].
  inversion_clear W as [| ? ? D Ds]. pose proof (outputs h s x D I) as O.
  transitivity (answer s x :: run (next s x) word).
  - rewrite <- O, <- (IH _ _ (step h s x D I) Ds). reflexivity.
  - reflexivity.
Qed.
Theorem network_equals_program : forall word, Forall in_domain word ->
  network start word = program 9 word.
Proof. intros word W. exact (agree word start 9 base W). Qed.
Theorem network_equals_spec : forall word, Forall in_domain word ->
  network start word = spec 9 word.
Proof.
  intros word W. rewrite (network_equals_program word W).
  pose proof (program_equals_spec word) as E.
  repeat match type of E with _ /\ _ => destruct E as [_ E] end. exact E.
Qed.
Print Assumptions network_equals_spec.
