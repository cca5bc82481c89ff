"""Statements and loops, executed on symbols one step of the program at a time."""
