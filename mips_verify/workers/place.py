"""Where tasks run, and how they are given to workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """Where tasks run.

    Attributes:
        jobs: tasks at once on this machine, or workers that Slurm is asked for.
        scheduler: the address of a Dask scheduler; empty for this machine.
        slurm: whether Slurm is asked to start workers.
    """

    jobs: int
    scheduler: str = ""
    slurm: bool = False

    @property
    def here(self) -> bool:
        """Whether tasks run on this machine."""
        return not (self.scheduler or self.slurm)

    def at_most(self, tasks: int) -> Place:
        """This place with no more workers than tasks."""
        return replace(self, jobs=min(self.jobs, max(tasks, 1)))


class Submit(Protocol):
    """Gives a task to the workers."""

    def __call__(
        self, function: Callable[..., T], *arguments: object, timeout: float | None
    ) -> Future[T]:
        """Run ``function(*arguments)``; its process is ended after so many seconds.

        The future raises ``TimeoutError`` in this case, :class:`pebble.ProcessExpired` if the
        process ended by itself, and otherwise what the function raises.
        """
