"""The configuration of the reference's architecture search, such as ``first_paper_final.yaml``.

https://github.com/ejmichaud/neural-verification: a mapping from tasks to ``args`` of its script and
``include``. Arguments that mean something here are used, the others are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.files import read_bounded
from mips_verify.spec.task import Task, load_task

LARGEST: Final = 2**20  # bytes
MOST_STEPS: Final = 10**7
MOST_SEEDS: Final = 10**4
_USED: Final = {"seeds_per_run": MOST_SEEDS, "steps": MOST_STEPS, "train_batch_size": 2**20}
_SAID: Final = {"input_dim", "output_dim"}  # the task says them; they are compared


@dataclass(frozen=True, slots=True)
class Asked:
    """What the file asks of one task; 0 where it does not say."""

    task: Task
    seeds: int
    steps: int
    batch: int


def read_config(path: Path) -> tuple[tuple[Asked, ...], tuple[str, ...]]:
    """The tasks that the file includes, and sentences on what was not used.

    Raises:
        MipsVerifyError: the file cannot be used.
    """
    import yaml

    where = one_line(str(path))
    try:
        data = yaml.safe_load(read_bounded(path, LARGEST))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise MipsVerifyError(f"{where} is not YAML: {one_line(str(error))}") from None
    if not isinstance(data, dict) or not data:
        raise MipsVerifyError(f"{where}: write a task and its args, as the reference does")
    asked, unused, left_out = [], set(), []
    for name, entry in data.items():
        args = entry.get("args", {}) if isinstance(entry, dict) else None
        if not isinstance(args, dict):
            raise MipsVerifyError(f"{where}: '{one_line(str(name))}' has no table of args")
        if not entry.get("include", True):
            left_out.append(str(name))
            continue
        try:
            task = load_task(str(name))
        except MipsVerifyError as error:
            left_out.append(f"{name} ({error})")
            continue
        asked.append(_asked(task, args, where))
        unused |= set(args) - set(_USED) - _SAID
    says = [f"{one_line(key)} has no meaning here" for key in sorted(map(str, unused))]
    says += [f"left out: {one_line(name)}" for name in left_out]
    return tuple(asked), tuple(says)


def _asked(task: Task, args: dict[str, Any], where: str) -> Asked:
    has = {"input_dim": task.domain.channels, "output_dim": len(task.spec.outputs)}
    for key, value in has.items():
        if args.get(key, value) != value:
            raise MipsVerifyError(
                f"{where}: {task.name}.{key} is {one_line(str(args[key]))}; the task has {value}"
            )
    numbers = [_number(args, key, most, f"{where}: {task.name}") for key, most in _USED.items()]
    return Asked(task, *numbers)


def _number(args: dict[str, Any], key: str, most: int, where: str) -> int:
    value = args.get(key, 0)
    if type(value) is not int or not 0 <= value <= most:
        raise MipsVerifyError(f"{where}.{key}: '{one_line(str(value))}' is no number up to {most}")
    return value
