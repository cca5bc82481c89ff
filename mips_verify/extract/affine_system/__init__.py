"""Systems that are affine in their state, over the integers."""
