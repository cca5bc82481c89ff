"""Where a process begins: what happens while the command line itself is imported is said, too."""

from __future__ import annotations

import sys


def main() -> None:
    """Import the command line and run it."""
    try:
        from mips_verify.cli import main as command_line
    except KeyboardInterrupt:
        sys.stderr.write("mips-verify: stopped; nothing is kept\n")
        raise SystemExit(130) from None
    except ModuleNotFoundError as error:
        sys.stderr.write(f"mips-verify: {error.name} is not installed; pip install mips-verify\n")
        raise SystemExit(2) from None
    command_line(prog_name="mips-verify")
