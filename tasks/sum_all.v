(* The output is the sum of all letters read so far. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 word.

Lemma spec_goes_on : forall before x after s,
  nth_error (spec s (before ++ x :: after)) (length before) = Some (s + task (before ++ [x])).
Proof.
  unfold task. induction before as [| a before IH]; intros; cbn.
  - f_equal. unfold spec_output, next_s_s. lia.
  - rewrite IH. f_equal. unfold next_s_s. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on.
Qed.
