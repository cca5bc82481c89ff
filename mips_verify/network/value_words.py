"""What people call the values of a network's inputs and of its output.

A network reads and gives numbers; a file only carries what they are called along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Words = tuple[str, ...]  # the names of the values 0, 1, ...; empty where they are plain numbers


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Names of values.

    Attributes:
        inputs: the words of each input, in the order of the columns; empty if none has any.
        outputs: the words of the output.
    """

    inputs: tuple[Words, ...] = ()
    outputs: Words = ()

    def header(self) -> dict[str, Any]:
        """What the header of a file says of them; nothing if there are none."""
        if not any(self.inputs) and not self.outputs:
            return {}
        return {"names": {"inputs": list(map(list, self.inputs)), "outputs": list(self.outputs)}}


def numbered(inputs: Any, values: Any) -> tuple[Any, Any, ValueWords]:
    """Inputs and values with numbers in the place of texts, and the texts.

    Args:
        inputs: the range or the words of each input.
        values: the value of each score, or its word.
    """
    words = tuple(map(_words, inputs.values())) if isinstance(inputs, Mapping) else ()
    outputs = _words(values)
    if any(words):
        pairs = zip(inputs.items(), words, strict=True)
        inputs = {n: (0, len(said) - 1) if said else given for (n, given), said in pairs}
    return inputs, list(range(len(outputs))) if outputs else values, ValueWords(words, outputs)


def _words(given: Any) -> Words:
    """The texts in a list of texts; none in anything else."""
    texts = isinstance(given, list | tuple) and all(isinstance(w, str) for w in given)
    return tuple(given) if texts else ()


def words_from(header: Mapping[str, Any]) -> ValueWords:
    """The names that the header of a file says.

    Raises:
        ValueError: what it says is no list of lists of texts, or does not fit its ranges.
    """
    if (said := header.get("names")) is None:
        return ValueWords()
    given = said if isinstance(said, dict) else {}
    words = ValueWords(tuple(map(_words, given.get("inputs", ()))), _words(given.get("outputs")))
    ends = [list(header["inputs"][name]) for name in header["order"]]
    fits = len(words.inputs) == len(ends) and all(
        end == [0, len(texts) - 1] for texts, end in zip(words.inputs, ends, strict=True) if texts
    )
    if not fits or words.header() != {"names": said}:
        raise ValueError("the names of values do not fit the ranges of the inputs")
    return words
