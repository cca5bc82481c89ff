"""Invariants: guesses from joint states of two machines, weakened until they are inductive."""
