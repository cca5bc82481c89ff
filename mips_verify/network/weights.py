"""Weight files: safetensors with one JSON header, never pickle, so that a file cannot run code.

The first half writes and reads named tensors of any network; the second half stores f, g and h0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.errors import MipsVerifyError
from mips_verify.files import read_bounded, write_whole
from mips_verify.network.network import Layers, Network

FORMAT = 1
_KEY = "mips_verify"  # the one metadata key used; its value is JSON
LARGEST = 64 * 2**20  # bytes; the largest network trained here has 40 kB


class WeightFileError(MipsVerifyError):
    """A weight file that cannot be read, or that holds no network."""


def write_tensors(path: Path, tensors: Mapping[str, Floats], header: Mapping[str, Any]) -> None:
    """Write arrays as float64, with a JSON header; the file is written whole or not at all."""
    write_whole(path, to_bytes(tensors, header))


def to_bytes(tensors: Mapping[str, Floats], header: Mapping[str, Any]) -> bytes:
    """The bytes of a file that holds the arrays as float64 and a JSON header."""
    from safetensors.numpy import (
        save as pack,
    )  # imported here because an installation without [train] may lack safetensors

    text = json.dumps({"format": FORMAT, **header}, sort_keys=True, allow_nan=False)
    arrays = {n: np.ascontiguousarray(a, dtype=np.float64) for n, a in tensors.items()}
    return bytes(pack(arrays, metadata={_KEY: text}))


def read_tensors(path: Path) -> tuple[dict[str, Floats], dict[str, Any]]:
    """The finite float64 arrays of a file and its header.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    tensors, text = tensors_of(path)
    return tensors, header_of(path, text)


def tensors_of(path: Path) -> tuple[dict[str, Floats], str | None]:
    """The finite float64 arrays of a file, and the text of its header if there is one.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    from safetensors import SafetensorError, safe_open

    try:
        read_bounded(path, LARGEST)  # refuses pipes, devices and large files
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata() or {}
            tensors = {name: np.asarray(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except MipsVerifyError as error:
        raise WeightFileError(str(error)) from None
    except (OSError, SafetensorError, AttributeError, TypeError, ValueError) as error:
        raise WeightFileError(
            f"{path} is not a readable safetensors file ({error}); a torch state dict ends in .pt, "
            "an ONNX model in .onnx"
        ) from error
    return {n: _checked(path, n, value) for n, value in tensors.items()}, metadata.get(_KEY)


def demand_names(path: Path, tensors: Iterable[str], wanted: Iterable[str]) -> None:
    """Check that a file holds exactly the tensors ``wanted``.

    Raises:
        WeightFileError: the first few tensors that are missing or not expected.
    """
    found, expected = set(tensors), set(wanted)
    if missing := sorted(expected - found):
        raise WeightFileError(f"{path} lacks the tensors {few(missing)}")
    if odd := sorted(found - expected):
        raise WeightFileError(f"{path} holds tensors that its header does not list: {few(odd)}")


def few(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")


def header_of(path: Path, text: str | None) -> dict[str, Any]:
    """What the text of a header says; ``path`` is named in errors.

    Raises:
        WeightFileError: there is no header, or it is not one of ours.
    """
    if text is None:
        raise WeightFileError(
            f"{path} was not written by mips-verify: it has no header; a recurrent module is read "
            "without one, or with that of mips_verify.save_network, any other model as ONNX or by "
            "mips_verify.api.from_torch"
        )
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WeightFileError(f"the header of {path} is not JSON: {error}") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise WeightFileError(f"{path} is not of weight file format {FORMAT}")
    if not isinstance(header.get("about"), dict):
        raise WeightFileError(f"the header of {path} lacks the field 'about'")
    return header


def _checked(path: Path, name: str, value: np.ndarray) -> Floats:
    if value.dtype not in (np.float32, np.float64):
        raise WeightFileError(f"{path}: tensor {name} is {value.dtype}, not a float")
    if not np.isfinite(value).all():
        raise WeightFileError(f"{path}: tensor {name} holds a value that is not finite")
    return value.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class StoredNetwork:
    """A network and the notes stored with it.

    Attributes:
        network: the weights, float64.
        about: the dict given to :func:`save`, such as engine and seed.
    """

    network: Network
    about: dict[str, Any]


def save(path: Path, network: Network, about: Mapping[str, Any] | None = None) -> None:
    """Write a network; the file appears whole or not at all.

    Args:
        path: the file to write or replace.
        network: the weights.
        about: notes that can be written as JSON.
    """
    write_whole(path, network_bytes(network, about))


def network_bytes(network: Network, about: Mapping[str, Any] | None = None) -> bytes:
    """The bytes of the file that :func:`save` writes."""
    header = {
        "channels": network.channels,
        "hidden": network.hidden,
        "f": [list(weight.shape) for weight, _ in network.f],
        "g": [list(weight.shape) for weight, _ in network.g],
        "about": dict(about or {}),
    }
    return to_bytes(_tensors(network), header)


def load(path: Path) -> StoredNetwork:
    """Read a network and check all of it.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    return from_tensors(path, *read_tensors(path))


def from_tensors(
    path: Path, tensors: Mapping[str, Floats], header: Mapping[str, Any]
) -> StoredNetwork:
    """The network that a file's tensors and header describe.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    counts = all(
        isinstance(header.get(k), int) and 0 < header[k] < 2**16 for k in ("channels", "hidden")
    )
    if not (counts and _shapes(header.get("f")) and _shapes(header.get("g"))):
        raise WeightFileError(f"the header of {path} lacks the sizes of the network")
    sizes = {"f": header["f"], "g": header["g"]}
    wanted = {f"{name}.{i}.{part}" for name in sizes for i in range(len(sizes[name]))
              for part in ("weight", "bias")} | {"h0"}  # fmt: skip
    demand_names(path, tensors, wanted)
    try:
        f, g = (_layers(tensors, name, sizes[name]) for name in ("f", "g"))
        network = Network(f, g, tensors["h0"], header["channels"])
    except (ValueError, IndexError) as error:
        raise WeightFileError(f"{path} holds no network: {error}") from error
    if network.hidden != header["hidden"]:
        raise WeightFileError(f"{path} has {network.hidden} hidden values, not the header's")
    return StoredNetwork(network, header["about"])


def _tensors(network: Network) -> dict[str, Floats]:
    out = {"h0": network.h0}
    for name, layers in (("f", network.f), ("g", network.g)):
        for i, (weight, bias) in enumerate(layers):
            out[f"{name}.{i}.weight"], out[f"{name}.{i}.bias"] = weight, bias
    return out


def _shapes(value: object) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) < 64
        and all(
            isinstance(shape, list)
            and len(shape) == 2
            and all(isinstance(n, int) and n > 0 for n in shape)
            for shape in value
        )
    )


def _layers(arrays: Mapping[str, Floats], name: str, shapes: list[list[int]]) -> Layers:
    """The layers of f or g; raises ValueError if a shape differs from the header's."""
    out = []
    for i, shape in enumerate(shapes):
        weight, bias = arrays[f"{name}.{i}.weight"], arrays[f"{name}.{i}.bias"]
        if list(weight.shape) != shape or bias.shape != (shape[0],):
            raise ValueError(f"layer {i} of {name} is {weight.shape}, the header says {shape}")
        out.append((weight, bias))
    return tuple(out)
