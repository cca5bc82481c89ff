"""One function per stage. Results are stored under a hash of the inputs and reused."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mips_verify import __version__
from mips_verify.certify.certifying import Certifying
from mips_verify.data import Dataset
from mips_verify.deadline import seconds_left
from mips_verify.extract.effort import Effort
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.certificate import machine_to_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Verdict
from mips_verify.network.network import Network
from mips_verify.pipeline.codecs import EXTRACTION, TRAINED, VERDICT
from mips_verify.pipeline.lesson import Lesson
from mips_verify.pipeline.network_theorem import Answer, network_theorem
from mips_verify.pipeline.store import Codec, Store
from mips_verify.pipeline.theorem_codec import answer_codec
from mips_verify.progress import EARLIER, Progress
from mips_verify.spec.labelling import extended
from mips_verify.train.train import Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")


def train(
    learn: Dataset, check: Dataset, engine: str, lesson: Lesson, store: Store, progress: Progress
) -> Trained:
    """A network learned from labelled sequences alone."""

    def compute() -> Trained:
        from mips_verify.train.train import train as fit

        return fit(
            learn,
            check,
            engine=engine,
            seed=lesson.seed,
            start=lesson.network,
            earlier=lesson.earlier,
            enough=lesson.enough,
            progress=partial(progress, "train"),
        )

    inputs = {
        "data": [_hash_arrays(d.x, d.y) for d in (learn, check)],
        "domain": dataclasses.astuple(learn.domain),
        "engine": engine,
        "seed": lesson.seed,
        "start": _hash_network(lesson.network) if lesson.network is not None else None,
        "enough": lesson.enough,
        "tried": len(lesson.earlier.trail) if lesson.earlier is not None else 0,
    }
    return _stored("train", inputs, compute, TRAINED, store, progress)


def extract(
    network: Network,
    domain: Domain,
    horizon: int,
    lesson: Lesson,
    effort: Effort,
    at_once: Callable[[Machine], None],
    store: Store,
    progress: Progress,
) -> Extraction:
    """A program read out of a network, without use of the specification.

    The first program that agrees with the network is passed to ``at_once`` before the search for a
    better one goes on; nothing comes back.
    """

    def compute() -> Extraction:
        from mips_verify.extract.extraction import extract as read

        sequences = None
        if lesson.compare_on:
            rng = np.random.default_rng(lesson.seed)
            sequences = extended(domain, lesson.compare_on, horizon, rng)
        return read(
            network,
            domain,
            horizon,
            seed=lesson.seed,
            sequences=sequences,
            effort=effort,
            beyond=True,
            at_once=at_once,
            progress=partial(progress, "extract"),
        )

    inputs = {
        "network": _hash_network(network),
        "domain": dataclasses.astuple(domain),
        "horizon": horizon,
        "seed": lesson.seed,
        "compare": lesson.compare_on,
        "effort": effort,
    }
    return _stored("extract", inputs, compute, EXTRACTION, store, progress)


def prove(
    program: Machine, spec: Machine, domain: Domain, seed: int, store: Store, progress: Progress
) -> Verdict:
    """Whether program and specification agree on sequences of every length."""

    def compute() -> Verdict:
        from mips_verify.prove.sandbox import SECONDS, equal_in_worker

        return equal_in_worker(
            program, spec, domain, seed=seed, seconds=seconds_left(SECONDS),
            progress=partial(progress, "prove"),
        )  # fmt: skip

    inputs = {
        "program": machine_to_dict(program),
        "spec": machine_to_dict(spec),
        "domain": dataclasses.astuple(domain),
        "seed": seed,
    }
    return _stored("prove", inputs, compute, VERDICT, store, progress)


def certify(
    network: Network,
    program: Machine,
    domain: Domain,
    length: int,
    seed: int,
    store: Store,
    progress: Progress,
) -> Answer:
    """How far the network itself is proved to be its program."""

    def compute() -> Answer:
        def say(line: str) -> None:
            progress("certify", str(line))  # the stage has not ended with what it finds on the way

        return network_theorem(network, program, domain, length, seed, say)

    inputs = {
        "network": _hash_network(network),
        "program": machine_to_dict(program),
        "domain": dataclasses.astuple(domain),
        "length": length,
        "seed": seed,
    }
    codec = answer_codec(Certifying(network, program, domain, length, seed))
    return _stored("certify", inputs, compute, codec, store, progress)


def _stored(
    stage: str,
    inputs: Mapping[str, object],
    compute: Callable[[], T],
    codec: Codec[T],
    store: Store,
    progress: Progress,
) -> T:
    """The stored result for these inputs and this version of the tool; if none, compute it."""
    versioned = {"version": __version__, **inputs}
    result, found = store.stage(stage, versioned, compute, codec)
    if found:
        progress(stage, EARLIER)
    return result


def _hash_arrays(*arrays: NDArray[Any]) -> str:
    found = hashlib.sha256()
    for a in arrays:
        found.update(repr(a.shape).encode())
        found.update(np.ascontiguousarray(a).tobytes())
    return found.hexdigest()[:16]


def _hash_network(network: Network) -> str:
    layers = [a for layer in (*network.f, *network.g) for a in layer]
    return _hash_arrays(network.h0, *layers)
