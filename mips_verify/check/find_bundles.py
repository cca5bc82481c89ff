"""Finding bundles, and those that changed since a git revision."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mips_verify.check.stored import CERTIFICATE, FILES, PROGRAM
from mips_verify.errors import MipsVerifyError

_MARK = b"mips-verify"  # occurs in the first lines of every text of a bundle
_FIRST = 2**12  # how many bytes count as the first lines
# git sets these for its hooks; with them it takes the folder that it is asked about for the root
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


def find_bundles(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The bundles at or below ``paths``, without repetition, sorted by name.

    A path is a bundle, a folder that holds bundles at any depth, or a file of a bundle. A folder is
    a bundle if it has (1) a certificate, (2) two other bundle files, or (3) one bundle file that
    mentions mips-verify or has a bundle as neighbour. (2) and (3) make sure that deleting the
    certificate hides nothing. A link to a bundle is a bundle of its own; no other link is followed.
    Folders below ``paths`` whose names start with a dot or two underscores are left out.

    Raises:
        MipsVerifyError: a path does not exist, or holds no bundle.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise MipsVerifyError(f"{path} does not exist; name a bundle or a folder of bundles")
        inside = list(_below(path.parent if path.is_file() else path, deep=path.is_dir()))
        if not inside and path.is_dir() and (path / PROGRAM).exists():
            inside = [path]  # the user named this folder, so it is meant to be a bundle
        if not inside and path.is_dir():
            raise MipsVerifyError(
                f"no bundle in {path}; a bundle is a folder with a {CERTIFICATE}, as "
                "`mips-verify synth-and-prove TASK` writes it"
            )
        found |= {os.path.abspath(folder): folder for folder in inside}
    return tuple(sorted(found.values(), key=lambda folder: (str(folder.parent), folder.name)))


def _below(top: Path, *, deep: bool) -> Iterator[Path]:
    if not deep:
        if _is_bundle(top, beside=False):
            yield top
        return
    for name, inner, _ in os.walk(top, onerror=_unreadable):
        folder = Path(name)
        inner[:] = sorted(name for name in inner if not name.startswith((".", "__")))
        if _is_bundle(folder, beside=folder != top):
            inner.clear()
            yield folder
        # `walk` lists links to folders but does not enter them
        links = (path for name in inner if (path := folder / name).is_symlink())
        yield from (path for path in links if _is_bundle(path, beside=True))


def _unreadable(error: OSError) -> None:
    raise MipsVerifyError(
        f"cannot look for bundles in {error.filename}: {error.strerror}; change its permissions"
    )


def _is_bundle(folder: Path, *, beside: bool) -> bool:
    """Whether a folder is a bundle, see :func:`find_bundles`; neighbours count if ``beside``."""
    names = _of_a_bundle(folder)
    if CERTIFICATE in names or len(names) > 1:
        return True
    return any(_is_ours(folder / name) for name in names) or (
        beside and bool(names) and _is_beside_bundles(folder)
    )


def _of_a_bundle(folder: Path) -> set[str]:
    try:
        return set(FILES) & set(os.listdir(folder))
    except OSError:  # no permission, not a folder, or deleted in the meantime
        return set()


def _is_ours(path: Path) -> bool:
    try:
        return path.is_file() and _MARK in path.open("rb").read(_FIRST)
    except OSError:
        return False


def _is_beside_bundles(folder: Path) -> bool:
    others = (path for path in Path(os.path.abspath(folder)).parent.iterdir() if path.is_dir())
    return any(CERTIFICATE in _of_a_bundle(path) for path in others)


def changed_since(bundles: Sequence[Path], tasks: Path, revision: str) -> tuple[Path, ...]:
    """The bundles with a file that differs from a git revision, or that git does not track.

    If a task file changed, all bundles count, since it may change what any of them must state; so
    they do before the first commit.

    Raises:
        MipsVerifyError: git is missing, or there is no repository or no such revision.
    """
    changed: set[Path] = set()
    for top in {_git(b, "rev-parse", "--show-toplevel")[0] for b in bundles}:
        root = Path(top)
        if not _git(root, "rev-list", "--max-count=1", "--all"):
            return tuple(bundles)
        commit = _commit(root, revision)
        names = _git(root, "diff", "--name-only", "-z", "--no-renames", commit, "--")
        names += _git(root, "ls-files", "--others", "--exclude-standard", "-z")
        changed |= {(root / name).resolve() for name in names}
    if any(tasks.resolve() == file.parent for file in changed):
        return tuple(bundles)
    touched = {parent for file in changed for parent in file.parents}
    return tuple(b for b in bundles if b.resolve() in touched)


def _commit(root: Path, revision: str) -> str:
    """The hash of a revision's commit; git could mistake the revision's name for an option."""
    question = ("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}")
    found = _git(root, *question)[-1:]
    if not found or not re.fullmatch(r"[0-9a-f]{40,64}", found[0]):
        raise MipsVerifyError(
            f"{revision!r} is not a revision of {root}; name a commit or a branch"
        )
    return found[0]


def _git(folder: Path, *arguments: str) -> list[str]:
    surroundings = {name: v for name, v in os.environ.items() if name not in _OF_A_HOOK}
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=False,
            text=True, errors="surrogateescape", env=surroundings,
        )  # fmt: skip
    except OSError as error:
        raise MipsVerifyError(
            f"--since needs git, which cannot be run ({error.strerror}); install it"
        ) from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise MipsVerifyError(f"git {arguments[0]} failed in {folder}: {why}")
    separator = "\0" if "-z" in arguments else "\n"
    return [name for name in done.stdout.split(separator) if name]
