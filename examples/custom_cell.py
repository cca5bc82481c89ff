"""A recurrent cell of one's own that learns to add modulo 3, and the program in it.

    python examples/custom_cell.py

No file format knows this cell. As a torch module it is a function of words, and that is enough.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from training import show, train

from mips_verify import api

LENGTH, LETTERS = 10, 3


class NormalisedCell(nn.Module):
    """An Elman cell whose state is normalised at every step; it reads one-hot letters."""

    def __init__(self, columns: int = LETTERS, hidden: int = 16) -> None:
        super().__init__()
        self.step, self.norm = nn.Linear(columns + hidden, hidden), nn.LayerNorm(hidden)
        self.start, self.head = nn.Parameter(torch.zeros(hidden)), nn.Linear(hidden, LETTERS)

    def forward(self, columns: Tensor) -> Tensor:
        """One-hot letters ``(n, length, columns)`` to scores after every letter."""
        h, scores = self.start.expand(len(columns), -1), []
        for x in columns.unbind(dim=1):
            h = torch.tanh(self.norm(self.step(torch.cat([x, h], dim=1))))
            scores.append(self.head(h))
        return torch.stack(scores, dim=1)


def total(words: Tensor) -> Tensor:
    """The sum so far modulo 3."""
    return words.cumsum(dim=1) % 3


def main() -> None:
    """Train the network, read its program, prove it."""
    torch.manual_seed(0)
    network = NormalisedCell()
    coded = nn.Sequential(nn.Embedding.from_pretrained(torch.eye(LETTERS)), network)
    train(coded, total, LETTERS, LENGTH)
    show(coded, total, LETTERS, LENGTH)
    task = api.load_task("Add_Mod_3")
    model = api.from_torch(network, task.domain, LENGTH, reads="one-hot")
    reading = api.extract(model, task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
