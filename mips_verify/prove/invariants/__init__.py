"""Where invariants come from: guesses read off joint traces, and what of them is inductive."""
