"""The hidden states that a network reaches, in a line or a plane.

A model that is known as a function of words has no state of its own. If it shows vectors of its
way, such as those of a transformer's last layer, these stand in for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.sequences import few_letters
from mips_verify.errors import MipsVerifyError
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.spec.labelling import exact_trace

if TYPE_CHECKING:
    from mips_verify.kernel.domain import Domain
    from mips_verify.kernel.machine import Machine
    from mips_verify.network.sequence_function import Recurrent

SEQUENCES: Final = 64  # half of them uniform, half of few letters
MOST_POINTS: Final = 400  # more would only make the page heavy
DECIMALS: Final = 6  # states that agree in as many are one point
_SEED: Final = 0


@dataclass(frozen=True, slots=True)
class HiddenPoints:
    """Hidden states and the program's states beside them.

    Attributes:
        what: which vectors the points are.
        points: ``(n, 1)`` or ``(n, 2)``.
        states: the program's states, ``(n, state variables)``.
        centre, axes: a hidden state ``h`` is drawn at ``(h - centre) @ axes``.
        share: how much of the variance the plane shows; 1.0 if nothing is left out.
        all_seen: whether the points are all that were seen.
    """

    what: str
    points: Floats
    states: Ints
    centre: Floats
    axes: Floats
    share: float
    all_seen: bool


def hidden_points(
    network: Recurrent, program: Machine, domain: Domain, length: int
) -> HiddenPoints:
    """Run network and program side by side on random words as long as the training sequences.

    Raises:
        MipsVerifyError: the network or the program leaves the numbers, or the network shows no
            vectors.
        ValueError: the program has no value on one of the words.
    """
    rng = np.random.default_rng(_SEED)
    half = SEQUENCES // 2
    x = np.concatenate([domain.sample(half, length, rng), few_letters(domain, length, rng, half)])
    what, vectors = _vectors(network, x)
    if not np.isfinite(vectors).all():
        raise MipsVerifyError("the network leaves the numbers")
    found = exact_trace(program, x)[0][:, -vectors.shape[1] :]
    hidden = vectors.reshape(-1, vectors.shape[2])
    states = found.reshape(len(hidden), found.shape[2])
    centre, axes, share = _plane(hidden)
    both = np.concatenate([hidden.round(DECIMALS), states], axis=1)
    kept = np.sort(np.unique(both, axis=0, return_index=True)[1])
    seen = len(kept)
    kept = kept[:: -(-seen // MOST_POINTS)]
    flat = (hidden[kept] - centre) @ axes
    return HiddenPoints(what, flat, states[kept], centre, axes, share, len(kept) == seen)


def _vectors(network: Recurrent, x: Ints) -> tuple[str, Floats]:
    """What is drawn, and vectors ``(n, length + 1, size)``; of a function, after letters only."""
    with np.errstate(all="ignore"):
        if not isinstance(network, PrefixStates):
            return "hidden states", network.run(x)[0]
        if (inside := network.function.inside) is None:
            raise MipsVerifyError(
                "the model is known as a function of words and shows no states; those of its "
                "behaviour are the states of the automaton"
            )
        return inside.what, inside.call(x)


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
