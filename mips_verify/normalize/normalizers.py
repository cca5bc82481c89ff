"""All normalisers, in the paper's order; each is applied to the result of the one before."""

from __future__ import annotations

from mips_verify.network.network import Network
from mips_verify.normalize.debias import debias
from mips_verify.normalize.jordan import jordan
from mips_verify.normalize.minimal_realisation import minimal
from mips_verify.normalize.quantization import quantization
from mips_verify.normalize.result import Check, Normalised, Normaliser
from mips_verify.normalize.toeplitz import toeplitz
from mips_verify.normalize.whitening import whitening

# minimal realisation removes unused directions of the state; the paper's five follow in its order
NORMALIZERS: tuple[Normaliser, ...] = (
    minimal,
    whitening,
    jordan,
    toeplitz,
    debias,
    quantization,
)


def normalize(network: Network, check: Check | None = None) -> tuple[Normalised, ...]:
    """Minimal realisation, whitening, Jordan, Toeplitz, de-biasing, quantisation; never raises.

    Args:
        network: any network; if its f has a hidden layer, it is returned unchanged.
        check: the sequences on which networks are compared.
    """
    steps = []
    for step in NORMALIZERS:
        steps.append(step(network, check))
        network = steps[-1].network
    return tuple(steps)
