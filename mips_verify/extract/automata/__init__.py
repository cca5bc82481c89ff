"""Finite-state machines learned by queries, and their closed partitions."""
