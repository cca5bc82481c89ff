"""Weight files: safetensors with a JSON header, never pickle, so that a file can run nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from mips_verify.errors import MipsVerifyError
from mips_verify.files import write_whole
from mips_verify.network.network import Array, Layers, Network

FORMAT = 1
_KEY = "mips_verify"  # the one metadata key used; its value is JSON
_LARGEST = 64 * 2**20  # bytes; the largest network trained here has 40 kB


class WeightFileError(MipsVerifyError):
    """A weight file that cannot be read, or that holds no network."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredNetwork:
    """A network and what was written about it.

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
        about: anything JSON can hold.
    """
    header = {
        "format": FORMAT,
        "channels": network.channels,
        "hidden": network.hidden,
        "f": [list(weight.shape) for weight, _ in network.f],
        "g": [list(weight.shape) for weight, _ in network.g],
        "about": dict(about or {}),
    }
    text = json.dumps(header, sort_keys=True, allow_nan=False)
    data = to_bytes(_tensors(network), metadata={_KEY: text})
    write_whole(path, data)


def load(path: Path) -> StoredNetwork:
    """Read a network and check all of it.

    Raises:
        WeightFileError: one sentence on what is wrong with the file.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise WeightFileError(f"{path} is larger than {_LARGEST} bytes; not read")
        with safe_open(str(path), framework="np") as file:
            metadata = file.metadata() or {}
            tensors = {name: np.asarray(file.get_tensor(name)) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, TypeError, ValueError) as error:
        raise WeightFileError(f"{path} is not a readable safetensors file: {error}") from error
    header = _header(path, metadata)
    sizes = {"f": header["f"], "g": header["g"]}
    wanted = {f"{name}.{i}.{part}" for name in sizes for i in range(len(sizes[name]))
              for part in ("weight", "bias")} | {"h0"}  # fmt: skip
    if set(tensors) != wanted:
        odd = ", ".join(sorted(set(tensors) ^ wanted)[:4])
        raise WeightFileError(f"{path} does not hold the tensors its header lists: {odd}")
    arrays = {name: _checked(path, name, value) for name, value in tensors.items()}
    try:
        f, g = (_layers(arrays, name, sizes[name]) for name in ("f", "g"))
        network = Network(f, g, arrays["h0"], header["channels"])
    except (ValueError, IndexError) as error:
        raise WeightFileError(f"{path} holds no network: {error}") from error
    if network.hidden != header["hidden"]:
        raise WeightFileError(f"{path} has {network.hidden} hidden values, not the header's")
    return StoredNetwork(network, header["about"])


def _tensors(network: Network) -> dict[str, Array]:
    out = {"h0": np.ascontiguousarray(network.h0, dtype=np.float64)}
    for name, layers in (("f", network.f), ("g", network.g)):
        for i, (weight, bias) in enumerate(layers):
            out[f"{name}.{i}.weight"] = np.ascontiguousarray(weight, dtype=np.float64)
            out[f"{name}.{i}.bias"] = np.ascontiguousarray(bias, dtype=np.float64)
    return out


def _header(path: Path, metadata: Mapping[str, str]) -> dict[str, Any]:
    """The JSON header with every type checked."""
    try:
        header = json.loads(metadata[_KEY])
    except KeyError:
        raise WeightFileError(f"{path} was not written by mips-verify: no header") from None
    except (ValueError, RecursionError) as error:
        raise WeightFileError(f"the header of {path} is not JSON: {error}") from error
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise WeightFileError(f"{path} is not of weight file format {FORMAT}")
    counts = all(
        isinstance(header.get(k), int) and 0 < header[k] < 2**16 for k in ("channels", "hidden")
    )
    if not (counts and _shapes(header.get("f")) and _shapes(header.get("g"))):
        raise WeightFileError(f"the header of {path} lacks the sizes of the network")
    if not isinstance(header.get("about"), dict):
        raise WeightFileError(f"the header of {path} lacks the field 'about'")
    return header


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


def _checked(path: Path, name: str, value: np.ndarray) -> Array:
    if value.dtype not in (np.float32, np.float64):
        raise WeightFileError(f"{path}: tensor {name} is {value.dtype}, not a float")
    if not np.isfinite(value).all():
        raise WeightFileError(f"{path}: tensor {name} holds a value that is not finite")
    return value.astype(np.float64)


def _layers(arrays: Mapping[str, Array], name: str, shapes: list[list[int]]) -> Layers:
    """The layers of f or g; a shape that differs from the header's is an error."""
    out = []
    for i, shape in enumerate(shapes):
        weight, bias = arrays[f"{name}.{i}.weight"], arrays[f"{name}.{i}.bias"]
        if list(weight.shape) != shape or bias.shape != (shape[0],):
            raise ValueError(f"layer {i} of {name} is {weight.shape}, the header says {shape}")
        out.append((weight, bias))
    return tuple(out)
