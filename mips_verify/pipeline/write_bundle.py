"""Writing the bundle ``proofs/<Task>/``: a proved program and the files for checking it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mips_verify.pipeline.theorem_files import OPTIONAL, THEOREM, rocq_file, theorem_files

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.pipeline.synthesis_result import Result

WEIGHTS = "network.safetensors"


def write_result(result: Result, folder: Path) -> None:
    """Write the bundle of a proved result: the rendered files, the weights and their theorem.

    Raises:
        MipsVerifyError: the folder cannot be written to.
        ValueError: the result was not proved.
    """
    from mips_verify.emit.targets import render_files
    from mips_verify.files import write_folder
    from mips_verify.pipeline.network_theorem import NotAsked

    weights = _weights(result)
    proof = certify(result, weights)
    theorem = theorem_files(
        result.best.certified or NotAsked("the run ended before"),
        result.best.trained.network,
        proof.program,
        proof.domain,
        proof.length,
        _about(result),
    )
    in_rocq = rocq_file(proof, weights, str(theorem[THEOREM]))
    files = {**render_files(proof), WEIGHTS: weights, **theorem, **in_rocq}
    write_folder(folder, files, without=OPTIONAL)


def certify(result: Result, weights: bytes) -> Certificate:
    """The certificate of a proved result; ``weights`` is the file of its network.

    Raises:
        ValueError: the result was not proved.
    """
    import z3

    from mips_verify import __version__
    from mips_verify.kernel.certificate import (
        Certificate,
        certificate_from_text,
        certificate_to_text,
    )

    if not result.proved or result.program is None or result.verdict is None:
        raise ValueError(f"{result.task.name} was not proved; there is no bundle to write")
    task, trained = result.task, result.best.trained
    proof = Certificate(
        task=task.name,
        says=printable(task.says),
        length=task.length,
        program=result.program,
        spec=task.spec,
        domain=task.domain,
        invariant=result.verdict.invariant,
        all_integers=result.verdict.all_integers,
        how=made_from(trained.engine, trained.network.hidden, trained.seed),
        strategy=result.verdict.strategy,
        tools=f"mips-verify {__version__}, z3 {z3.get_version_string()}",
        seed=trained.seed,
        weights=hashlib.sha256(weights).hexdigest(),
        declarative=task.declarative,
        declarative_rocq=task.declarative_rocq,
        input_names=task.names.inputs,
        output_names=task.names.outputs,
    )
    # written and read once, because a text such as --7 then becomes a plain number
    return certificate_from_text(certificate_to_text(proof))


def made_from(engine: object, hidden: int, seed: int) -> str:
    """The origin of a program, as a certificate states it."""
    return f"{engine} network with {hidden} hidden, seed {seed}"


def printable(text: str) -> str:
    """The sentence of a task on one line, as a certificate needs it."""
    return "".join(c if c.isprintable() else " " for c in text)


def _weights(result: Result) -> bytes:
    from mips_verify.network.weights import network_bytes

    return network_bytes(result.best.trained.network, _about(result))


def _about(result: Result) -> dict[str, Any]:
    """What the header of the network's file says."""
    trained = result.best.trained
    return {"task": result.task.name, "engine": trained.engine, "seed": trained.seed}
