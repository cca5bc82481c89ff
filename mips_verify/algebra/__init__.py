"""Exact and symbolic tools that know nothing of networks, tasks or proofs."""
