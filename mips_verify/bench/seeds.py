"""Many seeds of one task: how often training, reading and proving succeed, and what they find."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify import __version__
from mips_verify.bench.hidden_layout import Layout, hidden_layout
from mips_verify.bench.run_tasks import UNFINISHED, Row, Watch, Work, each, row
from mips_verify.kernel.certificate import machine_from_dict, machine_to_dict
from mips_verify.pipeline.synthesis_result import Result, Settings
from mips_verify.spec.task import Task
from mips_verify.workers.place import Place

if TYPE_CHECKING:
    from mips_verify.kernel.machine import Machine


@dataclass(frozen=True, slots=True)
class Run:
    """One task with one seed, as a flat row; the fields are the columns of the file.

    Attributes:
        task, seed, engine, effort, accept: what was run.
        version: of the tool that ran it.
        status: of the verdict; NO_PROGRAM, STOPPED or ERROR if there is none.
        rung: the training method of the network.
        hidden, widths_f, widths_g: sizes of the network.
        exact: whether it is right on all fresh sequences.
        accuracy: share of fresh sequences on which it is right.
        fits: whether the program is right on all labelled data.
        form: the form of the program.
        program: the program on one line; empty if there is none.
        size, spec_size: nodes of the program and of the specification.
        network: letters for which the network is proved to be its program.
        layout, affine, clusters: how the program's state lies in the hidden states.
        rounds: passes through the pipeline.
        reason: why it is not proved.
        train, extract, prove, certify: wall-clock seconds of the stages.
        machine: the program as JSON; empty if there is none.
    """

    task: str
    seed: int
    engine: str
    effort: str
    accept: str
    version: str
    status: str
    rung: str
    hidden: int
    widths_f: str
    widths_g: str
    exact: bool
    accuracy: float
    fits: bool
    form: str
    program: str
    size: int
    spec_size: int
    network: str
    layout: str
    affine: float
    clusters: float
    rounds: int
    reason: str
    train: float
    extract: float
    prove: float
    certify: float
    machine: str

    @property
    def key(self) -> tuple[str, int, str, str, str]:
        """What was run; a file has one row for each."""
        return self.task, self.seed, self.engine, self.effort, self.accept

    @property
    def finished(self) -> bool:
        """Whether it ended with a result, so that it need not be run again."""
        return self.status not in UNFINISHED

    @property
    def total(self) -> float:
        """Wall-clock seconds of training, reading and both proofs."""
        return self.train + self.extract + self.prove + self.certify

    def program_machine(self) -> Machine | None:
        """The program, if there is one."""
        return machine_from_dict(json.loads(self.machine)) if self.machine else None


def key_of(task: Task, settings: Settings) -> tuple[str, int, str, str, str]:
    """The key of the row that a run will give."""
    effort = settings.effort.value
    return task.name, settings.seed, settings.engine, effort, settings.accept


@dataclass(frozen=True, slots=True)
class Swept:
    """What a worker sends back of one run."""

    row: Row
    layout: Layout
    machine: str


def swept(result: Result) -> Swept:
    """The row of a result, with its program and how that lies in the hidden states."""
    program, task = result.program, result.task
    if program is None:
        return Swept(row(result), Layout(), "")
    layout = hidden_layout(result.best.trained.network, program, task.domain, task.length)
    return Swept(row(result), layout, json.dumps(machine_to_dict(program)))


def sweep(
    wanted: Sequence[tuple[Task, Settings]],
    *,
    place: Place,
    runs: Path | None,
    bundles: Path | None,
    watch: Watch,
    limit: float | None = None,
) -> Iterator[Run]:
    """Run tasks with settings; rows come as the runs finish.

    Args:
        wanted: what to run.
        place: where, and how many at once.
        runs: folder for the results of finished stages, or ``None``.
        bundles: folder for ``<Task>/seed_<N>``, the bundles of what is proved, or ``None``.
        watch: told about the progress.
        limit: wall-clock seconds after which a run is stopped, or ``None``.
    """
    work = [
        Work(
            task,
            settings,
            None if bundles is None else bundles / task.name / f"seed_{settings.seed}",
            f"{task.name} seed {settings.seed}",
        )
        for task, settings in wanted
    ]
    for i, found in each(swept, work, place=place, runs=runs, watch=watch, limit=limit):
        one = Swept(found, Layout(), "") if isinstance(found, Row) else found
        watch.done(replace(one.row, task=work[i].label))
        yield _run(one, *wanted[i])


def _run(found: Swept, task: Task, settings: Settings) -> Run:
    row, layout = found.row, found.layout
    return Run(
        *key_of(task, settings),
        version=__version__,
        status=row.status,
        rung=row.engine,
        hidden=row.hidden,
        widths_f=_widths(row.widths[0]),
        widths_g=_widths(row.widths[1]),
        exact=row.exact,
        accuracy=row.accuracy,
        fits=bool(row.fits),
        form=row.form,
        program=row.program,
        size=row.size,
        spec_size=row.spec_size,
        network=row.network,
        layout=layout.kind,
        affine=layout.affine,
        clusters=layout.clusters,
        rounds=row.rounds,
        reason=row.reason,
        train=row.seconds.get("train", 0.0),
        extract=row.seconds.get("extract", 0.0),
        prove=row.seconds.get("prove", 0.0),
        certify=row.seconds.get("certify", 0.0),
        machine=found.machine,
    )


def _widths(widths: Sequence[int]) -> str:
    """Widths of hidden layers as a text, such as ``16x16``; empty for a linear map."""
    return "x".join(map(str, widths))
