"""A state-space model that learns parity, and the program in it.

    python examples/state_space.py

Its state decays or flips, channel by channel, as the letter says (a selective diagonal model):
``h = a(x) h + b(x)`` with a between -1 and 1. Parity needs an a of -1, which is never quite
reached, so the network forgets in the long run. Its program does not.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from training import show, train

from mips_verify import api

LENGTH = 10


class StateSpace(nn.Module):
    """A diagonal recurrence that every letter steers, and a perceptron that reads its states."""

    def __init__(self, letters: int = 2, channels: int = 16) -> None:
        super().__init__()
        self.decay, self.drive = nn.Embedding(letters, channels), nn.Embedding(letters, channels)
        self.head = nn.Sequential(
            nn.Linear(channels, 2 * channels), nn.ReLU(), nn.Linear(2 * channels, letters)
        )

    def forward(self, words: Tensor) -> Tensor:
        """Tokens ``(n, length)`` to scores after every token, ``(n, length, letters)``."""
        a, b = torch.tanh(self.decay(words)), self.drive(words)
        states = [torch.zeros_like(b[:, 0])]
        for t in range(words.shape[1]):
            states.append(a[:, t] * states[-1] + b[:, t])
        return self.head(torch.stack(states[1:], dim=1))


def parity(words: Tensor) -> Tensor:
    """Whether the number of ones so far is odd."""
    return words.cumsum(dim=1) % 2


def main() -> None:
    """Train the network, read its program, prove it."""
    torch.manual_seed(0)
    network = StateSpace()
    train(network, parity, letters=2, length=LENGTH)
    show(network, parity, letters=2, length=LENGTH)
    task = api.load_task("Parity_All")
    reading = api.extract(api.from_torch(network, task.domain, LENGTH), task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
