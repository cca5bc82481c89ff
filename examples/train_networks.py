"""Train ordinary recurrent networks with PyTorch and write them for `mips-verify extract`.

    python examples/train_networks.py Div_3 --cell gru --hidden 8 --out div3.safetensors
    mips-verify extract --model div3.safetensors --task Div_3

Nothing here is special to mips-verify but the two lines that make the data and the one that writes
the network: one-hot inputs, cross-entropy on every output, Adam, until a fresh batch is right.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

import mips_verify
from mips_verify.algebra.percent import percent
from mips_verify.spec.labelling import label
from mips_verify.spec.task import Task

CELLS = {
    "rnn": lambda columns, hidden: nn.RNN(columns, hidden, batch_first=True),
    "relu": lambda columns, hidden: nn.RNN(columns, hidden, nonlinearity="relu", batch_first=True),
    "gru": lambda columns, hidden: nn.GRU(columns, hidden, batch_first=True),
    "lstm": lambda columns, hidden: nn.LSTM(columns, hidden, batch_first=True),
}
BATCH, STEPS, RATE, LOOK = 256, 6000, 1e-2, 50


@dataclass
class Trained:
    """A network with its read-out and the share of fresh sequences that it gets right."""

    module: nn.RNNBase
    readout: nn.Linear
    values: list[int]
    accuracy: float
    steps: int
    seconds: float


def one_hot(task: Task, x: np.ndarray) -> Tensor:
    """Letters ``(n, length, channels)`` as columns, one for every value of a channel."""
    ranges = zip(task.domain.lows, task.domain.highs, strict=True)
    columns = [x[..., i, None] == np.arange(lo, hi + 1) for i, (lo, hi) in enumerate(ranges)]
    return torch.from_numpy(np.concatenate(columns, axis=-1).astype(np.float32))


def train(task: Task, cell: str, hidden: int, seed: int = 0, progress=print) -> Trained:
    """Adam until 4,096 fresh sequences are right, or out of steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    began = time.process_time()
    values = np.unique(label(task, task.domain.sample(4096, task.length, rng))).tolist()
    classes = {v: i for i, v in enumerate(values)}

    def batch(count: int) -> tuple[Tensor, Tensor]:
        x = task.domain.sample(count, task.length, rng)
        y = np.vectorize(classes.__getitem__)(label(task, x)[..., 0])
        return one_hot(task, x), torch.from_numpy(y)

    module = CELLS[cell](batch(1)[0].shape[2], hidden)
    readout = nn.Linear(hidden, len(values))
    weights = [*module.parameters(), *readout.parameters()]
    optimiser = torch.optim.Adam(weights, lr=RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, STEPS, eta_min=RATE / 50)
    accuracy, step = 0.0, 0
    for step in range(1, STEPS + 1):
        x, y = batch(BATCH)
        loss = nn.functional.cross_entropy(readout(module(x)[0]).flatten(0, 1), y.flatten())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        schedule.step()
        if step % LOOK == 0:
            with torch.no_grad():
                x, y = batch(4096)
                right = (readout(module(x)[0]).argmax(dim=2) == y).all(dim=1)
            accuracy = right.double().mean().item()
            progress(f"step {step}: {percent(accuracy)} of sequences")
            if accuracy == 1.0:
                break
    return Trained(module, readout, values, accuracy, step, time.process_time() - began)


def main() -> None:
    """Train one network and write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task")
    parser.add_argument("--cell", choices=CELLS, default="gru")
    parser.add_argument("--hidden", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    task = mips_verify.load_task(args.task)
    trained = train(task, args.cell, args.hidden, args.seed)
    ranges = zip(task.domain.names, task.domain.lows, task.domain.highs, strict=True)
    mips_verify.save_network(
        trained.module,
        args.out,
        readout=trained.readout,
        inputs={name: (lo, hi) for name, lo, hi in ranges},
        length=task.length,
        values=trained.values,
    )
    print(f"right on {percent(trained.accuracy)} of fresh sequences, {trained.seconds:.0f} s")


if __name__ == "__main__":
    main()
