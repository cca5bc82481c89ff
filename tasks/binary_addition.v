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
