"""The tensors of a state dict sorted by their names: one recurrent module, and what lies beside.

The names are those of torch: ``weight_ih_l0`` and so on in a torch.nn.RNN, GRU or LSTM, ``weight``
and ``bias`` in a linear layer, each after the name of its module in the whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.torch_modules import PARTS
from mips_verify.network.weights import WeightFileError, few

INSTEAD: Final = "give the module itself to mips_verify.api.from_torch"
# a single cell such as GRUCell has no layer number; hr is a projection
_RECURRENT: Final = re.compile(
    r"(?:(.*)\.)?((?:weight|bias)_(?:ih|hh|hr))(?:_l(\d{1,4}))?(_reverse)?", re.DOTALL
)
_LINEAR: Final = re.compile(r"(?:(.*)\.)?(weight|bias)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear layer; an embedding is one without bias, of a row for every token."""

    weight: Floats
    bias: Floats | None


@dataclass(frozen=True, slots=True)
class Parts:
    """The tensors of a state dict.

    Attributes:
        recurrent: those of the recurrent module, by their names in it, such as ``weight_ih_l0``;
            biases are 0 where it has none.
        linear: linear layers and embeddings by their names.
        others: names of all other tensors.
    """

    recurrent: Mapping[str, Floats]
    linear: Mapping[str, Linear]
    others: tuple[str, ...]

    @property
    def layers(self) -> int:
        """Layers of the recurrent module."""
        return sum(name.startswith(PARTS[0]) for name in self.recurrent)

    @property
    def columns(self) -> int:
        """Numbers that the first layer reads."""
        return int(self.recurrent["weight_ih_l0"].shape[1])

    @property
    def hidden(self) -> int:
        """Numbers that a layer gives."""
        return int(self.recurrent["weight_hh_l0"].shape[1])


def is_recurrent(names: Iterable[str]) -> bool:
    """Whether there is a tensor of a torch.nn.RNN, GRU or LSTM among these names."""
    return any(map(_RECURRENT.fullmatch, names))


def parts_of(path: Path, tensors: Mapping[str, Floats]) -> Parts:
    """The tensors by what their names say; ``path`` is named in errors.

    Raises:
        WeightFileError: there is not one recurrent module in one direction.
    """
    recurrent: dict[str, dict[str, Floats]] = {}
    linear: dict[str, dict[str, Floats]] = {}
    others = []
    for name, array in tensors.items():
        if m := _RECURRENT.fullmatch(name):
            _demand_plain(path, name, m)
            recurrent.setdefault(m[1] or "", {})[f"{m[2]}_l{m[3] or 0}"] = array
        elif (m := _LINEAR.fullmatch(name)) and array.ndim == (2 if m[2] == "weight" else 1):
            linear.setdefault(m[1] or "", {})[m[2]] = array
        else:
            others.append(name)
    if len(recurrent) != 1:
        found = few(sorted(recurrent)) or "none"
        raise WeightFileError(
            f"{path} is read if it holds one recurrent module, and it holds {found}; {INSTEAD}"
        )
    (module,) = recurrent.values()
    whole = {n: Linear(t["weight"], t.get("bias")) for n, t in linear.items() if "weight" in t}
    others += [f"{name}.bias" for name in linear if name not in whole]
    return Parts(_with_biases(path, module), whole, tuple(others))


def _demand_plain(path: Path, name: str, m: re.Match[str]) -> None:
    if m[4] or m[2].endswith("hr"):
        raise WeightFileError(
            f"{path} holds {name}: a network that reads backwards too, or projects, is not read "
            f"from its weights; {INSTEAD}"
        )


def _with_biases(path: Path, module: Mapping[str, Floats]) -> Mapping[str, Floats]:
    """The tensors of a recurrent module, with biases of 0 if it has none."""
    for name in (f"{part}_l0" for part in PARTS[:2]):
        if name not in module:
            raise WeightFileError(f"{path} lacks the tensor {name}")
        if module[name].ndim != 2 or not module[name].size:
            shape = module[name].shape
            raise WeightFileError(f"{path}: {name} has shape {shape}, expected (rows, columns)")
    if any(name.startswith("bias") for name in module):
        return module
    rows = {n: array.shape[:1] for n, array in module.items() if n.startswith(PARTS[0])}
    zeros = {n.replace(PARTS[0], part): np.zeros(k) for n, k in rows.items() for part in PARTS[2:]}
    return {**module, **zeros}
