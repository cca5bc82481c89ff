(* The output is the largest of the letters read so far. *)
Definition task (word : list Z) : Z := fold_right Z.max (hd 0 word) (tl word).

(* it is one of them, and none is larger *)
Lemma task_is_largest : forall word, word <> [] ->
  In (task word) word /\ Forall (fun x => x <= task word) word.
Proof.
  intros [| a word] H; [congruence |]. unfold task; cbn [hd tl]; clear H.
  induction word as [| b word [I F]]; cbn [fold_right].
  - split; [left; reflexivity | constructor; [lia | constructor]].
  - inversion_clear F as [| ? ? A R]. split.
    + destruct (Z.max_dec b (fold_right Z.max a word)) as [E | E]; rewrite E;
        [right; left; reflexivity |].
      destruct I as [I | I]; [left; exact I | right; right; exact I].
    + constructor; [lia |]. constructor; [lia |].
      apply Forall_impl with (2 := R). intros. cbn beta in *. lia.
Qed.

Lemma largest_with : forall word a b,
  fold_right Z.max (Z.max a b) word = Z.max a (fold_right Z.max b word).
Proof.
  induction word as [| x word IH]; intros; cbn [fold_right]; [reflexivity |]. rewrite IH. lia.
Qed.

Lemma spec_goes_on : forall before x after m,
  nth_error (spec m (before ++ x :: after)) (length before)
  = Some (fold_right Z.max m (before ++ [x])).
Proof.
  unfold spec_output, next_s_m in *.
  induction before as [| a before IH]; intros; cbn.
  - f_equal. unfold next_s_m, spec_output. lia.
  - rewrite IH. f_equal. unfold next_s_m. rewrite (Z.max_comm m a). apply largest_with.
Qed.

Lemma spec_meets_task : meets (spec 0) task.
Proof.
  intros before x after D. rewrite spec_goes_on. f_equal. unfold task.
  destruct before as [| a before]; inversion_clear D as [| ? ? A R]; unfold in_domain in A; cbn.
  - lia.
  - rewrite <- largest_with. f_equal. lia.
Qed.
