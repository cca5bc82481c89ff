"""Where a proved program comes from: a Python file, or a network with what is proved of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.network.network import Network
    from mips_verify.pipeline.network_theorem import Answer

WEIGHTS = "network.safetensors"
_NETWORK = " network with "
ORIGINAL = "original.py"  # a program as its author wrote it; only where it came as a file


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a program comes from, for its certificate and its bundle.

    Attributes:
        how: the origin on one line, which a certificate states.
        seed: of the random choices that made the program; 0 without any.
        source: the bytes of its Python file; empty if it was not read from one.
        network: the network that it was read out of, if its weights go into the bundle.
    """

    how: str
    seed: int = 0
    source: bytes = b""
    network: NetworkOrigin | None = None

    @property
    def weights(self) -> str:
        """The SHA-256 of the network's file in hex digits; empty without a network."""
        return hashlib.sha256(self.network.data).hexdigest() if self.network is not None else ""

    def files(self, proof: Certificate) -> dict[str, str | bytes]:
        """The files of a bundle that its certificate does not give, by name.

        Args:
            proof: the certificate of the program.

        Raises:
            MipsVerifyError: the certificate names another network.
        """
        found: dict[str, str | bytes] = {ORIGINAL: self.source} if self.source else {}
        return found | (self.network.files(proof) if self.network is not None else {})


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOrigin:
    """A network whose weights go into a bundle.

    Attributes:
        network: the network.
        about: what the header of its file says: task, engine and seed.
        answer: how far it is proved to be the program, or why nobody asked.
    """

    network: Network
    about: Mapping[str, Any]
    answer: Answer

    @property
    def data(self) -> bytes:
        """The file of the weights."""
        from mips_verify.network.weights import network_bytes

        return network_bytes(self.network, self.about)

    def files(self, proof: Certificate) -> dict[str, str | bytes]:
        """The weights, and the files about them.

        Args:
            proof: the certificate of the program.

        Raises:
            MipsVerifyError: the certificate names another network.
        """
        from mips_verify.pipeline.theorem_files import THEOREM, rocq_file, theorem_files

        theorem = theorem_files(
            self.answer, self.network, proof.program, proof.domain, proof.length, self.about
        )
        in_rocq = rocq_file(proof, self.data, str(theorem[THEOREM]))
        return {WEIGHTS: self.data, **theorem, **in_rocq}


def from_network(network: Network, about: Mapping[str, Any], answer: Answer) -> Origin:
    """The origin of a program whose network goes into its bundle.

    Args:
        network: the network.
        about: task, engine and seed, as the header of its file shall state them.
        answer: how far the network is proved to be the program.
    """
    how = made_from(about["engine"], network.hidden, about["seed"])
    return Origin(how, about["seed"], network=NetworkOrigin(network, about, answer))


def made_from(engine: object, hidden: int, seed: int) -> str:
    """The origin of a program, as a certificate states it."""
    return f"{engine}{_NETWORK}{hidden} hidden, seed {seed}"


def engine_of(how: str) -> str:
    """What trained the network, from what :func:`made_from` says; else what there is."""
    return how.rpartition(_NETWORK)[0] or how
