(* The output is the sum of the last {k} letters; at the start, of all there are. *)
Definition task (word : list Z) : Z := fold_right Z.add 0 (firstn {k} (rev word)).

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
  = Some (fold_right Z.add 0 (firstn {k} (x :: rev before ++ seen))).
Proof.
  induction before as [| a before IH]; intros x after seen.
  - do {k} (destruct seen as [| ? seen]; [cbn; unfold spec_output; f_equal; lia |]).
    cbn. unfold spec_output. f_equal; lia.
  - change (recall (pred {k}) spec seen ((a :: before) ++ x :: after))
      with (hd 0 (recall (pred {k}) spec seen [a])
            :: recall (pred {k}) spec (a :: seen) (before ++ x :: after)).
    cbn [length nth_error]. rewrite IH. cbn [app rev]. rewrite <- app_assoc. reflexivity.
Qed.

Lemma spec_meets_task : meets (recall (pred {k}) spec []) task.
Proof.
  intros before x after D. rewrite spec_goes_on. unfold task.
  rewrite rev_app_distr, app_nil_r. reflexivity.
Qed.
