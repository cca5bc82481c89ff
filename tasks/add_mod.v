(* The output is the sum of all letters read so far, modulo {k}; nothing is reduced on the way. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 word mod {k}.

Lemma spec_goes_on : forall before x after s,
  nth_error (spec s (before ++ x :: after)) (length before)
  = Some ((s + fold_right Z.add 0 (before ++ [x])) mod {k}).
Proof.
  induction before as [| a before IH]; intros; cbn [app length nth_error fold_right spec].
  - f_equal. unfold spec_output, next_s_s. f_equal. lia.
  - rewrite IH. f_equal. unfold next_s_s. rewrite Z.add_mod_idemp_l by lia. f_equal. lia.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. apply spec_goes_on.
Qed.
