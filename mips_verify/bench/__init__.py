"""The benchmark: many tasks at once, one row each."""
