"""The reports of ``check --json`` and ``bench``, read again; only their shape is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded
from mips_verify.kernel import plain_json

Entries = dict[str, dict[str, Any]]


def recorded_checks(path: Path | None) -> Entries:
    """What was said of each bundle, by the absolute path of its folder.

    Raises:
        MipsVerifyError: the file is no report of ``mips-verify check --json``.
    """
    rows = _rows(path, "bundles", "mips-verify check --json")
    for row in rows:
        found = row.get("findings")
        keys = ("check", "status", "message")
        if not _texts(row, ("folder", "status")) or not isinstance(found, list):
            raise _foreign(path, "mips-verify check --json")
        if not all(isinstance(f, dict) and _texts(f, keys) for f in found):
            raise _foreign(path, "mips-verify check --json")
    return {str(Path(row["folder"]).resolve()): row for row in rows}


def recorded_results(path: Path | None) -> Entries:
    """What became of each task, by its name.

    Raises:
        MipsVerifyError: the file is no report of ``mips-verify bench``.
    """
    rows = _rows(path, "tasks", "mips-verify bench --out FILE")
    if not all(_texts(row, ("task", "status")) for row in rows):
        raise _foreign(path, "mips-verify bench --out FILE")
    return {row["task"]: row for row in rows}


def _rows(path: Path | None, key: str, command: str) -> list[dict[str, Any]]:
    if path is None:
        return []
    try:
        data = plain_json.loads(read_bounded(path).decode())
    except (ValueError, RecursionError):
        raise _foreign(path, command) from None
    rows = data.get(key) if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _foreign(path, command)
    return rows


def _texts(row: dict[str, Any], keys: tuple[str, ...]) -> bool:
    return all(isinstance(row.get(key), str) for key in keys)


def _foreign(path: Path | None, command: str) -> MipsVerifyError:
    return MipsVerifyError(f"{path} is no report of `{command}`; give one that it wrote")
