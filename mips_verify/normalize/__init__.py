"""Normal forms of a network that do not change its outputs (arXiv 2402.05110, section 3.3)."""
