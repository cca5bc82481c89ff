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
