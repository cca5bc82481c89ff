"""Trials too long for the tests: `python -m tests.quality.prover --help`, and so for the others."""
