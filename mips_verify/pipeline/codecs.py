"""How the result of each stage is written to a file of the store and read back."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Final

from mips_verify.extract.extraction import Extraction
from mips_verify.extract.method import Candidate
from mips_verify.extract.scoring import Offer
from mips_verify.kernel.certificate import machine_from_dict, machine_to_dict
from mips_verify.kernel.verdict import Verdict
from mips_verify.pipeline.store import Codec, json_codec
from mips_verify.prove.verdict_json import verdict_from_dict, verdict_to_dict
from mips_verify.train.train import Attempt, Trained


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
    # stages of earlier runs have no curves
    about["trail"] = tuple(
        Attempt(**{**a, "curve": tuple(a.get("curve", ()))}) for a in about["trail"]
    )
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
        "alternatives": [
            {"form": c.form, "machine": machine_to_dict(c.machine)} for c in extraction.alternatives
        ],
        "rejected": _offer_to_dict(extraction.rejected),
    }


def _extraction_from_dict(data: dict[str, Any]) -> Extraction:
    machine = machine_from_dict(data["machine"]) if data["machine"] is not None else None
    return Extraction(
        machine=machine,
        form=data["form"],
        states=data["states"],
        agreement=data["agreement"],
        tried=tuple(data["tried"]),
        alternatives=tuple(
            Candidate(c["form"], machine_from_dict(c["machine"])) for c in data["alternatives"]
        ),
        rejected=_offer_from_dict(data["rejected"]),
    )


def _offer_to_dict(offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    return dataclasses.asdict(offer) | {"machine": machine_to_dict(offer.machine)}


def _offer_from_dict(data: dict[str, Any] | None) -> Offer | None:
    return None if data is None else Offer(**data | {"machine": machine_from_dict(data["machine"])})


TRAINED: Final[Codec[Trained]] = Codec(".safetensors", _save_trained, _load_trained)
EXTRACTION: Final[Codec[Extraction]] = json_codec(_extraction_to_dict, _extraction_from_dict)
VERDICT: Final[Codec[Verdict]] = json_codec(verdict_to_dict, verdict_from_dict)
