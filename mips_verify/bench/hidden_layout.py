"""How the numbers of a program lie in the hidden states of its network.

The question is that of MIPS (arXiv 2402.05110, section 4): bits may lie at the corners of a
parallelogram and integers on a lattice, where each variable has a direction of its own, or every
state of the program may be a cluster of its own at any place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.sequences import few_letters
from mips_verify.spec.labelling import exact_trace

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.sequence_function import Recurrent

NEARLY_ALL: Final = 0.999  # of the variance
_SEQUENCES: Final = 64  # half of them uniform, half of few letters
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How hidden states depend on the program's state, on random words of the trained length.

    Attributes:
        kind: ``parallelogram`` if an affine map of the program's state gives the hidden states,
            ``clusters`` if they depend on it in another way, ``spread`` if they tell more than
            it; empty if the program has no state or the network no numbers.
        affine: share of the variance of hidden states that an affine map of the state explains.
        clusters: share that the state explains in any way.
    """

    kind: str = ""
    affine: float = 0.0
    clusters: float = 0.0


def hidden_layout(network: Recurrent, program: Machine, domain: Domain, length: int) -> Layout:
    """The layout of a network's hidden states, if both run."""
    if not program.state:
        return Layout()
    rng = np.random.default_rng(_SEED)
    half = _SEQUENCES // 2
    x = np.concatenate([domain.sample(half, length, rng), few_letters(domain, length, rng, half)])
    try:
        with np.errstate(all="ignore"):
            hidden = network.run(x)[0][:, 1:]
        state = exact_trace(program, x)[0][:, 1:]
    except (ArithmeticError, ValueError):
        return Layout()
    return layout_of(
        hidden.reshape(-1, hidden.shape[2]),
        state.reshape(-1, state.shape[2]).astype(np.float64),
    )


def layout_of(hidden: Floats, state: Floats) -> Layout:
    """The layout of hidden states ``(n, h)`` beside the program's states ``(n, k)``."""
    centred = hidden - hidden.mean(axis=0)
    total = float((centred**2).sum())
    if not np.isfinite(total) or total == 0.0:
        return Layout()
    columns = np.hstack([state - state.mean(axis=0), np.ones((len(state), 1))])
    rest = centred - columns @ np.linalg.lstsq(columns, centred, rcond=None)[0]
    affine = 1.0 - float((rest**2).sum()) / total
    clusters = 1.0 - float((_within(centred, state) ** 2).sum()) / total
    if affine >= NEARLY_ALL:
        return Layout("parallelogram", affine, clusters)
    return Layout("clusters" if clusters >= NEARLY_ALL else "spread", affine, clusters)


def _within(hidden: Floats, state: Floats) -> Floats:
    """Hidden states from the mean of those with the same state of the program."""
    which: Ints = np.unique(state, axis=0, return_inverse=True)[1].reshape(-1)
    counts = np.bincount(which)[:, None]
    sums = np.zeros((len(counts), hidden.shape[1]))
    np.add.at(sums, which, hidden)
    rest: Floats = hidden - (sums / counts)[which]
    return rest
