"""Random tasks, for trying the pipeline on specifications that nobody tuned it for.

The name of a task tells how to draw it again: ``Mealy_7`` is ``random_task("mealy", 7)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from mips_verify.bench.random_tasks.random_affine import affine_task
from mips_verify.bench.random_tasks.random_mealy import mealy_task
from mips_verify.bench.random_tasks.random_registers import register_task
from mips_verify.spec.task import Task

KINDS: Final[Mapping[str, Callable[[int], Task]]] = {
    "mealy": mealy_task,
    "affine": affine_task,
    "register": register_task,
}


def random_task(kind: str, seed: int) -> Task:
    """The task of a kind (a key of :data:`KINDS`) for ``seed`` >= 0."""
    return KINDS[kind](seed)


def random_tasks(kinds: Iterable[str], seed: int, count: int) -> dict[str, tuple[Task, ...]]:
    """``count`` tasks of each kind, with the seeds ``seed``, ``seed + 1`` and so on."""
    seeds = range(seed, seed + count)
    return {kind: tuple(random_task(kind, s) for s in seeds) for kind in kinds}
