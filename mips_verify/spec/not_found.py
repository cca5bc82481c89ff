"""What is said of a task or a task file that is not there: what else may be meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from mips_verify.errors import TaskError
from mips_verify.spec.task_names import is_task_name, nearest, suggestion


def no_task(name: str, folder: Path, known: Iterable[str]) -> TaskError:
    """The error that no task has a name; a file here that is called so is named.

    Args:
        name: the name.
        folder: where tasks were looked for.
        known: the names of the tasks there.
    """
    file = Path(f"{name}.toml")
    if is_task_name(name) and file.exists():
        return TaskError(f"no task '{name}' in {folder}; for the file here write ./{file}")
    hint = suggestion(name, known, "`mips-verify tasks` lists them all")
    return TaskError(f"no task '{name}' in {folder}; {hint}")


def no_file(path: Path) -> TaskError:
    """The error that there is no such task file; files beside it that resemble it are named."""
    beside = [other.stem for other in path.parent.glob("*.toml")] if path.parent.is_dir() else []
    folder = "./" if path.parent == Path() else f"{path.parent}/"
    near = [f"{folder}{stem}.toml" for stem in nearest(path.stem, beside)]
    hint = f"did you mean {' or '.join(near)}?" if near else (
        "`mips-verify new` writes one to start from"
    )  # fmt: skip
    return TaskError(f"there is no file {path}; {hint}")
