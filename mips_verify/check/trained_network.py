"""The network of a bundle: a network for this task, and one that the program could come from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.check.certificate_limits import TooLongError, within
from mips_verify.check.finding import Finding
from mips_verify.check.stored import WEIGHTS, read_stored
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.pipeline.write_bundle import made_from

if TYPE_CHECKING:
    from mips_verify.network.network import Network
    from mips_verify.network.weights import StoredNetwork

SEQUENCES: Final = 1024
FEWEST: Final = 32  # sequences that say anything
SECONDS: Final = 2.0  # of CPU time to run them
# The networks of proved programs are right on 0.93 and more of their sequences; of all the
# benchmark's networks put in the place of another that they do not equal, the best reaches 0.63,
# and so does the best constant answer.
BAR: Final = 0.8
_WORK: Final = 2**31  # multiplications in all
_PART: Final = 128  # sequences that are run at once
_LARGEST: Final = 2**26  # bytes


def check_network(folder: Path, proof: Certificate, seconds: float) -> Finding:
    """Whether the file is a network of the right shape that agrees with the program.

    What the file says about itself must be what the certificate says; how it was trained remains
    a claim, as nobody trains it again.
    """
    try:
        data = read_stored(folder, WEIGHTS, _LARGEST) if _stored(folder) or proof.weights else None
        if data is None or not proof.weights:
            return _without(proof, data)
        if hashlib.sha256(data).hexdigest() != proof.weights:
            return _failed("has another SHA-256 than the certificate says")
        return _judge(data, proof, seconds)
    except MipsVerifyError as error:
        return _failed(str(error))
    except TooLongError as error:
        return Finding("network", "undecided", f"did not answer in {error}", WEIGHTS)


def _stored(folder: Path) -> bool:
    return (folder / WEIGHTS).exists() or (folder / WEIGHTS).is_symlink()


def _failed(why: str) -> Finding:
    return Finding("network", "failed", why, WEIGHTS)


def _without(proof: Certificate, data: bytes | None) -> Finding:
    if data is not None:
        return _failed("is not named in the certificate, which has no hash of a network")
    claims = (f"read out of {proof.how!r}, which is not here",) if proof.how else ()
    return Finding("network", "skipped", "the certificate names no network", claims=claims)


def _judge(data: bytes, proof: Certificate, seconds: float) -> Finding:
    from mips_verify.check.network_file import read_network

    stored = read_network(data, WEIGHTS)
    _demand_said(stored, proof)
    network = stored.network
    shape, wanted = (
        (network.channels, network.outputs),
        (proof.domain.channels, len(proof.program.outputs)),
    )
    if shape != wanted:
        why = "reads {} inputs and gives {} outputs".format(*shape)
        return _failed("{}; the task has {} and {}".format(why, *wanted))
    with within(min(seconds, SECONDS)):
        right, count = agreement(network, proof)
    if count < FEWEST:
        why = f"is too large to be run here on {FEWEST} sequences of length {proof.length}"
        return Finding("network", "undecided", why, WEIGHTS)
    share = right / count
    said = f"on {share:.1%} of {count} sequences of length {proof.length}"
    if share < BAR:
        return _failed(f"agrees with the program {said} only; {BAR:.0%} are needed")
    about = stored.about
    claims: tuple[str, ...] = (f"trained by {about['engine']!r}", f"seed {proof.seed}")
    if about["task"] != proof.task:
        claims += (f"trained for {about['task']!r}",)
    return Finding("network", "ok", f"agrees with the program {said}", WEIGHTS, claims=claims)


def _demand_said(stored: StoredNetwork, proof: Certificate) -> None:
    """Demand that the header says of the network what the certificate says.

    Its task and the engine that trained it are in the header's own word alone.

    Raises:
        MipsVerifyError: it says something else, or more.
    """
    task, engine = (stored.about.get(key) for key in ("task", "engine"))
    wanted = {"task": task, "engine": engine, "seed": proof.seed}
    if not (isinstance(task, str) and isinstance(engine, str)):
        raise MipsVerifyError(
            "does not say in its header by what it was trained and for which task"
        )
    if odd := sorted(k for k in stored.about | wanted if stored.about.get(k) != wanted.get(k)):
        raise MipsVerifyError(f"says in its header that {odd[0]} is {stored.about.get(odd[0])!r}")
    if (made := made_from(engine, stored.network.hidden, proof.seed)) != proof.how:
        raise MipsVerifyError(f"is a {made}, the certificate says {proof.how!r}")


def agreement(network: Network, proof: Certificate) -> tuple[int, int]:
    """On how many sequences of the task's length network and program agree, and of how many.

    The letters are uniform. The file's own hash decides them, so that no network can be made
    for the sequences it is run on. Fewer are run where the network is large.
    """
    import numpy as np

    from mips_verify.algebra.batch import run_batch
    from mips_verify.network.network import mlp

    work = proof.length * sum(weight.size for weight, _ in (*network.f, *network.g))
    count = min(SEQUENCES, _WORK // work)
    if count < FEWEST:
        return 0, count
    rng = np.random.default_rng(int(proof.weights, 16))
    right = 0
    for start in range(0, count, _PART):
        x = proof.domain.sample(min(_PART, count - start), proof.length, rng)
        y = run_batch(proof.program, x)
        h, same = network.start(len(x)), np.ones(len(x), dtype=bool)
        with np.errstate(all="ignore"):  # what overflows agrees with nothing
            for t in range(proof.length):
                h = network.step(h, x[:, t])
                same &= (np.rint(mlp(network.g, h)) == y[:, t]).all(axis=-1)
        right += int(same.sum())
    return right, count
