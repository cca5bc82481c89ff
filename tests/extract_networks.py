"""Networks that compute a given machine exactly, for the tests of extraction."""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.batch import evaluate_batch
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import const
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.network.network import Network, layers_of

BITS = Domain(("x",), (0,), (1,))


class MachineNetwork:
    """A machine behind real-valued hidden states ``R @ (state, outputs, letters read) + shift``.

    With ``seed`` the mixing matrix ``R`` is random, else it is the identity. Reading more than
    ``horizon`` letters in a row raises, so that nobody can ask beyond it.
    """

    def __init__(self, machine: Machine, *, seed: int | None = None, horizon: int = 10**6):
        self.machine = machine
        self.horizon = horizon
        self.outputs = len(machine.outputs)
        self.hidden = len(machine.state) + self.outputs + 1
        rng = np.random.default_rng(seed)
        self.mix = np.eye(self.hidden)
        if seed is not None:
            self.mix = np.linalg.qr(rng.normal(size=(self.hidden, self.hidden)))[0]
        self.shift = rng.normal(size=self.hidden) * (seed is not None)

    def _open(self, h):
        return np.rint((h - self.shift) @ np.linalg.inv(self.mix).T).astype(np.int64)

    def _close(self, values):
        return values.astype(float) @ self.mix.T + self.shift

    def start(self, count):
        row = [*self.machine.init, *[0] * self.outputs, 0]
        return np.tile(self._close(np.array([row])), (count, 1))

    def step(self, h, x):
        z, m = self._open(h), self.machine
        letter = {n: np.asarray(x)[:, i].astype(np.int64) for i, n in enumerate(m.inputs)}
        before = {n: z[:, i] for i, n in enumerate(m.state)}
        now = [evaluate_batch(e, letter | before) for e in m.next]
        env = letter | dict(zip(m.state, now, strict=True))
        env |= {old(n): v for n, v in before.items()}
        ys = [evaluate_batch(e, env) for e in m.outputs]
        read = z[:, -1] + 1
        assert not len(read) or read.max() <= self.horizon, "asked beyond the horizon"
        return self._close(np.stack([*now, *ys, read], axis=1))

    def read(self, h):
        z = self._open(h.reshape(-1, self.hidden))
        n = len(self.machine.state)
        return z[:, n : n + self.outputs].reshape(*h.shape[:-1], self.outputs)

    def run(self, x):
        states = [self.start(len(x))]
        for t in range(x.shape[1]):
            states.append(self.step(states[-1], x[:, t]))
        hidden = np.stack(states, axis=1)
        return hidden, self.read(hidden[:, 1:])


def machine(state: dict[str, tuple[int, str]], *outputs: str, inputs=("x",)) -> Machine:
    """A machine from texts: ``{"s": (0, "s + x")}`` and its outputs; ``old(s)`` is written s0."""
    known = (*inputs, *state)
    read = {**{f"{z}_old": old(z) for z in state}}
    parsed = [parse(text, (*known, *read)) for text in outputs]
    from mips_verify.kernel.expr import convert, substitute, var

    back = {short: var(full) for short, full in read.items()}
    return Machine(
        inputs=tuple(inputs),
        state=tuple(state),
        init=tuple(start for start, _ in state.values()),
        next=tuple(convert(parse(text, known), "int") for _, text in state.values()),
        outputs=tuple(convert(substitute(e, back), "int") for e in parsed),
    )


def constant_machine(value: int = 0) -> Machine:
    """Always the same output."""
    return Machine(("x",), (), (), (), (const(value),))


def delay_sum_network(delays: int) -> Network:
    """A linear network whose output is the sum of the last ``delays + 1`` inputs."""
    n = delays + 1
    f = np.zeros((n, n + 1))
    f[0, n] = 1
    f[range(1, n), range(n - 1)] = 1
    pairs = [(f, np.zeros(n))], [(np.ones((1, n)), np.zeros(1))]
    return Network(layers_of(pairs[0]), layers_of(pairs[1]), np.zeros(n), 1)


def rotated(network: Network, seed: int) -> Network:
    """The same function with hidden states ``R h``, for linear ``f`` and ``g``."""
    rng = np.random.default_rng(seed)
    n = network.hidden
    R = rng.normal(size=(n, n)) + 2 * np.eye(n)
    inverse = np.linalg.inv(R)
    ((weight, bias),), ((read, offset),) = network.f, network.g
    new = np.concatenate([R @ weight[:, :n] @ inverse, R @ weight[:, n:]], axis=1)
    f, g = layers_of([(new, R @ bias)]), layers_of([(read @ inverse, offset)])
    return Network(f, g, R @ network.h0, network.channels)
