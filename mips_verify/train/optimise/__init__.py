"""Optimisers that train many networks of one architecture at once."""
