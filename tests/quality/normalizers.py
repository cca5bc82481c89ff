"""The normalisers and the integer lattices on the linear networks of the benchmark, as tables.

    python -m tests.quality.normalizers [--json FILE]

Every network of the committed bundles whose f has no hidden layer is first disguised: two states
that no output depends on are added, then all are mixed by a random matrix and shifted. Each step of
`mips-verify normalize` is compared with the one before. The second table puts the paper's two
lattice finders beside the lattice that extraction reads off the outputs.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from mips_verify.algebra.sequences import comparison_set
from mips_verify.extract.affine_system.integer_realisation import affine_system
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.study import Study
from mips_verify.network.network import Network
from mips_verify.normalize.integer_autoencoders import LATTICE_FINDERS
from mips_verify.normalize.normalizers import normalize
from mips_verify.normalize.result import Check, difference
from mips_verify.pipeline.hidden_lattice import hidden_lattice
from mips_verify.spec.task import Task, load_task
from tests.linear_systems import benchmark_networks, block_diagonal, linear, mixing, moved

IDLE = 2  # states added that no output depends on
SEQUENCES = 400


@dataclass(frozen=True)
class Line:
    """One network before and after all normalisers, and what the lattice finders say of it."""

    task: str
    hidden: tuple[int, int]
    terms: tuple[int, int]
    exact_steps: int
    bound: float
    integer: bool
    ours: int | None
    linear: tuple[int, float]
    gcd: tuple[int, float]


def disguised(network: Network, rng: np.random.Generator) -> Network:
    """The same outputs from more states in other coordinates."""
    n, (weight, bias), (read, offset) = network.hidden, network.f[0], network.g[0]
    idle = 0.5 * mixing(IDLE, rng) / 2
    A = block_diagonal([weight[:, :n], idle])
    B = np.vstack([weight[:, n:], rng.normal(size=(IDLE, network.channels))])
    C = np.hstack([read, np.zeros((len(read), IDLE))])
    wide = linear(
        A, B, C, c=np.concatenate([bias, np.zeros(IDLE)]),
        h0=np.concatenate([network.h0, np.zeros(IDLE)]), b=offset,
    )  # fmt: skip
    wide = Network(wide.f, (wide.g[0], *network.g[1:]), wide.h0, network.channels)
    return moved(wide, mixing(n + IDLE, rng), rng.normal(size=n + IDLE))


def our_rank(network: Network, task: Task) -> int | None:
    """Integer coordinates that extraction finds, exact by construction; None without any."""
    x = comparison_set(task.domain, task.length, np.random.default_rng(0), SEQUENCES)
    oracle = Oracle(network, task.domain, task.length)
    system = affine_system(Study(oracle, x, network.run(x)[1], 0))
    return system.rank if system is not None else None


def line(name: str, network: Network, seed: int) -> Line:
    """Everything about one network."""
    task = load_task(name)
    hidden = disguised(network, np.random.default_rng(seed))
    check = Check(min(task.domain.lows), max(task.domain.highs), task.length)
    steps = normalize(hidden, check)
    terms = steps[0].terms, steps[-1].terms
    assert terms[0] is not None
    assert terms[1] is not None
    last = steps[-1].network
    lattices = [hidden_lattice(network, task.domain, task.length, m) for m in LATTICE_FINDERS]
    done = [s for s in steps if s.declined is None]
    return Line(
        name, (hidden.hidden, last.hidden), (terms[0][0], terms[1][1]),
        sum(s.difference.exact for s in done), difference(hidden, last, check).bound,
        steps[-1].integer, our_rank(network, task),
        *((len(found.basis), round(found.share, 4)) for found in lattices),
    )  # fmt: skip


def normaliser_table(lines: list[Line]) -> str:
    """States and weights before and after, and the largest change of an output."""
    rows = ["| task | states | weights | outputs move by at most | all integers |",
            "| --- | --- | --- | --- | --- |"]  # fmt: skip
    rows += [
        f"| {x.task} | {x.hidden[0]} to {x.hidden[1]} | {x.terms[0]} to {x.terms[1]} "
        f"| {x.bound:.0e} | {'yes' if x.integer else 'no'} |"
        for x in lines
    ]
    return "\n".join(rows)


def lattice_table(lines: list[Line]) -> str:
    """Coordinates by each finder, and the share of states that they put on integers."""
    rows = ["| task | outputs (ours) | linear | gcd |", "| --- | --- | --- | --- |"]
    rows += [
        f"| {x.task} | {'none' if x.ours is None else f'{x.ours}, 100 %'} "
        f"| {x.linear[0]}, {x.linear[1]:.0%} | {x.gcd[0]}, {x.gcd[1]:.0%} |"
        for x in lines
    ]
    return "\n".join(rows)


def main() -> None:
    """Print both tables and the sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    lines = [line(name, network, i) for i, (name, network) in enumerate(benchmark_networks())]
    print(normaliser_table(lines), lattice_table(lines), sep="\n\n")
    print(f"\n{sum(x.integer for x in lines)} of {len(lines)} networks became integer networks; "
          f"no output moves by more than {max(x.bound for x in lines):.0e}")  # fmt: skip
    whole = [sum(f[1] == 1.0 for f in found) for found in zip(*((x.linear, x.gcd) for x in lines),
                                                              strict=True)]  # fmt: skip
    print(f"all states on the lattice: ours {sum(x.ours is not None for x in lines)}, "
          f"linear {whole[0]}, gcd {whole[1]} of {len(lines)}")  # fmt: skip
    if args.json:
        args.json.write_text(json.dumps([asdict(x) for x in lines], indent=1) + "\n")


if __name__ == "__main__":
    main()
