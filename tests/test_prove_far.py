"""A program that goes wrong only after hundreds of steps is refuted, not left undecided."""

import pytest

from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task


@pytest.mark.parametrize("ceiling", [1_500, 5_000, 20_000])
def test_a_saturating_counter_is_refuted(ceiling):
    task = load_task("Sum_All")
    total, answer = parse(f"min(s + x, {ceiling})"), parse("s")
    program = Machine(("x",), ("s",), (0,), (total,), (answer,))
    verdict = equal(program, task.spec, task.domain)
    assert verdict.status is Status.REFUTED
    word = list(verdict.counterexample)
    assert len(word) == ceiling // 99 + 1
    assert program.run(word)[-1] != task.spec.run(word)[-1]


@pytest.mark.parametrize("power", [66, 200])
def test_a_state_cut_off_beyond_64_bits_is_refuted(power):
    task = load_task("Bit_Palindrome")
    whole = dict(zip(task.spec.state, task.spec.next, strict=True))
    cut = [parse(f"min({e}, {2**power})") for e in whole.values()]
    program = Machine(
        task.spec.inputs, task.spec.state, task.spec.init, tuple(cut), task.spec.outputs
    )
    verdict = equal(program, task.spec, task.domain)
    assert verdict.status is Status.REFUTED
    word = list(verdict.counterexample)
    assert program.run(word)[-1] != task.spec.run(word)[-1]
