"""A trial of reading programs out of causal sequence models that have no state of their own."""
