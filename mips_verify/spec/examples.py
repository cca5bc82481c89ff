"""Labelled examples from a file: sequences of numbers or letters, checked and split.

The last column is the output unless others are named; in an npz file, all of ``y`` are outputs.
:mod:`mips_verify.spec.example_files` describes the formats.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.data import Dataset
from mips_verify.kernel.certificate import MAX_LENGTH
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Word
from mips_verify.spec.example_files import ExamplesError, Raw, read_table
from mips_verify.spec.input_limits import (
    FEWEST_DIFFERENT,
    FEWEST_SEQUENCES,
    LONGEST_LETTER,
    LONGEST_NUMBER,
    MOST_LETTERS,
)
from mips_verify.spec.task_names import is_input_name
from mips_verify.spec.value_names import Names, usual_keys

__all__ = ["Examples", "ExamplesError", "load_examples", "split"]

_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?")
_ONE_STEP: Final = "; if a line is one step, a column `sequence` must say of which sequence"
Ranges = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Labelled sequences.

    Attributes:
        name: the name of the file, for reports.
        data: all sequences.
        outputs: names of the output columns.
        letters: for each column of texts, the texts that its numbers stand for.
        dropped: number of sequences left out because they were too short.
        notes: one sentence about each other thing left out of the file.
        places: where each sequence is found in the file, such as ``sequence 17`` or ``row 5``.
    """

    name: str
    data: Dataset
    outputs: tuple[str, ...]
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: int = 0
    notes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    def place(self, word: Word) -> str:
        """Where the first sequence that begins with ``word`` is found in the file."""
        begins = (self.data.x[:, : len(word)] == np.array(word)).all(axis=(1, 2))
        return self.places[int(begins.argmax())]

    @property
    def names(self) -> Names:
        """What the values of inputs and outputs are called."""
        return Names(
            inputs=tuple(self.letters.get(n, ()) for n in self.data.domain.names),
            outputs=tuple(self.letters.get(n, ()) for n in self.outputs),
            keys=() if self.outputs == usual_keys(len(self.outputs)) else self.outputs,
        )


def load_examples(
    path: Path,
    *,
    outputs: Sequence[str] = (),
    ranges: Ranges | None = None,
    letters: Sequence[str] = (),
    length: int | None = None,
) -> Examples:
    """Read labelled sequences.

    Args:
        path: a ``.csv``, ``.jsonl`` or ``.npz`` file.
        outputs: the output columns; by default the last column.
        ranges: the ranges of those inputs that do not take all their values in the examples.
        letters: columns whose cells are letters even if some look like numbers.
        length: longer sequences are cut to this many steps and shorter ones left out.

    Raises:
        ExamplesError: the file cannot be used; one sentence says what is wrong, and where.
    """
    table = read_table(path)
    raw = table.sequences
    names = list(raw[0].cells)
    chosen = tuple(outputs) or _usual_outputs(path, names)
    if odd := [n for n in names if not is_input_name(n)]:
        raise ExamplesError(f"{path}: '{odd[0]}' cannot name a column; use letters, digits and _")
    for what in (*chosen, *letters, *(ranges or ())):
        if what not in names:
            raise ExamplesError(f"{path} has no column '{what}'; there are {', '.join(names)}")
    inputs = tuple(n for n in names if n not in chosen)
    if not inputs:
        raise ExamplesError(f"{path} has no input column beside {', '.join(chosen)}")
    kept = _same_length(path, raw, length)
    read = {n: _column(path, n, kept, forced=n in letters) for n in names}
    x, y = (np.stack([read[n][0] for n in part], axis=2) for part in (inputs, chosen))
    domain = _domain(path, inputs, x, kept, ranges or {})
    _demand_function(path, x, y, kept)
    known = {n: values for n, (_, values) in read.items() if values}
    data, dropped = Dataset(domain, x, y), len(raw) - len(kept)
    places = tuple(r.place for r in kept)
    return Examples(path.name, data, chosen, known, dropped, table.notes, places)


def _usual_outputs(path: Path, names: list[str]) -> tuple[str, ...]:
    if path.suffix == ".npz":
        return tuple(n for n in names if n.startswith("y"))
    return tuple(names[-1:])


def split(examples: Examples, seed: int) -> tuple[Dataset, Dataset, Dataset]:
    """Three parts of the sequences: for training, for selection, held out (60, 20, 20 %).

    Equal sequences go to the same part, so that training never saw a held-out one.

    Raises:
        ExamplesError: there are too few different sequences.
    """
    data = examples.data
    kinds, kind = np.unique(data.x, axis=0, return_inverse=True)
    if (n := len(kinds)) < FEWEST_DIFFERENT:
        raise ExamplesError(
            f"{examples.name} holds {n} different sequences; at least {FEWEST_DIFFERENT} are "
            "needed, so that some can be held out"
        )
    place = np.random.default_rng(seed).permutation(n)[kind.ravel()]
    order = np.argsort(place, kind="stable")
    ends = np.searchsorted(place[order], (round(0.6 * n), round(0.8 * n)))
    parts = np.split(order, ends)
    learn, check, held = (Dataset(data.domain, data.x[i], data.y[i]) for i in parts)
    return learn, check, held


def _same_length(path: Path, raw: list[Raw], length: int | None) -> list[Raw]:
    """The sequences; if a length is given, cut to it."""
    if length is not None:
        kept = [r for r in raw if len(r.rows) >= length]
        raw = [
            Raw({n: c[:length] for n, c in r.cells.items()}, r.rows[:length], r.id) for r in kept
        ]
    elif odd := [r for r in raw if len(r.rows) != len(raw[0].rows)]:
        raise ExamplesError(
            f"{path}, row {odd[0].rows[0]}: a sequence of {len(odd[0].rows)} steps, the first has "
            f"{len(raw[0].rows)}; --length N uses the first N steps of each and leaves out shorter "
            "ones"
        )
    if raw and len(raw[0].rows) > MAX_LENGTH:
        raise ExamplesError(
            f"{path}: sequences have {len(raw[0].rows)} steps, at most {MAX_LENGTH} can be used; "
            "--length cuts them"
        )
    if len(raw) < FEWEST_SEQUENCES:
        raise ExamplesError(
            f"{path} holds {len(raw)} sequences to use; at least {FEWEST_SEQUENCES} are needed"
        )
    return raw


def _column(
    path: Path, name: str, raw: list[Raw], *, forced: bool
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The numbers of one column, shape ``(n, length)``, and its letters if it holds texts."""
    for at, cell in _cells(name, raw):
        if cell is None or cell == "":
            raise ExamplesError(
                f"{path}, row {at}, column {name}: a cell is empty; fill it, or leave the sequence "
                "out"
            )
        if not forced and _is_odd_number(cell):
            raise ExamplesError(
                f"{path}, row {at}, column {name}: {_short(cell)} is not a whole number; "
                f"--letters {name} reads the column as letters"
            )
    if forced or not any(isinstance(_number(cell), int) for _, cell in _cells(name, raw)):
        return _letters(path, name, raw)
    spelled: dict[int, str] = {}
    for at, cell in _cells(name, raw):
        value = _number(cell)
        where = f"{path}, row {at}, column {name}"
        if isinstance(value, str):
            raise ExamplesError(
                f"{where}: '{_short(cell)}' is not a whole number; "
                f"--letters {name} reads the column as letters"
            )
        if abs(value) > FLOAT_EXACT:
            raise ExamplesError(f"{where}: {_short(cell)} is too large")
        if isinstance(cell, str) and (first := spelled.setdefault(value, cell)) != cell:
            raise ExamplesError(
                f"{where}: '{first}' and '{cell}' are the same number; write them alike, or "
                f"--letters {name} keeps them apart"
            )
    return np.array([[_number(c) for c in r.cells[name]] for r in raw], dtype=np.int64), ()


def _cells(name: str, raw: list[Raw]) -> Iterator[tuple[int, Any]]:
    """The row number and the content of every cell of a column."""
    return ((at, c) for r in raw for at, c in zip(r.rows, r.cells[name], strict=True))


def _letters(path: Path, name: str, raw: list[Raw]) -> tuple[np.ndarray, tuple[str, ...]]:
    """The numbers of a column of texts, and the sorted texts, to which the numbers are indices."""
    letters = tuple(sorted({str(c) for _, c in _cells(name, raw)}))
    if len(letters) > MOST_LETTERS:
        raise ExamplesError(
            f"{path}: column {name} has {len(letters)} different letters, more than {MOST_LETTERS}"
        )
    if long := [w for w in letters if len(w) > LONGEST_LETTER]:
        raise ExamplesError(
            f"{path}: column {name} has the letter '{_short(long[0])}' of {len(long[0])} "
            f"characters, more than {LONGEST_LETTER}"
        )
    place = {w: i for i, w in enumerate(letters)}
    return np.array([[place[str(c)] for c in r.cells[name]] for r in raw], np.int64), letters


def _short(cell: Any) -> str:
    text = str(cell)
    return text if len(text) <= LONGEST_LETTER else f"{text[:20]}..."


def _number(cell: Any) -> int | str:
    """A whole number, such as ``1.0``, as an integer; any other cell as text."""
    value = _value(cell)
    if value is None or (isinstance(value, float) and not value.is_integer()):
        return str(cell)
    return int(value)


def _is_odd_number(cell: Any) -> bool:
    """Whether the cell is a number but not a whole one: ``0.5``, ``nan``, ``1e400``."""
    value = _value(cell)
    if value is not None:
        return isinstance(value, float) and not value.is_integer()
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _value(cell: Any) -> int | float | None:
    """The number that a cell holds, if any."""
    if isinstance(cell, bool | int | float):
        return cell
    text = str(cell)
    if not _NUMBER.fullmatch(text):
        return None
    return float(text) if "." in text or len(text) > LONGEST_NUMBER else int(text)


def _domain(
    path: Path, inputs: tuple[str, ...], x: np.ndarray, raw: list[Raw], given: Ranges
) -> Domain:
    """The given ranges; for other inputs, the ranges of their values in the examples."""
    lows, highs = [], []
    for i, name in enumerate(inputs):
        values = x[..., i]
        low, high = given.get(name, (int(values.min()), int(values.max())))
        outside = np.argwhere((values < low) | (values > high))
        if len(outside):
            n, t = outside[0]
            raise ExamplesError(
                f"{path}, row {raw[n].rows[t]}, column {name}: {values[n, t]} is outside "
                f"{low}..{high}"
            )
        lows.append(low)
        highs.append(high)
    return Domain(inputs, tuple(lows), tuple(highs))


def _demand_function(path: Path, x: np.ndarray, y: np.ndarray, raw: list[Raw]) -> None:
    """Refuse different outputs after equal inputs, since outputs may depend only on the inputs."""
    prefix = np.zeros(len(x), dtype=np.int64)  # the index of the first t letters of each row
    for t in range(x.shape[1]):
        letters = np.column_stack([prefix, x[:, t]])
        _, first, prefix = np.unique(letters, axis=0, return_index=True, return_inverse=True)
        prefix = prefix.ravel()
        before = first[prefix]
        if len(wrong := np.nonzero((y[:, t] != y[before, t]).any(axis=1))[0]):
            n, m = wrong[0], before[wrong[0]]
            raise ExamplesError(
                f"{path}, rows {raw[m].rows[t]} and {raw[n].rows[t]}: the same inputs so far, but "
                f"outputs {_shown(y[m, t])} and {_shown(y[n, t])} at step {t + 1}; no program does "
                f"both{_ONE_STEP if x.shape[1] == 1 else ''}"
            )


def _shown(out: np.ndarray) -> str:
    return " ".join(map(str, out.tolist()))
