"""Latent registers: no output ever equals the register alone, or only at some steps.

From the steps at which a register is visible, the action of each letter on it is fitted; the
actions give its values at the other steps. Subtracting known registers from the outputs makes
further registers visible, until the registers decide the outputs together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, compress, islice
from typing import Final

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import evaluate_batch, run_batch
from mips_verify.algebra.sequences import comparison_set
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import letter_indices
from mips_verify.extract.equal_rows import decides, key_up_to_sign
from mips_verify.extract.method import Known
from mips_verify.extract.register_names import fresh_names, placeholder
from mips_verify.extract.registers.partial_observations import (
    beside,
    counts_of_ones,
    growth,
    rests,
    word_answers,
)
from mips_verify.extract.registers.readable import from_zero, needed, renamed
from mips_verify.extract.registers.saturating_shifts import (
    Actions,
    Observation,
    completed,
    interiors,
)
from mips_verify.extract.registers.transitions import step_of, step_over
from mips_verify.extract.study import Study, formula
from mips_verify.kernel.expr import Expr, substitute, var
from mips_verify.kernel.machine import Machine

EXACT: Final = 0.999  # share of an observation that its completion must explain
REPEATED: Final = 0.05  # as in decides(); there are far more rows, so a smaller share is enough
SHOWS: Final = 0.15  # an output that equals the register at this share of steps fixes its origin
SAME: Final = 0.75  # with this share of equal values, one register is a distortion of the other
SHORTEST: Final = 7  # a shorter horizon has no room for words after states


@dataclass(frozen=True, slots=True, eq=False)
class _Register:
    """The values of a register along the evidence, and its step.

    Attributes:
        numbers: ``(n, horizon + 1)``, the start first.
        actions: the action of each letter on the register, if nothing else changes it.
        step: otherwise its next value, over :func:`placeholder` names of itself and earlier ones.
    """

    numbers: Ints
    actions: Actions | None = None
    step: Expr | None = None


def run(study: Study, _: Known) -> list[Machine]:
    """Machines of registers that explain partial observations; stops at the first right one."""
    if study.oracle.domain.size > budgets.PARTIAL_LETTERS or study.oracle.horizon < SHORTEST:
        return []
    study = _with_more_sequences(study)
    letters = letter_indices(study.oracle, study.evidence)
    chosen = study.rng().permutation(len(letters))[: budgets.PARTIAL_SEQUENCES]
    search = _Search(study, letters, chosen, counts_of_ones(study, study.evidence[chosen]))
    found: list[Machine] = []
    for registers in search.deciding((), tuple(search.autonomous())):
        machine = search.machine(registers)
        if machine is None:
            continue
        found.append(machine)
        right = bool((run_batch(machine, study.evidence) == study.answers).all())
        if right or len(found) >= budgets.LATENT_PROGRAMS:
            break
    study.note(f"{len(found)} programs")
    return found


def _with_more_sequences(study: Study) -> Study:
    """The study with more sequences, because latent registers are rarely visible."""
    oracle = study.oracle
    x = comparison_set(oracle.domain, oracle.horizon, study.rng(), budgets.LATENT_SEQUENCES)
    answers = oracle.network.run(x)[1]
    return replace(
        study,
        evidence=np.concatenate([study.evidence, x]),
        answers=np.concatenate([study.answers, answers]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """A search for sets of registers that decide the outputs.

    Attributes:
        study: the network and its evidence.
        letters: the number of each letter of the evidence, ``(n, horizon)``.
        chosen: the sequences of the evidence along which partial observations are taken.
        counts: the partial observations that count the 1s of an output.
    """

    study: Study
    letters: Ints
    chosen: Ints
    counts: list[Observation]

    @property
    def count(self) -> int:
        """Size of the alphabet."""
        return self.study.oracle.domain.size

    def autonomous(self) -> list[_Register]:
        """Registers that only letters change, those with the most observations first."""
        chosen = self.chosen
        shown: dict[bytes, _Register | None] = {}
        votes: dict[bytes, tuple[int, _Register]] = {}
        answers = word_answers(self.study, self.study.evidence[chosen])
        for observation in chain(answers, self.counts):
            seen = key_up_to_sign(observation.values[:, 1:], int(observation.values[0, 1]))
            if seen not in shown:
                shown[seen] = self._completed(observation, self.letters[chosen])
            if (register := shown[seen]) is not None:
                key = key_up_to_sign(register.numbers, int(register.numbers[0, 0]))
                before = votes.get(key, (0, register))
                votes[key] = before[0] + 1, before[1]
        ranked = [r for _, r in sorted(votes.values(), key=lambda v: -v[0])][
            : budgets.LATENT_CANDIDATES
        ]
        return _finest(ranked)

    def _completed(self, observation: Observation, letters: Ints) -> _Register | None:
        """The register behind an observation, if only letters change it."""
        for view in interiors(observation):
            found = completed(view, letters, self.count)
            if found is not None and found[0] >= EXACT:
                _, actions, start = found
                numbers = actions.run(start, self.letters)
                return self._aligned(numbers, actions) if np.ptp(numbers) else None
        return None

    def _aligned(self, numbers: Ints, actions: Actions) -> _Register:
        """The register divided by the gcd of its steps, with its origin chosen by an output."""
        start = int(numbers[0, 0])
        scale = int(np.gcd.reduce(numbers.ravel() - start))
        plain = (numbers - start) // scale
        best = 0, 1, 0
        for y in np.moveaxis(self.study.answers, 2, 0):
            for sign in (1, -1):
                apart, counts = np.unique(y - sign * plain[:, 1:], return_counts=True)
                k = int(np.argmax(counts))
                best = max(best, (int(counts[k]), sign, int(apart[k])))
        share, sign, offset = best
        if share < SHOWS * self.study.answers[:, :, 0].size:
            sign, offset = 1, 0
        renamed = actions.renamed(sign, start - sign * offset * scale, scale)
        return _Register(sign * plain + offset, renamed)

    def deciding(
        self, known: tuple[_Register, ...], autonomous: tuple[_Register, ...]
    ) -> Iterator[tuple[_Register, ...]]:
        """Sets of registers that decide the outputs, found by adding registers to ``known``."""
        options = chain(self._further(known), autonomous) if known else autonomous
        longer = [
            (*known, register) for register in islice(_new(known, options), budgets.LATENT_LOOKED)
        ]
        done = [self._decided(registers) for registers in longer]
        yield from compress(longer, done)
        if len(known) < len(budgets.LATENT_BRANCHES):
            for registers in longer[: budgets.LATENT_BRANCHES[len(known)]]:
                if not self._decided(registers):
                    yield from self.deciding(registers, autonomous)

    def _decided(self, known: tuple[_Register, ...]) -> bool:
        """Whether the registers after a step decide the outputs, alone or with the letter."""
        after = [r.numbers[:, 1:].ravel() for r in known]
        outputs = self.study.answers.reshape(-1, self.study.answers.shape[2]).T
        return any(
            all(_decide(keys, y) for y in outputs)
            for keys in (after, [*after, self.letters.ravel()])
        )

    def _further(self, known: tuple[_Register, ...]) -> Iterator[_Register]:
        """Registers visible in the outputs once known registers are subtracted."""
        left = list(rests(self.study.answers, [r.numbers for r in known]))
        for observation in (*left, *map(growth, left)):
            if not observation.shown.any():
                continue
            register = self._completed(observation, self.letters)
            if register is not None:
                yield register
        chosen = self.chosen
        for count in self.counts:
            for observation in beside(count, [r.numbers[chosen] for r in known]):
                register = self._completed(observation, self.letters[chosen])
                if register is not None:
                    yield register
        for observation in left:
            register = self._stepped(known, observation)
            if register is not None:
                yield register

    def _stepped(self, known: tuple[_Register, ...], observation: Observation) -> _Register | None:
        """The register behind an observation, if known registers change it, too."""
        shown = observation.shown[:, :-1] & observation.shown[:, 1:]
        before, after = observation.values[:, :-1][shown], observation.values[:, 1:][shown]
        others = {placeholder(i): r.numbers[:, :-1][shown] for i, r in enumerate(known)}
        inputs = self._inputs()
        columns = (
            {placeholder(len(known)): before} | others | {n: v[shown] for n, v in inputs.items()}
        )
        if len(before) < self.count or not _decide(list(columns.values()), after):
            return None
        step = step_over(self.study, columns, after)
        if step is None:
            return None
        for start in _starts(observation):
            numbers = self._run(known, step, start)
            if (numbers == observation.values)[observation.shown].all():
                return _Register(numbers, step=step)
        return None

    def _run(self, known: tuple[_Register, ...], step: Expr, start: int) -> Ints:
        """The values of a register with the given step and start."""
        n, length = self.letters.shape
        numbers = np.full((n, length + 1), start, dtype=np.int64)
        inputs = self._inputs()
        for t in range(length):
            now = {placeholder(i): r.numbers[:, t] for i, r in enumerate(known)}
            now |= {placeholder(len(known)): numbers[:, t]} | {
                n: v[:, t] for n, v in inputs.items()
            }
            numbers[:, t + 1] = evaluate_batch(step, now)
        return numbers

    def _inputs(self) -> dict[str, Ints]:
        return {n: self.study.evidence[:, :, i] for i, n in enumerate(self.study.inputs)}

    def machine(self, registers: tuple[_Register, ...]) -> Machine | None:
        """The machine of registers that decide the outputs, if formulas are found."""
        names = fresh_names(len(registers), "r", self.study.inputs)
        by: dict[str, Expr] = {placeholder(i): var(n) for i, n in enumerate(names)}
        steps = [
            r.step
            if r.actions is None
            else step_of(self.study, r.actions, r.numbers, placeholder(i))
            for i, r in enumerate(registers)
        ]
        columns = {n: r.numbers[:, 1:].ravel() for n, r in zip(names, registers, strict=True)}
        inputs = {n: v.ravel() for n, v in self._inputs().items()}
        answers = self.study.answers.reshape(-1, self.study.answers.shape[2])
        outputs = [self._output(columns, inputs, y) for y in answers.T]
        if any(e is None for e in (*steps, *outputs)):
            return None
        machine = Machine(
            self.study.inputs,
            names,
            tuple(int(r.numbers[0, 0]) for r in registers),
            tuple(substitute(e, by) for e in steps if e is not None),
            tuple(e for e in outputs if e is not None),
        )
        machine = renamed(needed(machine), "r")
        for name in machine.state:
            machine = from_zero(machine, name)
        return machine

    def _output(self, columns: dict[str, Ints], inputs: dict[str, Ints], y: Ints) -> Expr | None:
        """A formula over the registers or, if there is none, over registers and letter."""
        if _decide(list(columns.values()), y):
            found = formula(self.study, columns, y, budget=budgets.LATENT_OUTPUT)
            if found is not None:
                return found
        return formula(self.study, columns | inputs, y, budget=budgets.LATENT_OUTPUT)


def _finest(ranked: list[_Register]) -> list[_Register]:
    """The registers without clamped or distorted copies of another register."""
    few = [r.numbers[: budgets.PARTIAL_SEQUENCES] for r in ranked]
    flat = [v.ravel() for v in few]
    tells = [[i != j and _decide([a], b) for j, b in enumerate(flat)] for i, a in enumerate(flat)]
    kept: list[int] = []
    for j, values in enumerate(few):
        finer = any(tells[i][j] and (i < j or not tells[j][i]) for i in range(len(few)))
        if not finer and all((values == few[k]).mean() < SAME for k in kept):
            kept.append(j)
    return [ranked[k] for k in kept]


def _new(known: tuple[_Register, ...], options: Iterable[_Register]) -> Iterator[_Register]:
    """The options that the known registers do not decide, without duplicates."""
    few = [r.numbers[: budgets.PARTIAL_SEQUENCES, 1:].ravel() for r in known]
    seen: set[bytes] = set()
    for register in options:
        key = key_up_to_sign(register.numbers, int(register.numbers[0, 0]))
        if key in seen or (
            few and _decide(few, register.numbers[: budgets.PARTIAL_SEQUENCES, 1:].ravel())
        ):
            continue
        seen.add(key)
        yield register


def _starts(observation: Observation) -> list[int]:
    """Possible start values: the observed one or, if there is none, 0 and values observed later."""
    if observation.shown[0, 0]:
        return [int(observation.values[0, 0])]
    values = np.unique(observation.values[observation.shown])
    near = values[np.argsort(np.abs(values), kind="stable")]
    return list(dict.fromkeys([0, *near.tolist()]))


def _decide(keys: list[Ints], values: Ints) -> bool:
    """Whether equal keys have equal values; false if too few keys are equal."""
    return decides(keys, values, REPEATED)
