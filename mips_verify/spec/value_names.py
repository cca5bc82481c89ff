"""Names for the values 0, 1, 2 ... of inputs, state variables and outputs.

A machine reads and gives numbers, and a theorem is about numbers. Where values are things such as
messages or commands, people read their names instead; nothing is proved about a name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mips_verify.errors import TaskError, one_line
from mips_verify.kernel.machine import Word
from mips_verify.spec.input_limits import LONGEST_NAME, MOST_LETTERS

Words = tuple[str, ...]  # the names of the values 0, 1, ...; empty where values are plain numbers
LONGEST_SHOWN: Final = 40  # letters of a sequence on one line
_APART: Final = re.compile(r"[\s,()]")  # a name with one of these is quoted within a sequence


@dataclass(frozen=True, slots=True)
class Names:
    """The names of values, for people.

    Attributes:
        inputs: for each input its words; empty if no input has any.
        outputs: the same for the outputs.
        state: the same for the state variables of the specification.
        keys: what the outputs themselves are called; empty for the usual ``y``, or ``y0``, ``y1``.
    """

    inputs: tuple[Words, ...] = ()
    outputs: tuple[Words, ...] = ()
    state: tuple[Words, ...] = ()
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for part in ("inputs", "outputs", "state"):
            if not any(getattr(self, part)):  # equal names are equal values
                object.__setattr__(self, part, ())

    @property
    def any(self) -> bool:
        """Whether an input or an output has names for its values."""
        return bool(self.inputs or self.outputs)

    def word(self, word: Word) -> str:
        """A sequence of letters on one line."""
        return " ".join(self.letter(letter) for letter in word)

    def brief(self, word: Word) -> str:
        """The same; of a long sequence the length and its end."""
        if len(word) <= LONGEST_SHOWN:
            return self.word(word)
        return f"{len(word)} letters that end in {self.word(word[-LONGEST_SHOWN // 4 :])}"

    def letter(self, values: Sequence[int]) -> str:
        """One letter; several inputs are put in parentheses."""
        return _shown(called(self.inputs, values))

    def answer(self, values: Sequence[int]) -> str:
        """The outputs after one letter."""
        return _shown(called(self.outputs, values))

    def output_keys(self, count: int) -> tuple[str, ...]:
        """What the outputs of a task with ``count`` of them are called."""
        return self.keys or usual_keys(count)

    def for_task_files(self) -> Names:
        """The same without lists that a task file cannot have, such as one with a name of spaces.

        What these values are called is then lost, as is right: they are numbers in the file.
        """
        inputs, outputs, state = (
            tuple(words if _is_readable(words) else () for words in part)
            for part in (self.inputs, self.outputs, self.state)
        )
        return Names(inputs, outputs, state, self.keys)

    def table(self, inputs: Sequence[str], state: Sequence[str], outputs: int) -> dict[str, Words]:
        """The words by the name of the input, state variable or output that has them."""
        parts = (
            (inputs, self.inputs), (state, self.state), (self.output_keys(outputs), self.outputs),
        )  # fmt: skip
        return {
            key: words
            for keys, named in parts
            for key, words in zip(keys, named, strict=False)
            if words
        }


NUMBERS: Final = Names()  # no value has a name


def stands_for(words: Mapping[str, Words]) -> list[str]:
    """A line for each input, state variable or output with names: which number is called what."""
    return [
        f"{key} stands for {', '.join(f'{one_line(w)} = {i}' for i, w in enumerate(listed))}"
        for key, listed in words.items()
    ]


def values_of(name: str, low: int, high: int, words: Words) -> str:
    """The values of an input or output in a few words: ``x in 0..9``, or ``x in open, close``."""
    return f"{name} in {', '.join(map(one_line, words)) or f'{low}..{high}'}"


def usual_keys(count: int) -> tuple[str, ...]:
    """What outputs are called that were not given a name."""
    return ("y",) if count == 1 else tuple(f"y{i}" for i in range(count))


def called(named: Sequence[Words], values: Sequence[int]) -> list[str]:
    """Each value's name, or its digits where it has none."""
    padded = [*named, *[()] * (len(values) - len(named))]
    return [
        one_line(words[v]) if 0 <= v < len(words) else str(v)
        for words, v in zip(padded, values, strict=True)
    ]


def _shown(texts: list[str]) -> str:
    quoted = [f"'{t}'" if _APART.search(t) else t for t in texts]
    return quoted[0] if len(quoted) == 1 else f"({', '.join(quoted)})"


def read_words(key: str, given: Sequence[Any]) -> Words:
    """The words in a list of a task file.

    Args:
        key: where the list stands, for messages.
        given: the list.

    Raises:
        TaskError: it is empty or too long, or holds what is no name, or one name twice.
    """
    if not given:
        raise TaskError(f"{key}: the list of names is empty; write one name for each value")
    if len(given) > MOST_LETTERS:
        raise TaskError(f"{key}: {len(given)} names, at most {MOST_LETTERS} can be used")
    for name in given:
        if not isinstance(name, str):
            raise TaskError(f"{key}: {str(name)[:60]} is not in quotes, as names of values are")
        if not name or name != name.strip() or not name.isprintable():
            raise TaskError(
                f"{key}: {name[:60]!r} cannot be the name of a value; write printable characters, "
                "without spaces at the ends"
            )
        if len(name) > LONGEST_NAME:
            raise TaskError(f"{key}: '{name[:20]}...' is longer than {LONGEST_NAME} characters")
    if len(set(given)) < len(given):
        again = next(n for i, n in enumerate(given) if n in given[:i])
        raise TaskError(f"{key}: '{again}' is the name of two values; each needs its own")
    return tuple(given)


def read_input_words(key: str, given: Sequence[Any]) -> Words:
    """The words in the list of an input, which stands where other inputs have a range.

    Raises:
        TaskError: as :func:`read_words`; of numbers the message says how a range is written.
    """
    if given and all(isinstance(value, int) for value in given):
        ends = f"{min(given)}..{max(given)}"
        raise TaskError(
            f"{key}: {str(given[0])[:60]} is not in quotes, as names of values are; a range is "
            f'written "{ends[:60]}"'
        )
    return read_words(key, given)


def names_of(inputs: Sequence[Words], outputs: Sequence[Words]) -> Names:
    """The names in a file of others.

    Raises:
        TaskError: there is a name that no value can have, or one that two values have.
    """
    for words in (*inputs, *outputs):
        if words:
            read_words("the names of values", words)
    return Names(tuple(inputs), tuple(outputs))


def _is_readable(words: Words) -> bool:
    try:
        return read_words("", words) == words
    except TaskError:
        return False
