"""A torch module of any kind as a function of words; it runs in this process, as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mips_verify.network.coding import Coding
from mips_verify.network.load import Model
from mips_verify.network.sequence_function import SequenceError


def run_torch(module: Callable[..., Any], coding: Coding, length: int) -> Model:
    """The model that a module is, in evaluation mode and without gradients.

    Raises:
        SequenceError: the module fails on short words, or its scores have the wrong shape.
    """
    import torch

    if hasattr(module, "eval"):
        module.eval()  # without dropout, an answer to a word is one answer

    def run(given: NDArray[Any]) -> ArrayLike:
        with torch.no_grad():
            scores = module(torch.from_numpy(np.ascontiguousarray(given)))
        if isinstance(scores, tuple):  # a recurrent module gives its last state as well
            scores = scores[0]
        if not isinstance(scores, torch.Tensor):
            raise SequenceError(f"the module gives {type(scores).__name__}, not a tensor of scores")
        found: NDArray[Any] = scores.detach().cpu().numpy()
        return found

    what = f"{type(module).__name__}, given as a torch module"
    return Model(coding.function(run), coding.domain.channels, coding.domain, length, what)
