"""Checks of an external network, before a program is read out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.pipeline.compare_network import BATCH, how_many, runs

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent


def demand_sound(network: Recurrent, domain: Domain, length: int, seed: int) -> None:
    """Refuse a network that cannot be read.

    Raises:
        MipsVerifyError: the network's functions do not fit together, or states or outputs are not
            numbers or are too large to be rounded.
    """
    _demand_shapes(network, domain)
    _demand_numbers(network, domain, length, seed)


def _demand_shapes(network: Recurrent, domain: Domain) -> None:
    """Refuse arrays of the wrong shape: if one lacks an axis, numpy would broadcast it silently."""
    letters = np.array([domain.lows] * 2, dtype=np.int64)
    hidden, outputs = network.hidden, network.outputs
    with np.errstate(all="ignore"):
        start = np.asarray(network.start(2))
        after = np.asarray(network.step(start, letters))
        shown = np.asarray(network.read(after))
        many = np.asarray(network.read(np.stack([after] * 3, axis=1)))
    for what, found, wanted in (
        ("start", start.shape, (2, hidden)),
        ("step", after.shape, (2, hidden)),
        ("read", shown.shape, (2, outputs)),
        ("read", many.shape, (2, 3, outputs)),
    ):
        if found != wanted:
            raise MipsVerifyError(
                f"the network's function {what} gives an array of shape {found}, expected {wanted}"
            )
    if shown.dtype.kind not in "iu":
        raise MipsVerifyError(f"the network's function read gives {shown.dtype}, not integers")


def _demand_numbers(network: Recurrent, domain: Domain, length: int, seed: int) -> None:
    """Refuse infinities and huge outputs: cast to integers, they look like ordinary numbers."""
    x = domain.sample(how_many(BATCH, network, domain, length), length, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        for states, y in runs(network, x):
            if not np.isfinite(states).all():
                raise MipsVerifyError(
                    f"the network's states are not finite numbers within {length} letters"
                )
            if y.min() < -FLOAT_EXACT or y.max() > FLOAT_EXACT:
                raise MipsVerifyError(
                    f"the network's outputs reach {max(-int(y.min()), int(y.max()))} within "
                    f"{length} letters, too large for float64 to tell neighbours apart"
                )
