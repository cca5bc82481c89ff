"""What a page knows of one bundle, as it was read from its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.network.network import Network
    from mips_verify.network_kernel.network_certificate import NetworkCertificate


@dataclass(frozen=True, slots=True)
class GivenBundle:
    """A bundle; nothing in it has been checked, so that all that it says is a claim.

    Attributes:
        folder: where it lies.
        proof: the certificate; ``None`` if it cannot be read.
        source: the text of ``program.py``, empty if there is none.
        network: its network, if there is one that can be read.
        theorem: what ``network.json`` says, if it can be read.
        repaired: what ``repaired.json`` says, if there is one.
        files: the names of its files with their sizes in bytes.
        suite: the benchmark that the task of this name belongs to; empty if it is unknown.
        problems: what cannot be read, in sentences.
        check: its entry in a report of ``mips-verify check --json``, if one was given.
        stale: whether its files changed since that check.
        bench: its entry in a report of ``mips-verify bench --json``, if one was given.
    """

    folder: Path
    proof: Certificate | None = None
    source: str = ""
    network: Network | None = None
    theorem: NetworkCertificate | None = None
    repaired: NetworkCertificate | None = None
    files: tuple[tuple[str, int], ...] = ()
    suite: str = ""
    problems: tuple[str, ...] = ()
    check: dict[str, Any] | None = None
    stale: bool = False
    bench: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of the task; that of the folder if the certificate cannot be read."""
        return self.folder.name if self.proof is None else self.proof.task
