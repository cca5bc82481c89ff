"""A classifier of whole words that reads in both directions, and the program in it.

    python examples/classifier.py

It gives one answer to a word and sees all of it at once; it has no states of its own. Asked about
every beginning of a word, it answers as a program does that reads letter by letter.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor, nn
from training import BATCH, FRESH, LOOK, descend

from mips_verify import api
from mips_verify.algebra.percent import percent

LENGTH = 10


class Classifier(nn.Module):
    """The mean over all outputs of an LSTM in both directions, and a linear layer."""

    def __init__(self, letters: int = 2, hidden: int = 16) -> None:
        super().__init__()
        self.tokens = nn.Embedding(letters, 8)
        self.rnn = nn.LSTM(8, hidden, batch_first=True, bidirectional=True)
        self.head = nn.Linear(2 * hidden, 2)

    def forward(self, words: Tensor) -> Tensor:
        """Tokens ``(n, length)`` to scores of the word, ``(n, 2)``."""
        return self.head(self.rnn(self.tokens(words))[0].mean(dim=1))


def without_000(words: Tensor) -> Tensor:
    """Whether there are no three zeros in a row, ``(n,)``."""
    zeros = nn.functional.pad(words, (2, 0), value=1).unfold(1, 3, 1).sum(dim=2) == 0
    return (~zeros.any(dim=1)).long()


def objective(network: nn.Module) -> Tensor:
    """Cross-entropy of words of a random length."""
    words = torch.randint(2, (BATCH, random.randint(1, LENGTH)))
    return nn.functional.cross_entropy(network(words), without_000(words))


@torch.no_grad()
def accuracy(network: nn.Module, length: int) -> float:
    """The share of fresh words that are classified right."""
    words = torch.randint(2, (FRESH, length))
    return (network(words).argmax(dim=1) == without_000(words)).double().mean().item()


def main() -> None:
    """Train the network, read its program, prove it."""
    torch.manual_seed(0)
    random.seed(0)
    network = Classifier()
    for step in descend(network, lambda: objective(network)):
        if step % LOOK == 0 and all(accuracy(network, n + 1) == 1 for n in range(LENGTH)):
            break
    for n in (LENGTH, 2 * LENGTH):
        print(f"network: right on {percent(accuracy(network, n))} of words of {n} letters")
    task = api.load_task("Tomita_4")
    model = api.from_torch(network, task.domain, LENGTH, causal=False)
    reading = api.extract(model, task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
