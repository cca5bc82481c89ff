"""Files: foreign files are read up to a bound, our own appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from mips_verify.errors import MipsVerifyError

LARGEST: Final = 2**26  # bytes of a file that is read as a whole


def read_bounded(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a foreign file; reading never blocks and stops after ``largest`` bytes.

    Raises:
        MipsVerifyError: the file cannot be read, is larger, or is not a regular file (a pipe or
            a terminal might never answer, and a device might never end).
    """
    try:
        with open(path, "rb", opener=_at_once) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise MipsVerifyError(f"{path} is not a regular file; copy its content into one")
            data = file.read(largest + 1)
    except OSError as error:
        raise MipsVerifyError(f"cannot read {path}: {error.strerror}") from None
    if len(data) > largest:
        raise MipsVerifyError(f"{path} is larger than {largest} bytes, the most that is read")
    return data


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def make_folder(folder: Path) -> None:
    """Create ``folder`` and make sure that files can be written there.

    Raises:
        MipsVerifyError: the folder cannot be written to; the message says why.
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


def make_room(path: Path) -> None:
    """Create the folder of a file, and make sure that the file can be written.

    Raises:
        MipsVerifyError: the folder cannot be written to; the message says why.
    """
    if not _is_stream(path):
        make_folder(path.resolve().parent)


def write_whole(path: Path, data: str | bytes) -> None:
    """Write ``data`` (text as UTF-8) to a new file, which then replaces ``path``.

    If ``path`` is a link, its target is replaced. A pipe, a terminal or another device is not
    replaced; the data are written to it.

    Raises:
        MipsVerifyError: the file cannot be written, for instance because the disk is full.
    """
    made = data.encode() if isinstance(data, str) else data
    if _is_stream(path):
        with path.open("ab") as file:
            file.write(made)
    else:
        replace_whole(path.resolve(), made)


def _is_stream(path: Path) -> bool:
    # /dev/stdout and the like are links to whatever the process has open
    opened = os.path.abspath(path).startswith(("/dev/std", "/dev/fd/", "/proc/self/fd/"))
    return path.exists() and not path.is_dir() and (opened or not path.is_file())


def replace_whole(path: Path, data: bytes) -> None:
    """Replace whatever is at ``path`` with a file that holds ``data``.

    Raises:
        MipsVerifyError: the file cannot be written, for instance because the disk is full.
    """
    make_folder(path.parent)
    aside = None
    try:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException as error:
        if aside is not None:
            with contextlib.suppress(OSError):
                os.unlink(aside)
        if isinstance(error, OSError):
            why = error.strerror or error
            raise MipsVerifyError(
                f"cannot write {path} ({why}); free some space or choose another place"
            ) from None
        raise
