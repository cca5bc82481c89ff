"""Clipped units whose weights are whole numbers, where the data allow it.

Registers hold integers in a suitable scale. A unit may be scaled and moved freely as long as all
that reads it follows; in the scale and place where its tables are integers, rounding removes what
training left of noise, also on letters and bounds that were hardly ever seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats
from mips_verify.train.saturating.loss import LetterBatch, SaturatingProblem
from mips_verify.train.saturating.units import Cells, states, unpack

_TINY = 1e-6
_NEAR = 0.1  # root mean square distance from integers, at most
_ALWAYS = 0.9999  # share of steps
_FAR = 2.0**20  # a bound that is never met


def rescaled(cells: Cells, theta: Tensor, gain: Tensor) -> Tensor:
    """The same network with unit i's values times ``gain[:, i]``, ``gain (members, hidden)``."""
    theta, n = theta.clone(), cells.hidden
    reads = torch.cat([gain.new_ones(len(gain), cells.slots - n), gain], dim=1)
    ratio = gain[:, :, None] / reads[:, None]  # of a weight on each slot
    factor = theta.new_ones(len(theta), cells.state_parameters + 1)
    for place in cells.places:
        factor[:, place] = ratio[:, None].expand(-1, len(place), -1, -1)
    factor[:, cells.start_columns] = gain
    theta[:, : cells.state_parameters] *= factor[:, :-1]
    for c in cells.read_columns:
        theta[:, c.start : c.start + n] /= gain
        theta[:, c.start + n + 2 : c.stop - 1] /= gain
    return theta


def normalised(cells: Cells, theta: Tensor) -> Tensor:
    """The same network; the largest weight that any read-out has on a unit is 1."""
    theta, n = theta.clone(), cells.hidden
    for c in cells.read_columns:  # the weights in a ReLU first
        size = theta[:, c.start + n + 2 : c.stop - 1].abs().amax(dim=1, keepdim=True)
        size = torch.where(size > _TINY, size, 1.0)
        theta[:, c.start + n + 2 : c.stop] /= size
        theta[:, c.start + n + 1] *= size[:, 0]
    w = unpack(cells, theta)
    gain = torch.maximum(w.p.abs(), (w.q[..., None] * w.u).abs()).amax(dim=1)
    return rescaled(cells, theta, torch.where(gain > _TINY, gain, 1.0))


def from_zero(cells: Cells, theta: Tensor) -> Tensor:
    """The same network with units moved so that all start at 0."""
    theta, w, n = theta.clone(), unpack(cells, theta), cells.hidden
    start, first = w.start, 1 + cells.channels
    for place, table in zip(
        cells.places, (w.affine, w.lower[:, None], w.upper[:, None]), strict=True
    ):
        moved = torch.einsum("mkij,mj->mki", table[..., first:], start) - start[:, None]
        theta[:, place[: table.shape[1], :, 0]] += moved
    theta[:, cells.start_columns] = 0.0
    for k, c in enumerate(cells.read_columns):
        theta[:, c.start + n] += (w.p[:, k] * start).sum(dim=1)
        theta[:, c.stop - 1] += (w.u[:, k] * start).sum(dim=1)
    return theta


@torch.no_grad()
def settled(problem: SaturatingProblem, theta: Tensor, batch: LetterBatch) -> Tensor:
    """The only member, simpler by all that leaves no more of the sequences wrong."""
    cells = problem.cells
    theta = from_zero(cells, normalised(cells, theta))
    theta = rescaled(cells, theta, _integer_scale(cells, theta))
    fewest = int(problem.misses(theta, batch).sum())
    for change in _changes(problem, batch):
        trial = change(theta.clone())
        errors = int(problem.misses(trial, batch).sum())
        if errors <= fewest:
            theta, fewest = trial, errors
    return theta


def _changes(
    problem: SaturatingProblem, batch: LetterBatch
) -> Iterator[Callable[[Tensor], Tensor]]:
    """Bounds far away, whole numbers in tables and bounds, whole numbers in read-outs."""
    cells = problem.cells
    for i in range(cells.hidden):
        yield partial(_without_bound, cells, i, 0)
        yield partial(_without_bound, cells, i, 1)
        yield partial(_rounded_tables, cells, i)
        yield partial(_rounded_bounds, problem, i)
    for k in range(cells.outputs):
        yield partial(_rounded_read, problem, batch, k)


def _without_bound(cells: Cells, i: int, side: int, theta: Tensor) -> Tensor:
    bound = theta[0, cells.bound_columns(i)].view(2, -1)
    bound[side] = 0.0
    bound[side, 0] = _FAR if side else -_FAR
    return _placed(theta, cells.bound_columns(i), bound)


def _rounded_tables(cells: Cells, i: int, theta: Tensor) -> Tensor:
    columns = cells.table_columns(i)
    return _placed(theta, columns, theta[0, columns].round())


def _rounded_bounds(problem: SaturatingProblem, i: int, theta: Tensor) -> Tensor:
    """Whole numbers in the units of the inputs."""
    cells, scaling = problem.cells, problem.source.scaling
    middle, half = (torch.from_numpy(v) for v in (scaling.x_middle, scaling.x_half))
    bounds = theta[0, cells.bound_columns(i)].view(2, -1).clone()
    inputs = slice(1, 1 + cells.channels)
    slopes = bounds[:, inputs] / half
    constant = (bounds[:, 0] - slopes @ middle).round()
    slopes = slopes.round()
    bounds = bounds.round()
    bounds[:, 0], bounds[:, inputs] = constant + slopes @ middle, slopes * half
    return _placed(theta, cells.bound_columns(i), bounds)


def _placed(theta: Tensor, columns: list[int], values: Tensor) -> Tensor:
    theta[0, columns] = values.flatten()
    return theta


def _rounded_read(problem: SaturatingProblem, batch: LetterBatch, k: int, theta: Tensor) -> Tensor:
    """A read-out made whole numbers; a ReLU that is always or never active goes."""
    cells = problem.cells
    n, columns = cells.hidden, cells.read_columns[k]
    h = states(cells, theta, batch.x)[0].flatten(0, 1)
    r = theta[0, columns.start : columns.stop]
    p, u = r[:n], r[n + 2 : 2 * n + 2]
    active = (h @ u + r[-1] > 0).double().mean()
    if active > _ALWAYS:
        p += r[n + 1] * u
        r[n] += r[n + 1] * r[-1]
    if not 1 - _ALWAYS <= active <= _ALWAYS:
        r[n + 1 :] = 0.0
    two_valued = problem.source.values[k] is not None
    if two_valued:
        size = float(torch.maximum(p.abs(), (r[n + 1] * u).abs()).max())
        r[: n + 2] /= size if size > _TINY else 1.0
    r.copy_(r.round())
    if two_valued:
        value = h @ p + r[n + 1] * torch.relu(h @ u + r[-1])
        r[n] = -value[batch.y[..., k].flatten() < 0.5].max()
    return theta


def _integer_scale(cells: Cells, theta: Tensor) -> Tensor:
    """For each unit a scale in which what is added to it is near integers, ``(1, hidden)``."""
    w, c = unpack(cells, theta), 1 + cells.channels
    out = theta.new_ones(1, cells.hidden)
    for i in range(cells.hidden):
        table = w.affine[0, :, i]
        added = torch.cat([table[:, :1], table[:, c : c + i] / out[:, :i]], dim=1).flatten()
        out[0, i] = _scale(added.numpy(), 2 * cells.letters)
    return out


def _scale(values: Floats, largest: int) -> float:
    """The smallest factor that brings values near integers; 1 where it does or none does."""
    size = np.abs(values).max(initial=0.0)
    if size < _TINY or _distance(values, 1.0) < _NEAR:
        return 1.0
    found = []
    for value in np.unique(np.abs(values[np.abs(values) > 0.2 * size])):
        for m in range(1, largest):
            factor = m / value
            if factor * size > largest:
                break
            near = np.rint(factor * values)
            factor = float(near @ values / (values @ values))  # least squares
            if _distance(values, factor) < _NEAR:
                found.append(factor)
                break
    return min(found, default=1.0)


def _distance(values: Floats, factor: float) -> float:
    """Root mean square distance to integers; large where all are zero."""
    scaled = factor * values
    if not np.rint(scaled).any():
        return np.inf
    return float(np.sqrt(np.mean((scaled - np.rint(scaled)) ** 2)))
