"""Weight files: safetensors with a JSON header, never pickle, so that a file can run nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mips_verify.algebra.arrays import Floats
from mips_verify.network.network import Layers, Network
from mips_verify.network.tensors import WeightFileError, demand_names, read_tensors, write_tensors

__all__ = ["StoredNetwork", "WeightFileError", "from_tensors", "load", "save"]


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
        "channels": network.channels,
        "hidden": network.hidden,
        "f": [list(weight.shape) for weight, _ in network.f],
        "g": [list(weight.shape) for weight, _ in network.g],
        "about": dict(about or {}),
    }
    write_tensors(path, _tensors(network), header)


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
        WeightFileError: one sentence on what is wrong with them.
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
    """The layers of f or g; a shape that differs from the header's is an error."""
    out = []
    for i, shape in enumerate(shapes):
        weight, bias = arrays[f"{name}.{i}.weight"], arrays[f"{name}.{i}.bias"]
        if list(weight.shape) != shape or bias.shape != (shape[0],):
            raise ValueError(f"layer {i} of {name} is {weight.shape}, the header says {shape}")
        out.append((weight, bias))
    return tuple(out)
