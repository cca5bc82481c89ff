"""The trusted part of every proof: expressions, machines, obligations, certificates."""
