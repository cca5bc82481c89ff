"""The stored files of a bundle: exactly the files that its certificate gives, and equal to them."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import Final

from mips_verify.emit.targets import TARGETS
from mips_verify.errors import MipsVerifyError
from mips_verify.files import LARGEST, read_bounded
from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS
from mips_verify.pipeline.theorem_files import OPTIONAL, THEOREM

CERTIFICATE: Final = "certificate.json"
PROGRAM: Final = "program.py"
FILES: Final = (*(target.file for target in TARGETS), WEIGHTS, THEOREM)
_SHOWN: Final = 60  # characters of a line that a message shows
_BEFORE: Final = 20  # how many of them precede the first difference
_CODE: Final = frozenset({".py", ".pyc", ".pyd", ".so", ".ini", ".toml", ".cfg", ".pth"})
_CRLF: Final = (
    "has the line ends of Windows, which git writes where it converts text; put the line "
    "`{folder}/** -text` into .gitattributes and check the files out again"
)


def read_stored(folder: Path, name: str, largest: int = LARGEST) -> bytes:
    """The bytes of one file of a bundle.

    Raises:
        MipsVerifyError: the file cannot be read, is a link or no regular file, or is too large.
    """
    path = folder / name
    if path.is_symlink():
        raise MipsVerifyError(f"{name} is a link; put the file itself in its place")
    try:
        return read_bounded(path, largest)
    except MipsVerifyError as error:
        why = str(error).replace(str(path), name).partition(";")[0]
        raise MipsVerifyError(why) from None


def content_hash(folder: Path) -> str:
    """A hash of all files of a bundle; what cannot be read counts as missing."""
    found = hashlib.sha256()
    for name in dict.fromkeys((*FILES, *OPTIONAL)):
        try:
            data = read_stored(folder, name)
        except MipsVerifyError:
            continue
        found.update(f"{name} {len(data)}\n".encode() + data)
    return found.hexdigest()


def difference(stored: bytes, made: bytes, folder: Path) -> tuple[str, int] | None:
    """How a file differs from what the certificate gives, and in which line, from 1.

    ``None`` if the two are equal. The text continues a sentence that starts with the file's name.
    """
    if stored == made:
        return None
    if stored.replace(b"\r\n", b"\n") == made:
        return _CRLF.format(folder=folder.name), 1
    pairs = enumerate(zip(stored, made, strict=False))
    place = next((i for i, (a, b) in pairs if a != b), min(len(stored), len(made)))
    line = made[:place].count(b"\n") + 1
    at = place - (made[:place].rfind(b"\n") + 1)
    has, wants = (_excerpt(text, line, at) for text in (stored, made))
    why = f"differs from what the certificate gives: line {line} has {has} instead of {wants}"
    return f"{why}; {writes_again(folder)}", line


def writes_again(folder: Path) -> str:
    """The end of a sentence about a file that is lost or changed: how to have it again."""
    command = shlex.join(["mips-verify", "bundle", str(folder / CERTIFICATE)])
    return f"`{command}` writes it again"


def shows_a_sequence(path: Path, task: str, tasks: Path | None) -> str:
    """The end of a sentence about a program that is not proved: how to see where it is wrong.

    The command runs the program, which no check of a bundle does, so the sentence says that.
    """
    folder = [] if tasks is None else ["--tasks", str(tasks)]
    command = shlex.join(["mips-verify", *folder, "prove", str(path), task])
    return f"`{command}` runs it and shows a sequence on which it is wrong, if it is"


def _excerpt(text: bytes, line: int, at: int) -> str:
    lines = text.split(b"\n")[line - 1 : line]
    if not lines or (not lines[0] and text.count(b"\n") < line):
        return "the end of the file"
    shown = lines[0][max(0, at - _BEFORE) :][:_SHOWN]
    return ascii(shown.decode(errors="backslashreplace"))


def stranger(folder: Path) -> tuple[str, str] | None:
    """The name of a file that does not belong in the bundle, and what to do; ``None`` if none.

    Caches of Python and of test runs count too: Python may run a compiled file instead of
    ``program.py``, and a settings file beside a test changes what the test does.
    """
    known = {*FILES, *OPTIONAL, ORIGINAL}
    others = [path for path in sorted(folder.iterdir()) if path.name not in known]
    if not others:
        return None
    # a file that Python or pytest may run is reported before any other
    path = min(others, key=lambda p: not _may_run(p))
    danger = ", and Python or pytest may run it" if _may_run(path) else ""
    more = f"; {len(others) - 1} more do not belong there either" if len(others) > 1 else ""
    remove = shlex.join(["rm", "-r", str(path)])
    return path.name, f"does not belong in a bundle{danger}; keep it elsewhere or `{remove}`{more}"


def _may_run(path: Path) -> bool:
    return path.suffix in _CODE or (path.is_dir() and not path.name.startswith("."))
