"""Training: steps of an ensemble by its size; its throughput is members times steps a second."""

from __future__ import annotations

import pytest
import torch

from mips_verify.spec.labelling import datasets
from mips_verify.spec.task import load_task
from mips_verify.train.optimise import levenberg_marquardt as lm
from mips_verify.train.optimise.adam import Plan, Stage, train_ensemble
from mips_verify.train.optimise.batches import Source
from mips_verify.train.optimise.ensemble import with_skips
from mips_verify.train.optimise.initial_weights import InitialWeights, draw
from mips_verify.train.train import one_thread

STEPS = 20
MEMBERS = (1, 8, 64)
TASK = "Bit_Palindrome"  # no ensemble solves it so soon, so that all steps are taken


@pytest.mark.parametrize("members", MEMBERS)
def bench_adam(benchmark, members: int) -> None:
    """Steps of Adam on networks of 4 hidden values and layers of 40 units."""
    source = Source.of(datasets(load_task(TASK), 0)[0], dtype=torch.float32)
    shape = with_skips(source.inputs, 4, source.outputs, (40,), (40,))
    plan = Plan((Stage(source.length, STEPS, 1),), members=members)
    generator = torch.Generator().manual_seed(0)
    theta = draw(shape, members, InitialWeights(), generator).to(source.dtype)
    benchmark.extra_info["steps_times_members"] = STEPS * members
    with one_thread():
        benchmark(train_ensemble, shape, source, theta, plan, generator)


@pytest.mark.parametrize("members", MEMBERS)
def bench_levenberg_marquardt(benchmark, members: int) -> None:
    """Steps of Levenberg-Marquardt on networks of 2 hidden values and 8 units."""
    source = Source.of(datasets(load_task(TASK), 0)[0])
    shape = with_skips(source.inputs, 2, source.outputs, (8,), ())
    problem, generator = lm.Problem(shape, source), torch.Generator().manual_seed(0)
    theta = draw(shape, members, InitialWeights(), generator)
    benchmark.extra_info["steps_times_members"] = STEPS * members

    def steps() -> None:
        lm.minimise(problem, theta, source.length, STEPS, generator, batch_size=64)

    with one_thread():
        benchmark(steps)
