"""Shapes of expressions that are solved for directly, one file a shape; the list is in fit.py."""
