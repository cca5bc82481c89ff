"""``python -m mips_verify``."""

from mips_verify.cli import main

main(prog_name="mips-verify")
