"""The search for expressions, smallest first."""
