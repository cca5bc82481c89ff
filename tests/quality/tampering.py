"""Random changes of the files of bundles: is each of them noticed, and does none crash `check`?

python -m tests.quality.tampering --count 500 --seed 0
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mips_verify.check.finding import Options
from mips_verify.check.run_checks import Checked, run
from mips_verify.pipeline.theorem_files import THEOREM
from mips_verify.workers.place import Place

PROOFS: Final = Path(__file__).parents[2] / "proofs"
Rng = np.random.Generator
Edit = Callable[[bytes, Rng], bytes]


def _place(data: bytes, rng: Rng) -> int:
    return int(rng.integers(len(data)))


def _flip(data: bytes, rng: Rng) -> bytes:
    i = _place(data, rng)
    return data[:i] + bytes([data[i] ^ 1 << int(rng.integers(8))]) + data[i + 1 :]


def _digit(data: bytes, rng: Rng) -> bytes:
    """Another digit for one that is there."""
    places = [i for i, byte in enumerate(data) if 48 <= byte <= 57] or [_place(data, rng)]
    i = places[int(rng.integers(len(places)))]
    return data[:i] + str(int(rng.integers(10))).encode() + data[i + 1 :]


def _insert(data: bytes, rng: Rng) -> bytes:
    i = _place(data, rng)
    return data[:i] + bytes([int(rng.integers(256))]) + data[i:]


def _delete(data: bytes, rng: Rng) -> bytes:
    i = _place(data, rng)
    return data[:i] + data[i + 1 + int(rng.integers(3)) :]


def _truncate(data: bytes, rng: Rng) -> bytes:
    return data[: _place(data, rng)]


def _lines(data: bytes, rng: Rng) -> list[bytes]:
    return data.splitlines(keepends=True)


def _drop_line(data: bytes, rng: Rng) -> bytes:
    lines = _lines(data, rng)
    del lines[int(rng.integers(len(lines)))]
    return b"".join(lines)


def _swap_lines(data: bytes, rng: Rng) -> bytes:
    lines = _lines(data, rng)
    i, j = rng.integers(len(lines), size=2)
    lines[i], lines[j] = lines[j], lines[i]
    return b"".join(lines)


def _copy_bytes(data: bytes, rng: Rng) -> bytes:
    """A few bytes overwritten by others of the same file, as a stray paste does."""
    i, j, n = _place(data, rng), _place(data, rng), int(rng.integers(1, 9))
    return data[:i] + data[j : j + n] + data[i + n :]


EDITS: Final[tuple[Edit, ...]] = (
    _flip, _digit, _insert, _delete, _truncate, _drop_line, _swap_lines, _copy_bytes,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """A tampered copy: which file, by which edit, and what check said."""

    file: str
    edit: str
    checked: Checked


def trial(count: int, seed: int, folder: Path, jobs: int) -> list[Outcome]:
    """Check ``count`` copies of random bundles, each with one file changed."""
    rng = np.random.default_rng(seed)
    names = sorted(p.name for p in PROOFS.iterdir() if not p.name.startswith("."))
    made: dict[Path, tuple[str, str]] = {}
    while len(made) < count:
        name = str(rng.choice(names))
        file = str(rng.choice(sorted(path.name for path in (PROOFS / name).iterdir())))
        edit = EDITS[int(rng.integers(len(EDITS)))]
        data = (PROOFS / name / file).read_bytes()
        changed = edit(data, rng)
        if changed != data:
            copy = folder / str(len(made)) / name
            shutil.copytree(PROOFS / name, copy)
            (copy / file).write_bytes(changed)
            made[copy] = (file, edit.__name__.strip("_"))
    report = run(list(made), Options(fuzz=5, seconds=20), place=Place(jobs))
    return [Outcome(*made[b.folder], b) for b in report.bundles]


def unnoticed(outcomes: list[Outcome]) -> list[Outcome]:
    """Changes after which the bundle still passes.

    The theorem of a network may be changed into another one that is true, such as one of fewer
    letters; everything else is what the certificate gives, or has its hash there.
    """
    return [o for o in outcomes if o.checked.status == "ok" and o.file != THEOREM]


def crashes(outcomes: list[Outcome]) -> list[Outcome]:
    """Changes that ended in an error of ours, in a killed process or after the time limit."""
    words = ("internal error", "ended their process", "stopped after")
    return [o for o in outcomes if any(w in f.message for w in words for f in o.checked.findings)]


def main() -> None:
    """Run the trial and print what was noticed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        outcomes = trial(asked.count, asked.seed, Path(folder), asked.jobs)
    for o in [*unnoticed(outcomes), *crashes(outcomes)]:
        print(o.checked.folder.name, o.file, o.edit, *o.checked.findings, sep="\n  ")
    statuses = Counter(o.checked.status for o in outcomes)
    print(f"{len(outcomes)} changes: {dict(statuses)}, {len(crashes(outcomes))} crashes")
    print("by file:", dict(Counter(o.file for o in outcomes)))


if __name__ == "__main__":
    main()
