"""Shapes of expressions that are solved for directly, one file per shape; fit.py lists them."""
