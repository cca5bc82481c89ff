"""Why onnxruntime does not load a file or run it, in words, with what to do about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from mips_verify.errors import one_line
from mips_verify.network.weights import WeightFileError

SHOWN: Final = 240  # characters of an error of onnxruntime
SOURCE: Final = re.compile(r"[\w/.+-]*\.(?:cc|h):\d+ (?:[^()]*::[^()]*\([^()]*\)(?: const)?|\S+) ?")
LOADING: Final = re.compile(r"^Load model from .*? failed: ?(?:Fatal error: )?")
DAMAGED: Final = "is no ONNX model, or is damaged or cut off; export it again"
ELSEWHERE: Final = (
    "keeps its weights in a file that is missing or outside its folder; export it as one file, or "
    "put the weights beside it"
)
REFUSALS: Final = {  # what its versions say, and what that means
    "parsing failed": DAMAGED,
    "No graph was found": DAMAGED,
    "does not have a graph": DAMAGED,
    "External data path": ELSEWHERE,
    "cannot get file size": ELSEWHERE,
    "No Op registered": "has an operator that ONNX does not know; export it with standard "
    "operators",
    "is not a registered function": "has an operator of another library, which is not loaded; "
    "export it with standard operators",
    "opset version": "was written for another version of ONNX; export it with an older opset",
}

SHAPED: Final = re.compile(r"reshape|broadcast|BroadcastIterator", re.IGNORECASE)
BUILT_IN: Final = (
    "the length of its example is built in; give the torch module itself, or export it with "
    "dynamo=True and dynamic_shapes"
)


def refusal(path: Path, kind: str, why: str) -> Exception:
    """The error of a file that is not loaded; ``why`` is what onnxruntime says."""
    if kind == "import":
        return ModuleNotFoundError(f"reading {path} needs a newer onnxruntime", name="onnxruntime")
    if kind == "memory":
        return WeightFileError(f"{path} asks for more memory than it may have; use a smaller model")
    for sign, means in REFUSALS.items():
        if sign in why:
            return WeightFileError(f"{path} {means} ({brief(why)})")
    return WeightFileError(f"{path} is refused by onnxruntime: {brief(why)}")


def failure(path: Path, shape: tuple[int, ...], why: str, *, free: bool) -> str:
    """Why a model does not run on an array, and what to do where its file promises that it does.

    Args:
        path: the file.
        shape: of the array, ``(words, letters, ...)``.
        why: what onnxruntime says.
        free: whether the file declares that words may have any length.
    """
    if free and SHAPED.search(why):
        return (
            f"{path} declares a free time axis, but fails at a length of {shape[1]}: {BUILT_IN} "
            f"({brief(why)})"
        )
    return f"{path} fails on an array of shape {shape}: {brief(why)}"


def brief(why: str) -> str:
    """What onnxruntime says, without its codes, the place in its source, and line breaks."""
    text = SOURCE.sub("", " ".join(why.split()))
    for mark in ("Status Message: ", "Error: ", ", Error ", " : "):
        text = text.rpartition(mark)[2]
    return one_line(LOADING.sub("", text))[:SHOWN]
