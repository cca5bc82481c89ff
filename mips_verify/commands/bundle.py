"""Writing a bundle again from its certificate."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mips_verify.commands.options import EXIT_CODES, dot_option, write_dot

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate


@click.command(epilog=EXIT_CODES)
@click.argument("certificate", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the bundle DIR/<Task>/; the certificate's own folder when left out.",
)
@dot_option
def bundle(certificate: Path, out: Path | None, dot: Path | None) -> None:
    """Write the files of a bundle again from its CERTIFICATE.

    CERTIFICATE is a certificate.json, or the folder that holds one. Its proof is checked first;
    if it holds, all files are written, else none. The network's files are kept as they are.
    """
    from mips_verify.check.check_budgets import RLIMIT
    from mips_verify.check.finding import Options
    from mips_verify.check.recheck import read_bundle
    from mips_verify.check.stored import CERTIFICATE
    from mips_verify.errors import MipsVerifyError
    from mips_verify.files import write_folder
    from mips_verify.kernel.certificate import recheck
    from mips_verify.kernel.verdict import Status
    from mips_verify.pipeline.theorem_files import OPTIONAL
    from mips_verify.spec.value_names import Names

    folder = certificate if certificate.is_dir() else certificate.parent
    name = CERTIFICATE if certificate.is_dir() else certificate.name
    try:
        read = read_bundle(folder, Options(), name)
    except MipsVerifyError as error:
        raise MipsVerifyError(f"{folder / name}: {error}") from None
    target = _target(folder.absolute(), name, read.proof, out)
    kept = _kept(folder, read.proof)
    verdict = recheck(read.proof, RLIMIT)
    if verdict.status is not Status.PROVED:
        click.echo(f"mips-verify: nothing is written: {verdict.reason} in {certificate}", err=True)
        sys.exit(1 if verdict.reason.endswith("does not hold") else 3)
    write_folder(target, {**read.files, **kept}, without=OPTIONAL)
    click.echo(f"{len(read.files)} files written to {target}", err=True)
    if dot is not None:
        proof = read.proof
        names = Names(proof.input_names, proof.output_names)
        write_dot(dot, proof.program, proof.domain, names)


def _target(folder: Path, name: str, proof: Certificate, out: Path | None) -> Path:
    from mips_verify.check.stored import CERTIFICATE
    from mips_verify.errors import MipsVerifyError

    if out is not None:
        return out / proof.task
    # the new folder replaces the old one, so the old one must be a bundle
    if name != CERTIFICATE or folder.resolve().name != proof.task:
        raise MipsVerifyError(
            f"{folder / name} is not {proof.task}/{CERTIFICATE}, as it is in a bundle; give "
            f"--out, the folder for the bundle {proof.task}/"
        )
    return folder


def _kept(folder: Path, proof: Certificate) -> dict[str, bytes]:
    """The files that the certificate does not give: the network's, and the program as written."""
    from mips_verify.check.stored import read_stored
    from mips_verify.errors import MipsVerifyError
    from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS
    from mips_verify.pipeline.theorem_files import REPAIRED, THEOREM

    written = {ORIGINAL: read_stored(folder, ORIGINAL)} if (folder / ORIGINAL).exists() else {}
    if not proof.weights:
        return written
    data = read_stored(folder, WEIGHTS)
    if hashlib.sha256(data).hexdigest() != proof.weights:
        raise MipsVerifyError(
            f"{folder / WEIGHTS} does not have the SHA-256 that the certificate names; put the "
            "network's own file there"
        )
    names = [name for name in (THEOREM, *REPAIRED) if (folder / name).exists()]
    return {**written, WEIGHTS: data, **{name: read_stored(folder, name) for name in names}}
