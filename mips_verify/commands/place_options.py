"""Where a command's tasks run: --jobs, --scheduler and --slurm."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import click


def place_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the three options; it gets them as one argument ``place``."""

    @functools.wraps(command)
    def placed(*, jobs: int, scheduler: str, slurm: bool, **rest: Any) -> None:
        from mips_verify.workers.place import Place

        if scheduler and slurm:
            raise click.UsageError("--scheduler and --slurm exclude each other")
        command(place=Place(jobs, scheduler, slurm), **rest)

    for option in (_SLURM, _SCHEDULER, _JOBS):
        placed = option(placed)
    return placed


_JOBS = click.option(
    "--jobs",
    default=os.cpu_count() or 1,
    show_default="cores",
    type=click.IntRange(1, 4096),
    help="Tasks at once; with --slurm, workers.",
)
_SCHEDULER = click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Run on the workers of this Dask scheduler, such as tcp://10.0.0.1:8786.",
)
_SLURM = click.option("--slurm", is_flag=True, help="Run on workers that Slurm starts.")
