"""The bundle of any proved program: of a Python file, a machine, a network that was read, a run.

Nothing is written unless the program is PROVED: its proof is made anew, by the obligations of its
certificate, before the first file appears.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline.origin import Origin, from_network
from mips_verify.pipeline.write_bundle import certify, printable, result_origin, write_files
from mips_verify.progress import Progress, quiet

if TYPE_CHECKING:
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.spec.task import Task

LEAST: Final = 0.85  # share of sequences on which a network agrees; `check` demands 0.8 of others
RLIMIT: Final = 100_000_000  # Z3's count of work for one obligation; `check` allows as much
UNNAMED: Final = "unnamed"  # what trained a network that does not say it


@dataclass(frozen=True, slots=True)
class _Proved:
    """A program, the verdict on it, and where it comes from."""

    program: Machine
    verdict: Verdict
    origin: Origin


def write_bundle(
    program: Machine | Reading | Result | str | Path,
    task: Task,
    folder: str | Path,
    *,
    verdict: Verdict | None = None,
    network: object = None,
    seed: int = 0,
    progress: Progress = quiet,
) -> Path:
    """Write the bundle ``folder/<Task>/`` of a proved program whole, or nothing at all.

    Args:
        program: what :func:`mips_verify.api.extract` or :func:`mips_verify.api.synthesize` gives, a
            machine, or the path of a Python file.
        task: the task that it is proved against.
        folder: where the bundle lies; it is called after the task.
        verdict: what :func:`mips_verify.api.prove` gives for a machine or a file; if it is left
            out, the program is proved now.
        network: the network that a reading is of; its weights go into the bundle if it is one of
            perceptrons f and g.
        seed: of the random sequences that try to refute a program that is proved now.
        progress: called with the stage and what it is doing.

    Returns:
        the folder of the bundle.

    Raises:
        MipsVerifyError: the program is not PROVED, cannot be read as a machine, or the folder
            cannot be written to or holds something else.
    """
    from mips_verify.kernel.certificate import recheck

    target = Path(folder) / task.name
    _demand_bundle(target)
    found = _found(program, task, verdict, network, seed, progress)
    if found.verdict.status is not Status.PROVED:
        raise MipsVerifyError(f"nothing is written: {one_line(str(found.verdict))}")
    proof = certify(task, found.program, found.verdict, found.origin)
    again = recheck(proof, RLIMIT)
    if again.status is not Status.PROVED:
        raise MipsVerifyError(f"nothing is written: {again.reason}")
    write_files(target, proof, found.origin)
    return target


def _demand_bundle(target: Path) -> None:
    """Refuse a folder with other files: a bundle has names, such as program.py, that they may have.

    Raises:
        MipsVerifyError: the folder is neither empty nor a bundle.
    """
    from mips_verify.reader.given_program import CERTIFICATE

    if target.is_dir() and any(target.iterdir()) and not (target / CERTIFICATE).exists():
        raise MipsVerifyError(
            f"nothing is written: the folder {target} is there and is no bundle; choose another "
            "place"
        )


def _found(
    program: Machine | Reading | Result | str | Path,
    task: Task,
    verdict: Verdict | None,
    network: object,
    seed: int,
    progress: Progress,
) -> _Proved:
    """The program with its verdict, which is asked for if there is none."""
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.reader.prove_file import prove_machine

    if isinstance(program, Result):
        machine, verdict, origin = program.program, program.verdict, result_origin(program)
    elif isinstance(program, Reading):
        machine, verdict = program.program, program.verdict
        origin = _read_from(program, task, network)
    elif isinstance(program, Machine):
        machine, origin = program, Origin("a program given as a machine", seed)
        verdict = verdict or prove_machine(program, task, seed=seed, progress=progress)
    else:
        return _of_file(Path(program), task, verdict, seed, progress)
    if machine is None or verdict is None:
        raise MipsVerifyError("nothing is written: there is no program, or no verdict on it")
    return _Proved(machine, verdict, origin)


def _of_file(
    path: Path, task: Task, verdict: Verdict | None, seed: int, progress: Progress
) -> _Proved:
    """The program in a Python file; its bytes are kept as the author wrote them."""
    from mips_verify.reader.execute import read_source
    from mips_verify.reader.program import read_program
    from mips_verify.reader.prove_file import prove_source

    source = read_source(path)
    verdict = verdict or prove_source(source, path, task, file=path, seed=seed, progress=progress)
    if verdict.status is not Status.PROVED:
        raise MipsVerifyError(f"nothing is written: {one_line(str(verdict))}")
    names = task.domain.names
    machine = read_program(source, inputs=names, path=str(path), file=path)
    return _Proved(machine, verdict, Origin(path.name, seed, source))


def _read_from(reading: Reading, task: Task, given: object) -> Origin:
    """The network of a reading as the origin of its program, with its weights where they fit.

    `check` reads weights of perceptrons f and g only, and demands that they agree with the program
    on words of the task's length; of another network the bundle only says where it was.
    """
    from mips_verify.network.model import Model
    from mips_verify.network.network import Network
    from mips_verify.pipeline.network_theorem import NotAsked

    network = given.network if isinstance(given, Model) else given
    said = given.about if isinstance(given, Model) else {}
    about = _header(said, task)
    program = reading.program
    if not isinstance(network, Network) or program is None or not _agrees(network, program, task):
        return Origin(str(said.get("engine", "a network without a file")))
    return from_network(network, about, reading.certified or NotAsked("the run ended before"))


def _header(said: Any, task: Task) -> dict[str, Any]:
    """Task, engine and seed for the header of a bundle's network, as its own file says them."""
    name, engine, seed = (said.get(key) for key in ("task", "engine", "seed"))
    return {
        "task": name if isinstance(name, str) else task.name,
        "engine": printable(engine) if isinstance(engine, str) else UNNAMED,
        "seed": seed if type(seed) is int else 0,
    }


def _agrees(network: Any, program: Machine, task: Task) -> bool:
    """Whether a network agrees with its program on enough words of the task's length."""
    from mips_verify.pipeline.compare_network import compare

    full = compare(network, program, task.domain, task.length, 0).full
    return full.wrong <= (1 - LEAST) * full.sequences
