"""Where a process begins: what happens while the command line itself is imported is said, too."""

from __future__ import annotations

import os
import sys
from typing import Final

_STREAMS: Final = ("stdin", "stdout", "stderr")  # in the order of their numbers


def main() -> None:
    """Import the command line and run it."""
    open_closed_streams()
    try:
        from mips_verify.cli import main as command_line
    except KeyboardInterrupt:
        sys.stderr.write("mips-verify: stopped; nothing is kept\n")
        raise SystemExit(130) from None
    except ModuleNotFoundError as error:
        sys.stderr.write(f"mips-verify: {error.name} is not installed; pip install mips-verify\n")
        raise SystemExit(2) from None
    command_line(prog_name="mips-verify")


def open_closed_streams() -> None:
    """Put the null device in the place of each standard stream that the caller has closed.

    Python calls such a stream ``None``, so that printing fails with exit code 1, which is a
    verdict; and the number of the stream would go to the next file, into which a child could print.
    """
    for number, name in enumerate(_STREAMS):
        if getattr(sys, name) is not None:
            continue
        handle = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: the stream's own
        os.set_inheritable(handle, True)
        mode = "w" if number else "r"
        setattr(sys, name, os.fdopen(handle, mode, encoding="utf-8", errors="backslashreplace"))
