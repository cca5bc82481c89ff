"""Theorems about networks: network = program for every length, found here, checked elsewhere."""
