"""Reading: a program out of a network of a bundle, compared and proved."""

from __future__ import annotations

from pathlib import Path

import pytest

from mips_verify.network.load import load_model
from mips_verify.pipeline.read_network import read_network
from mips_verify.spec.task import load_task

PROOFS = Path(__file__).parent.parent / "proofs"
# a window, a machine of few states, counters, many letters, a linear system, a table first
TASKS = ("Sum_Last4", "Div_3", "Majority_0_2", "Dithering", "Newton_Magnetic", "Alternating_Last4")


@pytest.mark.parametrize("name", TASKS)
def bench_read(benchmark, name: str) -> None:
    """`extract` on the committed network."""
    task, network = load_task(name), load_model(PROOFS / name / "network.safetensors").network
    reading = benchmark(read_network, network, task.domain, task.length, spec=task.spec)
    assert reading.proved
