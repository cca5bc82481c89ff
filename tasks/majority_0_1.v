(* The output is 1 if more ones than zeros were read so far, else 0. *)
Definition count (v : Z) (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word v).
Definition task (word : list Z) : Z := if count 0 word <? count 1 word then 1 else 0.

Lemma count_of_more : forall a word, in_domain a ->
  count 0 (a :: word) = 1 - a + count 0 word /\ count 1 (a :: word) = a + count 1 word.
Proof.
  intros a word D. unfold count, in_domain in *. cbn [count_occ].
  destruct (Z.eq_dec a 0), (Z.eq_dec a 1); lia.
Qed.

Lemma spec_goes_on : forall before x after zeros ones, Forall in_domain (before ++ x :: after) ->
  nth_error (spec zeros ones (before ++ x :: after)) (length before)
  = Some (if zeros + count 0 (before ++ [x]) <? ones + count 1 (before ++ [x]) then 1 else 0).
Proof.
  induction before as [| a before IH]; intros x after zeros ones D;
    inversion_clear D as [| ? ? A R]; cbn [app length nth_error spec].
  - destruct (count_of_more x [] A) as [Z O]. rewrite Z, O.
    f_equal. unfold spec_output, next_s_zeros, next_s_ones, count. cbn [count_occ Z.of_nat].
    rewrite Z.gtb_ltb.
    replace (zeros + (1 - x + 0)) with (zeros + 1 - x) by lia.
    replace (ones + (x + 0)) with (ones + x) by lia. reflexivity.
  - destruct (count_of_more a (before ++ [x]) A) as [Z O]. rewrite IH, Z, O by assumption.
    f_equal. unfold next_s_zeros, next_s_ones. rewrite !Z.add_assoc.
    replace (zeros + 1 - a) with (zeros + (1 - a)) by lia. reflexivity.
Qed.

Lemma spec_meets_task : meets (spec 0 0) task.
Proof.
  intros before x after D. apply spec_goes_on. exact D.
Qed.
