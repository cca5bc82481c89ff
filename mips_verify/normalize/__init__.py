"""Normal forms of a network that keep what it computes (arXiv 2402.05110, section 3.3)."""
