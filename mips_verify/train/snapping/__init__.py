"""Snapping: from a network that is right on all labels to one that is exact, with integers."""
