"""Networks learned from labelled sequences: a ladder of methods, the cheapest first."""
