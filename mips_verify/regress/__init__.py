"""Finds short exact expressions for tables of integers; sees no network and no specification."""
