"""Tasks of which no bundle is there: one that was deleted leaves no other trace."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from mips_verify.check.finding import CHECKS, Finding
from mips_verify.check.known_tasks import tasks_of
from mips_verify.check.run_checks import Checked
from mips_verify.check.stored import CERTIFICATE
from mips_verify.errors import TaskError


def tasks_without_bundle(bundles: Sequence[Path], tasks: Path | None) -> tuple[Checked, ...]:
    """One failed bundle for each task after which none of the given bundles is called.

    That a bundle called after a task is for that task is left to its own checks.

    Args:
        bundles: all that there are.
        tasks: folder of the task files; ``None`` for the tool's own.

    Returns:
        the missing bundles by name, each where it would lie beside the first one that is there.

    Raises:
        TaskError: there is no such folder, or a task file cannot be read, so that what its tasks
            are called is unknown.
    """
    known = tasks_of(tasks)
    if known.errors:
        raise TaskError(f"--every-task needs every task file: {known.errors[0]}")
    there = {Path(os.path.abspath(bundle)).name for bundle in bundles}
    beside = bundles[0].parent if bundles else Path()
    return tuple(_missing(beside / name) for name in sorted(set(known.by_name) - there))


def _missing(folder: Path) -> Checked:
    task = folder.name
    why = (
        f"the task {task} has no bundle; `mips-verify synth-and-prove {task}` writes one, and so "
        f"does `mips-verify prove FILE {task} --bundle DIR`"
    )
    rest = (Finding(check, "skipped") for check in CHECKS if check != "certificate")
    return Checked(folder, (Finding("certificate", "failed", why, CERTIFICATE), *rest))
