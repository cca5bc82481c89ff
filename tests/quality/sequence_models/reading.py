"""A program read out of one network of a folder, in a process of its own that has a time limit.

    python -m tests.quality.sequence_models.reading FOLDER NAME

A program that was called proved is compared with the labels once more, on long words, by running
it letter by letter: that takes nothing from the prover.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from mips_verify import api
from mips_verify.kernel.machine import Machine
from mips_verify.processes import LATE, run_bounded
from mips_verify.report.text import machine_line
from mips_verify.spec.labelling import label
from mips_verify.spec.task import Task, load_task
from tests.quality.sequence_models.causal_training import accuracy
from tests.quality.sequence_models.kept_networks import Kept, function_of, index

LIMIT = 180.0  # seconds of one reading
CHECKED = 2_000  # words of three times the length that a proved program is run on
NO_PROGRAM, TOO_LATE, CRASH = "NO_PROGRAM", "LATE", "CRASH"


@dataclass(frozen=True)
class Row:
    """One network and what was read out of it.

    Attributes:
        accuracy: share of fresh words of the task's length that the network gets right.
        at_twice: the same for words twice as long, which it was not trained on.
        status: the verdict's, or why there is none.
        agreement: share of fresh words on which program and network agree.
        wrong: whether the program is called proved and differs from the labels.
        seconds: CPU time of the reading with its proof.
        tried: what the reading tried, a line each.
    """

    name: str
    kind: str
    task: str
    early: bool
    accuracy: float
    at_twice: float
    status: str
    program: str
    form: str
    agreement: float
    wrong: bool
    seconds: float
    tried: tuple[str, ...]


def differs(program: Machine, task: Task) -> bool:
    """Whether a program is wrong on some long word."""
    x = task.domain.sample(CHECKED, 3 * task.length, np.random.default_rng(4321))
    words = ([tuple(letter) for letter in word] for word in x.tolist())
    expected = label(task, x).tolist()
    return any(
        program.run(word) != [tuple(y) for y in right]
        for word, right in zip(words, expected, strict=True)
    )


def cpu_seconds() -> float:
    """CPU time of this process and of its children that ended."""
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def read(folder: Path, kept: Kept) -> dict[str, object]:
    """What a row says of the reading; progress goes to stderr."""
    task, function = load_task(kept.task), function_of(folder, kept)
    began = cpu_seconds()
    reading = api.extract(
        function, task.domain, task.length, task=task,
        progress=lambda stage, line: print(f"{stage}: {line}", file=sys.stderr, flush=True),
    )  # fmt: skip
    seconds, program, verdict = cpu_seconds() - began, reading.program, reading.verdict
    proved = verdict is not None and verdict.status.name == "PROVED"
    return {
        "at_twice": accuracy(function, task, 2 * task.length),
        "status": NO_PROGRAM if verdict is None else verdict.status.name,
        "program": "" if program is None else machine_line(program),
        "form": reading.extraction.form,
        "agreement": reading.extraction.agreement,
        "wrong": proved and program is not None and differs(program, task),
        "seconds": round(seconds, 1),
        "tried": reading.extraction.tried,
    }


def row(folder: Path, kept: Kept, limit: float = LIMIT) -> Row:
    """Read one network in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, str(folder), kept.name]
    before = cpu_seconds()
    outcome = run_bounded(command, seconds=limit, memory=None)
    if outcome.ending:
        late = outcome.why.startswith(LATE)
        said: dict[str, object] = {
            "at_twice": float("nan"), "status": TOO_LATE if late else CRASH, "program": "",
            "form": "", "agreement": 0.0, "wrong": False,
            "seconds": round(cpu_seconds() - before, 1),
            "tried": tuple(outcome.err.splitlines()),
        }  # fmt: skip
    else:
        said = json.loads(outcome.out)
        said["tried"] = tuple(said["tried"])  # type: ignore[arg-type]
    return Row(kept.name, kept.kind, kept.task, kept.early, kept.accuracy, **said)


def main() -> None:
    """Read one network and print what was found as JSON."""
    torch.set_num_threads(1)
    folder, name = Path(sys.argv[1]), sys.argv[2]
    (kept,) = (k for k in index(folder) if k.name == name)
    print(json.dumps(read(folder, kept)))


if __name__ == "__main__":
    main()
