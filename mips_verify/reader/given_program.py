"""A program from whatever holds one: a Python file, a certificate, a bundle, or a task."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded
from mips_verify.kernel.certificate import certificate_from_text
from mips_verify.kernel.machine import Machine
from mips_verify.reader.execute import read_source
from mips_verify.reader.program import read_program
from mips_verify.reader.source.outside_subset import OutsideSubset
from mips_verify.spec.task import Task, load_task
from mips_verify.spec.value_names import Names

CERTIFICATE: Final = "certificate.json"
LARGEST: Final = 2**20  # bytes of a certificate


def given_program(what: str | Path) -> Task | Path:
    """The program as the specification of a task, or the path of a Python file.

    Only a Python file leaves open what its inputs are; :func:`read_python` reads it once they are
    known.

    Args:
        what: a ``.py`` file, a certificate or the folder of its bundle, a task file, or the name of
            a task.

    Raises:
        MipsVerifyError: there is nothing of the kind, or it cannot be read.
    """
    path = Path(what)
    if path.suffix == ".py":
        return path
    if path.is_dir() or path.suffix == ".json":
        return _certified(path / CERTIFICATE if path.is_dir() else path)
    return load_task(str(what))


def read_python(path: Path, inputs: tuple[str, ...]) -> Machine:
    """The machine that a Python file computes on inputs of these names.

    Raises:
        MipsVerifyError: it cannot be read, is not Python, or the reader cannot be certain of it.
    """
    try:
        source = read_source(path)
        return read_program(source, inputs=inputs, path=str(path), file=path)
    except OutsideSubset as error:
        raise MipsVerifyError(
            f"{path} cannot be read as a machine ({error}); docs/programs.md says what can"
        ) from None


def _certified(path: Path) -> Task:
    data = read_bounded(path, LARGEST)
    try:
        proof = certificate_from_text(data.decode())
    except MipsVerifyError as error:
        raise MipsVerifyError(f"{path}: {error}") from None
    except UnicodeDecodeError:
        raise MipsVerifyError(f"{path} is not UTF-8 text") from None
    except (RecursionError, ArithmeticError, ValueError) as error:
        raise MipsVerifyError(f"{path} is too deep or too large ({error})") from None
    return Task(
        proof.task, proof.says, proof.length, proof.domain, proof.program,
        names=Names(proof.input_names, proof.output_names),
    )  # fmt: skip
