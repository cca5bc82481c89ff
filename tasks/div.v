(* The bits read so far are a binary number, most significant bit first. The output is the last
   binary digit of that number divided by {k} and rounded down. So the outputs, read as a number in
   the same way, are the quotient. *)
Definition number (word : list Z) : Z := fold_left (fun n bit => 2 * n + bit) word 0.
Definition task (word : list Z) : Z := (number word / {k}) mod 2.

Lemma spec_goes_on : forall before x after n, Forall in_domain (before ++ x :: after) ->
  nth_error (spec (n mod {k}) (before ++ x :: after)) (length before)
  = Some ((fold_left (fun n bit => 2 * n + bit) (before ++ [x]) n / {k}) mod 2).
Proof.
  induction before as [| a before IH]; intros x after n D; inversion_clear D as [| ? ? A R];
    cbn [app length nth_error spec fold_left]; unfold in_domain in A.
  - f_equal. unfold spec_output. Z.to_euclidean_division_equations. lia.
  - replace (next_s_r (n mod {k}) a) with ((2 * n + a) mod {k}); [apply IH; exact R |].
    unfold next_s_r. Z.to_euclidean_division_equations. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. exact (spec_goes_on before x after 0 D).
Qed.
