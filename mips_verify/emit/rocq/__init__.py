"""``program.v``."""
