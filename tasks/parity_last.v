(* The output is the parity of the number of ones among the last {k} bits; at the start, among all
   there are. *)
Definition ones (word : list Z) : Z := Z.of_nat (count_occ Z.eq_dec word 1).
Definition task (word : list Z) : Z := ones (firstn {k} (rev word)) mod 2.

Lemma sum_is_ones : forall n bits, Forall in_domain bits ->
  fold_right Z.add 0 (firstn n bits) = ones (firstn n bits).
Proof.
  unfold ones. induction n as [| n IH]; intros [| a bits] D; try reflexivity.
  inversion_clear D as [| ? ? A R]. cbn [firstn fold_right count_occ]. rewrite IH by assumption.
  unfold in_domain in A. destruct (Z.eq_dec a 1); lia.
Qed.

(* the specification, which remembers letters: given as a list, the newest one first *)
Fixpoint remembers (n : nat) : Type :=
  match n with O => list Z -> list Z | S m => Z -> remembers m end.
Fixpoint recall (n : nat) : remembers n -> list Z -> list Z -> list Z :=
  match n with
  | O => fun run _ => run
  | S m => fun run seen => recall m (run (hd 0 seen)) (tl seen)
  end.

Lemma spec_goes_on : forall before x after seen,
  nth_error (recall (pred {k}) spec seen (before ++ x :: after)) (length before)
  = Some (fold_right Z.add 0 (firstn {k} (x :: rev before ++ seen)) mod 2).
Proof.
  induction before as [| a before IH]; intros x after seen.
  - do {k} (destruct seen as [| ? seen]; [cbn; unfold spec_output; f_equal; f_equal; lia |]).
    cbn. unfold spec_output. f_equal; f_equal; lia.
  - change (recall (pred {k}) spec seen ((a :: before) ++ x :: after))
      with (hd 0 (recall (pred {k}) spec seen [a])
            :: recall (pred {k}) spec (a :: seen) (before ++ x :: after)).
    cbn [length nth_error]. rewrite IH. cbn [app rev]. rewrite <- app_assoc. reflexivity.
Qed.

Lemma spec_meets_task : meets (recall (pred {k}) spec []) task.
Proof.
  intros before x after D. rewrite spec_goes_on. unfold task.
  rewrite app_nil_r. change (x :: rev before) with ([x] ++ rev before).
  rewrite rev_app_distr. cbn [rev app]. rewrite sum_is_ones; [reflexivity |].
  change (x :: rev before) with (rev [x] ++ rev before). rewrite <- rev_app_distr.
  apply Forall_rev, Forall_app. apply Forall_app in D. destruct D as [B D].
  inversion_clear D. auto.
Qed.
