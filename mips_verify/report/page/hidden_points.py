"""The hidden states that a network reaches, in a line or a plane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.sequences import few_letters
from mips_verify.errors import MipsVerifyError
from mips_verify.spec.labelling import exact_trace

if TYPE_CHECKING:
    from mips_verify.kernel.certificate import Certificate
    from mips_verify.network.network import Network

SEQUENCES: Final = 64  # half of them uniform, half of few letters
MOST_POINTS: Final = 400  # more would only make the page heavy
DECIMALS: Final = 6  # states that agree in as many are one point
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class HiddenPoints:
    """Hidden states and the program's states beside them.

    Attributes:
        points: ``(n, 1)`` or ``(n, 2)``.
        states: the program's states, ``(n, state variables)``.
        centre, axes: a hidden state ``h`` is drawn at ``(h - centre) @ axes``.
        share: how much of the variance the plane shows; 1.0 if nothing is left out.
        all_seen: whether the points are all that were seen.
    """

    points: Floats
    states: Ints
    centre: Floats
    axes: Floats
    share: float
    all_seen: bool


def hidden_points(network: Network, proof: Certificate) -> HiddenPoints:
    """Run network and program side by side on random words as long as the training sequences.

    Raises:
        MipsVerifyError: the network or the program leaves the numbers.
        ValueError: the program has no value on one of the words.
    """
    rng = np.random.default_rng(_SEED)
    half = SEQUENCES // 2
    x = np.concatenate([proof.domain.sample(half, proof.length, rng),
                        few_letters(proof.domain, proof.length, rng, half)])  # fmt: skip
    with np.errstate(all="ignore"):
        hidden = network.run(x)[0].reshape(-1, network.hidden)
    if not np.isfinite(hidden).all():
        raise MipsVerifyError("the network leaves the numbers")
    found = exact_trace(proof.program, x)[0]
    states = found.reshape(len(hidden), found.shape[2])
    centre, axes, share = _plane(hidden)
    both = np.concatenate([hidden.round(DECIMALS), states], axis=1)
    kept = np.sort(np.unique(both, axis=0, return_index=True)[1])
    seen = len(kept)
    kept = kept[:: -(-seen // MOST_POINTS)]
    flat = (hidden[kept] - centre) @ axes
    return HiddenPoints(flat, states[kept], centre, axes, share, len(kept) == seen)


def _plane(hidden: Floats) -> tuple[Floats, Floats, float]:
    """Centre, axes and the share of the variance; one or two hidden values stay as they are."""
    size = hidden.shape[1]
    if size <= 2:
        return np.zeros(size), np.eye(size), 1.0
    centre = hidden.mean(axis=0)
    _, singular, rows = np.linalg.svd(hidden - centre, full_matrices=False)
    power = singular**2
    total = float(power.sum())
    return centre, rows[:2].T, float(power[:2].sum()) / total if total else 1.0
