"""Normal forms of a network that keep what it computes (paper, section 3.3)."""
