"""Reading foreign files up to a size limit; writing our own whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import uuid
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from mips_verify.errors import MipsVerifyError

LARGEST: Final = 2**26  # bytes of a file that is read at once
POSIX: Final = os.name == "posix"  # elsewhere folders have no locks
_NAME: Final = len(uuid.UUID(int=0).hex)  # of the random names of folders that are being written


def read_bounded(path: Path, largest: int = LARGEST) -> bytes:
    """The bytes of a foreign file; reading never blocks and stops after ``largest`` bytes.

    Raises:
        MipsVerifyError: the file cannot be read, is larger, or is not a regular file (reading a
            pipe or a terminal might block, and a device might never end).
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


def make_folders(*folders: Path | None) -> None:
    """:func:`make_folder` for each folder that is given."""
    for folder in folders:
        if folder is not None:
            make_folder(folder)


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
        _append(path, made)
    else:
        replace_whole(path.resolve(), made)


def _append(stream: Path, data: bytes) -> None:
    try:
        with stream.open("ab") as file:
            file.write(data)
    except BrokenPipeError:  # the reader has left, which is no fault of the file
        raise
    except OSError as error:
        raise _unwritten(stream, error) from None


def _unwritten(path: Path, error: OSError) -> MipsVerifyError:
    why = error.strerror or error
    return MipsVerifyError(f"cannot write {path} ({why}); free some space or choose another place")


def _is_stream(path: Path) -> bool:
    # /dev/stdout and the like link to files that the process has open
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
            raise _unwritten(path, error) from None
        raise


def write_folder(
    folder: Path, files: Mapping[str, str | bytes], without: Collection[str] = ()
) -> None:
    """Write ``files`` (text as UTF-8) into ``folder``; others stay, but for those ``without``.

    The new folder is written beside the old one, under a name that starts with a dot, and then
    renamed. So a run killed at any moment never leaves a mixture of both; what it leaves beside
    the folder goes when the folder is written again.

    Raises:
        MipsVerifyError: the folder cannot be written; the message says where and why.
        ValueError: a file name contains a folder or is empty.
    """
    if bad := [name for name in files if not name or Path(name).name != name]:
        raise ValueError(f"a folder holds plain file names, not {bad[0]!r}")
    folder = folder.absolute()
    if folder.is_symlink():
        folder = folder.resolve()
    new, held = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}"), None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        held = _locked(new)
        _fill(new, folder, files, without)
        _replace(folder, new)
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise MipsVerifyError(
            f"cannot write the folder {folder} ({error.strerror}: {where}); free some space, "
            "choose another folder or change its permissions"
        ) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if held is not None:
            os.close(held)


def _locked(new: Path) -> int | None:
    """Make a folder; as long as it is open its maker lives, as :func:`_sweep` can tell."""
    new.mkdir()
    if not POSIX:
        return None
    import fcntl

    held = os.open(new, os.O_RDONLY)
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(held, fcntl.LOCK_SH)
    return held


def _sweep(folder: Path) -> None:
    """Remove what writers of the same folder left beside it when they were killed.

    An empty folder stays: its writer may be about to lock it.
    """
    if not POSIX:
        return
    import fcntl

    for left in folder.parent.iterdir():
        stem, _, made = left.name.rpartition(".")
        if stem != f".{folder.name}" or len(made) != _NAME:
            continue
        with contextlib.suppress(OSError):  # its writer lives, or has finished meanwhile
            held = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if any(left.iterdir()):
                    shutil.rmtree(left)
            finally:
                os.close(held)


def _fill(new: Path, old: Path, files: Mapping[str, str | bytes], without: Collection[str]) -> None:
    """Write ``files``, and copies of the other files of the old folder, into ``new``."""
    for name, data in files.items():
        with (new / name).open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
    for other in old.iterdir() if old.is_dir() else ():
        if other.name in files or other.name in without:
            continue
        if other.is_dir() and not other.is_symlink():
            shutil.copytree(other, new / other.name, symlinks=True)
        else:
            shutil.copy2(other, new / other.name, follow_symlinks=False)
    _sync(new)


def _replace(folder: Path, new: Path) -> None:
    aside = new.with_name(new.name + ".old")
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        os.replace(new, folder)  # a rename onto an empty folder is one step
    else:
        os.replace(folder, aside)
        try:
            os.replace(new, folder)
        except BaseException:
            os.replace(aside, folder)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    """Make the names in a folder durable, if the platform can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
