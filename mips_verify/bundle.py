"""The folder ``proofs/<Task>/``: a proved program with what lets others check it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mips_verify.pipeline import Result


def write_result(result: Result, folder: Path) -> None:
    """Write ``program.py``, ``certificate.json`` and ``network.safetensors``.

    Raises:
        MipsVerifyError: the folder cannot be written to.
        ValueError: a result that was not proved.
    """
    from mips_verify.emit.bundle import write_bundle
    from mips_verify.emit.program import render_program
    from mips_verify.prove.certificate import certificate

    if not result.proved or result.program is None or result.verdict is None:
        raise ValueError(f"{result.task.name} was not proved; there is no bundle to write")
    task, trained = result.task, result.best.trained
    how = f"{trained.engine} network with {trained.network.hidden} hidden, seed {trained.seed}"
    program = render_program(
        result.program, name=task.name, says=task.says, domain=task.domain, how=how
    )
    proof = {
        "task": task.name,
        "engine": trained.engine,
        **certificate(result.program, task.spec, task.domain, result.verdict, seed=trained.seed),
    }
    files: dict[str, str | bytes] = {
        "program.py": program,
        "certificate.json": json.dumps(proof, indent=1) + "\n",
        "network.safetensors": _weights(result),
    }
    write_bundle(folder, files)


def _weights(result: Result) -> bytes:
    from mips_verify.network import weights

    trained = result.best.trained
    about = {"task": result.task.name, "engine": trained.engine, "seed": trained.seed}
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "network.safetensors"
        weights.save(path, trained.network, about)
        return path.read_bytes()
