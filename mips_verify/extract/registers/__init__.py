"""Integer registers: how they are found in the answers of a network, and their programs."""
