"""Networks from state dicts of torch.nn.RNN, GRU and LSTM with a linear read-out.

A state dict is silent on everything but its tensors. What letters and scores mean, the user says;
the cell, the read-out and an embedding are told by their shapes where these decide. The result is
the network that :func:`mips_verify.save_network` writes of the same module.

Functions without weights, such as an activation before the read-out, leave no trace in a state
dict, so a module that has any must not be read this way.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mips_verify.algebra.arrays import Floats
from mips_verify.network.coding import Coding
from mips_verify.network.interface import Interface
from mips_verify.network.state_dict_parts import INSTEAD, Parts, parts_of
from mips_verify.network.torch_cells import CELLS
from mips_verify.network.torch_modules import from_tensors
from mips_verify.network.torch_recurrent import Stacked
from mips_verify.network.weights import WeightFileError, few


def recurrent_network(
    path: Path,
    tensors: Mapping[str, Floats],
    said: Interface,
) -> Stacked:
    """The network of a state dict, read as the user says; ``path`` is named in errors.

    Raises:
        WeightFileError: one sentence on what is missing, left over or cannot be told.
        SequenceError: what the user says does not fit together.
    """
    coding = said.coding(path)
    if coding.first is not None or coding.shift:
        raise WeightFileError(f"{path}: weights know no first token and no shift; {INSTEAD}")
    parts = parts_of(path, tensors)
    cell = _cell(path, parts, said.cell)
    head, table = _roles(path, parts, coding.reads, said.readout)
    stored = dict(parts.recurrent)
    if table is not None:
        embedding = parts.linear[table].weight
        stored["weight_ih_l0"] = _embedded(path, stored["weight_ih_l0"], embedding, coding)
    weight, bias = parts.linear[head].weight, parts.linear[head].bias
    stored["readout.weight"] = weight
    stored["readout.bias"] = np.zeros(len(weight)) if bias is None else bias
    stored["start"] = np.zeros(parts.layers * CELLS[cell].memories * parts.hidden)
    return from_tensors(path, stored, _header(coding, cell, parts.layers, len(weight)))


def _header(coding: Coding, cell: str, layers: int, scores: int) -> dict[str, Any]:
    """What the header of a file of :func:`mips_verify.save_network` says of a network."""
    domain = coding.domain
    ranges = zip(domain.names, domain.lows, domain.highs, strict=True)
    return {
        "cell": cell,
        "layers": layers,
        "inputs": {name: [low, high] for name, low, high in ranges},
        "order": list(domain.names),
        "reads": "numbers" if coding.reads == "numbers" else "one-hot",
        "gives": coding.gives,
        "values": list(range(scores) if coding.values is None else coding.values),
    }


def _cell(path: Path, parts: Parts, said: str | None) -> str:
    """The kind of cell; the number of blocks in its weights tells all but the activation."""
    rows = len(parts.recurrent["weight_hh_l0"])
    fits = [name for name, cell in CELLS.items() if cell.gates * parts.hidden == rows]
    if not fits or (said is not None and said not in fits):
        raise WeightFileError(
            f"{path}: weight_hh_l0 has {rows} rows and {parts.hidden} columns, as in "
            f"{' or '.join(fits) or 'no known cell'}" + (f", not in {said}" if said else "")
        )
    if said is None and len(fits) > 1:
        raise WeightFileError(
            f"{path} may be of {' or '.join(fits)}, which weights do not tell; say it with --cell"
        )
    return said or fits[0]


def _roles(path: Path, parts: Parts, reads: str, readout: str | None) -> tuple[str, str | None]:
    """The names of the read-out and, if the network reads letters, of the embedding."""
    heads = [n for n, m in parts.linear.items() if m.weight.shape[1] == parts.hidden]
    if readout is not None:
        heads = [n for n in heads if n == readout]
    tables = [
        n for n, m in parts.linear.items()
        if m.bias is None and m.weight.shape[1] == parts.columns
    ]  # fmt: skip
    read: list[str | None] = [*tables] if reads == "letters" else [None]
    pairs = [(head, table) for head in heads for table in read if head != table]
    if not pairs:
        raise WeightFileError(_nothing_fits(path, parts, reads, readout))
    if len(pairs) > 1:
        names = sorted({head for head, _ in pairs})
        raise WeightFileError(
            f"{path}: each of {few(names)} may be the read-out; say which with --readout"
        )
    if left := sorted({*parts.linear, *parts.others} - {*pairs[0]}):
        embedding = reads != "letters" and left == tables
        raise WeightFileError(
            f"{path} holds {few(left)} beside the recurrent layers and the read-out {pairs[0][0]}; "
            + ("an embedding is read with --reads letters" if embedding else INSTEAD)
        )
    return pairs[0]


def _nothing_fits(path: Path, parts: Parts, reads: str, readout: str | None) -> str:
    """Why there is no read-out, or no embedding."""
    called = f" called {readout}" if readout is not None else ""
    wanted = f"a linear read-out{called} of {parts.hidden} values"
    if reads == "letters":
        wanted += f", and for letters an embedding of {parts.columns} values (else say one-hot)"
    shapes = [f"{n} {m.weight.shape}" for n, m in sorted(parts.linear.items())]
    return f"{path} needs {wanted}; beside the recurrent layers it holds {few(shapes) or 'nothing'}"


def _embedded(path: Path, weight_ih: Floats, embedding: Floats, coding: Coding) -> Floats:
    """``weight_ih`` for one-hot letters: a column for every token, ``(rows, tokens)``."""
    domain = coding.domain
    if domain.channels > 1:
        raise WeightFileError(
            f"{path}: an embedding reads one input, not {', '.join(domain.names)}; {INSTEAD}"
        )
    tokens = domain.highs[0] - domain.lows[0] + 1
    if tokens > len(embedding):
        raise WeightFileError(
            f"{path}: the embedding knows {len(embedding)} tokens, and {domain.names[0]} has "
            f"{tokens} values"
        )
    folded: Floats = weight_ih @ embedding[:tokens].T
    return folded
