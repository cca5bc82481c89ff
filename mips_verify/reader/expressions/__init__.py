"""Expressions, comprehensions and calls, evaluated on symbols."""
