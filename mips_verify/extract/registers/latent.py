"""Programs of registers that never show alone, or only at times.

What shows of a register is completed: the actions of letters that explain it say how it goes on
where it does not show. Registers that are found this way leave rests of the outputs, which show
further ones, until they decide the outputs together.
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
from mips_verify.extract.automata.observation_table import letter_indices
from mips_verify.extract.fit_columns import formula
from mips_verify.extract.method import Candidate, Study, fresh_names
from mips_verify.extract.registers.answer_counts import beside, counts
from mips_verify.extract.registers.partial_observations import (
    LETTERS,
    SEQUENCES,
    glimpses,
    growth,
    rests,
)
from mips_verify.extract.registers.saturating_shifts import Actions, Glimpse, completed, interiors
from mips_verify.extract.registers.serial import from_zero
from mips_verify.extract.registers.transitions import step_of, step_over
from mips_verify.kernel.expr import Expr, substitute, var
from mips_verify.kernel.expr import names as names_in
from mips_verify.kernel.machine import Machine, old
from mips_verify.regress.regression_budgets import Budget

EXACT: Final = 0.999  # share of what a glimpse shows that its completion shows too
BRANCHES: Final = (5, 3)  # first and second registers that further ones are sought for
LOOKED: Final = 10  # registers looked at after some are known
REPEATED: Final = 0.05  # share of steps that must repeat a key before "it decides" means anything
SHOWS: Final = 0.15  # share of steps after which an output is the register, if it ever is
SAME: Final = 0.75  # share of equal numbers from which a register is another one distorted
CANDIDATES: Final = 16  # registers that letters alone move, most often seen ones
MORE: Final = 3_000  # sequences beside the evidence
SHORTEST: Final = 7  # horizon that leaves room for words after states
PROGRAMS: Final = 3
OUTPUT: Final = Budget(5, 20_000)


@dataclass(frozen=True, slots=True, eq=False)
class _Register:
    """A register's numbers ``(n, horizon + 1)``, and how it goes on.

    Attributes:
        numbers: the start first.
        actions: what letters do to it, if they alone do.
        step: else the next value, over :func:`_name` of itself and of the registers before it.
    """

    numbers: Ints
    actions: Actions | None = None
    step: Expr | None = None


def hidden_programs(study: Study) -> list[Candidate]:
    """Machines whose registers are completed from glimpses; empty where none was found."""
    if study.observer.domain.size > LETTERS or study.observer.horizon < SHORTEST:
        return []
    study = _more(study)
    letters = letter_indices(study.observer, study.evidence)
    chosen = study.rng().permutation(len(letters))[:SEQUENCES]
    search = _Search(study, letters, chosen, counts(study, study.evidence[chosen]))
    found: list[Candidate] = []
    for registers in search.deciding((), tuple(search.autonomous())):
        machine = search.machine(registers)
        if machine is None:
            continue
        found.append(Candidate("registers", machine))
        right = bool((run_batch(machine, study.evidence) == study.answers).all())
        if right or len(found) >= PROGRAMS:
            break
    study.note(f"hidden registers: {len(found)} programs")
    return found


def _more(study: Study) -> Study:
    """The study with more sequences: what shows at times shows rarely."""
    observer = study.observer
    x = comparison_set(observer.domain, observer.horizon, study.rng(), MORE)
    answers = observer.network.run(x)[1]
    return replace(
        study,
        evidence=np.concatenate([study.evidence, x]),
        answers=np.concatenate([study.answers, answers]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What is searched.

    Attributes:
        study: the network and its evidence.
        letters: their indices in the evidence, ``(n, horizon)``.
        chosen: the sequences of the evidence of which glimpses are taken.
        counts: what these show of comparisons.
    """

    study: Study
    letters: Ints

    chosen: Ints
    counts: list[Glimpse]

    @property
    def count(self) -> int:
        """Letters of the alphabet."""
        return self.study.observer.domain.size

    def autonomous(self) -> list[_Register]:
        """Registers that letters alone move, those that show most often first."""
        chosen = self.study.rng().permutation(len(self.letters))[:SEQUENCES]
        shown: dict[bytes, _Register | None] = {}
        votes: dict[bytes, tuple[int, _Register]] = {}
        seen_there = glimpses(self.study, self.study.evidence[chosen])
        for glimpse in chain(seen_there, self.counts):
            seen = _plain(glimpse.values[:, 1:])
            if seen not in shown:
                shown[seen] = self._completed(glimpse, self.letters[chosen])
            if (register := shown[seen]) is not None:
                key = _plain(register.numbers)
                before = votes.get(key, (0, register))
                votes[key] = before[0] + 1, before[1]
        ranked = [r for _, r in sorted(votes.values(), key=lambda v: -v[0])][:CANDIDATES]
        return _finest(ranked)

    def _completed(self, glimpse: Glimpse, letters: Ints) -> _Register | None:
        """The register that a glimpse shows, if letters alone explain it."""
        for view in interiors(glimpse):
            found = completed(view, letters, self.count)
            if found is not None and found[0] >= EXACT:
                _, actions, start = found
                numbers = actions.run(start, self.letters)
                return self._aligned(numbers, actions) if np.ptp(numbers) else None
        return None

    def _aligned(self, numbers: Ints, actions: Actions) -> _Register:
        """A register in its own unit, counted as an output shows it, where one does."""
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
        """Sets of registers that decide the outputs; what one more register completes first."""
        options = chain(self._further(known), autonomous) if known else autonomous
        longer = [(*known, register) for register in islice(_new(known, options), LOOKED)]
        done = [self._decided(registers) for registers in longer]
        yield from compress(longer, done)
        if len(known) < len(BRANCHES):
            for registers in longer[: BRANCHES[len(known)]]:
                if not self._decided(registers):
                    yield from self.deciding(registers, autonomous)

    def _decided(self, known: tuple[_Register, ...]) -> bool:
        """Whether registers after a step, with its letter if need be, decide the outputs."""
        after = [r.numbers[:, 1:].ravel() for r in known]
        outputs = self.study.answers.reshape(-1, self.study.answers.shape[2]).T
        return any(
            all(_decides(keys, y) for y in outputs)
            for keys in (after, [*after, self.letters.ravel()])
        )

    def _further(self, known: tuple[_Register, ...]) -> Iterator[_Register]:
        """Registers that the known ones leave a glimpse of."""
        left = list(rests(self.study.answers, [r.numbers for r in known]))
        for glimpse in (*left, *map(growth, left)):
            if not glimpse.shown.any():
                continue
            register = self._completed(glimpse, self.letters)
            if register is not None:
                yield register
        chosen = self.chosen
        for count in self.counts:
            for glimpse in beside(count, [r.numbers[chosen] for r in known]):
                register = self._completed(glimpse, self.letters[chosen])
                if register is not None:
                    yield register
        for glimpse in left:
            register = self._stepped(known, glimpse)
            if register is not None:
                yield register

    def _stepped(self, known: tuple[_Register, ...], glimpse: Glimpse) -> _Register | None:
        """The register of a glimpse that depends on known registers too."""
        shown = glimpse.shown[:, :-1] & glimpse.shown[:, 1:]
        before, after = glimpse.values[:, :-1][shown], glimpse.values[:, 1:][shown]
        others = {_name(i): r.numbers[:, :-1][shown] for i, r in enumerate(known)}
        inputs = self._inputs()
        columns = {_name(len(known)): before} | others | {n: v[shown] for n, v in inputs.items()}
        if len(before) < self.count or not _decides(list(columns.values()), after):
            return None
        step = step_over(self.study, columns, after)
        if step is None:
            return None
        for start in _starts(glimpse):
            numbers = self._run(known, step, start)
            if (numbers == glimpse.values)[glimpse.shown].all():
                return _Register(numbers, step=step)
        return None

    def _run(self, known: tuple[_Register, ...], step: Expr, start: int) -> Ints:
        """The numbers of a register that goes on by a step."""
        n, length = self.letters.shape
        numbers = np.full((n, length + 1), start, dtype=np.int64)
        inputs = self._inputs()
        for t in range(length):
            now = {_name(i): r.numbers[:, t] for i, r in enumerate(known)}
            now |= {_name(len(known)): numbers[:, t]} | {n: v[:, t] for n, v in inputs.items()}
            numbers[:, t + 1] = evaluate_batch(step, now)
        return numbers

    def _inputs(self) -> dict[str, Ints]:
        return {n: self.study.evidence[:, :, i] for i, n in enumerate(self.study.inputs)}

    def machine(self, registers: tuple[_Register, ...]) -> Machine | None:
        """The machine of registers that decide the outputs, where these have formulas."""
        names = fresh_names(len(registers), "r", self.study.inputs)
        by: dict[str, Expr] = {_name(i): var(n) for i, n in enumerate(names)}
        steps = [
            r.step if r.actions is None else step_of(self.study, r.actions, r.numbers, _name(i))
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
        """A formula over the registers, with the letter where they do not do."""
        if _decides(list(columns.values()), y):
            found = formula(self.study, columns, y, budget=OUTPUT)
            if found is not None:
                return found
        return formula(self.study, columns | inputs, y, budget=OUTPUT)


def _finest(ranked: list[_Register]) -> list[_Register]:
    """Without registers that are another one cut off or distorted."""
    few = [r.numbers[:SEQUENCES] for r in ranked]
    flat = [v.ravel() for v in few]
    tells = [[i != j and _decides([a], b) for j, b in enumerate(flat)] for i, a in enumerate(flat)]
    kept: list[int] = []
    for j, values in enumerate(few):
        finer = any(tells[i][j] and (i < j or not tells[j][i]) for i in range(len(few)))
        if not finer and all((values == few[k]).mean() < SAME for k in kept):
            kept.append(j)
    return [ranked[k] for k in kept]


def renamed(machine: Machine, stem: str) -> Machine:
    """The machine with its registers numbered without gaps."""
    names = fresh_names(len(machine.state), stem, machine.inputs)
    by: dict[str, Expr] = {z: var(n) for z, n in zip(machine.state, names, strict=True)}
    by |= {old(z): var(old(n)) for z, n in zip(machine.state, names, strict=True)}
    return replace(
        machine,
        state=names,
        next=tuple(substitute(e, by) for e in machine.next),
        outputs=tuple(substitute(e, by) for e in machine.outputs),
    )


def _new(known: tuple[_Register, ...], options: Iterable[_Register]) -> Iterator[_Register]:
    """Options that the known registers do not decide, and that differ from each other."""
    few = [r.numbers[:SEQUENCES, 1:].ravel() for r in known]
    seen: set[bytes] = set()
    for register in options:
        key = _plain(register.numbers)
        if key in seen or (few and _decides(few, register.numbers[:SEQUENCES, 1:].ravel())):
            continue
        seen.add(key)
        yield register


def needed(machine: Machine) -> Machine:
    """The machine without the registers that no output depends on."""
    used = frozenset().union(*map(names_in, machine.outputs))
    for _ in machine.state:
        for name, step in zip(machine.state, machine.next, strict=True):
            if name in used:
                used |= names_in(step)
    kept = [i for i, name in enumerate(machine.state) if name in used]
    return replace(
        machine,
        state=tuple(machine.state[i] for i in kept),
        init=tuple(machine.init[i] for i in kept),
        next=tuple(machine.next[i] for i in kept),
    )


def _decides(keys: list[Ints], values: Ints) -> bool:
    """Whether equal keys have equal values; False where hardly any are equal."""
    mix = np.random.default_rng(len(keys)).integers(-(2**62), 2**62, size=len(keys)) | 1
    both = np.stack(keys, axis=1) @ mix  # equal by chance once in 2**64
    order = np.argsort(both, kind="stable")
    repeated = both[order][1:] == both[order][:-1]
    if repeated.sum() < REPEATED * len(both):
        return False
    return bool((values[order][1:] == values[order][:-1])[repeated].all())


def _starts(glimpse: Glimpse) -> list[int]:
    """Numbers before the first letter: what shows then, else 0 and what shows afterwards."""
    if glimpse.shown[0, 0]:
        return [int(glimpse.values[0, 0])]
    values = np.unique(glimpse.values[glimpse.shown])
    near = values[np.argsort(np.abs(values), kind="stable")]
    return list(dict.fromkeys([0, *near.tolist()]))


def _plain(numbers: Ints) -> bytes:
    """Equal for registers that differ by sign and shift only."""
    moved = numbers - numbers[0, 0]
    flat = moved.ravel()
    first = flat[np.argmax(flat != 0)]
    return bytes((moved if first >= 0 else -moved).tobytes())


def _name(i: int) -> str:
    """A register's name while it is searched for; no input can have it."""
    return f"register {i}"
