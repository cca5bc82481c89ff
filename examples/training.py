"""What the other examples share: Adam on random words, and how often a network is right.

Nothing here knows of mips-verify. A *target* gives the labels of words: integers ``(n, length)`` to
``(n, length)``.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

Target = Callable[[Tensor], Tensor]
BATCH, FRESH, LOOK = 128, 4096, 50


def train(
    network: nn.Module, target: Target, letters: int, length: int, rate: float = 3e-3,
    steps: int = 3000,
) -> None:  # fmt: skip
    """Adam on random words until 4,096 fresh ones are all right, or out of steps."""
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    for step in range(1, steps + 1):
        words = torch.randint(letters, (BATCH, length))
        loss = nn.functional.cross_entropy(network(words).flatten(0, -2), target(words).flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        if step % LOOK == 0:
            share = accuracy(network, target, letters, length)
            print(f"step {step}: {share:.2%} of words", flush=True)
            if share == 1.0:
                return


def accuracy(network: nn.Module, target: Target, letters: int, length: int) -> float:
    """The share of fresh words that get the right label after every letter."""
    words = torch.randint(letters, (FRESH, length))
    with torch.no_grad():
        right = network(words).argmax(dim=-1) == target(words)
    return right.flatten(1).all(dim=1).double().mean().item()
