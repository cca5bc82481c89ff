"""A bundle on disk: its folder changes as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from mips_verify.errors import MipsVerifyError


def write_bundle(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write ``files`` (text as UTF-8) into ``folder``; other files in it stay.

    The new folder is written beside the old one and takes its place by a rename, so that
    a run killed at any moment never leaves files of two bundles together. While it is
    written its name starts with a dot.

    Raises:
        MipsVerifyError: it cannot be written; the sentence says where and why.
        ValueError: a file name that is not a plain name.
    """
    if bad := [name for name in files if not name or Path(name).name != name]:
        raise ValueError(f"a bundle holds plain file names, not {bad[0]!r}")
    folder = folder.absolute()
    if folder.is_symlink():
        folder = folder.resolve()
    new = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _fill(new, folder, files)
        _replace(folder, new)
    except OSError as error:
        where = error.filename2 or error.filename or folder
        raise MipsVerifyError(
            f"cannot write the bundle {folder} ({error.strerror}: {where}); "
            "choose another folder or change its permissions"
        ) from None
    finally:
        shutil.rmtree(new, ignore_errors=True)


def _fill(new: Path, old: Path, files: Mapping[str, str | bytes]) -> None:
    """Write the whole bundle and what else the old folder holds into ``new``."""
    new.mkdir()
    for name, data in files.items():
        with (new / name).open("wb") as file:
            file.write(data.encode() if isinstance(data, str) else data)
            file.flush()
            os.fsync(file.fileno())
    for other in old.iterdir() if old.is_dir() else ():
        if other.name in files:
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
    """Make the names in a folder durable, where the platform can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
