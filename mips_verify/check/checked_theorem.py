"""The theorems about a bundle's network and about a repaired one, checked anew."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mips_verify.check.check_budgets import THEOREM_BYTES
from mips_verify.check.network_file import read_network
from mips_verify.check.stored import read_stored
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.errors import MipsVerifyError
from mips_verify.pipeline.theorem_files import (
    REPAIRED,
    REPAIRED_THEOREM,
    REPAIRED_WEIGHTS,
    THEOREM,
    repaired_by,
)

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.network.network import Network
    from mips_verify.network_kernel.network_certificate import NetworkCertificate


class TheoremError(MipsVerifyError):
    """A theorem that does not hold or was not decided, and the file that is about it.

    Attributes:
        file: name of the file.
        undecided: whether the check took too long, which is no evidence.
    """

    def __init__(self, file: str, why: str, *, undecided: bool = False) -> None:
        super().__init__(why)
        self.file, self.undecided = file, undecided


@dataclass(frozen=True, slots=True)
class Weights:
    """A network's file: its bytes, the network that was read from them, and its header's notes."""

    data: bytes
    network: Network
    about: Mapping[str, Any]


def check_theorems(
    folder: Path, given: Weights, proof: Certificate, seconds: float
) -> tuple[str, tuple[str, ...]]:
    """Check ``network.json`` and, if they are there, the files of a repaired network.

    Args:
        folder: the bundle.
        given: its network.
        proof: its certificate, which has the program.
        seconds: CPU seconds allowed for each theorem.

    Returns:
        what is proved, in words, and what a repaired network's header claims.

    Raises:
        TheoremError: a file is missing or does not hold, or its check takes too long.
    """
    said = _checked(folder, THEOREM, given, proof, seconds)
    if not any(_there(folder / name) for name in REPAIRED):
        return said, ()
    mended = _repaired(folder, given)
    other = _checked(folder, REPAIRED_THEOREM, mended, proof, seconds)
    return f"{said}; repaired: {other}", (f"a network {mended.about['engine']!r}",)


def _there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _checked(folder: Path, name: str, given: Weights, proof: Certificate, seconds: float) -> str:
    """What one file proves about one network."""
    from mips_verify.report.theorem import certificate_line

    if not _there(folder / name):
        again = shlex.join(
            ["mips-verify", "certify", str(folder), str(folder), "--out", str(folder)]
        )
        raise TheoremError(name, f"is not there; `{again}` writes it")
    try:
        text = read_stored(folder, name, THEOREM_BYTES).decode()
        with within(seconds):
            return certificate_line(_confirmed(text, given, proof))
    except TooLongError as error:
        raise TheoremError(name, f"was not checked in {error}", undecided=True) from None
    except (MipsVerifyError, UnicodeDecodeError) as error:
        raise TheoremError(name, str(error)) from None


def _confirmed(text: str, given: Weights, proof: Certificate) -> NetworkCertificate:
    """The certificate in a text, if all that it says holds."""
    from mips_verify.network_kernel.exact_network import fingerprint, network_from_bytes
    from mips_verify.network_kernel.network_certificate import (
        certificate_from_text,
        certificate_to_text,
        check_certificate,
    )

    network = network_from_bytes(given.data)
    if fingerprint(network) not in text:  # before its proofs are read, which another may not fit
        raise MipsVerifyError("the certificate speaks of another network")
    found = certificate_from_text(text, network, proof.program, proof.domain)
    if certificate_to_text(found) != text:
        raise MipsVerifyError("does not stand as it would be written")
    check_certificate(found, network, proof.program, proof.domain)
    if found.failure is not None:
        _replay(found, given.network, proof)
    return found


def _replay(found: NetworkCertificate, network: Network, proof: Certificate) -> None:
    """Run network and program on the failure of a certificate.

    Raises:
        MipsVerifyError: it is no word of the task, or the network is not wrong after its last
            letter, or is wrong within the letters for which the certificate proves it right.
    """
    import numpy as np

    from mips_verify.certify.lockstep import Lockstep

    word, domain = found.failure or (), proof.domain
    ends = tuple(zip(domain.lows, domain.highs, strict=True))
    for letter in word:
        if len(letter) != len(ends) or any(
            not low <= v <= high for v, (low, high) in zip(letter, ends, strict=False)
        ):
            raise MipsVerifyError(f"its failure has a letter {letter} that the task has not")
    first = last = 0  # letters after which the network is wrong
    with np.errstate(all="ignore"):  # a network may leave the numbers
        outcomes = Lockstep.of(network, proof.program).outcomes(np.array(word, dtype=np.int64))
        for length, failure in enumerate(outcomes, 1):
            if failure is not None:
                first, last = first or length, length
    if last != len(word):
        raise MipsVerifyError(f"replayed, the network is right after all {len(word)} letters")
    if found.floats is None or first <= found.floats:
        raise MipsVerifyError("it proves the network right where its failure shows it wrong")


def _repaired(folder: Path, given: Weights) -> Weights:
    """The repaired network; its header must be the given one's, and name the repair."""
    try:
        data = read_stored(folder, REPAIRED_WEIGHTS)
        stored = read_network(data, REPAIRED_WEIGHTS)
        engine, before = stored.about.get("engine"), repaired_by(given.about["engine"], "")
        if stored.about != {**given.about, "engine": engine}:
            raise MipsVerifyError("has another header than the network that was repaired")
        if not isinstance(engine, str) or not engine.startswith(before):
            raise MipsVerifyError("does not say in its header what repaired it")
    except MipsVerifyError as error:
        raise TheoremError(REPAIRED_WEIGHTS, str(error)) from None
    return Weights(data, stored.network, stored.about)
