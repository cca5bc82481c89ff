"""How many opaque machines are proved when they are trained from sequences, and in what time?

    python -m tests.quality.opaque_machines [--states 5 20] [--letters 8] [--protocols] [--limit S]

Opaque are machines whose letters and outputs are names, so that no formula is to be found. Random
ones are minimal, with 4 to 8 output values; those of the protocols stand in `protocol_machines.py`.
Each runs the whole of synth-and-prove in a process of its own. The table counts CPU seconds.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np

from mips_verify.algebra.mealy import Mealy
from mips_verify.bench.run_tasks import Row, run
from mips_verify.kernel.domain import Domain
from mips_verify.pipeline.synthesis_result import Settings
from mips_verify.spec.table_machine import table_machine
from mips_verify.spec.task import Task, load_task
from mips_verify.workers.place import Place
from tests.quality.protocol_machines import PROTOCOLS

STATES, LETTERS, VALUES = (5, 10, 20, 40, 60), (2, 8, 16), (4, 8)
COUNT = 4
LENGTH = 20


@dataclass(frozen=True, slots=True)
class Tried:
    """One machine: what became of it, the CPU seconds of its process, the seconds of stages."""

    row: Row
    cpu: float

    @property
    def proved(self) -> bool:
        """Whether the program read out equals the machine on all words."""
        return self.row.status == "PROVED"


class Silent:
    """Says nothing while tasks run."""

    def doing(self, task: str, stage: str, message: str) -> None:
        """Nothing."""

    def done(self, row: Row) -> None:
        """Nothing."""


def main(argv: list[str] | None = None) -> int:
    """Run the machines of each size, a line for each, then a line for each size."""
    args = _arguments(argv)
    if args.protocols or args.tasks:
        tasks = [protocol_task(i) for i in range(len(PROTOCOLS))] if args.protocols else []
        _print("protocols", try_all([*tasks, *map(load_task, map(str, args.tasks))], args.limit))
        return 0
    for states in args.states:
        for letters in args.letters:
            tasks = [random_task(states, letters, i) for i in range(args.count)]
            _print(f"{states} states, {letters} letters", try_all(tasks, args.limit))
    return 0


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.opaque_machines")
    parser.add_argument("--states", type=int, nargs="+", default=STATES)
    parser.add_argument("--letters", type=int, nargs="+", default=LETTERS)
    parser.add_argument("--count", type=int, default=COUNT, help="machines of each size")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for a machine")
    parser.add_argument("--protocols", action="store_true", help="the protocols only")
    parser.add_argument("--tasks", nargs="+", default=[], help="task files as well")
    return parser.parse_args(argv)


def random_task(states: int, letters: int, number: int) -> Task:
    """A minimal machine with every state in reach, as a table."""
    rng = np.random.default_rng([states, letters, number])
    values = int(rng.integers(VALUES[0], VALUES[1] + 1))
    while True:
        to = rng.integers(0, states, (states, letters))
        said = rng.integers(0, values, (states, letters, 1))
        machine = Mealy(("x",), np.arange(letters)[:, None], to, said).minimal()
        if machine.states == states:
            return _task(f"Random_{states}_{letters}_{number}", machine)


def protocol_task(number: int) -> Task:
    """A protocol as a table of numbers; its names are left out, as nothing depends on them."""
    return _task(PROTOCOLS[number].name, PROTOCOLS[number].machine())


def _task(name: str, machine: Mealy) -> Task:
    letters = len(machine.letters)
    says = f"an opaque machine of {machine.states} states and {letters} letters"
    return Task(name, says, LENGTH, Domain(("x",), (0,), (letters - 1,)), table_machine(machine))


def try_all(tasks: Iterable[Task], limit: float) -> Iterator[Tried]:
    """Each task in a process of its own, one after another."""
    for task in tasks:
        with TemporaryDirectory() as runs:  # rounds share what they train, as they do for users
            found = run(
                [task], Settings(), place=Place(1), runs=Path(runs), out=None, watch=Silent(),
                limit=limit,
            )  # fmt: skip
        yield Tried(found.rows[0], found.cpu_seconds or 0.0)


def _print(size: str, results: Iterable[Tried]) -> None:
    seen: list[Tried] = []
    for one in results:
        seen.append(one)
        stages = " ".join(f"{stage} {s:.1f}" for stage, s in one.row.seconds.items())
        row, network = one.row, one.row.network or "-"
        print(
            f"  {row.task}: {row.status} {one.cpu:.1f} s; {row.engine}, {row.accuracy:.2%}, "
            f"{row.rounds} rounds, network {network}; {stages} {row.reason[:80]}",
            flush=True,
        )
    print(summary(size, seen), flush=True)


def summary(size: str, seen: Sequence[Tried]) -> str:
    """A row of the table."""
    seconds = [one.cpu for one in seen]
    proved = sum(one.proved for one in seen)
    return (f"| {size} | {proved} of {len(seen)} | {median(seconds):.1f} | "
            f"{max(seconds):.1f} |")  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
