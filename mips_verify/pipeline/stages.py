"""One function a stage: computed once, stored under a hash of all that went into it."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from mips_verify import __version__
from mips_verify.data import Dataset
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.certificate import machine_from_dict, machine_to_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Verdict
from mips_verify.network.network import Network
from mips_verify.pipeline.lesson import Lesson
from mips_verify.pipeline.score import Miss
from mips_verify.pipeline.store import Codec, Store, json_codec
from mips_verify.progress import Progress
from mips_verify.prove.verdict_json import verdict_from_dict, verdict_to_dict
from mips_verify.spec.labelling import extended
from mips_verify.train.train import Attempt, Trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

T = TypeVar("T")


def train(
    learn: Dataset,
    check: Dataset,
    *,
    engine: str,
    lesson: Lesson,
    store: Store,
    progress: Progress,
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
            progress=lambda message: progress("train", message),
        )

    inputs = {
        "version": __version__,
        "data": [_hash_arrays(d.x, d.y) for d in (learn, check)],
        "domain": dataclasses.astuple(learn.domain),
        "engine": engine,
        "seed": lesson.seed,
        "start": _hash_network(lesson.network) if lesson.network is not None else None,
        "enough": lesson.enough,
        "tried": len(lesson.earlier.trail) if lesson.earlier is not None else 0,
    }
    return _staged(
        "train",
        inputs,
        compute,
        Codec(".safetensors", _save_trained, _load_trained),
        store,
        progress,
    )


def extract(
    network: Network,
    domain: Domain,
    horizon: int,
    *,
    lesson: Lesson,
    store: Store,
    progress: Progress,
) -> Extraction:
    """A program read out of a network, blind to the specification."""

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
            progress=lambda message: progress("extract", message),
        )

    inputs = {
        "version": __version__,
        "network": _hash_network(network),
        "domain": dataclasses.astuple(domain),
        "horizon": horizon,
        "seed": lesson.seed,
        "compare": lesson.compare_on,
    }
    return _staged(
        "extract",
        inputs,
        compute,
        json_codec(_extraction_to_dict, _extraction_from_dict),
        store,
        progress,
    )


def prove(
    program: Machine,
    spec: Machine,
    domain: Domain,
    *,
    seed: int,
    store: Store,
    progress: Progress,
) -> Verdict:
    """Whether program and specification agree on sequences of every length."""

    def compute() -> Verdict:
        from mips_verify.prove.sandbox import equal

        return equal(
            program, spec, domain, seed=seed, progress=lambda message: progress("prove", message)
        )

    inputs = {
        "version": __version__,
        "program": machine_to_dict(program),
        "spec": machine_to_dict(spec),
        "domain": dataclasses.astuple(domain),
        "seed": seed,
    }
    return _staged(
        "prove", inputs, compute, json_codec(verdict_to_dict, verdict_from_dict), store, progress
    )


def agrees(network: Network, miss: Miss) -> bool:
    """Whether the network is right on a sequence that a program got wrong."""
    _, outputs = network.run(np.array([miss.word], dtype=np.int64))
    return tuple(map(tuple, outputs[0].tolist())) == miss.labels


def _staged(
    stage: str,
    inputs: object,
    compute: Callable[[], T],
    codec: Codec[T],
    store: Store,
    progress: Progress,
) -> T:
    result, found = store.stage(stage, inputs, compute, codec)
    if found:
        progress(stage, "taken from an earlier run")
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


def _save_trained(path: Path, trained: Trained) -> None:
    from mips_verify.network import weights

    about = {
        f.name: getattr(trained, f.name) for f in dataclasses.fields(trained) if f.name != "network"
    }
    about["trail"] = [dataclasses.asdict(a) for a in trained.trail]
    weights.save(path, trained.network, about)


def _load_trained(path: Path) -> Trained:
    from mips_verify.network import weights

    stored = weights.load(path)
    about = dict(stored.about)
    about["trail"] = tuple(Attempt(**a) for a in about["trail"])
    about["widths_f"] = tuple(about["widths_f"])
    about["widths_g"] = tuple(about["widths_g"])
    return Trained(network=stored.network, **about)


def _extraction_to_dict(extraction: Extraction) -> dict[str, Any]:
    machine = extraction.machine
    return {
        "machine": machine_to_dict(machine) if machine is not None else None,
        "form": extraction.form,
        "states": extraction.states,
        "agreement": extraction.agreement,
        "tried": list(extraction.tried),
    }


def _extraction_from_dict(data: dict[str, Any]) -> Extraction:
    machine = machine_from_dict(data["machine"]) if data["machine"] is not None else None
    return Extraction(
        machine=machine,
        form=data["form"],
        states=data["states"],
        agreement=data["agreement"],
        tried=tuple(data["tried"]),
    )
