"""``program.py`` and its test."""
