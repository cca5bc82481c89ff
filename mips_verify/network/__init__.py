"""Recurrent networks and their file formats."""
