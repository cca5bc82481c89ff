"""Sequences with which people see what a task asks for: one that tells much, or their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import numpy as np

from mips_verify.errors import TaskError, one_line
from mips_verify.kernel.machine import Word
from mips_verify.spec.labelling import spec_value
from mips_verify.spec.task import Task
from mips_verify.spec.value_names import Words

STEPS: Final = 8
TRIED: Final = 64  # random sequences; where an output is rare, one of a few shows it at times
_NUMBER: Final = re.compile(r"-?\d{1,25}", re.ASCII)


def telling_word(task: Task) -> Word:
    """The random sequence with the most different outputs of a few, always the same one.

    Raises:
        TaskError: the specification has no value on one of them.
    """
    tried = task.domain.sample(TRIED, STEPS, np.random.default_rng(0)).tolist()
    words = [tuple(map(tuple, word)) for word in tried]
    return max(words, key=lambda word: len(set(spec_value(task, word))))


def word_from(texts: Sequence[str], task: Task) -> Word:
    """A sequence that a person wrote: a text for each letter, with commas between inputs.

    Args:
        texts: numbers, or names where the task has names for values.
        task: whose letters they are.

    Raises:
        TaskError: a text is no letter of the task, or the specification has no value there.
    """
    word = tuple(_letter(text, task) for text in texts)
    spec_value(task, word)
    return word


def _letter(text: str, task: Task) -> tuple[int, ...]:
    d = task.domain
    parts = [text] if d.channels == 1 else text.split(",")  # a name may have a comma
    if len(parts) != d.channels:
        names = ",".join(d.names)
        raise TaskError(f"'{_shown(text)}' is no letter of {task.name}; write {names} as one text")
    named: tuple[Words, ...] = task.names.inputs or ((),) * d.channels
    channels = zip(d.names, d.lows, d.highs, named, strict=True)
    return tuple(_value(part.strip(), *about) for part, about in zip(parts, channels, strict=True))


def _value(text: str, name: str, low: int, high: int, words: Words) -> int:
    if text in words:
        return words.index(text)
    if _NUMBER.fullmatch(text) and low <= int(text) <= high:
        return int(text)
    called = f" ({', '.join(map(one_line, words))})" if words else ""
    raise TaskError(f"'{_shown(text)}' is no value of {name}, which is in {low}..{high}{called}")


def _shown(text: str) -> str:
    return one_line(text[:60])
