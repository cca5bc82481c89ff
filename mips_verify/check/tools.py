"""Running external tools, bounded in time, memory and output.

The output of a tool counts as an answer only if the tool ended by itself and its output is
complete. Everything else is a reason why nothing was decided.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from mips_verify.errors import MipsVerifyError
from mips_verify.processes import Outcome, run_bounded

MEMORY: Final = 4 * 2**30  # bytes
OUTPUT: Final = 2**20  # kept of each stream
_FILE: Final = 2**28  # the largest file that a tool may write

Status = Literal["holds", "fails", "undecided"]


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """The answer of an external tool about one file.

    Attributes:
        tool: the name of the tool.
        status: the theorem holds, does not hold, or the tool did not decide.
        message: why it does not hold or was not decided; one line.
        version: the version that the tool prints; empty if it prints none.
        seconds: wall-clock time that the tool took.
    """

    tool: str
    status: Status
    message: str = ""
    version: str = ""
    seconds: float = 0.0

    @property
    def line(self) -> int:
        """The line of the file that the message begins with; 0 if it begins with none."""
        found = re.match(r"line (\d+): ", self.message)
        return int(found[1]) if found else 0


def run_tool(
    command: Sequence[str | Path],
    *,
    seconds: float,
    memory: int | None = MEMORY,
    folder: Path | None = None,
) -> Outcome:
    """Run a command, then kill any process it left behind.

    Args:
        command: the executable and its arguments; no shell reads them.
        seconds: wall-clock time after which the command is killed.
        memory: bytes, see :func:`mips_verify.processes.run_bounded`; ``None`` for tools that
            reserve far more than they use.
        folder: the working directory; ``None`` for this process's.

    Raises:
        MipsVerifyError: the executable does not exist.
    """
    words = [str(word) for word in command]
    if shutil.which(words[0]) is None:
        raise MipsVerifyError(f"cannot run {words[0]}: there is no such executable")
    return run_bounded(
        words, seconds=seconds, memory=memory, largest=_FILE, kept=OUTPUT, folder=folder
    )


def find_tool(name: str) -> Path | None:
    """The executable ``name``; preferably one that was not installed in this Python's environment.

    A package of this environment may bring an executable of the same name; a second opinion
    is worth more from one that was installed separately. A ``name`` with a folder is
    used unchanged.
    """
    if os.path.dirname(name):
        found = shutil.which(name)
        return Path(found) if found else None
    own = Path(sys.executable).parent
    folders = [f for f in os.environ.get("PATH", os.defpath).split(os.pathsep) if f]
    apart = [f for f in folders if Path(f).absolute() != own]
    found = shutil.which(name, path=os.pathsep.join(apart)) or shutil.which(name)
    return Path(found) if found else None


def excerpt(text: str, most: int = 200) -> str:
    """The start of a tool's output as one printable line, for a message."""
    plain = "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
    return plain if len(plain) <= most else f"{plain[: most - 3]}..."
