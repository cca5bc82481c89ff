"""One network per output, joined side by side into one network.

Few tasks need it: several outputs that no linear method gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mips_verify.algebra.percent import percent
from mips_verify.data import Dataset
from mips_verify.network.layers import deepened, diagonal
from mips_verify.network.network import Layers, Network
from mips_verify.progress import Say
from mips_verify.train.rung import Fit, Rung, sequences_right
from mips_verify.train.snapping.snapped import snapped


@dataclass(frozen=True, slots=True)
class PerOutput:
    """Learn each output by itself, by the first of ``rungs`` that is right on the data.

    Networks are snapped to integers, if that is free, before they are joined: joined, they have
    several hidden values. Once an output is right on less than ``enough`` of the
    sequences, so is the whole network. Each later output then takes the first network that any
    rung gives.
    """

    rungs: tuple[Rung, ...]
    enough: float = 0.95
    name: str = "each output by itself"

    def fit(self, data: Dataset, seed: int, progress: Say) -> Fit:
        """The networks side by side, or no network if some output has none."""
        networks, steps, notes, lost = [], 0, [], False
        for i in range(data.outputs):
            part = Dataset(data.domain, data.x, data.y[..., i : i + 1], data.complete)
            best: tuple[float, str, Network] | None = None
            for rung in self.rungs:
                fit = rung.fit(part, seed, progress)
                steps += fit.steps
                if fit.network is None:
                    continue
                accuracy = sequences_right(fit.network, part)
                progress(f"output {i + 1}, {rung.name}: {percent(accuracy)} of sequences")
                if best is None or accuracy > best[0]:
                    best = accuracy, rung.name, fit.network
                if accuracy == 1.0 or lost:
                    break
            if best is None:
                return Fit(None, steps, f"no network for output {i + 1}")
            lost = lost or best[0] < self.enough
            notes.append(f"{best[1]} {percent(best[0])}")
            exact = snapped(best[2], part, part) if best[0] == 1.0 else None
            networks.append(exact or best[2])
        return Fit(side_by_side(networks), steps, "; ".join(notes))


def side_by_side(networks: Sequence[Network]) -> Network:
    """One network with the states and outputs of all ``networks``, in order."""
    sizes = [n.hidden for n in networks]
    f = _stacked([n.f for n in networks])
    g = _stacked([n.g for n in networks])
    channels = networks[0].channels
    (weight, bias), *rest = f
    # the block-diagonal first layer reads [h1, x, h2, x, ...]; merge the copies of x
    ends = np.cumsum([s + channels for s in sizes])
    starts = ends - [s + channels for s in sizes]
    states = [weight[:, a : a + s] for a, s in zip(starts, sizes, strict=True)]
    inputs = sum(weight[:, b - channels : b] for b in ends)
    first = np.hstack([*states, np.asarray(inputs)]), bias
    return Network((first, *rest), g, np.concatenate([n.h0 for n in networks]), channels)


def _stacked(parts: Sequence[Layers]) -> Layers:
    """Perceptrons side by side, all made as deep as the deepest."""
    depth = max(map(len, parts))
    deep = [deepened(layers, depth) for layers in parts]
    return tuple(
        (diagonal([p[i][0] for p in deep]), np.concatenate([p[i][1] for p in deep]))
        for i in range(depth)
    )
