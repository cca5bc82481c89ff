"""Files of labelled examples as columns of cells: CSV, JSON lines or npz, with bounded size.

If a CSV file has a column ``sequence``, each of its lines is one step. Otherwise each line is one
sequence, and each cell a list separated by spaces. A file of JSON lines has one object of lists per
sequence. An npz file has arrays ``x`` and ``y``, each of shape ``(n, length)`` or ``(n, length,
channels)``.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.errors import MipsVerifyError
from mips_verify.files import LARGEST, read_bounded
from mips_verify.spec.input_limits import MOST_CELLS, MOST_COLUMNS, MOST_SEQUENCES

SEQUENCE: Final = "sequence"  # the column that says which sequence a step belongs to
Cells = dict[str, list[Any]]
_BROKEN: Final = (OSError, ValueError, TypeError, EOFError, RuntimeError, zlib.error,
                  NotImplementedError, zipfile.BadZipFile)  # fmt: skip


class ExamplesError(MipsVerifyError):
    """A file of examples that cannot be used; the message says where, why and what to do."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One sequence as in the file.

    Attributes:
        cells: those of each column.
        rows: the row number of each step.
        id: what a column ``sequence`` calls it; empty without one.
    """

    cells: Cells
    rows: list[int]
    id: str = ""

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return f"sequence {self.id}" if self.id else f"row {self.rows[0]}"


@dataclass(frozen=True, slots=True)
class Table:
    """All sequences of a file, and one sentence about each thing that was left out."""

    sequences: list[Raw]
    notes: tuple[str, ...] = ()


def read_table(path: Path) -> Table:
    """The cells of a file.

    Raises:
        ExamplesError: the file cannot be read; one sentence says what is wrong, and where.
    """
    readers = {".csv": _csv, ".jsonl": _json_lines, ".npz": _npz}
    if path.suffix not in readers:
        raise ExamplesError(f"{path} is neither .csv, .jsonl nor .npz; save the examples as one")
    try:
        data = read_bounded(path, LARGEST)
    except MipsVerifyError as error:
        raise ExamplesError(str(error)) from None
    if not data:
        raise ExamplesError(f"{path} is empty")
    try:
        table = readers[path.suffix](path, data)
    except UnicodeDecodeError as error:
        raise ExamplesError(
            f"{path} is not UTF-8 text ({error.reason}); save it as UTF-8"
        ) from None
    except csv.Error as error:
        raise ExamplesError(f"{path} is not CSV: {error}") from None
    if not table.sequences:
        raise ExamplesError(f"{path} holds no sequence")
    return table


class _Counter:
    """Counts cells; a file with too many is not read to its end."""

    def __init__(self, path: Path) -> None:
        self.path, self.cells = path, 0

    def add(self, cells: int, sequences: int) -> None:
        self.cells += cells
        if self.cells > MOST_CELLS or sequences > MOST_SEQUENCES:
            raise ExamplesError(
                f"{self.path} holds over {MOST_CELLS} cells or {MOST_SEQUENCES} sequences, which "
                "are read at most; use a sample of its sequences"
            )

    def demand_columns(self, count: int) -> None:
        if count > MOST_COLUMNS:
            raise ExamplesError(f"{self.path} has {count} columns, at most {MOST_COLUMNS} are read")


def _lines(data: bytes) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")


def _csv(path: Path, data: bytes) -> Table:
    csv.field_size_limit(LARGEST)  # a cell may hold a whole sequence
    table = csv.reader(_lines(data))
    names, indexed = _names(path, next(table, []))
    sequences: dict[str, Raw] = {}
    counter, at = _Counter(path), 0
    for number, row in enumerate(table, start=2):
        if not row:
            continue
        if len(row) != len(names) + indexed:
            wanted = len(names) + indexed
            raise ExamplesError(
                f"{path}, row {number}: {len(row)} cells, expected {wanted} as in the header "
                f"({', '.join(names)})"
            )
        if indexed and row[0] != str(at):
            raise ExamplesError(
                f"{path}, row {number}: the first column has no name and does not count the rows "
                "from 0; name it or leave it out"
            )
        at += 1
        line = dict(zip(names, (c.strip() for c in row[indexed:]), strict=True))
        if SEQUENCE in names:
            counter.add(len(names), len(sequences))
            key = line.pop(SEQUENCE)
            raw = sequences.setdefault(key, Raw({n: [] for n in line}, [], key))
            for name, cell in line.items():
                raw.cells[name].append(cell)
            raw.rows.append(number)
        else:
            raw = _one(path, number, {n: cell.split() for n, cell in line.items()})
            counter.add(len(names) * len(raw.rows), len(sequences))
            sequences[str(number)] = raw
    note = "the first column has no name and counts the rows; it is left out"
    return Table(list(sequences.values()), (note,) * indexed)


def _names(path: Path, row: list[str]) -> tuple[list[str], bool]:
    """The names of the columns, and whether a column without a name precedes them."""
    _Counter(path).demand_columns(len(row) - 2)
    names = [SEQUENCE if n.strip().lower() == SEQUENCE else n.strip() for n in row]
    if len(names) == 1 and (mark := re.search(r"[;\t|]", names[0])):
        raise ExamplesError(f"{path}, row 1: cells are separated by {mark[0]!r}; expected commas")
    indexed = len(names) > 1 and not names[0]  # pandas writes its index in this way
    names = names[indexed:]
    if names and all(re.fullmatch(r"-?\d+", n) for n in names):
        raise ExamplesError(
            f"{path}, row 1: numbers instead of the names of the columns; put a header before it, "
            f"such as {SEQUENCE},x,y"
        )
    if len(set(names)) != len(names) or not all(names):
        raise ExamplesError(f"{path}, row 1: the columns need names that differ")
    return names, indexed


def _json_lines(path: Path, data: bytes) -> Table:
    names: list[str] | None = None
    sequences: list[Raw] = []
    counter = _Counter(path)
    for number, line in enumerate(_lines(data), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line, object_pairs_hook=_unrepeated)
        except (ValueError, RecursionError) as error:
            raise ExamplesError(f"{path}, row {number}: not JSON ({error})") from None
        cells = _lists(path, number, value, names)
        names = names or list(cells)
        counter.demand_columns(len(names))
        raw = _one(path, number, {n: cells[n] for n in names})
        counter.add(len(names) * len(raw.rows), len(sequences))
        sequences.append(raw)
    return Table(sequences)


def _lists(path: Path, number: int, value: Any, names: list[str] | None) -> Cells:
    """The lists of one JSON object."""
    wanted = ", ".join(names) if names else "inputs and outputs"
    expected = f"{path}, row {number}: expected an object with lists {wanted}"
    if not isinstance(value, dict) or (names is not None and set(value) != set(names)):
        raise ExamplesError(expected)
    single = [k for k, v in value.items() if not isinstance(v, list | str)]
    if single and len(single) < len(value):
        raise ExamplesError(_one_label(path, number, single[0], expected))
    if single:
        raise ExamplesError(expected)
    cells = {k: list(v) for k, v in value.items()}
    if any(isinstance(c, list | dict) for column in cells.values() for c in column):
        raise ExamplesError(f"{expected}, each of numbers or texts")
    return cells


def _one_label(path: Path, number: int, name: str, expected: str = "") -> str:
    said = expected or f"{path}, row {number}"
    return (
        f"{said}; '{name}' is one label for a whole sequence, which is not supported: write a list "
        "with the label after every step, that is, of every beginning of the sequence"
    )


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _one(path: Path, number: int, cells: Cells) -> Raw:
    """A sequence that occupies a single row."""
    lengths = {n: len(v) for n, v in cells.items()}
    if len(set(lengths.values())) != 1 or not min(lengths.values()):
        shown = ", ".join(f"{n} {k}" for n, k in lengths.items())
        said = f"{path}, row {number}: columns of different or no length ({shown})"
        short = [n for n, k in lengths.items() if k == 1]
        if short and max(lengths.values()) > 1:
            said = _one_label(path, number, short[-1], said)
        raise ExamplesError(said)
    return Raw(cells, [number] * next(iter(lengths.values())))


def _npz(path: Path, data: bytes) -> Table:
    arrays = _arrays(path, data)
    if set(arrays) != {"x", "y"}:
        raise ExamplesError(f"{path} holds {', '.join(sorted(arrays))}; expected x and y")
    columns, counter = {}, _Counter(path)
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
        counter.demand_columns(parts.shape[2])
        counter.add(parts.size, len(parts))
        for i in range(parts.shape[2]):
            columns[name if parts.shape[2] == 1 else f"{name}{i}"] = parts[..., i].tolist()
    rows: Iterator[Raw] = (
        _one(path, i + 1, {n: values[i] for n, values in columns.items()})
        for i in range(len(arrays["x"]))
    )
    return Table(list(rows))


def _arrays(path: Path, data: bytes) -> dict[str, np.ndarray]:
    """The arrays of an npz file; their declared sizes are checked before unpacking."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            if sum(entry.file_size for entry in file.infolist()) > LARGEST:
                raise ExamplesError(f"{path} unpacks to more than {LARGEST} bytes")
            return {n.removesuffix(".npy"): _array(file.read(n)) for n in file.namelist()}
    except _BROKEN as error:
        raise ExamplesError(
            f"{path} is not an npz file of plain arrays, as numpy.savez writes it "
            f"({type(error).__name__})"
        ) from None


def _array(data: bytes) -> np.ndarray:
    """One array in numpy's format.

    Raises:
        ValueError: the format is unknown, or the data are objects or do not fit the header.
    """
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError("no known version")
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    shape, fortran, dtype = read_header(file)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data) - file.tell():
        raise ValueError("objects, or another size than the header says")
    order: Any = "F" if fortran else "C"
    return np.frombuffer(data, dtype, offset=file.tell()).reshape(shape, order=order)
