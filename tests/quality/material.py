"""What the trials start from: the proved program of every task, and its broken copies."""

from __future__ import annotations

import functools
import random
from pathlib import Path

from mips_verify.kernel.machine import Machine
from mips_verify.reader import read_program
from mips_verify.spec.task import Task, load_task
from tests.quality.judge import walks
from tests.quality.operators import Mutant, mutants

PROOFS = Path(__file__).parents[2] / "proofs"


def proved_tasks() -> tuple[str, ...]:
    """The tasks with a committed proof, in order of their names."""
    return tuple(sorted(p.parent.name for p in PROOFS.glob("*/program.py")))


@functools.cache
def material(name: str) -> tuple[Task, Machine]:
    """A task and the program that was proved for it, read from its file."""
    task = load_task(name)
    path = PROOFS / name / "program.py"
    return task, read_program(path.read_text(), inputs=task.domain.names, path=str(path))


@functools.cache
def broken_programs(name: str, count: int, seed: int) -> list[Mutant]:
    """Copies of a task's program with mistakes in them."""
    task, program = material(name)
    words = walks(task.domain, seed)
    return mutants(program, task.domain, count, random.Random(f"{seed} {name}"), words)


@functools.cache
def broken_specs(name: str, count: int, seed: int) -> list[Mutant]:
    """Copies of a task's specification with mistakes in them."""
    task, _ = material(name)
    return mutants(task.spec, task.domain, count, random.Random(f"{seed} {name} spec"))
