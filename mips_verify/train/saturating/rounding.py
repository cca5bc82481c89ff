"""Round the weights of saturating units to integers, if the data allow it.

Registers hold integers in a suitable scale. A unit may be scaled and shifted freely if everything
that reads it is changed accordingly. If its tables become nearly integers, rounding removes the
noise of training, even for letters and bounds that were hardly ever seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import torch
from torch import Tensor

from mips_verify.algebra.arrays import Floats
from mips_verify.train.saturating.loss import LetterBatch, SaturatingProblem
from mips_verify.train.saturating.units import Layout, states, unpack

_TINY = 1e-6
_NEAR = 0.1  # largest root mean square distance from integers
_ALWAYS = 0.9999  # share of steps that counts as all
_FAR = 2.0**20  # a bound that is never reached


def rescaled(layout: Layout, theta: Tensor, gain: Tensor) -> Tensor:
    """The same network with the values of unit i multiplied by ``gain (members, hidden)[:, i]``."""
    theta, n = theta.clone(), layout.hidden
    reads = torch.cat([gain.new_ones(len(gain), layout.slots - n), gain], dim=1)
    ratio = gain[:, :, None] / reads[:, None]  # the factor of a weight on each slot
    factor = theta.new_ones(len(theta), layout.state_parameters + 1)
    for place in layout.places:
        factor[:, place] = ratio[:, None].expand(-1, len(place), -1, -1)
    factor[:, layout.start_columns] = gain
    theta[:, : layout.state_parameters] *= factor[:, :-1]
    for c in layout.read_columns:
        theta[:, c.start : c.start + n] /= gain
        theta[:, c.start + n + 2 : c.stop - 1] /= gain
    return theta


def normalised(layout: Layout, theta: Tensor) -> Tensor:
    """The same network, scaled so that each unit's largest weight in a read-out is 1."""
    theta, n = theta.clone(), layout.hidden
    for c in layout.read_columns:  # the weights in a ReLU first
        size = theta[:, c.start + n + 2 : c.stop - 1].abs().amax(dim=1, keepdim=True)
        size = torch.where(size > _TINY, size, 1.0)
        theta[:, c.start + n + 2 : c.stop] /= size
        theta[:, c.start + n + 1] *= size[:, 0]
    w = unpack(layout, theta)
    gain = torch.maximum(w.p.abs(), (w.q[..., None] * w.u).abs()).amax(dim=1)
    return rescaled(layout, theta, torch.where(gain > _TINY, gain, 1.0))


def from_zero(layout: Layout, theta: Tensor) -> Tensor:
    """The same network, with all units shifted to start at 0."""
    theta, w, n = theta.clone(), unpack(layout, theta), layout.hidden
    start, first = w.start, 1 + layout.channels
    for place, table in zip(
        layout.places, (w.affine, w.lower[:, None], w.upper[:, None]), strict=True
    ):
        moved = torch.einsum("mkij,mj->mki", table[..., first:], start) - start[:, None]
        theta[:, place[: table.shape[1], :, 0]] += moved
    theta[:, layout.start_columns] = 0.0
    for k, c in enumerate(layout.read_columns):
        theta[:, c.start + n] += (w.p[:, k] * start).sum(dim=1)
        theta[:, c.stop - 1] += (w.u[:, k] * start).sum(dim=1)
    return theta


@torch.no_grad()
def settled(problem: SaturatingProblem, theta: Tensor, batch: LetterBatch) -> Tensor:
    """The only member after all simplifications that do not make more sequences wrong."""
    layout = problem.layout
    theta = from_zero(layout, normalised(layout, theta))
    theta = rescaled(layout, theta, _integer_scale(layout, theta))
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
    """The simplifications: drop a bound, round tables and bounds, round read-outs."""
    layout = problem.layout
    for i in range(layout.hidden):
        yield partial(_without_bound, layout, i, 0)
        yield partial(_without_bound, layout, i, 1)
        yield partial(_rounded_tables, layout, i)
        yield partial(_rounded_bounds, problem, i)
    for k in range(layout.outputs):
        yield partial(_rounded_read, problem, batch, k)


def _without_bound(layout: Layout, i: int, side: int, theta: Tensor) -> Tensor:
    bound = theta[0, layout.bound_columns(i)].view(2, -1)
    bound[side] = 0.0
    bound[side, 0] = _FAR if side else -_FAR
    return _placed(theta, layout.bound_columns(i), bound)


def _rounded_tables(layout: Layout, i: int, theta: Tensor) -> Tensor:
    columns = layout.table_columns(i)
    return _placed(theta, columns, theta[0, columns].round())


def _rounded_bounds(problem: SaturatingProblem, i: int, theta: Tensor) -> Tensor:
    """Round the bounds of unit ``i`` to integers in the units of the inputs."""
    layout, scaling = problem.layout, problem.source.scaling
    middle, half = (torch.from_numpy(v) for v in (scaling.x_middle, scaling.x_half))
    bounds = theta[0, layout.bound_columns(i)].view(2, -1).clone()
    inputs = slice(1, 1 + layout.channels)
    slopes = bounds[:, inputs] / half
    constant = (bounds[:, 0] - slopes @ middle).round()
    slopes = slopes.round()
    bounds = bounds.round()
    bounds[:, 0], bounds[:, inputs] = constant + slopes @ middle, slopes * half
    return _placed(theta, layout.bound_columns(i), bounds)


def _placed(theta: Tensor, columns: list[int], values: Tensor) -> Tensor:
    theta[0, columns] = values.flatten()
    return theta


def _rounded_read(problem: SaturatingProblem, batch: LetterBatch, k: int, theta: Tensor) -> Tensor:
    """Round a read-out to integers, and drop its ReLU if it is always or never active."""
    layout = problem.layout
    n, columns = layout.hidden, layout.read_columns[k]
    h = states(layout, theta, batch.x)[0].flatten(0, 1)
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


def _integer_scale(layout: Layout, theta: Tensor) -> Tensor:
    """For each unit a scale in which everything added to it is near integers, ``(1, hidden)``."""
    w, c = unpack(layout, theta), 1 + layout.channels
    out = theta.new_ones(1, layout.hidden)
    for i in range(layout.hidden):
        table = w.affine[0, :, i]
        added = torch.cat([table[:, :1], table[:, c : c + i] / out[:, :i]], dim=1).flatten()
        out[0, i] = _scale(added.numpy(), 2 * layout.letters)
    return out


def _scale(values: Floats, largest: int) -> float:
    """The smallest factor that brings values near integers; 1 if 1 does so or no factor does."""
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
    """Root mean square distance to integers; infinite if all values round to zero."""
    scaled = factor * values
    if not np.rint(scaled).any():
        return np.inf
    return float(np.sqrt(np.mean((scaled - np.rint(scaled)) ** 2)))
