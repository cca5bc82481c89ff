"""``equivalence.smt2``."""
