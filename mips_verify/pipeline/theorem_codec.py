"""How the theorem about a network is written to a file of the store and read back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from mips_verify.certify.certify_network import Certified, Repaired
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.lockstep import Failure
from mips_verify.certify.prove_network import NetworkTheorem
from mips_verify.files import read_bounded, replace_whole
from mips_verify.network.load import load_model
from mips_verify.network_kernel.network_certificate import (
    certificate_from_text,
    certificate_to_text,
)
from mips_verify.pipeline.network_theorem import Answer, NotAsked, model_bytes
from mips_verify.pipeline.store import Codec


def answer_codec(problem: Certifying) -> Codec[Answer]:
    """A codec for answers about this problem; a repaired network lies beside, in a file of its own.

    A certificate is read with its network and its program at hand, which the store need not keep.
    """
    return Codec(".json", partial(_save, problem), partial(_load, problem))


def _save(problem: Certifying, path: Path, answer: Answer) -> None:
    if isinstance(answer, NotAsked):
        data: dict[str, Any] = {"reason": answer.reason}
    else:
        data = {"theorem": _theorem_to_dict(answer.theorem), "repaired": None}
    if isinstance(answer, Certified) and (mended := answer.repaired) is not None:
        data["repaired"] = {"how": mended.how, "theorem": _theorem_to_dict(mended.theorem)}
        replace_whole(_weights(path), model_bytes(mended.network, problem.length, {}))
    replace_whole(path, json.dumps(data, indent=1).encode())


def _load(problem: Certifying, path: Path) -> Answer:
    data = json.loads(read_bounded(path))
    if "reason" in data:
        return NotAsked(data["reason"])
    theorem, mended = _theorem(data["theorem"], problem), data["repaired"]
    if mended is None:
        return Certified(theorem)
    network = load_model(_weights(path)).weights
    other = _theorem(mended["theorem"], replace(problem, model=network))
    return Certified(theorem, Repaired(mended["how"], network, other))


def _weights(path: Path) -> Path:
    return path.with_suffix(".safetensors")


def _theorem_to_dict(theorem: NetworkTheorem) -> dict[str, Any]:
    return {
        "certificate": certificate_to_text(theorem.certificate),
        "methods": list(theorem.methods),
        "failure": asdict(theorem.failure) if theorem.failure is not None else None,
        "seconds": theorem.seconds,
        "compared": theorem.compared,
    }


def _theorem(data: dict[str, Any], problem: Certifying) -> NetworkTheorem:
    text, failure = data["certificate"], data["failure"]
    return NetworkTheorem(
        certificate_from_text(text, problem.exact, problem.program, problem.domain),
        tuple(data["methods"]),
        _failure(**failure) if failure is not None else None,
        data["seconds"],
        data["compared"],
    )


def _failure(
    word: list[list[int]], expected: list[int], got_float: list[int], exact: bool | None
) -> Failure:
    return Failure(tuple(map(tuple, word)), tuple(expected), tuple(got_float), exact)
