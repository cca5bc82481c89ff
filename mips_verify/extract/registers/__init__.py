"""Programs of integer registers, and how registers are found in what a network answers."""
