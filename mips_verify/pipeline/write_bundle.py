"""Writing the bundle ``proofs/<Task>/``: a proved program and the files for checking it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS, Origin, from_network
from mips_verify.pipeline.theorem_files import OPTIONAL, THEOREM

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.pipeline.synthesis_result import Result
    from mips_verify.spec.task import Task


def write_result(result: Result, folder: Path) -> None:
    """Write the bundle of a proved result: the rendered files, the weights and their theorem.

    Raises:
        MipsVerifyError: the folder cannot be written to.
        ValueError: the result was not proved.
    """
    if result.program is None or result.verdict is None:
        raise ValueError(f"{result.task.name} has no program; there is no bundle to write")
    origin = result_origin(result)
    write_files(folder, certify(result.task, result.program, result.verdict, origin), origin)


def result_origin(result: Result) -> Origin:
    """Where the program of a run comes from: the network that the run trained."""
    from mips_verify.pipeline.network_theorem import NotAsked

    trained = result.best.trained
    about = {"task": result.task.name, "engine": trained.engine, "seed": trained.seed}
    answer = result.best.certified or NotAsked("the run ended before")
    return from_network(trained.network, about, answer)


def write_files(folder: Path, proof: Certificate, origin: Origin) -> None:
    """Write all files of a bundle, or none; those of an older bundle do not stay.

    Args:
        folder: the bundle, named after the task.
        proof: what :func:`certify` gives for the same origin.
        origin: where the program comes from.

    Raises:
        MipsVerifyError: the folder cannot be written to.
    """
    from mips_verify.emit.targets import render_files
    from mips_verify.files import write_folder

    files = {**render_files(proof), **origin.files(proof)}
    write_folder(folder, files, without=(WEIGHTS, THEOREM, *OPTIONAL, ORIGINAL))


def certify(task: Task, program: Machine, verdict: Verdict, origin: Origin) -> Certificate:
    """The certificate of a proved program.

    Args:
        task: the task, whose specification the program is proved to equal.
        program: the machine.
        verdict: the verdict on the two, with the invariant.
        origin: where the program comes from.

    Raises:
        ValueError: the program was not proved.
    """
    import z3

    from mips_verify import __version__
    from mips_verify.kernel.certificate import (
        Certificate,
        certificate_from_text,
        certificate_to_text,
    )
    from mips_verify.kernel.verdict import Status

    if verdict.status is not Status.PROVED:
        raise ValueError(f"{task.name} was not proved; there is no bundle to write")
    proof = Certificate(
        task=task.name,
        says=printable(task.says),
        length=task.length,
        program=program,
        spec=task.spec,
        domain=task.domain,
        invariant=verdict.invariant,
        all_integers=verdict.all_integers,
        how=printable(origin.how),
        strategy=verdict.strategy,
        tools=f"mips-verify {__version__}, z3 {z3.get_version_string()}",
        seed=origin.seed,
        weights=origin.weights,
        declarative=task.declarative,
        declarative_rocq=task.declarative_rocq,
        input_names=task.names.inputs,
        output_names=task.names.outputs,
    )
    # written and read once, because a text such as --7 then becomes a plain number
    return certificate_from_text(certificate_to_text(proof))


def printable(text: str) -> str:
    """The sentence of a task on one line, as a certificate needs it."""
    return "".join(c if c.isprintable() else " " for c in text)
