"""How CPU seconds grow with letters, length, states and hidden size.

    python -m benchmarks.growth [--out FILE] [--plot FILE] [--sizes N]

Letters and length: the whole method on the sum so far modulo 3. States: reading a random minimal
machine of 4 letters. Hidden size: reading a network that counts modulo 5, whose one hidden value
is turned into a space of so many. The exponent of a stage is the slope of its last three points
in the logarithms of both, where it takes a tenth of a second or more.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.cpu_clock import cpu_seconds
from mips_verify.algebra.mealy import Mealy
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network.load import load_model
from mips_verify.network.network import Network
from mips_verify.network.torch_recurrent import Functions
from mips_verify.pipeline.read_network import read_network
from mips_verify.pipeline.synthesize import synthesize
from mips_verify.progress import Progress
from mips_verify.spec.table_machine import table_machine
from mips_verify.spec.task import Task, load_task

PROOFS = Path(__file__).parent.parent / "proofs"
LEAST = 0.1  # seconds; below, what does not grow hides the rest
Seconds = dict[str, float]


@dataclass(frozen=True)
class Dimension:
    """What grows, at which sizes, and what is run at one of them.

    Attributes:
        name: its name in tables.
        sizes: from small to large.
        run: what is run, told of each stage; whether it ended in a proof.
    """

    name: str
    sizes: tuple[int, ...]
    run: Callable[[int, Progress], bool]


def modular_sum(letters: int, length: int) -> Task:
    """The sum so far modulo 3."""
    spec = Machine(("x",), ("s",), (0,), (parse("(s + x) % 3", ["s", "x"]),), (parse("s", ["s"]),))
    says = f"sum modulo 3 of {letters} letters"
    return Task("Modular_Sum", says, length, Domain(("x",), (0,), (letters - 1,)), spec)


def whole(task: Task, progress: Progress) -> bool:
    """The whole method, from data to the network's theorem."""
    return synthesize(task, progress=progress).proved


def random_machine(states: int, progress: Progress) -> bool:
    """Reading a machine that answers from its table."""
    machine = _minimal(states, np.random.default_rng(states))
    network = Functions(
        np.zeros(1),
        1,
        lambda h, x: machine.next[h[:, 0].astype(int), x[:, 0]][:, None].astype(float),
        lambda h: h[..., 0].astype(np.int64)[..., None],
    )
    named = replace(machine, output=machine.next[..., None])  # it says its state: no two are equal
    domain = Domain(("x",), (0,), (3,))
    spec = table_machine(named)
    return read_network(network, domain, 3 * states, spec=spec, progress=progress).proved


def _minimal(states: int, rng: np.random.Generator) -> Mealy:
    letters = np.arange(4)[:, None]
    while True:
        to = rng.integers(0, states, (states, 4))
        machine = Mealy(("x",), letters, to, to[..., None])
        if machine.minimal().states == states:
            return machine.minimal()


def turned_network(hidden: int, progress: Progress) -> bool:
    """Reading a network that counts modulo 5 in a space of ``hidden`` values."""
    task = load_task("Add_Mod_5")
    network = turned(load_model(PROOFS / task.name / "network.safetensors").network, hidden)
    reading = read_network(network, task.domain, task.length, spec=task.spec, progress=progress)
    return reading.proved


def turned(network: Network, hidden: int) -> Network:
    """The same function, with its hidden values on a random subspace of a larger space."""
    rng = np.random.default_rng(hidden)
    q, _ = np.linalg.qr(rng.normal(size=(hidden, network.hidden)))
    (w, b), *f = network.f
    (v, c), *g = network.g
    first = np.hstack([w[:, : network.hidden] @ q.T, w[:, network.hidden :]])
    layers = [(first, b), *f]
    last, offset = layers.pop()
    layers.append((q @ last, q @ offset))
    return Network(tuple(layers), ((v @ q.T, c), *g), q @ network.h0, network.channels)


DIMENSIONS = (
    Dimension(
        "letters", (2, 4, 8, 16, 32, 64, 128, 256), lambda n, p: whole(modular_sum(n, 10), p)
    ),
    Dimension("length", (5, 10, 20, 50, 100, 200), lambda n, p: whole(modular_sum(4, n), p)),
    Dimension("states", (2, 4, 8, 15, 30, 60), random_machine),
    Dimension("hidden size", (1, 4, 16, 64, 256), turned_network),
)


class StageClock:
    """Is told when a stage begins, and knows the CPU seconds of each."""

    def __init__(self) -> None:
        self.seconds: Seconds = {}
        self._stage, self._began = "", cpu_seconds()

    def __call__(self, stage: str, message: str) -> None:
        """A stage has begun."""
        del message
        now = cpu_seconds()
        if self._stage:
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._began
        self._stage, self._began = stage, now


def measured(dimension: Dimension, sizes: int) -> Iterator[tuple[int, bool, Seconds]]:
    """Each size with whether it was proved and the seconds of its stages."""
    for size in dimension.sizes[:sizes]:
        clock = StageClock()
        proved = dimension.run(size, clock)
        clock("", "")
        seconds = {stage: round(s, 3) for stage, s in clock.seconds.items()}
        print(f"{dimension.name} {size}: {'PROVED' if proved else '-'} {seconds}", file=sys.stderr)
        yield size, proved, seconds


def exponents(points: list[tuple[int, bool, Seconds]]) -> Seconds:
    """The slope of the last three points of each stage that takes :data:`LEAST` seconds there."""
    found = {}
    for stage in points[-1][2]:
        last = [(size, seconds.get(stage, 0.0)) for size, _, seconds in points[-3:]]
        if len(last) == 3 and min(s for _, s in last) >= LEAST:
            x, y = np.log(np.array(last)).T
            found[stage] = round(float(np.polyfit(x, y, 1)[0]), 2)
    return found


def plot(results: dict, path: Path) -> None:
    """One panel a dimension, a line a stage, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    mpl.rcParams["svg.hashsalt"] = "growth"  # equal figures have equal files
    figure, panels = plt.subplots(1, len(results), figsize=(3 * len(results), 3), sharey=True)
    for panel, (name, result) in zip(panels, results.items(), strict=True):
        for stage in result["points"][-1]["seconds"]:
            line = [(p["size"], p["seconds"].get(stage, 0.0)) for p in result["points"]]
            panel.loglog(*zip(*line, strict=True), marker=".", label=stage)
        panel.set_xlabel(name)
    panels[0].set_ylabel("CPU seconds")
    panels[0].set_ylim(0.005)
    panels[0].legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main(argv: list[str] | None = None) -> int:
    """Measure, and write what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("--out", type=Path, help="write the seconds and exponents to FILE as JSON")
    parser.add_argument("--plot", type=Path, help="draw them into FILE")
    parser.add_argument("--sizes", type=int, default=99, help="the smallest N of each only")
    args = parser.parse_args(argv)
    whole(load_task("Sum_Last2"), lambda *_: None)  # loads what is loaded once
    results = {}
    for dimension in DIMENSIONS:
        points = list(measured(dimension, args.sizes))
        results[dimension.name] = {
            "points": [{"size": n, "proved": p, "seconds": s} for n, p, s in points],
            "exponents": exponents(points),
        }
    text = json.dumps(results, indent=1) + "\n"
    if args.out:
        args.out.write_text(text)
    else:
        print(text, end="")
    if args.plot:
        plot(results, args.plot)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
