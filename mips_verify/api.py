"""The Python interface: one function for each command of the command line.

>>> from mips_verify import api
>>> task = api.load_task("Sum_Last3")
>>> trained = api.train(task)
>>> reading = api.extract(trained.network, task=task)
>>> reading.verdict.status.name
'PROVED'

Networks of your own: :func:`from_torch`, :func:`mips_verify.save_network`,
:func:`mips_verify.load_model`, :class:`mips_verify.Functions`, any function of words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.progress import Progress, quiet
from mips_verify.spec.task import load_task

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from typing_extensions import TypeIs

    from mips_verify.algebra.arrays import Ints
    from mips_verify.certify.certify_network import Certified
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.network.model import Model
    from mips_verify.network.sequence_function import Recurrent, SequenceFunction
    from mips_verify.pipeline.from_examples import Learned
    from mips_verify.pipeline.network_theorem import NotAsked
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.spec.task import Task
    from mips_verify.train.train import Trained

    Given: TypeAlias = Recurrent | SequenceFunction | Model | Callable[[Ints], ArrayLike]

__all__ = [
    "Domain",
    "certify",
    "extract",
    "from_torch",
    "learn",
    "load_task",
    "prove",
    "synthesize",
    "train",
]


def train(
    task: Task, *, engine: str = "ladder", seed: int = 0, progress: Progress = quiet
) -> Trained:
    """A network that learned a task from labelled sequences; ``Trained.accuracy`` is its quality.

    Args:
        task: labels the sequences; the engines see nothing else of it.
        engine: ``ladder`` or ``adam``, as on the command line.
        seed: decides every random choice.
        progress: called with the stage and what it is doing.

    Raises:
        TaskError: labels are too large for a network in float64.
        TrainingError: the engine is unknown, or gave no network.
    """
    from mips_verify.spec.labelling import datasets
    from mips_verify.train.train import train as fit

    learn_from, check = datasets(task, seed)
    return fit(
        learn_from, check, engine=engine, seed=seed, progress=lambda line: progress("train", line)
    )


def extract(
    network: Given,
    domain: Domain | None = None,
    length: int | None = None,
    *,
    task: Task | None = None,
    causal: bool = True,
    test_lengths: Sequence[int] | None = None,
    seed: int = 0,
    effort: str = "normal",
    progress: Progress = quiet,
) -> Reading:
    """A program read out of a network, compared with it, and proved if there is a task.

    Args:
        network: what :func:`mips_verify.load_model` or :func:`from_torch` gives; any object with
            ``start``, ``step``, ``read``, ``run``, ``hidden`` and ``outputs``; or any function from
            words ``(n, length, inputs)`` to the integers ``(n, length)`` or ``(n, length,
            outputs)`` after each letter.
        domain: the range of every input, such as ``Domain(("x",), (0,), (9,))``; by default the
            task's or the file's.
        length: letters up to which the network is trusted; by default the file's or the task's.
        task: its specification is used for the proof; extraction sees only its input ranges.
        causal: whether a function answers every letter; otherwise it gives one answer to a whole
            word, ``(n,)`` or ``(n, outputs)``, and every beginning of a word counts as a word.
        test_lengths: lengths of the sequences on which network, program and task are compared in
            ``Reading.faithfulness``; by default 1, 2, 5 and 20 times ``length``.
        seed: decides every random choice.
        effort: ``quick``, ``normal`` or ``deep``: how long a shorter program is looked for once
            there is one.
        progress: called with the stage and what it is doing.

    Raises:
        MipsVerifyError: ranges or length are unknown, ranges do not fit the task or the network,
            states or outputs are not finite numbers, or the network looks ahead.
    """
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.read_network import read_network

    domain, length = inputs_of(network, domain, length, task=task)
    spec = task.spec if task is not None else None
    return read_network(
        _readable(network, domain, causal=causal), domain, length, spec=spec,
        test_lengths=test_lengths, seed=seed, effort=Effort(effort), progress=progress,
    )  # fmt: skip


def _readable(network: Given, domain: Domain, *, causal: bool) -> Recurrent | SequenceFunction:
    """What extraction reads: the network of a model, a recurrent network, or a function."""
    from mips_verify.network.model import Model
    from mips_verify.network.sequence_function import SequenceFunction, sequence_function

    if isinstance(network, Model):
        return network.network
    if isinstance(network, SequenceFunction) or _has_states(network):
        return network
    return sequence_function(network, domain, causal=causal)


def _has_states(network: Recurrent | Callable[[Ints], ArrayLike]) -> TypeIs[Recurrent]:
    """Whether it is a network with states, which may be callable too."""
    return hasattr(network, "step") or not callable(network)


def from_torch(
    module: Callable[..., Any],
    domain: Domain,
    length: int,
    *,
    reads: str = "letters",
    gives: str = "argmax",
    values: Sequence[int] | None = None,
    causal: bool = True,
    first: int | None = None,
    shift: int = 0,
) -> Model:
    """A torch module of any kind as a model that :func:`extract` reads.

    Args:
        module: from a tensor to scores after every letter, ``(n, length, scores)``; unless
            ``causal``, to the scores of a whole word, ``(n, scores)``.
        domain: the range of every input.
        length: letters in the sequences that trained it.
        reads: ``letters`` (int64 tokens, each input counted from its smallest value; ``(n,
            length)`` for one input), ``one-hot`` or ``numbers`` (float32).
        gives: ``argmax`` (the value of the largest score) or ``round`` (every score rounded).
        values: what the scores stand for with ``argmax``; 0, 1, 2, ... if not given.
        causal: whether the module answers every letter, or a whole word only.
        first: a token that comes before every word.
        shift: letters that the answer to a letter comes late.

    Raises:
        SequenceError: what the module gives does not have the shape of scores.
    """
    from mips_verify.network.coding import Coding
    from mips_verify.network.torch_function import run_torch

    chosen = None if values is None else tuple(values)
    coding = Coding(domain, reads, gives, chosen, causal, first, shift)
    return run_torch(module, coding, length)


def inputs_of(
    network: Given, domain: Domain | None, length: int | None, *, task: Task | None
) -> tuple[Domain, int]:
    """The range of every input, and the length up to which a network is trusted.

    Arguments come first. If they are missing, the task decides the ranges, since a proof is for
    these; the network's file decides the length, since training decides how far to trust it.

    Raises:
        MipsVerifyError: ranges or length are unknown, or ranges differ from the task's, or the
            network was not made for them.
    """
    from mips_verify.network.model import Model

    model = network if isinstance(network, Model) else None
    if task is not None and domain not in (None, task.domain):
        raise MipsVerifyError(
            f"the input ranges differ from those of {task.name} ({_ranges(task.domain)}); leave "
            "them out, since a proof is for the ranges of the task"
        )
    domain = domain or (task.domain if task else model.domain if model else None)
    if domain is None:
        raise MipsVerifyError(
            "the network does not say what its inputs are; give a task, or the range of each "
            "input, as in --input x=0..9"
        )
    if model is not None:
        _demand_readable(model, domain)
    length = length or (model.length if model else None) or (task.length if task else None)
    if length is None:
        raise MipsVerifyError(
            "the network does not say how long its training sequences were; give the length, such "
            "as --length 10"
        )
    return domain, length


def _demand_readable(model: Model, asked: Domain) -> None:
    """Refuse ranges that a network from a file was not made for."""
    if model.channels != asked.channels:
        raise MipsVerifyError(
            f"the network reads {model.channels} inputs, not {asked.channels} "
            f"({', '.join(asked.names)}); give the task or the ranges that it was trained on"
        )
    if (known := model.domain) is None:
        return
    if asked.names != known.names and set(asked.names) == set(known.names):
        raise MipsVerifyError(
            f"the network reads its inputs in the order {', '.join(known.names)}, not "
            f"{', '.join(asked.names)}"
        )
    # a network of one-hot inputs has no columns for other values
    lows, highs = (
        zip(asked.lows, known.lows, strict=True),
        zip(asked.highs, known.highs, strict=True),
    )
    if any(a < b for a, b in lows) or any(a > b for a, b in highs):
        raise MipsVerifyError(
            f"the network was made for {_ranges(known)}, which does not cover {_ranges(asked)}"
        )


def _ranges(domain: Domain) -> str:
    rows = zip(domain.names, domain.lows, domain.highs, strict=True)
    return ", ".join(f"{name}={low}..{high}" for name, low, high in rows)


def prove(
    program: Machine | str | Path, task: Task, *, seed: int = 0, progress: Progress = quiet
) -> Verdict:
    """Whether a program equals the specification of a task for sequences of every length.

    Args:
        program: a machine, as in ``Reading.program``, or the path of a Python file.
        task: the task, which has the specification and the input ranges.
        seed: of the random sequences that try to refute the program.
        progress: called with the stage and what it is doing.

    Raises:
        MachineError: the inputs or outputs of a machine do not fit the task's.
        MipsVerifyError: a file cannot be read or is not Python.
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


def certify(
    network: Given,
    program: Machine | Task | str | Path,
    domain: Domain | None = None,
    length: int | None = None,
    *,
    repair: bool = True,
    seed: int = 0,
    progress: Progress = quiet,
) -> Certified | NotAsked:
    """How far a network is proved to be a program, in exact real numbers and in float64.

    Args:
        network: what :func:`mips_verify.load_model` gives, or a network of ``train``; for other
            objects with ``start``, ``step`` and ``read`` nothing can be proved.
        program: a machine, a task for its specification, the name of a task, or the path of a
            Python file, a certificate or a bundle.
        domain: the range of every input; by default the task's, the certificate's or the file's.
        length: letters in the sequences that trained the network; by default as for ``domain``.
        repair: whether to look for another network, near to this one, where it is not proved; that
            may take minutes of training.
        seed: decides every random choice.
        progress: called with the stage and what it is doing.

    Raises:
        MipsVerifyError: ranges or length are unknown, or network and program do not fit together.
    """
    from mips_verify.pipeline.network_theorem import network_theorem

    machine, domain, length = program_of(program, network, domain, length)
    return network_theorem(
        _readable(network, domain, causal=True), machine, domain, length, seed,
        lambda line: progress("certify", line), repair=repair, train=repair,
    )  # fmt: skip


def program_of(
    program: Machine | Task | str | Path,
    network: Given,
    domain: Domain | None,
    length: int | None,
) -> tuple[Machine, Domain, int]:
    """The machine that a network is compared with, the range of every input, and the length.

    Raises:
        MipsVerifyError: there is no such program, ranges or length are unknown, or network and
            program do not fit together.
    """
    from mips_verify.reader.given_program import given_program, read_python
    from mips_verify.spec.task import Task

    given = given_program(program) if isinstance(program, str | Path) else program
    task = given if isinstance(given, Task) else None
    domain, length = inputs_of(network, domain, length, task=task)
    machine = read_python(given, domain.names) if isinstance(given, Path) else given
    machine = machine.spec if isinstance(machine, Task) else machine
    outputs = _readable(network, domain, causal=True).outputs
    if (machine.inputs, len(machine.outputs)) != (domain.names, outputs):
        raise MipsVerifyError(
            f"the program reads {', '.join(machine.inputs)} and gives {len(machine.outputs)} "
            f"outputs; the network reads {', '.join(domain.names)} and gives {outputs}"
        )
    return machine, domain, length


def synthesize(
    task: Task,
    *,
    engine: str = "ladder",
    seed: int = 0,
    accept: str = "proof",
    effort: str = "normal",
    runs: Path | None = None,
    progress: Progress = quiet,
) -> Result:
    """Train, extract and prove, and repeat this as long as it helps.

    Args:
        task: what to solve.
        engine: ``ladder`` or ``adam``.
        seed: decides every random choice.
        accept: what ends a run: a ``proof``, or a program right on all labelled ``data``.
        effort: how long a shorter program is looked for, as in :func:`extract`.
        runs: folder for the results of finished stages; by default nothing is kept.
        progress: called with the stage and what it is doing.
    """
    from mips_verify.extract.effort import Effort
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.pipeline.synthesize import synthesize as run

    settings = Settings(engine, seed, accept, Effort(effort))
    return run(task, settings, store=Store(runs), progress=progress)


def learn(data: str | Path, *, seed: int = 0, progress: Progress = quiet) -> Learned:
    """A program from a file of labelled sequences, a fifth of which is held out to judge it.

    Args:
        data: CSV, JSON lines or npz.
        seed: decides every random choice.
        progress: called with the stage and what it is doing.

    Raises:
        ExamplesError: the file cannot be used; the message says what is wrong, and where.
    """
    from mips_verify.pipeline.from_examples import learn as run
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.spec.examples import load_examples

    return run(load_examples(Path(data)), Settings(seed=seed, accept="data"), progress=progress)
