"""The task files that bundles are compared with. A file that cannot be read is only reported."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mips_verify.check.finding import Finding
from mips_verify.check.stored import CERTIFICATE
from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.kernel.certificate import Certificate
from mips_verify.pipeline.write_bundle import printable
from mips_verify.spec.task import Task, read_tasks, tasks_folder


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a folder by name, and the errors of the files that cannot be read."""

    by_name: dict[str, Task]
    errors: tuple[str, ...]


@cache
def tasks_of(folder: Path | None) -> Tasks:
    """All tasks of a folder, read once per process; ``None`` for the tool's own folder.

    Raises:
        TaskError: there is no such folder.
    """
    folder = folder or tasks_folder()
    if not folder.is_dir():
        raise TaskError(f"the tasks folder {folder} does not exist; set MIPS_VERIFY_TASKS")
    found: dict[str, Task] = {}
    errors = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found |= {task.name: task for task in read_tasks(path)}
        except MipsVerifyError as error:
            errors.append(str(error))
        except (RecursionError, OverflowError, MemoryError, ValueError) as error:
            errors.append(f"{path} is too deep or too large ({type(error).__name__})")
    return Tasks(found, tuple(errors))


def check_specification(proof: Certificate, folder: Path | None) -> Finding:
    """Whether the task file with the name in a certificate states the same task."""
    tasks = tasks_of(folder)
    task = tasks.by_name.get(proof.task)
    if task is None:
        return _unknown(proof, tasks)
    pairs = {
        "the specification": (proof.spec, task.spec),
        "the input ranges": (proof.domain, task.domain),
        "the length": (proof.length, task.length),
        "the sentence": (proof.says, printable(task.says)),
        "the declarative text": (proof.declarative, task.declarative),
        "the declarative text in Rocq": (proof.declarative_rocq, task.declarative_rocq),
        "the list of input names": (proof.input_names, task.names.inputs),
        "the list of output names": (proof.output_names, task.names.outputs),
    }
    for what, (stored, stated) in pairs.items():
        if stored != stated:
            why = f"{what} differs from that in the task file of {proof.task}"
            return Finding("specification", "failed", why, CERTIFICATE)
    return Finding("specification", "ok")


def _unknown(proof: Certificate, tasks: Tasks) -> Finding:
    if tasks.errors:
        why = f"there is no task {proof.task}, and a task file cannot be read: {tasks.errors[0]}"
        return Finding("specification", "undecided", why, CERTIFICATE)
    near = _nearest(proof.task, tasks.by_name)
    why = "there is no task file of this name, so that only the certificate says what is proved"
    if near:
        why += f"; the nearest name is {near}"
    claims = (f"the task {proof.task} is {proof.says!r}",)
    return Finding("specification", "skipped", why, CERTIFICATE, claims=claims)


def _nearest(name: str, known: Iterable[str]) -> str:
    lower = {k.lower(): k for k in known}
    near = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.8)
    return lower[near[0]] if near else ""
