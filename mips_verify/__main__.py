"""``python -m mips_verify``."""

from mips_verify.start import main

main()
