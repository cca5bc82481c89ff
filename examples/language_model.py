"""A small language model, and the rule behind its text that it has found.

    python examples/language_model.py

The text is noisy: each bit is the parity of the three before it, or, three times in ten, the other
bit. The model is trained as language models are: a start token, then to guess every next token.
The program that is read out of it says what it guesses; it is the rule without the noise.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from training import BATCH, descend, show
from transformer import Transformer, parity

from mips_verify import api

LENGTH, START, NOISE, STEPS = 8, 2, 0.3, 2000


def text(count: int, length: int) -> Tensor:
    """Words of the noisy rule, ``(count, length)``."""
    words = torch.zeros(count, length + 3, dtype=torch.int64)
    for t in range(3, length + 3):
        flips = (torch.rand(count) < NOISE).long()
        words[:, t] = words[:, t - 3 : t].sum(dim=1) % 2 ^ flips
    return words[:, 3:]


def started(words: Tensor) -> Tensor:
    """The same words after the start token."""
    return nn.functional.pad(words, (1, 0), value=START)


def objective(network: nn.Module) -> Tensor:
    """Cross-entropy of every next token."""
    words = text(BATCH, LENGTH + 1)
    return nn.functional.cross_entropy(
        network(started(words[:, :-1])).flatten(0, 1), words.flatten()
    )


def main() -> None:
    """Train the model, read its program, prove it."""
    torch.manual_seed(0)
    network = Transformer(tokens=3)
    for step in descend(network, lambda: objective(network)):
        if step == STEPS:
            break
    show(lambda words: network(started(words))[:, 1:], parity, letters=2, length=LENGTH)
    task = api.load_task("Parity_Last3")
    model = api.from_torch(network, task.domain, LENGTH, first=START)
    reading = api.extract(model, task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
