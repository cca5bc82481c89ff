"""What a torch module shows of its way: the vectors that its last linear layer reads.

In a transformer, a convolution or a recurrent network these are the states of the last layer, and
the linear layer reads the scores from them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.arrays import Floats
from mips_verify.network.coding import Coding
from mips_verify.network.sequence_function import Inside, SequenceError

if TYPE_CHECKING:
    from torch import Tensor, nn


def torch_inside(module: Callable[..., Any], coding: Coding) -> Inside | None:
    """The vectors that the last linear layer reads; ``None`` if no layer reads one at every step.

    "Last" is the layer that runs last; the order in which a module names its parts says nothing.
    """
    from torch import nn

    if not isinstance(module, nn.Module) or not coding.causal:
        return None
    words = np.array([[coding.domain.lows] * 2] * 3, dtype=np.int64)
    names = list(_read(module, coding.encoded(words)))
    if not names:
        return None
    name = names[-1]

    def run(given: NDArray[Any]) -> Floats:
        read = _read(module, given)
        if name not in read:
            raise SequenceError(f"the layer {name} is not used on words of this length")
        found: Floats = read[name].detach().cpu().double().numpy()
        return found

    return coding.inside(f"inputs of the layer {name}", run)


def _read(module: nn.Module, given: NDArray[Any]) -> dict[str, Tensor]:
    """The inputs of every linear layer in one run, by its name, in the order in which they run."""
    import torch
    from torch import nn

    found: dict[str, Tensor] = {}

    def hook(name: str) -> Callable[[Any, tuple[Any, ...]], None]:
        def keep(_layer: Any, inputs: tuple[Any, ...]) -> None:
            found.pop(name, None)  # a layer that runs again is the last one again
            found[name] = inputs[0]

        return keep

    with ExitStack() as hooks, torch.no_grad():
        for name, part in module.named_modules():
            if isinstance(part, nn.Linear):
                handle = part.register_forward_pre_hook(hook(name or type(part).__name__))
                hooks.callback(handle.remove)
        try:
            module(torch.from_numpy(np.ascontiguousarray(given)))
        except (RuntimeError, ValueError, IndexError):  # too short or too long for it
            return {}
    return found
