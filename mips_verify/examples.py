"""Labelled examples from a file: CSV, JSON lines or npz, numbers or letters.

CSV with a column ``sequence`` has a line for every step; without one, a line for every sequence,
each cell a list with spaces between. JSON lines hold an object of lists for every sequence. The
last column is the output unless others are named. An npz file holds ``x`` and ``y``, each
``(n, length)`` or ``(n, length, channels)``; all of ``y`` are outputs.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.data import Dataset
from mips_verify.domain import Domain
from mips_verify.errors import MipsVerifyError
from mips_verify.task import MAX_LENGTH, is_input_name

SEQUENCE: Final = "sequence"  # the column that says which sequence a step belongs to
FEWEST: Final = 20
FEWEST_DIFFERENT: Final = 5
MOST_LETTERS: Final = 256
LONGEST_NUMBER: Final = 20  # digits
_NUMBER: Final = re.compile(r"[+-]?\d+(\.\d*)?")
LARGEST: Final = 2**52  # beyond it a float64 network cannot tell neighbours apart
Ranges = Mapping[str, tuple[int, int]]


class ExamplesError(MipsVerifyError):
    """A file of examples that cannot be used: which, where and what to do."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One sequence as the file has it: the cells of each column, and the row of each step."""

    cells: dict[str, list[Any]]
    rows: list[int]


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Labelled sequences.

    Attributes:
        name: of the file, for reports.
        data: all sequences.
        outputs: names of the output columns.
        letters: for a column of texts, what each number stands for.
        dropped: sequences left out because they were shorter than asked for.
    """

    name: str
    data: Dataset
    outputs: tuple[str, ...]
    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: int = 0


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
        outputs: the output columns; the last column when none is named.
        ranges: the range of an input, where the examples do not show all of it.
        letters: columns whose cells are letters even where some look like numbers.
        length: cut longer sequences to so many steps and leave shorter ones out.

    Raises:
        ExamplesError: one sentence on what is wrong, and where.
    """
    raw = list(_reader(path)(path))
    if not raw:
        raise ExamplesError(f"{path} holds no sequence")
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
    return Examples(path.name, Dataset(domain, x, y), chosen, known, len(raw) - len(kept))


def _usual_outputs(path: Path, names: list[str]) -> tuple[str, ...]:
    if path.suffix == ".npz":
        return tuple(n for n in names if n.startswith("y"))
    return tuple(names[-1:])


def split(examples: Examples, seed: int) -> tuple[Dataset, Dataset, Dataset]:
    """Sequences to train on, to choose a network by, and held out: 60, 20 and 20 %.

    Equal sequences go to one part: what is held out was not learned from.

    Raises:
        ExamplesError: too few different sequences.
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


def _reader(path: Path) -> Callable[[Path], Iterator[Raw]]:
    readers = {".csv": _csv, ".jsonl": _json_lines, ".npz": _npz}
    if path.suffix not in readers:
        raise ExamplesError(f"{path} is neither .csv, .jsonl nor .npz")
    if not path.is_file():
        raise ExamplesError(f"there is no file {path}")
    if not path.stat().st_size:
        raise ExamplesError(f"{path} is empty")
    return readers[path.suffix]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ExamplesError(f"{path} cannot be read as text: {error}") from error


def _csv(path: Path) -> Iterator[Raw]:
    csv.field_size_limit(2**31 - 1)  # a whole sequence may stand in one cell
    table = csv.reader(io.StringIO(_text(path)))
    names = [n.strip() for n in next(table, [])]
    names = [SEQUENCE if n.lower() == SEQUENCE else n for n in names]
    if len(names) == 1 and (mark := re.search(r"[;\t|]", names[0])):
        raise ExamplesError(f"{path}, row 1: cells are separated by {mark[0]!r}; expected commas")
    if len(set(names)) != len(names) or not all(names):
        raise ExamplesError(f"{path}, row 1: the columns need names that differ")
    lines = []
    for number, cells in enumerate(table, start=2):
        if len(cells) != len(names) and cells:
            raise ExamplesError(f"{path}, row {number}: {len(cells)} cells, expected {len(names)}")
        if cells:
            lines.append((number, dict(zip(names, (c.strip() for c in cells), strict=True))))
    if SEQUENCE not in names:
        for number, line in lines:
            yield _one(path, number, {n: cell.split() for n, cell in line.items()})
        return
    sequences: dict[str, list[tuple[int, dict[str, str]]]] = {}
    for number, line in lines:
        sequences.setdefault(line.pop(SEQUENCE), []).append((number, line))
    columns = [n for n in names if n != SEQUENCE]
    for steps in sequences.values():
        columns_of = {n: [line[n] for _, line in steps] for n in columns}
        yield Raw(columns_of, [number for number, _ in steps])


def _json_lines(path: Path) -> Iterator[Raw]:
    names: list[str] | None = None
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_unrepeated)
        except (ValueError, RecursionError) as error:
            raise ExamplesError(f"{path}, row {number}: not JSON ({error})") from error
        lists = isinstance(value, dict) and all(isinstance(v, list | str) for v in value.values())
        if not lists or (names is not None and set(value) != set(names)):
            wanted = ", ".join(names) if names else "inputs and outputs"
            raise ExamplesError(f"{path}, row {number}: expected an object with lists {wanted}")
        names = names or list(value)
        yield _one(path, number, {n: list(value[n]) for n in names})


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _npz(path: Path) -> Iterator[Raw]:
    try:
        with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as file:
            arrays = {n: np.asarray(file[n]) for n in file.files}
    except (OSError, ValueError, TypeError, EOFError, RuntimeError, zlib.error,
            zipfile.BadZipFile) as error:  # fmt: skip
        raise ExamplesError(
            f"{path} is not an npz file of plain arrays, as numpy.savez writes it "
            f"({type(error).__name__})"
        ) from error
    if set(arrays) != {"x", "y"}:
        raise ExamplesError(f"{path} holds {', '.join(sorted(arrays))}; expected x and y")
    columns = {}
    for name in ("x", "y"):
        array = arrays[name]
        if array.dtype.kind not in "biufU":
            raise ExamplesError(f"{path}: {name} is {array.dtype}; expected numbers or texts")
        if array.ndim not in (2, 3) or array.shape[:2] != arrays["x"].shape[:2]:
            raise ExamplesError(
                f"{path}: {name} has shape {array.shape}, expected (n, length) or "
                "(n, length, channels), the same n and length in x and y"
            )
        parts = array[..., None] if array.ndim == 2 else array
        for i in range(parts.shape[2]):
            columns[name if parts.shape[2] == 1 else f"{name}{i}"] = parts[..., i].tolist()
    for i in range(len(arrays["x"])):
        yield _one(path, i + 1, {n: values[i] for n, values in columns.items()})


def _one(path: Path, number: int, cells: dict[str, list[Any]]) -> Raw:
    """A sequence that is one row."""
    lengths = {n: len(v) for n, v in cells.items()}
    if len(set(lengths.values())) != 1 or not min(lengths.values()):
        shown = ", ".join(f"{n} {k}" for n, k in lengths.items())
        raise ExamplesError(f"{path}, row {number}: columns of different or no length ({shown})")
    return Raw(cells, [number] * next(iter(lengths.values())))


def _same_length(path: Path, raw: list[Raw], length: int | None) -> list[Raw]:
    """Sequences of one length."""
    if length is not None:
        kept = [r for r in raw if len(r.rows) >= length]
        raw = [Raw({n: c[:length] for n, c in r.cells.items()}, r.rows[:length]) for r in kept]
    elif odd := [r for r in raw if len(r.rows) != len(raw[0].rows)]:
        raise ExamplesError(
            f"{path}, row {odd[0].rows[0]}: a sequence of {len(odd[0].rows)} steps, the first has "
            f"{len(raw[0].rows)}; --length cuts them to one length"
        )
    if raw and len(raw[0].rows) > MAX_LENGTH:
        raise ExamplesError(
            f"{path}: sequences have {len(raw[0].rows)} steps, at most {MAX_LENGTH} can be used; "
            "--length cuts them"
        )
    if len(raw) < FEWEST:
        raise ExamplesError(
            f"{path} holds {len(raw)} sequences to use; at least {FEWEST} are needed"
        )
    return raw


def _column(
    path: Path, name: str, raw: list[Raw], *, forced: bool
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The numbers of one column, ``(n, length)``, and its letters if it holds texts."""
    for r in raw:
        for at, cell in zip(r.rows, r.cells[name], strict=True):
            if cell is None or cell == "" or (_is_fraction(cell) and not forced):
                what = f"{cell} is not a whole number" if cell else "a cell is empty"
                raise ExamplesError(f"{path}, row {at}, column {name}: {what}")
    cells = [[_number(c) for c in r.cells[name]] for r in raw]
    texts = [isinstance(c, str) for row in cells for c in row]
    if forced or all(texts):
        words = [[str(c) for c in r.cells[name]] for r in raw]
        letters = tuple(sorted({w for row in words for w in row}))
        if len(letters) > MOST_LETTERS:
            raise ExamplesError(
                f"{path}: column {name} has {len(letters)} different letters, "
                f"more than {MOST_LETTERS}"
            )
        place = {w: i for i, w in enumerate(letters)}
        return np.array([[place[w] for w in row] for row in words], dtype=np.int64), letters
    for r, row in zip(raw, cells, strict=True):
        for at, cell in zip(r.rows, row, strict=True):
            if isinstance(cell, str):
                raise ExamplesError(
                    f"{path}, row {at}, column {name}: '{cell}' is not a whole number; "
                    f"--letters {name} reads the column as letters"
                )
            if abs(cell) > LARGEST:
                raise ExamplesError(f"{path}, row {at}, column {name}: {cell} is too large")
    return np.array(cells, dtype=np.int64), ()


def _number(cell: Any) -> int | str:
    """A cell as a whole number if it is one; ``1.0`` is."""
    value = _value(cell)
    if value is None or (isinstance(value, float) and not value.is_integer()):
        return str(cell)
    return int(value)


def _is_fraction(cell: Any) -> bool:
    """Whether this is a number, but no whole one."""
    value = _value(cell)
    return isinstance(value, float) and not value.is_integer()


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
    """The ranges given, or those that the examples show."""
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
    """An output may depend on the inputs so far and on nothing else."""
    seen: dict[int, tuple[tuple[int, ...], int]] = {}
    prefixes: dict[tuple[int, bytes], int] = {}  # a prefix less its last letter, and that letter
    for n in range(len(x)):
        key = 0
        for t in range(x.shape[1]):
            key = prefixes.setdefault((key, x[n, t].tobytes()), len(prefixes) + 1)
            out = tuple(y[n, t].tolist())
            before, row = seen.setdefault(key, (out, raw[n].rows[t]))
            if before != out:
                raise ExamplesError(
                    f"{path}, rows {row} and {raw[n].rows[t]}: the same inputs so far, but "
                    f"outputs {_shown(before)} and {_shown(out)} at step {t + 1}; no program does "
                    "both"
                )


def _shown(out: tuple[int, ...]) -> str:
    return " ".join(map(str, out))
