"""A strict reader of a bundle's network: numpy alone, so that `check` needs nothing of training.

It takes what :func:`mips_verify.network.weights.save` writes, byte for byte, and nothing else:
no other tensors, kinds of numbers, header entries or gaps in which something might be hidden.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mips_verify.network.weights import StoredNetwork

_WIDTH: Final = 8  # bytes of the header's length, of its alignment and of a number
_LARGEST_HEADER: Final = 2**16  # bytes


def read_network(data: bytes, name: str) -> StoredNetwork:
    """The network of a safetensors file, and what its header says about it.

    Raises:
        MipsVerifyError: anything else; the sentence goes on behind the name of the file.
    """
    from pathlib import Path

    from mips_verify.network.weights import FORMAT, from_tensors

    header, start = _header(data)
    about = _described(header.pop("__metadata__", None))
    stored = from_tensors(Path(name), _tensors(header, data, start), about)
    network = stored.network
    sizes = {"f": network.f, "g": network.g}
    said = {
        "about": stored.about,
        "channels": network.channels,
        "format": FORMAT,
        "hidden": network.hidden,
        **{key: [list(weight.shape) for weight, _ in layers] for key, layers in sizes.items()},
    }
    if json.dumps(about, sort_keys=True) != json.dumps(said, sort_keys=True):
        _refuse("says more in its header than what its network is")
    return stored


def _refuse(why: str) -> NoReturn:
    raise MipsVerifyError(why)


def _header(data: bytes) -> tuple[dict[str, Any], int]:
    """The header, and where the numbers start."""
    size = int.from_bytes(data[:_WIDTH], "little")
    start = _WIDTH + size
    if not 0 < size <= min(_LARGEST_HEADER, len(data) - _WIDTH):
        _refuse("is no file of weights: it has no header of safetensors")
    header = _parsed(text := data[_WIDTH:start].rstrip(b" "))
    # written again, so that no key is there twice and nothing stands between them
    plain = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    if text != plain or size != -(-len(plain) // _WIDTH) * _WIDTH:
        _refuse("has a header that safetensors does not write")
    return header, start


def _parsed(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else _refuse("has a header that is no JSON object")


def _described(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict) or list(metadata) != ["mips_verify"]:
        _refuse("was not written by mips-verify: its metadata are others")
    text = metadata["mips_verify"]
    about = _parsed(text) if isinstance(text, str) else {}
    if json.dumps(about, sort_keys=True) != text or not isinstance(about.get("about"), dict):
        _refuse("was not written by mips-verify: its metadata are others")
    return about


def _tensors(header: dict[str, Any], data: bytes, start: int) -> dict[str, NDArray[Any]]:
    import numpy as np

    found, at = {}, 0
    for name, entry in header.items():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not (isinstance(shape, list) and all(type(n) is int and n > 0 for n in shape)):
            _refuse(f"has a tensor {name!r} without a shape")
        end = at + _WIDTH * math.prod(shape)
        if entry != {"dtype": "F64", "shape": shape, "data_offsets": [at, end]}:
            _refuse(f"has a tensor {name!r} that is not of float64, or not where it must be")
        if start + end > len(data):
            _refuse("ends before its numbers do")
        found[name] = np.frombuffer(data[start + at : start + end], dtype="<f8").reshape(shape)
        at = end
    if start + at != len(data):
        _refuse("holds bytes behind its numbers")
    return found
