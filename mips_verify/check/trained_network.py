"""The network of a bundle: checks that it fits the task and agrees with the program."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mips_verify.algebra.percent import percent
from mips_verify.check.check_budgets import (
    FEWEST_SEQUENCES,
    MULTIPLICATIONS,
    NETWORK_SECONDS,
    SEQUENCES,
)
from mips_verify.check.checked_theorem import TheoremError, Weights, check_theorems
from mips_verify.check.finding import Finding, Status
from mips_verify.check.network_file import read_network
from mips_verify.check.stored import read_stored
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import Certificate
from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS, made_from
from mips_verify.pipeline.theorem_files import OPTIONAL, THEOREM

if TYPE_CHECKING:
    from mips_verify.network.network import Network
    from mips_verify.network.weights import StoredNetwork

# The networks of proved programs agree on at least 0.93 of the sequences. If a network is swapped
# for that of another task, agreement is at most 0.63; a constant answer also reaches at most 0.63.
BAR: Final = 0.8
_BATCH: Final = 128  # sequences that run at once


def check_network(folder: Path, proof: Certificate, seconds: float) -> Finding:
    """Whether the file is a network of the right shape that agrees with the program.

    Its header must agree with the certificate. How the network was trained remains a claim,
    since the check does not train it again. What ``network.json`` proves is checked anew.
    """
    if not proof.weights:
        return _without(folder, proof)
    try:
        data = read_stored(folder, WEIGHTS)
        if hashlib.sha256(data).hexdigest() != proof.weights:
            return _failed("does not have the SHA-256 that the certificate names; restore the file")
        stored = read_network(data, WEIGHTS)
        found = _judge(stored, proof, seconds)
        if found.status != "ok":
            return found
        given = Weights(data, stored.network, stored.about)
        proved, claims = check_theorems(folder, given, proof, seconds)
    except TheoremError as error:
        status: Status = "undecided" if error.undecided else "failed"
        return Finding("network", status, str(error), error.file)
    except MipsVerifyError as error:
        return _failed(str(error))
    except TooLongError as error:
        return Finding("network", "undecided", f"did not answer in {error}", WEIGHTS)
    said = f"{proved}; {found.message}"
    return replace(found, message=said, claims=(*found.claims, *claims))


def _failed(why: str, file: str = WEIGHTS) -> Finding:
    return Finding("network", "failed", why, file)


def _without(folder: Path, proof: Certificate) -> Finding:
    for name in (WEIGHTS, THEOREM, *OPTIONAL):
        if (folder / name).exists() or (folder / name).is_symlink():
            return _failed("is there, but the certificate names no network", name)
    lost = "" if (folder / ORIGINAL).exists() else ", which is not here"
    claims = (f"made from {proof.how!r}{lost}",) if proof.how else ()
    return Finding("network", "skipped", "the certificate names no network", claims=claims)


def _judge(stored: StoredNetwork, proof: Certificate, seconds: float) -> Finding:
    """Whether the network fits the task and agrees with the program on sampled words."""
    _demand_said(stored, proof)
    network = stored.network
    shape, wanted = (
        (network.channels, network.outputs),
        (proof.domain.channels, len(proof.program.outputs)),
    )
    if shape != wanted:
        why = "reads {} inputs and gives {} outputs".format(*shape)
        return _failed("{}; the task has {} and {}".format(why, *wanted))
    with within(min(seconds, NETWORK_SECONDS)):
        right, count = agreement(network, proof)
    if count < FEWEST_SEQUENCES:
        why = (
            f"is too large to be run here on {FEWEST_SEQUENCES} sequences of length {proof.length}"
        )
        return Finding("network", "undecided", why, WEIGHTS)
    share = right / count
    said = f"on {percent(share, 1)} of {count} sequences of length {proof.length}"
    if share < BAR:
        return _failed(f"agrees with the program {said} only; {percent(BAR, 0)} are needed")
    about = stored.about
    claims: tuple[str, ...] = (f"trained by {about['engine']!r}", f"seed {proof.seed}")
    if about["task"] != proof.task:
        claims += (f"trained for {about['task']!r}",)
    return Finding("network", "ok", f"agrees with the program {said}", WEIGHTS, claims=claims)


def _demand_said(stored: StoredNetwork, proof: Certificate) -> None:
    """Demand that the header of the network agrees with the certificate.

    Nothing can confirm the task and the engine in the header; they are reported as claims.

    Raises:
        MipsVerifyError: the header differs, or has other entries.
    """
    task, engine = (stored.about.get(key) for key in ("task", "engine"))
    wanted = {"task": task, "engine": engine, "seed": proof.seed}
    if not (isinstance(task, str) and isinstance(engine, str)):
        raise MipsVerifyError(
            "does not say in its header which engine trained it, and for which task"
        )
    if odd := sorted(k for k in stored.about | wanted if stored.about.get(k) != wanted.get(k)):
        raise MipsVerifyError(f"says in its header that {odd[0]} is {stored.about.get(odd[0])!r}")
    if (made := made_from(engine, stored.network.hidden, proof.seed)) != proof.how:
        raise MipsVerifyError(f"is a {made}, the certificate says {proof.how!r}")


def agreement(network: Network, proof: Certificate) -> tuple[int, int]:
    """The number of random sequences on which network and program agree, and the number tried.

    The sequences have the task's length and uniform letters. The hash of the file is the seed, so
    that nobody can make a network for just these sequences. A large network runs on fewer.
    """
    import numpy as np

    from mips_verify.algebra.batch import run_batch
    from mips_verify.network.network import mlp

    work = proof.length * sum(weight.size for weight, _ in (*network.f, *network.g))
    count = min(SEQUENCES, MULTIPLICATIONS // work)
    if count < FEWEST_SEQUENCES:
        return 0, count
    rng = np.random.default_rng(int(proof.weights, 16))
    right = 0
    for start in range(0, count, _BATCH):
        x = proof.domain.sample(min(_BATCH, count - start), proof.length, rng)
        y = run_batch(proof.program, x)
        h, same = network.start(len(x)), np.ones(len(x), dtype=bool)
        with np.errstate(all="ignore"):  # an overflow agrees with no output
            for t in range(proof.length):
                h = network.step(h, x[:, t])
                same &= (np.rint(mlp(network.g, h)) == y[:, t]).all(axis=-1)
        right += int(same.sum())
    return right, count
