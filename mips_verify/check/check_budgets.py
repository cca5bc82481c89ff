"""What a check may cost: bytes, seconds and counts.

A bundle may come from a stranger, so every step is bounded. A step that reaches its bound never
counts as passed. The bounds of the verifiers' processes are in :mod:`mips_verify.check.tools`.
"""

from __future__ import annotations

from typing import Final

# The certificate. The benchmark's have at most 4 kB and are read in milliseconds; higher bounds
# would admit larger programs, but let a hostile file keep a worker busy for longer.
CERTIFICATE_BYTES: Final = 2**20
READING_SECONDS: Final = 3.0  # of CPU time, to parse the certificate and render its files

# The proof. The bound is Z3's own count of work for one obligation, so that a slow machine decides
# as much as a fast one. A higher one would decide harder invariants, but report broken ones later.
RLIMIT: Final = 100_000_000

# The processes. More memory would admit larger programs, but fewer workers at the same time.
MEMORY: Final = 2**30  # bytes of address space, for a worker or a process that runs a program

# The network. More sequences would measure more precisely how often it agrees with the program.
SEQUENCES: Final = 1024
FEWEST_SEQUENCES: Final = 32  # a large network runs on fewer, but fewer than this prove nothing
MULTIPLICATIONS: Final = 2**31  # over all sequences; bounds how many a large network runs on
NETWORK_SECONDS: Final = 2.0  # of CPU time, in case each multiplication is slow

# The network's theorem. The benchmark's have at most 1 MB and are checked in seconds; higher bounds
# would admit longer proofs, but let a hostile file keep a worker busy for longer.
THEOREM_BYTES: Final = 2**24

# The sequences that Hypothesis draws for the pytest plugin.
FUZZ_SECONDS: Final = 60.0  # for all sequences of one bundle
SHRINKING: Final = 300  # processes; with more, the failing sequence would be shorter but come later

# The verifiers. They also have to keep within the seconds that the user allows to each.
DAFNY_SECONDS: Final = 60  # for each lemma, method or function: a hard one must not take all
VERSION_SECONDS: Final = 20.0  # to print its version; .NET starts slowly on a busy machine
