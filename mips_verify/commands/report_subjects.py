"""What a report is asked for but bundles: read, or learned from, as other commands do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mips_verify.commands.options import domain_of, ranges_of

if TYPE_CHECKING:
    from mips_verify.report.page.subject import Subject

EXAMPLES: Final = (".csv", ".jsonl", ".npz")
SWEEPS: Final = (".sqlite", ".sqlite3", ".db")


@dataclass(frozen=True)
class Said:
    """What the options of the command say of models and examples.

    Attributes:
        task: the name of a task.
        ranges: texts such as ``x=0..9``.
        length: letters.
        outputs, letters: columns of examples.
        effort: how long to look for a shorter program.
        seed: decides every random choice.
        runs: where finished stages of examples are kept.
        interface: how a model is read, by the names of ``Interface``'s attributes.
    """

    task: str | None
    ranges: tuple[str, ...]
    length: int | None
    outputs: tuple[str, ...]
    letters: tuple[str, ...]
    effort: str
    seed: int
    runs: Path
    interface: dict[str, Any] = field(default_factory=dict)


def kind_of(path: Path) -> str:
    """``bundles``, ``model``, ``examples`` or ``sweep``; weights in a bundle belong to it."""
    from mips_verify.check.stored import CERTIFICATE, FILES
    from mips_verify.network.load import READERS, UNREAD

    if path.name in FILES and (path.parent / CERTIFICATE).exists():
        return "bundles"
    if path.suffix in EXAMPLES:
        return "examples"
    if path.suffix in SWEEPS:
        return "sweep"
    return "model" if path.suffix in READERS or path.suffix in UNREAD else "bundles"


def read_subjects(path: Path, kind: str, said: Said) -> list[Subject]:
    """Read the model or the rows of a sweep, or learn from the examples.

    Raises:
        MipsVerifyError: the file cannot be read, or something is not said that must be.
    """
    if kind == "sweep":
        return _swept(path)
    return [_learned(path, said) if kind == "examples" else _read(path, said)]


def _swept(path: Path) -> list[Subject]:
    from mips_verify.bench.sweep_file import read_rows
    from mips_verify.bench.sweep_subject import sweep_subjects
    from mips_verify.prove.sandbox import equal_in_worker
    from mips_verify.spec.task import load_task

    return sweep_subjects(read_rows(path), load_task, equal_in_worker)


def _read(path: Path, said: Said) -> Subject:
    from mips_verify.commands.terminal import status
    from mips_verify.extract.effort import Effort
    from mips_verify.network.interface import Interface
    from mips_verify.network.load import load_model
    from mips_verify.pipeline.known_inputs import inputs_of
    from mips_verify.pipeline.read_network import read_network
    from mips_verify.report.page.read_subject import reading_subject
    from mips_verify.spec.task import load_task

    task, asked = load_task(said.task) if said.task else None, domain_of(said.ranges)
    interface = Interface(asked, said.length, **said.interface)
    model = load_model(path, interface.within(task.domain, task.length) if task else interface)
    domain, steps = inputs_of(model, asked, said.length, task=task)
    with status(path.name) as progress:
        reading = read_network(
            model.network, domain, steps, spec=task.spec if task else None,
            seed=said.seed, effort=Effort(said.effort), progress=progress,
        )  # fmt: skip
    return reading_subject(reading, path.name, model.what, task)


def _learned(path: Path, said: Said) -> Subject:
    from mips_verify.commands.terminal import status
    from mips_verify.extract.effort import Effort
    from mips_verify.files import make_folder
    from mips_verify.pipeline.from_examples import learn
    from mips_verify.pipeline.store import Store
    from mips_verify.pipeline.synthesis_result import Settings
    from mips_verify.report.page.read_subject import learned_subject
    from mips_verify.spec.examples import load_examples

    examples = load_examples(
        path, outputs=said.outputs, ranges=ranges_of(said.ranges), letters=said.letters,
        length=said.length,
    )  # fmt: skip
    make_folder(said.runs / path.stem)
    settings = Settings(seed=said.seed, accept="data", effort=Effort(said.effort))
    with status(path.name) as progress:
        learned = learn(examples, settings, store=Store(said.runs / path.stem), progress=progress)
    return learned_subject(learned)
