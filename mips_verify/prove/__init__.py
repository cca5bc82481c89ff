"""Proofs that two machines agree: the search for invariants and for counterexamples."""
