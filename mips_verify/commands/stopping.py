"""What a command that is stopped with Ctrl-C keeps, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

_KEY: Final = "mips_verify.keeps"


def keeps(stages: Path | None, also: str = "") -> None:
    """Note what the running command keeps if it is stopped from now on.

    Args:
        stages: the folder of finished stages; ``None`` if they are not kept.
        also: what else is kept, as a sentence; empty for nothing.
    """
    click.get_current_context().meta[_KEY] = stages, also


def what_is_kept(context: click.Context) -> str:
    """What a command keeps that was stopped now; looks whether any stage has finished."""
    stages, also = context.meta.get(_KEY, (None, ""))
    parts = [also] if also else []
    if stages is not None and _any_file(stages):
        parts.insert(0, f"finished stages are kept in {stages}, and the same command goes on there")
    return "; ".join(parts) or "nothing is kept"


def _any_file(folder: Path) -> bool:
    """Whether there is a file at any depth; one whose name begins with a dot is half written."""
    return any(p.is_file() for p in folder.rglob("[!.]*"))
