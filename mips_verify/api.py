"""The Python interface: what the command line does, one function a command.

>>> from mips_verify import api
>>> task = api.load_task("Sum_Last3")
>>> trained = api.train(task)
>>> reading = api.extract(trained.network, task=task)
>>> reading.verdict.status.name
'PROVED'

Networks of your own: :func:`mips_verify.save_network`, :func:`mips_verify.load_model` and
:class:`mips_verify.Functions`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.progress import Progress, quiet
from mips_verify.spec.task import load_task

if TYPE_CHECKING:
    from mips_verify.extract.oracle import Recurrent
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.network.load import Model
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesize import Result
    from mips_verify.spec.task import Task
    from mips_verify.train.train import Trained

__all__ = ["Domain", "extract", "learn", "load_task", "prove", "synthesize", "train"]


def train(
    task: Task, *, engine: str = "ladder", seed: int = 0, progress: Progress = quiet
) -> Trained:
    """A network that learned a task from labelled sequences; ``Trained.exact`` says how well.

    Args:
        task: labels the sequences; the engines see nothing else of it.
        engine: ``ladder`` or ``adam``, as on the command line.
        seed: decides every random choice.
        progress: told the stage and what it is doing.

    Raises:
        TaskError: labels too large for a network in float64.
        TrainingError: an unknown engine, or none that gave a network.
    """
    from mips_verify.spec.labelling import datasets
    from mips_verify.train.train import train as fit

    learn_from, check = datasets(task, seed)
    return fit(
        learn_from, check, engine=engine, seed=seed, progress=lambda line: progress("train", line)
    )


def extract(
    network: Recurrent | Model,
    domain: Domain | None = None,
    length: int | None = None,
    *,
    task: Task | None = None,
    seed: int = 0,
    progress: Progress = quiet,
) -> Reading:
    """A program read out of a network, compared with it, and proved where there is a task.

    Args:
        network: what :func:`mips_verify.load_model` gives, or any object with ``start``, ``step``,
            ``read``, ``run``, ``hidden`` and ``outputs``.
        domain: the range of every input, such as ``Domain(("x",), (0,), (9,))``; else the
            task's or the file's.
        length: letters up to which the network is trusted; else the file's or the task's.
        task: what the program is proved against; extraction sees its input ranges alone.
        seed: decides every random choice.
        progress: told the stage and what it is doing.

    Raises:
        MipsVerifyError: neither ranges nor length known, a domain other than the task's, or
            states and outputs that are no finite numbers.
    """
    from mips_verify.network.load import Model
    from mips_verify.pipeline.read_network import read_network

    known: tuple[Domain | None, int | None] = (None, None)
    if isinstance(network, Model):
        known, network = (network.domain, network.length), network.network
    if task is not None and domain not in (None, task.domain):
        raise MipsVerifyError(f"the domain is not that of {task.name}; a proof is for the task's")
    domain = domain or (task.domain if task is not None else known[0])
    length = length or known[1] or (task.length if task is not None else None)
    if domain is None or length is None:
        raise MipsVerifyError("nothing says what the inputs are; give task, or domain and length")
    spec = task.spec if task is not None else None
    return read_network(network, domain, length, spec=spec, seed=seed, progress=progress)


def prove(
    program: Machine | str | Path, task: Task, *, seed: int = 0, progress: Progress = quiet
) -> Verdict:
    """Whether a program equals the specification of a task for sequences of every length.

    Args:
        program: a machine, as in ``Reading.program``, or the path of a Python file.
        task: with the specification and the input ranges.
        seed: of the sequences that try to refute.
        progress: told the stage and what it is doing.

    Raises:
        MachineError: a machine whose inputs or outputs do not fit the task's.
        MipsVerifyError: a file that cannot be read, or is not Python.
    """
    if isinstance(program, str | Path):
        from mips_verify.reader.prove_file import prove_file

        return prove_file(Path(program), task, seed=seed, progress=progress)
    from mips_verify.prove.sandbox import equal_in_worker

    return equal_in_worker(
        program,
        task.spec,
        task.domain,
        seed=seed,
        progress=lambda line: progress("prove", line),
    )


def synthesize(
    task: Task,
    *,
    engine: str = "ladder",
    seed: int = 0,
    accept: str = "proof",
    runs: Path | None = None,
    progress: Progress = quiet,
) -> Result:
    """Train, extract and prove, again and again as far as that helps.

    Args:
        task: what to solve.
        engine: ``ladder`` or ``adam``.
        seed: decides every random choice.
        accept: what ends a run: a ``proof``, or a program right on all labelled ``data``.
        runs: folder where finished stages are kept; nothing is kept without one.
        progress: told the stage and what it is doing.
    """
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesize import Settings
    from mips_verify.pipeline.synthesize import synthesize as run

    return run(task, Settings(engine, seed, accept), store=Store(runs), progress=progress)


def learn(data: str | Path, *, seed: int = 0, progress: Progress = quiet) -> Learned:
    """A program from a file of labelled sequences, a fifth of which is held out to judge it.

    Args:
        data: CSV, JSON lines or npz.
        seed: decides every random choice.
        progress: told the stage and what it is doing.

    Raises:
        ExamplesError: what is wrong with the file, and where.
    """
    from mips_verify.pipeline.from_examples import learn as run
    from mips_verify.pipeline.synthesize import Settings
    from mips_verify.spec.examples import load_examples

    return run(load_examples(Path(data)), Settings(seed=seed, accept="data"), progress=progress)
