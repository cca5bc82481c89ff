"""mips-verify: programs with proofs, read out of recurrent networks."""

__version__ = "0.1.0"
