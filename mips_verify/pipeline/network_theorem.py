"""Is the network itself its program? What a run, a bundle and a report say about that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from mips_verify.certify.certify_network import Certified, certify_network, with_repair
from mips_verify.certify.certifying import Certifying, exact_network
from mips_verify.deadline import REASON, interruptible, time_is_up
from mips_verify.errors import MipsVerifyError, one_line
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.network import Network
from mips_verify.network.torch_modules import module_bytes
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network.weights import network_bytes
from mips_verify.network_kernel.exact_network import fingerprint
from mips_verify.network_kernel.network_certificate import NetworkCertificate, program_hash
from mips_verify.progress import Say

if TYPE_CHECKING:
    from mips_verify.certify.certifying import Model
    from mips_verify.network.sequence_function import Recurrent, SequenceFunction

# every method lists the letters, and encloses as many sets as they are by as many numbers as a
# network is wide; more of either would take gigabytes, and minutes for each method
LETTERS: Final = 1_000
WEIGHTS: Final = 100_000


@dataclass(frozen=True, slots=True)
class NotAsked:
    """No theorem was looked for, and why."""

    reason: str


Answer = Certified | NotAsked


def network_theorem(
    network: Recurrent | SequenceFunction,
    program: Machine,
    domain: Domain,
    length: int,
    seed: int,
    progress: Say,
    *,
    repair: bool = True,
    train: bool = False,
) -> Answer:
    """How far a network is proved to be a program; no network and no program raises an error.

    Args:
        network: the network; only one with weights has a theorem.
        program: the machine that it should equal.
        domain: the letters.
        length: letters of the words that trained the network.
        seed: decides every random choice.
        progress: called with what is being done.
        repair: whether to look for a repaired network where this one is not proved.
        train: whether a repair may train it further, which takes up to minutes.
    """
    if not isinstance(network, Network | Stacked):
        return NotAsked("its weights are not known")
    if time_is_up():
        return NotAsked(REASON)
    if domain.size > LETTERS:
        return NotAsked(f"the input has {domain.size} letters, and {LETTERS} are the most")
    if (size := _weights(network)) > WEIGHTS:
        return NotAsked(f"the network has {size} weights, and {WEIGHTS} are the most")
    problem = Certifying(network, program, domain, length, seed)
    try:
        with interruptible(), np.errstate(all="ignore"):  # a network may well leave the numbers
            return certify_network(problem, progress, repair=repair, train=train)
        return NotAsked(REASON)
    except (MipsVerifyError, ArithmeticError, ValueError) as error:
        return NotAsked(one_line(f"the program or the network cannot be run: {error}"))


def repaired_further(answer: Answer, problem: Certifying, progress: Say) -> Answer:
    """An answer with a repaired network, which may be trained for minutes, if one is found.

    Args:
        answer: the theorem about the network itself, or why there is none.
        problem: the network and the program.
        progress: called with what is being done.
    """
    if isinstance(answer, NotAsked):
        return answer
    try:
        with np.errstate(all="ignore"):
            return with_repair(problem, answer, progress, train=True)
    except (MipsVerifyError, ArithmeticError, ValueError):
        return answer  # a network that cannot be run is not repaired


def _weights(network: Model) -> int:
    """The number of weights, without biases."""
    if isinstance(network, Network):
        return sum(weight.size for weight, _ in (*network.f, *network.g))
    inside = sum(layer.weight_ih.size + layer.weight_hh.size for layer in network.layers)
    return inside + network.weight.size


def certificate_of(
    answer: Answer, network: Model, program: Machine, domain: Domain, length: int
) -> NetworkCertificate:
    """The certificate of an answer; that of no letters if nothing was looked for."""
    if isinstance(answer, Certified):
        return answer.theorem.certificate
    weights = fingerprint(exact_network(network, length))
    return NetworkCertificate(weights, program_hash(program, domain), 0, 0, ())


def model_bytes(network: Model, length: int, about: Mapping[str, Any]) -> bytes:
    """The weight file of a network of either kind, with notes in its header."""
    if isinstance(network, Network):
        return network_bytes(network, about)
    return module_bytes(network, length, about)
