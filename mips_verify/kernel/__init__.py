"""All that a reader of a proof must believe: expressions, machines, obligations, certificates."""
