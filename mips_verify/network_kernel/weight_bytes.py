"""The numbers of a weight file, read from its bytes without numpy or torch.

This accepts what :func:`mips_verify.network.weights.write_tensors` writes, byte for byte, and
nothing else: no other kinds of numbers, header entries or gaps in which something might hide.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from mips_verify.errors import MipsVerifyError

HEADER_BYTES: Final = 2**16  # longest JSON header that is read
_WIDTH: Final = 8  # bytes of a number, of the header's length and of its alignment


class WeightBytesError(MipsVerifyError):
    """Bytes that are no weight file; the message continues a sentence that starts with its name."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Numbers in row-major order, and the length of each axis."""

    shape: tuple[int, ...]
    numbers: tuple[float, ...]

    def vector(self) -> tuple[float, ...]:
        """The numbers of a tensor with one axis.

        Raises:
            WeightBytesError: the tensor has another number of axes.
        """
        if len(self.shape) != 1:
            refuse(f"has a tensor with {len(self.shape)} axes where a vector belongs")
        return self.numbers

    def rows(self) -> tuple[tuple[float, ...], ...]:
        """The rows of a matrix.

        Raises:
            WeightBytesError: the tensor has another number of axes than two.
        """
        if len(self.shape) != 2:
            refuse(f"has a tensor with {len(self.shape)} axes where a matrix belongs")
        height, width = self.shape
        return tuple(self.numbers[i * width : (i + 1) * width] for i in range(height))


def read_weights(data: bytes) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a safetensors file by name, and what its header says about them.

    Raises:
        WeightBytesError: any other file, or a number that is not finite.
    """
    size = int.from_bytes(data[:_WIDTH], "little")
    start = _WIDTH + size
    if not 0 < size <= min(HEADER_BYTES, len(data) - _WIDTH):
        refuse("is not a file of weights: it has no safetensors header")
    header = _parsed(text := data[_WIDTH:start].rstrip(b" "))
    # written anew and compared, so that no repeated key and no blank can hide anything
    plain = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    if text != plain or size != -(-len(plain) // _WIDTH) * _WIDTH:
        refuse("has a header that safetensors does not write")
    about = _described(header.pop("__metadata__", None))
    return _tensors(header, data, start), about


def refuse(why: str) -> NoReturn:
    """Raise: the file is not what it should be."""
    raise WeightBytesError(why)


def _parsed(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else refuse("has a header that is not a JSON object")


def _described(metadata: Any) -> dict[str, Any]:
    if not isinstance(metadata, dict) or list(metadata) != ["mips_verify"]:
        refuse("was not written by mips-verify: its metadata are not those that it writes")
    text = metadata["mips_verify"]
    about = _parsed(text) if isinstance(text, str) else {}
    if json.dumps(about, sort_keys=True) != text or not isinstance(about.get("about"), dict):
        refuse("was not written by mips-verify: its metadata are not those that it writes")
    return about


def _tensors(header: dict[str, Any], data: bytes, start: int) -> dict[str, Tensor]:
    found, at = {}, 0
    for name, entry in header.items():
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not (isinstance(shape, list) and all(type(n) is int and n > 0 for n in shape)):
            refuse(f"has a tensor {name!r} without a shape")
        count = math.prod(shape)
        end = at + _WIDTH * count
        if entry != {"dtype": "F64", "shape": shape, "data_offsets": [at, end]}:
            refuse(f"has a tensor {name!r} that is not float64, or is out of place")
        if start + end > len(data):
            refuse("ends before its numbers do")
        numbers = struct.unpack(f"<{count}d", data[start + at : start + end])
        if not all(map(math.isfinite, numbers)):
            refuse(f"has a number in tensor {name!r} that is not finite")
        found[name] = Tensor(tuple(shape), numbers)
        at = end
    if start + at != len(data):
        refuse("holds bytes after its numbers")
    return found
