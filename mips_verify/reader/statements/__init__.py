"""Statements and loops, executed on symbols for one step of the program at a time."""
