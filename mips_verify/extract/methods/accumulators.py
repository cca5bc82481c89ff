"""Accumulators: programs that add up the outputs of a simpler program.

The network is studied through its differences ``y_t - y_{t-1}``, plain or modulo the number of
output values. An accumulator turns a program for these into one for the output.
Few machines need it: sums of what a machine of few states gives, such as a score.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import learn_automaton
from mips_verify.extract.method import Known
from mips_verify.extract.methods import cascade, definite_memory, state_assignment, state_table
from mips_verify.extract.register_names import fresh_names
from mips_verify.extract.study import Study
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.network.sequence_function import Recurrent, dimension

SMALL = 40  # nodes; a larger inner program is no simplification


@dataclass(frozen=True, slots=True, eq=False)
class Differenced:
    """A network whose outputs are the differences of another network's outputs, from 0.

    Its hidden state is ``[h, y now, y before]``.
    """

    network: Recurrent
    modulus: int

    @property
    def hidden(self) -> int:
        """Size of the hidden state."""
        return self.network.hidden + 2 * self.outputs

    @property
    def outputs(self) -> int:
        """Outputs given after each step."""
        return self.network.outputs

    @property
    def dimension(self) -> int:
        """The most coordinates of a linear system with these outputs."""
        return dimension(self.network) + 2 * self.outputs

    def start(self, count: int) -> Floats:
        """``count`` start states."""
        return np.concatenate(
            [self.network.start(count), np.zeros((count, 2 * self.outputs))], axis=1
        )

    def step(self, h: Floats, x: Ints) -> Floats:
        """The hidden states after one more letter."""
        inner, now = h[:, : self.network.hidden], h[:, self.network.hidden :][:, : self.outputs]
        after = self.network.step(inner, x)
        return np.concatenate([after, self.network.read(after).astype(float), now], axis=1)

    def read(self, h: Floats) -> Ints:
        """The growth of the outputs in the last step."""
        n, k = self.network.hidden, self.outputs
        growth = (h[..., n : n + k] - h[..., n + k :]).astype(np.int64)
        return growth % self.modulus if self.modulus else growth

    def run(self, x: Ints) -> tuple[Floats, Ints]:
        """Hidden states, the start first, and the growth at each step."""
        states = [self.start(len(x))]
        for t in range(x.shape[1]):
            states.append(self.step(states[-1], x[:, t]))
        hidden = np.stack(states, axis=1)
        return hidden, self.read(hidden[:, 1:])


def run(study: Study, _: Known) -> list[Machine]:
    """Accumulators over short programs for the differences."""
    for modulus in _moduli(study.answers):
        inner = _differenced(study, modulus)
        found = [m for m in _short_programs(inner) if m.size <= SMALL]
        if found:
            return [accumulated(m, modulus) for m in found]
    return []


def run_finite(study: Study, _: Known) -> list[Machine]:
    """Accumulators of any closed machine: each state and letter adds a number to the total."""
    inner = _differenced(study, 0)
    known = _learned(inner, budgets.INNER_STATES)
    if known.automaton.closed is None:
        return []
    found = [*cascade.run(inner, known), *state_table.run(inner, known)]
    return [accumulated(m, 0) for m in found]


def _learned(inner: Study, most: int) -> Known:
    """A closed machine of the differences, if there is one of at most ``most`` states."""
    return Known(learn_automaton(inner, inner.evidence, inner.answers, most), shortest=SMALL)


def _differenced(study: Study, modulus: int) -> Study:
    """The study of the differences of the outputs."""
    network = Differenced(study.oracle.network, modulus)
    return replace(
        study.noting(f"differences mod {modulus}" if modulus else "differences"),
        oracle=replace(study.oracle, network=network),
        answers=network.run(study.evidence)[1],
    )


def _moduli(answers: Ints) -> Iterator[int]:
    """0 for no modulus; then ``m`` if the outputs lie in ``0 .. m - 1``."""
    yield 0
    if answers.min() == 0 and 1 < answers.max() + 1 <= budgets.LARGEST_MODULUS:
        yield int(answers.max()) + 1


def _short_programs(inner: Study) -> list[Machine]:
    """Programs of definite memory or, if there are none, of one state variable."""
    found = definite_memory.run(inner, Known())
    if found:
        return found
    known = _learned(inner, budgets.ASSIGNED_STATES)
    return [] if known.automaton.closed is None else state_assignment.run(inner, known)


def accumulated(machine: Machine, modulus: int) -> Machine:
    """A machine that outputs the sums of the outputs so far, modulo ``modulus`` unless it is 0."""
    totals = fresh_names(len(machine.outputs), "t", machine.inputs + machine.state)
    steps: list[Expr] = []
    for total, growth in zip(totals, machine.outputs_before(), strict=True):
        step = apply("add", var(total), growth)
        steps.append(apply("mod", step, const(modulus)) if modulus else step)
    return Machine(
        machine.inputs,
        machine.state + totals,
        machine.init + (0,) * len(totals),
        machine.next + tuple(steps),
        tuple(var(t) for t in totals),
    )
