"""A causal transformer that learns the parity of the last three bits, and the program in it.

    python examples/transformer.py

It learns its positions one by one, so it is right up to the length that trained it and useless
beyond. Its program is read from short words, where it is right, and proved for every length.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from training import show, train

from mips_verify import api

LENGTH, PLACES = 10, 64


class Transformer(nn.Module):
    """One block of attention with a causal mask; tokens ``(n, length)`` to scores."""

    def __init__(self, tokens: int, width: int = 32, heads: int = 4) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(tokens, width), nn.Embedding(PLACES, width)
        self.block = nn.TransformerEncoderLayer(
            width, heads, 2 * width, dropout=0.0, batch_first=True, norm_first=True
        )
        self.head = nn.Linear(width, 2)

    def forward(self, words: Tensor) -> Tensor:
        """Scores of 0 and 1 after every token, ``(n, length, 2)``."""
        length = words.shape[1]
        h = self.tokens(words) + self.places(torch.arange(length))
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        return self.head(self.block(h, src_mask=mask, is_causal=True))


def parity(words: Tensor) -> Tensor:
    """Whether the number of ones among the last three bits is odd."""
    x = nn.functional.pad(words, (2, 0))
    return x[:, 2:] ^ x[:, 1:-1] ^ x[:, :-2]


def main() -> None:
    """Train the network, read its program, prove it."""
    torch.manual_seed(0)
    network = Transformer(tokens=2)
    train(network, parity, letters=2, length=LENGTH)
    show(network, parity, letters=2, length=LENGTH)
    task = api.load_task("Parity_Last3")
    model = api.from_torch(network, task.domain, LENGTH)
    reading = api.extract(model, task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
