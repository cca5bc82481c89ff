"""``program.dfy``."""
