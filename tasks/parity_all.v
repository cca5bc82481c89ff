(* The output is the parity of the number of ones among the bits read so far. *)
Definition ones (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word 1).
Definition task (word : list Z) : Z := ones word mod 2.

Lemma ones_of_more : forall a word, in_domain a -> ones (a :: word) = a + ones word.
Proof.
  intros a word D. unfold ones, in_domain in *. cbn [count_occ].
  destruct (Z.eq_dec a 1); lia.
Qed.

Lemma spec_goes_on : forall before x after s, Forall in_domain (before ++ x :: after) ->
  nth_error (spec s (before ++ x :: after)) (length before)
  = Some ((s + ones (before ++ [x])) mod 2).
Proof.
  induction before as [| a before IH]; intros x after s D; inversion_clear D as [| ? ? A R];
    cbn [app length nth_error spec]; rewrite ones_of_more by assumption.
  - f_equal. unfold spec_output, next_s_p, ones. cbn. f_equal. lia.
  - rewrite IH by assumption. f_equal. unfold next_s_p.
    rewrite Z.add_mod_idemp_l by lia. f_equal. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on. exact D.
Qed.
