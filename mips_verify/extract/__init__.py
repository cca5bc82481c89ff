"""Extraction: find a short exact program for a network, given its input domain but no task."""
