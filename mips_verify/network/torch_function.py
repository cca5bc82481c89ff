"""A torch module of any kind as a function of words; it runs in this process, as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mips_verify.errors import one_line
from mips_verify.network.coding import Coding
from mips_verify.network.model import Model
from mips_verify.network.sequence_function import SequenceError

SHOWN: Final = 240  # characters of an error of the module


def run_torch(module: Callable[..., Any], coding: Coding, length: int) -> Model:
    """The model that a module is, in evaluation mode and without gradients.

    Raises:
        SequenceError: the module fails on short words, or its scores have the wrong shape.
    """
    import torch

    from mips_verify.network.torch_inside import torch_inside

    if hasattr(module, "eval"):
        module.eval()  # without dropout, an answer to a word is one answer

    def run(given: NDArray[Any]) -> ArrayLike:
        with torch.no_grad():
            try:
                scores = module(torch.from_numpy(np.ascontiguousarray(given)))
            except Exception as error:
                raise SequenceError(
                    f"the module fails on a tensor of shape {given.shape}: "
                    f"{type(error).__name__}: {one_line(str(error))[:SHOWN]}"
                ) from error
        if isinstance(scores, tuple):  # a recurrent module gives its last state as well
            scores = scores[0]
        if not isinstance(scores, torch.Tensor):
            raise SequenceError(f"the module gives {type(scores).__name__}, not a tensor of scores")
        found: NDArray[Any] = scores.detach().cpu().numpy()
        return found

    what = f"{type(module).__name__}, given as a torch module"
    function = replace(coding.function(run, length), inside=torch_inside(module, coding))
    return Model(function, coding.domain.channels, coding.domain, length, what)
