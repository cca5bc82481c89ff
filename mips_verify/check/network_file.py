"""A bundle's network, read strictly. It needs only numpy, so that ``check`` needs no torch.

It accepts what :func:`mips_verify.network.weights.save` writes, byte for byte, and nothing else.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.network_kernel.weight_bytes import read_weights, refuse

if TYPE_CHECKING:
    from mips_verify.network.weights import StoredNetwork


def read_network(data: bytes, name: str) -> StoredNetwork:
    """The network of a safetensors file, and what its header says about it.

    Raises:
        MipsVerifyError: any other file; the message continues a sentence that starts with its name.
    """
    import numpy as np

    from mips_verify.network.weights import FORMAT, from_tensors

    tensors, about = read_weights(data)
    arrays = {n: np.array(t.numbers, dtype=np.float64).reshape(t.shape) for n, t in tensors.items()}
    stored = from_tensors(Path(name), arrays, about)
    network = stored.network
    sizes = {"f": network.f, "g": network.g}
    said = {
        "about": stored.about,
        "channels": network.channels,
        "format": FORMAT,
        "hidden": network.hidden,
        **{key: [list(weight.shape) for weight, _ in layers] for key, layers in sizes.items()},
    }
    if json.dumps(about, sort_keys=True) != json.dumps(said, sort_keys=True):
        refuse("says more in its header than what its network is")
    return stored
