"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from mips_verify.errors import MipsVerifyError


def make_folder(folder: Path) -> None:
    """Create ``folder`` and prove that a file can be written there.

    Raises:
        MipsVerifyError: it cannot be written to; the sentence says why.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise MipsVerifyError(
            f"cannot write to the folder {folder} ({error.strerror}); "
            "choose another one or change its permissions"
        ) from None


def write_whole(path: Path, data: str | bytes) -> None:
    """Write ``data`` (text as UTF-8) aside, then put it in the place of ``path``."""
    make_folder(path.parent)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
