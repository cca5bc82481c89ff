"""Trials of the prover and of its kernel: `python -m tests.quality.prover --help` and so on."""
