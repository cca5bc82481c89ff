"""What a check may cost: bytes, seconds and counts.

A bundle may come from a stranger, so that every step is bounded. A step that reaches its
bound never counts as passed. The bounds of the verifiers' processes are in
:mod:`mips_verify.check.tools`.
"""

from __future__ import annotations

from typing import Final

# The certificate. Those of the benchmark have at most 4 kB and are read in milliseconds; higher
# bounds would admit larger programs, and let a hostile file hold up a worker for longer.
CERTIFICATE_BYTES: Final = 2**20
READING_SECONDS: Final = 3.0  # of CPU time, to parse the certificate and render its files

# The proof. Z3's own count of work for one obligation, so that a slow machine decides as much as
# a fast one; more work would decide harder invariants, and delay the report of a broken one.
RLIMIT: Final = 100_000_000

# The processes. More memory would let larger programs run, and fewer workers beside one another.
MEMORY: Final = 2**30  # bytes of address space, of a worker and of a process that runs a program

# The network. More sequences would measure its agreement with the program more closely.
SEQUENCES: Final = 1024
FEWEST_SEQUENCES: Final = 32  # a large network runs on fewer, but fewer than these say nothing
MULTIPLICATIONS: Final = 2**31  # in all; they decide how many sequences a large network runs on
NETWORK_SECONDS: Final = 2.0  # of CPU time, in case the multiplications are slow ones
NETWORK_HEADER_BYTES: Final = 2**16

# The sequences that Hypothesis draws for the pytest plugin.
FUZZ_SECONDS: Final = 60.0  # for those of one bundle
SHRINKING: Final = 300  # processes; more would find a shorter failing sequence, later

# The verifiers, within the seconds that the user allows to each.
DAFNY_SECONDS: Final = 60  # for one lemma, method or function; one hard one must not take all
VERSION_SECONDS: Final = 20.0  # to say its version; .NET takes long to start on a busy machine
