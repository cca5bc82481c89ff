"""A strict reader of a bundle's network. It needs only numpy, so that ``check`` needs no torch.

It accepts what :func:`mips_verify.network.weights.save` writes, byte for byte, and nothing else:
no other tensors, kinds of numbers, header entries or gaps in which something might be hidden.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final, NoReturn

from mips_verify.check.check_budgets import NETWORK_HEADER_BYTES
from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mips_verify.network.weights import StoredNetwork

_WIDTH: Final = 8  # bytes of a number, of the header's length and of its alignment


def read_network(data: bytes, name: str) -> StoredNetwork:
    """The network of a safetensors file, and what its header says about it.

    Raises:
        MipsVerifyError: any other file; the message continues a sentence that starts with its name.
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
    """The header, and the offset at which the numbers start."""
    size = int.from_bytes(data[:_WIDTH], "little")
    start = _WIDTH + size
    if not 0 < size <= min(NETWORK_HEADER_BYTES, len(data) - _WIDTH):
        _refuse("is not a file of weights: it has no safetensors header")
    header = _parsed(text := data[_WIDTH:start].rstrip(b" "))
    # written anew and compared, so that no repeated key and no blank can hide anything
    plain = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    if text != plain or size != -(-len(plain) // _WIDTH) * _WIDTH:
        _refuse("has a header that safetensors does not write")
    return header, start


def _parsed(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else _refuse("has a header that is not a JSON object")


def _described(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict) or list(metadata) != ["mips_verify"]:
        _refuse("was not written by mips-verify: its metadata are not those that it writes")
    text = metadata["mips_verify"]
    about = _parsed(text) if isinstance(text, str) else {}
    if json.dumps(about, sort_keys=True) != text or not isinstance(about.get("about"), dict):
        _refuse("was not written by mips-verify: its metadata are not those that it writes")
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
            _refuse(f"has a tensor {name!r} that is not float64, or is out of place")
        if start + end > len(data):
            _refuse("ends before its numbers do")
        found[name] = np.frombuffer(data[start + at : start + end], dtype="<f8").reshape(shape)
        at = end
    if start + at != len(data):
        _refuse("holds bytes after its numbers")
    return found
