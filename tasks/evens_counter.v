(* The output is the number of even letters read so far. *)
Definition task (word : list Z) : Z := Z.of_nat (length (filter Z.even word)).

Lemma task_of_more : forall a word, task (a :: word) = 1 - a mod 2 + task word.
Proof.
  intros a word. unfold task. cbn [filter]. rewrite Zmod_even.
  destruct (Z.even a); cbn [length]; lia.
Qed.

Lemma spec_goes_on : forall before x after n,
  nth_error (spec n (before ++ x :: after)) (length before) = Some (n + task (before ++ [x])).
Proof.
  induction before as [| a before IH]; intros; cbn [app length nth_error spec];
    rewrite task_of_more.
  - f_equal. unfold spec_output, next_s_n, task. cbn [filter length]. lia.
  - rewrite IH. f_equal. unfold next_s_n. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on.
Qed.
