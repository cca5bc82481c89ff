"""Words in the arrays and batches that an ONNX model reads, and its scores for them."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from mips_verify.network.coding import Coding
from mips_verify.network.onnx_process import REPLY, OnnxProcess, Port
from mips_verify.network.sequence_function import ExhaustedError, SequenceError
from mips_verify.network.weights import WeightFileError

LETTERS: Final = 2**13  # in one request, so that a large model takes seconds for it
ANSWERS: Final = REPLY // 4  # bytes of the scores that are asked for in one request
BATCHES: Final = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # numbers of words that may be built in
TYPES: Final = {
    "tensor(float)": "f4", "tensor(double)": "f8", "tensor(float16)": "f2", "tensor(bool)": "b1",
    "tensor(int64)": "i8", "tensor(int32)": "i4", "tensor(int16)": "i2", "tensor(int8)": "i1",
    "tensor(uint64)": "u8", "tensor(uint32)": "u4", "tensor(uint16)": "u2", "tensor(uint8)": "u1",
}  # fmt: skip


class UnansweredError(SequenceError):
    """A model ran, an output has a row for every word, and yet none has the axes of answers."""


class OnnxRunner:
    """A model's arrays to its scores: the words are split into batches, and one output is chosen.

    Args:
        process: what runs the model.
        coding: how its arrays are made and read.

    Attributes:
        port: the model's only input.
        output: the name of the output with the answers, once the model was run.
        vectors: the name of the last other output with a vector for every letter, if there is one.

    Raises:
        WeightFileError: the model does not read one array of numbers, of words first and letters
            second.
    """

    def __init__(self, process: OnnxProcess, coding: Coding) -> None:
        self._process, self._coding = process, coding
        self.port, self._outputs = only_input(process), outputs_of(process)
        self.output: str | None = None
        self.vectors: str | None = None
        self._batch = self.port.axes[0]
        self._bytes = 1.0  # of the scores for a letter; known once the model was run

    def demand_time(self, length: int) -> None:
        """Refuse a model whose time axis is shorter than its words.

        Raises:
            WeightFileError: it is, or is the axis of the words.
        """
        steps, needed = self.port.axes[1], length + self._coding.skipped
        if steps is not None and steps < needed:
            raise WeightFileError(
                f"{self._process.path} reads {steps} steps, not {needed} ({self.port}): the second "
                "axis is frozen; export it with a free time axis, and with words first"
            )

    def __call__(self, given: NDArray[Any]) -> NDArray[Any]:
        """The scores of the output chosen, for as many words as ``given`` has."""
        array = self._shaped(given)
        rows = self._batch or self._affordable(array.shape[1])
        try:
            parts = [self._part(array[i : i + rows], rows) for i in range(0, len(array), rows)]
        except SequenceError as error:
            known = self.output is not None or self._batch is not None
            if known or isinstance(error, ExhaustedError | UnansweredError):
                raise
            parts = self._in_batches(array, error)
        return np.concatenate(parts)

    def giving(self, output: str) -> OnnxRunner:
        """The same model and batches, with another output."""
        other = copy.copy(self)
        other.output = output
        return other

    def _affordable(self, length: int) -> int:
        """How many words of a length one request may have."""
        return max(1, min(LETTERS // length, int(ANSWERS // (length * self._bytes))))

    def _in_batches(self, array: NDArray[Any], error: SequenceError) -> list[NDArray[Any]]:
        """The scores of a model that has the number of words of its example built in."""
        for rows in BATCHES:
            self._batch = rows
            try:
                return [self._part(array[i : i + rows], rows) for i in range(0, len(array), rows)]
            except ExhaustedError:
                raise
            except SequenceError:
                self._batch = None
        raise error

    def _part(self, array: NDArray[Any], rows: int) -> NDArray[Any]:
        """The scores of at most ``rows`` words; a fixed batch is filled up with the last word."""
        count = len(array)
        if self._batch is not None and count < rows:
            array = np.concatenate([array, np.repeat(array[-1:], rows - count, axis=0)])
        names = self._outputs if self.output is None else [self.output]
        found = self._process.run(array, names)
        if self.output is None:
            self.output = self._chosen(names, found, array.shape)
            others = [name for name, scores in zip(names, found, strict=True)
                      if scores.ndim == 3 and scores.shape[:2] == array.shape[:2]]  # fmt: skip
            self.vectors = next((n for n in reversed(others) if n != self.output), None)
            self._bytes = sum(scores.nbytes for scores in found) / (len(array) * array.shape[1])
        return found[names.index(self.output)][:count]

    def _chosen(
        self, names: Sequence[str], found: Sequence[NDArray[Any]], shape: tuple[int, ...]
    ) -> str:
        """The first output that has an answer for every letter, or for every word."""
        axes = shape[: 2 if self._coding.causal else 1]
        for name, array in zip(names, found, strict=True):
            scores = array.ndim == len(axes) + 1
            whole = array.ndim == len(axes) and (
                array.dtype.kind != "f" or self._coding.gives == "round"
            )
            if array.shape[: len(axes)] == axes and (scores or whole):
                return name
        by_words = any(array.shape[:1] == shape[:1] for array in found)
        kind = UnansweredError if by_words else SequenceError
        raise kind(self._unanswered(names, found, shape))

    def _unanswered(
        self, names: Sequence[str], found: Sequence[NDArray[Any]], shape: tuple[int, ...]
    ) -> str:
        said = ", ".join(f"{n} {a.shape}" for n, a in zip(names, found, strict=True))
        what = "letter" if self._coding.causal else "word"
        other = "leave out --whole-words" if not self._coding.causal else "give --whole-words"
        return (
            f"{self._process.path} gives {said} for {shape[0]} words of {shape[1]} letters: scores "
            f"for every {what} are in none of them; export it with words first, or {other}"
        )

    def _shaped(self, given: NDArray[Any]) -> NDArray[Any]:
        """Words in the type and with the axes of the model's input; an axis of 1 may be missing."""
        rank = len(self.port.axes)
        if given.ndim == 2 and rank == 3:
            given = given[..., None]
        elif given.ndim == 3 and rank == 2 and given.shape[2] == 1:
            given = given[..., 0]
        wanted = self.port.axes[2] if rank == 3 else None
        if given.ndim != rank or wanted not in (None, given.shape[-1]):
            columns = f", {given.shape[2]}" if given.ndim == 3 else ""
            raise WeightFileError(
                f"{self._process.path} reads {self.port}, and letters read as "
                f"{self._coding.reads} are (words, letters{columns}); change --reads or --input"
            )
        array = given.astype(TYPES[self.port.type])
        if (array != given).any():  # in small integers, numbers would silently become others
            raise WeightFileError(
                f"{self._process.path} reads {self.port}, which cannot hold every number of the "
                "letters; change --reads or --input"
            )
        return array


def only_input(process: OnnxProcess) -> Port:
    """The input of a model that reads words.

    Raises:
        WeightFileError: there are several, or it is no array of numbers of two or three axes.
    """
    if len(process.inputs) != 1:
        names = ", ".join(map(str, process.inputs)) or "none"
        raise WeightFileError(
            f"{process.path} has {len(process.inputs)} inputs ({names}), expected one of words and "
            "letters; export a model with the others built in"
        )
    port = process.inputs[0]
    if port.type not in TYPES or len(port.axes) not in (2, 3):
        raise WeightFileError(
            f"{process.path} reads {port}, expected numbers of axes (words, letters) or (words, "
            "letters, columns)"
        )
    return port


def outputs_of(process: OnnxProcess) -> list[str]:
    """The names of the outputs that are numbers.

    Raises:
        WeightFileError: there are none.
    """
    if found := [port.name for port in process.outputs if port.type in TYPES]:
        return found
    said = ", ".join(map(str, process.outputs)) or "nothing"
    raise WeightFileError(f"{process.path} gives {said}, expected numbers; export scores as float")
