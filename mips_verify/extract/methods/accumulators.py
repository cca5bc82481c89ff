"""Programs that add up: the growth of the output has a simpler program than the output.

The network is studied through its differences ``y_t - y_{t-1}``, plain or modulo the number of
output values. A program for them becomes one for the output with an accumulator.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.extract.automata.automaton import automaton
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.methods.cascade import cascade_programs
from mips_verify.extract.methods.definite_memory import window_programs
from mips_verify.extract.methods.state_assignment import MOST_LABELS, label_programs
from mips_verify.extract.methods.state_table import table_programs
from mips_verify.extract.oracle import Recurrent
from mips_verify.kernel.expr import Expr, apply, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.progress import Say

LARGEST_MODULUS = 64
SMALL = 40  # nodes beyond which an inner program is no simplification
MOST_STATES = 64  # of a machine that is written out as a table


@dataclass(frozen=True, slots=True, eq=False)
class Differenced:
    """A network that answers by how much the outputs of another one grew, from 0.

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


def difference_programs(study: Study) -> list[Candidate]:
    """Accumulators over short programs for the differences."""
    for modulus in _moduli(study.answers):
        inner = _differenced(study, modulus)
        found = [c for c in _inner_programs(inner) if c.machine.size <= SMALL]
        if found:
            return _accumulators(found, modulus)
    return []


def counted_machines(study: Study) -> list[Candidate]:
    """Accumulators over a finite machine of any shape: sums of what its states and letters add."""
    inner = _differenced(study, 0)
    learned = automaton(inner, inner.evidence, inner.answers, most=MOST_STATES)
    if learned.closed is None:
        return []
    found = [*cascade_programs(inner, learned.closed), *table_programs(inner, learned.closed)]
    return _accumulators(found, 0)


def _differenced(study: Study, modulus: int) -> Study:
    """The study of how much the outputs grow."""
    network = Differenced(study.observer.network, modulus)
    return replace(
        study,
        observer=replace(study.observer, network=network),
        answers=network.run(study.evidence)[1],
        note=_prefixed(study, modulus),
    )


def _accumulators(found: list[Candidate], modulus: int) -> list[Candidate]:
    return [replace(c, form="counters", machine=accumulated(c.machine, modulus)) for c in found]


def _moduli(answers: Ints) -> Iterator[int]:
    """No modulus, then the number of values where the outputs lie in ``0 .. m - 1``."""
    yield 0
    if answers.min() == 0 and 1 < answers.max() + 1 <= LARGEST_MODULUS:
        yield int(answers.max()) + 1


def _prefixed(study: Study, modulus: int) -> Say:
    name = f"differences mod {modulus}" if modulus else "differences"
    return lambda line: study.note(f"{name}: {line}")


def _inner_programs(inner: Study) -> list[Candidate]:
    found = window_programs(inner)
    if found:
        return found
    learned = automaton(inner, inner.evidence, inner.answers, most=MOST_LABELS)
    return [] if learned.closed is None else label_programs(inner, learned.closed, SMALL)


def accumulated(machine: Machine, modulus: int) -> Machine:
    """The machine that gives the sums of the outputs, modulo ``modulus`` unless that is 0."""
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
