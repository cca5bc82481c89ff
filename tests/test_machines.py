"""A machine runs the same in exact integers and in batches, and refuses what is ill formed."""

import numpy as np
import pytest
from hypothesis import given

from mips_verify.algebra.batch import run_batch
from mips_verify.errors import MachineError
from mips_verify.kernel.expr import evaluate
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from tests.strategies import machines, words


@given(machines(), words())
def test_batches_agree_with_exact_runs(machine, word):
    x = np.array(word, dtype=np.int64).reshape(1, len(word), 1)
    assert [tuple(y) for y in run_batch(machine, x)[0].tolist()] == machine.run(word)


@given(machines(inputs=("x", "w")), words(channels=2))
def test_renaming_changes_no_output(machine, word):
    renamed = machine.rename({n: f"p_{n}" for n in machine.state} | {"x": "u"})
    assert renamed.run(word) == machine.run(word)


@given(machines(), words())
def test_outputs_before_the_step_give_the_outputs(machine, word):
    z = machine.init
    for x in word:
        env = dict(zip(machine.state + machine.inputs, z + x, strict=True))
        z, y = machine.step(z, x)
        assert tuple(evaluate(e, env) for e in machine.outputs_before()) == y


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"init": ()}, "initial"),
        ({"state": ("x",)}, "repeat"),
        ({"next": (parse("t"),)}, "unknown name 't'"),
        ({"next": (parse("s == 1"),)}, "condition"),
        ({"outputs": ()}, "output"),
    ],
)
def test_ill_formed_machines_are_refused(change, says):
    whole = {
        "inputs": ("x",), "state": ("s",), "init": (0,),
        "next": (parse("s + x"),), "outputs": (parse("s"),),
    }  # fmt: skip
    Machine(**whole)
    with pytest.raises(MachineError, match=says):
        Machine(**{**whole, **change})


def test_an_output_may_use_the_state_before_the_step():
    machine = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse(f"{'s'}"),))
    assert machine.run([(2,), (3,)]) == [(2,), (5,)]
    before = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse("0"),))
    from mips_verify.kernel.expr import var

    before = Machine(("x",), ("s",), (0,), before.next, (var(old("s")),))
    assert before.run([(2,), (3,)]) == [(0,), (2,)]
