"""Which folders are bundles, and which of them have changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mips_verify.check.bundle import CERTIFICATE, FILES
from mips_verify.errors import MipsVerifyError


def find_bundles(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The bundles at or below ``paths``, each once, in the order of their names.

    A path is a bundle, a folder that holds bundles at any depth, or a file: then the bundle
    that it belongs to, if any. A folder counts as a bundle if it has a certificate, or two
    other files of a bundle, so that one whose certificate was deleted is still seen.
    Folders below ``paths`` whose names start with a dot or two underscores are passed over.
    A link to a bundle counts as one; no other link to a folder is followed.

    Raises:
        MipsVerifyError: a path that is not there, or without any bundle.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise MipsVerifyError(f"{path} does not exist; name a bundle or a folder of bundles")
        inside = list(_below(path.parent if path.is_file() else path, deep=path.is_dir()))
        if not inside and path.is_dir():
            raise MipsVerifyError(
                f"no bundle in {path}; a bundle is a folder with a {CERTIFICATE}, as "
                "`mips-verify synth-and-prove TASK` writes it"
            )
        found |= {str(folder.resolve()): folder for folder in inside}
    return tuple(sorted(found.values(), key=lambda folder: (str(folder.parent), folder.name)))


def _below(top: Path, *, deep: bool) -> Iterator[Path]:
    if not deep:
        if _is_bundle(os.listdir(top)):
            yield top
        return
    for folder, inner, files in os.walk(top):
        inner[:] = sorted(name for name in inner if not name.startswith((".", "__")))
        if _is_bundle(files):
            inner.clear()
            yield Path(folder)
        # `walk` names links to folders, and passes them over
        links = (path for name in inner if (path := Path(folder, name)).is_symlink())
        yield from (path for path in links if _is_bundle(_listed(path)))


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # no permission, or gone
        return []


def _is_bundle(names: Iterable[str]) -> bool:
    of_a_bundle = set(FILES) & set(names)
    return CERTIFICATE in of_a_bundle or len(of_a_bundle) > 1


def changed_since(bundles: Sequence[Path], tasks: Path, revision: str) -> tuple[Path, ...]:
    """The bundles with a file that differs from a git revision, or that git does not track.

    A changed task file may change what any bundle must state, so that all of them count.

    Raises:
        MipsVerifyError: no git, no repository there or no such revision.
    """
    changed: set[Path] = set()
    for top in {_git(b, "rev-parse", "--show-toplevel")[0] for b in bundles}:
        root = Path(top)
        names = _git(root, "diff", "--name-only", "-z", "--no-renames", revision, "--")
        names += _git(root, "ls-files", "--others", "--exclude-standard", "-z")
        changed |= {(root / name).resolve() for name in names}
    if any(tasks.resolve() == file.parent for file in changed):
        return tuple(bundles)
    touched = {parent for file in changed for parent in file.parents}
    return tuple(b for b in bundles if b.resolve() in touched)


def _git(folder: Path, *arguments: str) -> list[str]:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise MipsVerifyError(f"git cannot be run ({error.strerror}); it is needed here") from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise MipsVerifyError(f"git {arguments[0]} failed in {folder}: {why}")
    separator = "\0" if "-z" in arguments else "\n"
    return [name for name in done.stdout.split(separator) if name]
