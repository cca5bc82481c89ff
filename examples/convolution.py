"""A causal convolution (TCN) that learns to see a pattern, and the program in it.

    python examples/convolution.py

Two layers of width 2 look back four letters. The program says which letters count.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from training import show, train

from mips_verify import api

LENGTH = 10


class Convolution(nn.Module):
    """Residual convolutions with dilations 1 and 2, padded on the left only."""

    def __init__(self, letters: int = 2, channels: int = 16) -> None:
        super().__init__()
        self.tokens = nn.Embedding(letters, channels)
        self.layers = nn.ModuleList(nn.Conv1d(channels, channels, 2, dilation=d) for d in (1, 2))
        self.head = nn.Linear(channels, 2)

    def forward(self, words: Tensor) -> Tensor:
        """Tokens ``(n, length)`` to scores after every token, ``(n, length, 2)``."""
        h = self.tokens(words).transpose(1, 2)
        for layer in self.layers:
            h = h + layer(nn.functional.pad(h, (layer.dilation[0], 0))).relu()
        return self.head(h.transpose(1, 2))


def alternating(words: Tensor) -> Tensor:
    """Whether the last four bits, 0 before the start, are 0101 or 1010."""
    changes = nn.functional.pad(words, (3, 0)).diff(dim=1) != 0
    return changes.unfold(1, 3, 1).all(dim=2).long()


def main() -> None:
    """Train the network, read its program, prove it."""
    torch.manual_seed(0)
    network = Convolution()
    train(network, alternating, letters=2, length=LENGTH)
    show(network, alternating, letters=2, length=LENGTH)
    task = api.load_task("Alternating_Last4")
    reading = api.extract(api.from_torch(network, task.domain, LENGTH), task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
