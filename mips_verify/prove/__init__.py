"""Proofs that two machines agree: obligations, the search for invariants, certificates."""
