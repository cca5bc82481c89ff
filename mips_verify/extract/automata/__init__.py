"""Finite-state machines learned by questions, and their closed partitions."""
