"""``original.py`` of a bundle: the program as its author wrote it, read as a machine once more.

The other files are rendered from the certificate; this one is not. It belongs to the bundle if the
reader makes of it the very program of the certificate. It is never run.
"""

from __future__ import annotations

from pathlib import Path

from mips_verify.check.check_budgets import READING_SECONDS
from mips_verify.check.finding import Finding
from mips_verify.check.stored import read_stored, shows_a_sequence
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate, machine_from_dict, machine_to_dict
from mips_verify.pipeline.origin import ORIGINAL
from mips_verify.reader.program import read_program
from mips_verify.reader.source.syntax_tree import MAX_SOURCE


def check_original(folder: Path, proof: Certificate, tasks: Path | None) -> Finding | None:
    """What is wrong with ``original.py``; ``None`` if it is the program, or not there.

    Args:
        folder: the bundle.
        proof: its certificate.
        tasks: folder of the task files, which the finding names; ``None`` for the tool's own.
    """
    path = folder / ORIGINAL
    if not (path.exists() or path.is_symlink()):
        return None
    try:
        source = read_stored(folder, ORIGINAL, MAX_SOURCE)
        with within(READING_SECONDS):
            machine = read_program(source, inputs=proof.domain.names, path=ORIGINAL)
            # written and read once, as the certificate's program was
            same = machine_from_dict(machine_to_dict(machine)) == proof.program
    except TooLongError as error:
        return Finding("files", "undecided", f"was not read in {error}", ORIGINAL)
    except (MipsVerifyError, RecursionError, MemoryError, ArithmeticError, ValueError) as error:
        return Finding("files", "failed", f"cannot be read as a program: {error}", ORIGINAL)
    if not same:
        shown = shows_a_sequence(path, proof.task, tasks)
        why = f"is another program than the certificate's; {shown}"
        return Finding("files", "failed", why, ORIGINAL)
    return None
