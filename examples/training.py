"""What the examples share: Adam on random words, and how often a network is right on fresh ones.

Nothing here is special to mips-verify. A network maps words, integers ``(n, length)``, to scores
``(n, length, letters)``, and a target maps them to the labels after every letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn

Function = Callable[[Tensor], Tensor]
BATCH, FRESH, LOOK, STEPS = 128, 4096, 50, 4000


def train(network: nn.Module, target: Function, letters: int, length: int) -> None:
    """Train on random words of one length until 4,096 fresh ones are right from end to end."""
    for step in descend(network, lambda: loss(network, target, letters, length)):
        if step % LOOK == 0 and accuracy(network, target, letters, length) == 1.0:
            break


def descend(network: nn.Module, objective: Callable[[], Tensor]) -> Iterator[int]:
    """Steps of Adam on an objective that draws its own batch; gives the number of each step."""
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        objective().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        yield step


def loss(network: nn.Module, target: Function, letters: int, length: int) -> Tensor:
    """Cross-entropy after every letter of random words."""
    words = torch.randint(letters, (BATCH, length))
    return nn.functional.cross_entropy(network(words).flatten(0, 1), target(words).flatten())


@torch.no_grad()
def accuracy(network: Function, target: Function, letters: int, length: int) -> float:
    """The share of fresh words that are right after every letter."""
    words = torch.randint(letters, (FRESH, length))
    right = network(words).argmax(dim=-1) == target(words)
    return right.flatten(1).all(dim=1).double().mean().item()


def show(network: Function, target: Function, letters: int, length: int) -> None:
    """Print how often a network is right at the length that trained it, and at twice this."""
    for n in (length, 2 * length):
        share = accuracy(network, target, letters, n)
        cut = int(10_000 * share) / 100  # not rounded: 100% is all
        print(f"network: right on {cut:.2f}% of words of {n} letters")
