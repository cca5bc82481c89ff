"""The smallest network of many tasks, in worker processes."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mips_verify import __version__
from mips_verify.kernel.certificate import machine_to_dict
from mips_verify.pipeline.store import Store, json_codec
from mips_verify.spec.labelling import datasets
from mips_verify.spec.task import Task
from mips_verify.workers.executor import executor, ignore_interrupts, why_none
from mips_verify.workers.place import Place


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search.

    Attributes:
        task: what the network must do.
        engine: ``ladder`` or ``adam``.
        seeds: they decide data and initial weights.
        need: for how many seeds a method must give a network that is right.
        steps, batch: of the engine ``adam``, in place of its own; 0 for its own.
        networks: a folder for the network, or ``None``.
    """

    task: Task
    engine: str
    seeds: tuple[int, ...]
    need: int
    steps: int = 0
    batch: int = 0
    networks: Path | None = None


@dataclass(frozen=True, slots=True)
class SearchRow:
    """The result of one search.

    Attributes:
        task: its name.
        engine: the training method; empty if none is right for enough seeds.
        hidden, widths_f, widths_g: sizes of the network.
        right, tried: for how many seeds, of how many, the method is right.
        reason: why there is no network.
        seconds: CPU seconds.
    """

    task: str
    engine: str = ""
    hidden: int = 0
    widths_f: tuple[int, ...] = ()
    widths_g: tuple[int, ...] = ()
    right: int = 0
    tried: int = 0
    reason: str = ""
    seconds: float = 0.0


def smallest(
    wanted: Sequence[Wanted], *, place: Place, runs: Path | None, limit: float | None = None
) -> Iterator[SearchRow]:
    """Search for the smallest network of every task; rows come as searches finish.

    Args:
        wanted: the searches.
        place: where, and how many at once.
        runs: folder for finished searches, or ``None``.
        limit: wall-clock seconds after which a search is stopped, or ``None``.
    """
    with executor(place, ignore_interrupts) as submit:
        futures = {submit(_one, w, runs, timeout=limit): w.task.name for w in wanted}
        for future in as_completed(futures):
            yield _row(future, futures[future], limit)


def _one(wanted: Wanted, runs: Path | None) -> SearchRow:
    inputs = {
        "version": __version__,
        "spec": machine_to_dict(wanted.task.spec),
        "domain": dataclasses.astuple(wanted.task.domain),
        "length": wanted.task.length,
        **{k: getattr(wanted, k) for k in ("engine", "seeds", "need", "steps", "batch")},
        "networks": wanted.networks is not None,
    }
    store = Store(None if runs is None else runs / wanted.task.name)
    return store.stage("search", inputs, lambda: _searched(wanted), _CODEC)[0]


def _searched(wanted: Wanted) -> SearchRow:
    from mips_verify.train.architecture_search import search

    began, task = time.process_time(), wanted.task
    found = search(
        lambda seed: datasets(task, seed, ()),
        wanted.seeds,
        wanted.need,
        engine=wanted.engine,
        steps=wanted.steps,
        batch=wanted.batch,
        progress=lambda _: None,
    )
    seconds = time.process_time() - began
    if found is None:
        return SearchRow(task.name, reason="no method is right for enough seeds", seconds=seconds)
    if wanted.networks is not None:
        from mips_verify.network import weights

        weights.save(wanted.networks / f"{task.name}.safetensors", found.network, {})
    return SearchRow(
        task.name, found.engine, found.network.hidden, *found.widths, found.right, found.tried,
        seconds=seconds,
    )  # fmt: skip


def _row(future: Future[SearchRow], task: str, limit: float | None) -> SearchRow:
    try:
        return future.result()
    except Exception as error:
        return SearchRow(task, reason=why_none(error, limit))


def row_from_dict(data: Mapping[str, Any]) -> SearchRow:
    """A row from its JSON form."""
    widths = {key: tuple(data[key]) for key in ("widths_f", "widths_g")}
    return SearchRow(**{**data, **widths})


_CODEC = json_codec(dataclasses.asdict, row_from_dict)


def text(rows: Sequence[SearchRow]) -> str:
    """One line a task."""
    head = ("task", "hidden", "f", "g", "seeds", "seconds", "method")
    lines = [head, *map(_cells, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    table = "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
    found = sum(bool(r.engine) for r in rows)
    return f"{table}\n{found} of {len(rows)} networks right on all fresh sequences"


def _cells(row: SearchRow) -> tuple[str, ...]:
    if not row.engine:
        return row.task, "-", "-", "-", "-", f"{row.seconds:.1f}", row.reason
    f, g = ("x".join(map(str, w)) or "linear" for w in (row.widths_f, row.widths_g))
    seeds = f"{row.right} of {row.tried}"
    return row.task, str(row.hidden), f, g, seeds, f"{row.seconds:.1f}", row.engine


def markdown(rows: Sequence[SearchRow]) -> str:
    """The table for documentation."""
    lines = [("task", "hidden", "units of f", "units of g", "method"), ("---",) * 5]
    lines += [(c[0], c[1], c[2], c[3], c[6]) for c in map(_cells, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
