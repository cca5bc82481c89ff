"""Assigning numbers to the states of a finite machine so that its step is a formula."""
