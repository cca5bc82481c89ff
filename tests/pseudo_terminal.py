"""The command in a process of its own, on a terminal of a given width or in pipes."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

COMMAND = (sys.executable, "-m", "mips_verify")
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def environment(**changes):
    """That of this process, but for what decides how output looks."""
    names = ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE")
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, "TERM": "xterm-256color", **changes}


def on_terminal(*args, columns=60, **changes):
    """The exit code and everything that a terminal receives."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    child = subprocess.Popen([*COMMAND, *map(str, args)], env=environment(**changes), **streams)
    os.close(theirs)
    received = b""
    while chunk := _read(ours):
        received += chunk
    os.close(ours)
    return child.wait(), received.decode()


def _read(terminal):
    try:
        return os.read(terminal, 2**16)
    except OSError:  # the other side is closed
        return b""


def in_pipes(*args, **changes):
    """The finished process, with its two streams as texts."""
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        capture_output=True, text=True, check=False, env=environment(**changes),
    )  # fmt: skip


def lines_of(received):
    """What stood on the lines of a terminal, without the sequences that colour and move."""
    return re.split(r"[\r\n]+", SEQUENCE.sub("", received))
