"""From a network to the shortest exact program, blind to the task it was trained on.

Every form of program is tried in turn; a form that disagrees with the network somewhere gets the
disagreeing sequences as evidence and another try. The smallest program that agrees wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mips_verify.domain import Domain
from mips_verify.extract.affine import affine_programs
from mips_verify.extract.automaton import automaton
from mips_verify.extract.counters import counter_programs, letter_count_programs
from mips_verify.extract.differences import difference_programs
from mips_verify.extract.history import history_programs
from mips_verify.extract.labels import label_programs
from mips_verify.extract.modular import modular_programs
from mips_verify.extract.observe import Ints, Observer, Recurrent
from mips_verify.extract.registers import register_programs
from mips_verify.extract.sequences import comparison_set
from mips_verify.extract.study import Candidate, Study, tidied
from mips_verify.extract.tables import table_programs
from mips_verify.extract.trap import trap_programs
from mips_verify.extract.window import window_programs
from mips_verify.machine import Machine
from mips_verify.printers.numpy import run_batch

EVIDENCE = 1_000  # sequences that every form may look at
FRESH = 8_000  # sequences on which candidates are compared with the network
ROUNDS = 3  # tries of one form, each with the counterexamples to the one before
COUNTEREXAMPLES = 100
SMALLEST_AFFINE = 3  # nodes of a state that is copied from the input, read out as it is
SMALLEST_LETTER_COUNTS = 12  # nodes of two counters that are compared
SMALLEST_COUNTER = 7  # nodes of (n + x) % k, read out as it is
SMALLEST_TABLE = 20  # a longer formula over a few states is no clearer than their table
SMALLEST_TRAP = 14  # nodes of a guarded counter that is compared
SMALLEST_LABELS = 5  # nodes of a step of one operator, read out as it is

Form = Callable[[Study], list[Candidate]]


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read out of a network.

    Attributes:
        machine: the program, if one was found.
        form: how it was found: "affine", "stateless", "window", "counters", "labels",
            "registers", "history" or "table"; "none" without a program.
        states: number of states of the minimal Mealy machine, where it closed.
        agreement: share of fresh sequences on which program and network agree entirely.
        tried: what was tried and why it ended, one line each.
    """

    machine: Machine | None
    form: str
    states: int | None
    agreement: float
    tried: tuple[str, ...]


def extract(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    *,
    seed: int = 0,
    sequences: Ints | None = None,
    progress: Callable[[str], None] | None = None,
) -> Extraction:
    """Read a program out of ``network``.

    Args:
        network: anything with ``start``, ``step``, ``read``, ``run``, ``hidden`` and ``outputs``.
        domain: the letters it reads.
        horizon: the number of letters up to which it is trusted: its training length.
        seed: decides every random choice.
        sequences: further inputs ``(n, length, channels)`` on which program and network must
            agree; cut to the horizon, or filled up to it with resting letters.
        progress: called with a line for everything that is tried.

    Raises:
        ValueError: a horizon below one letter.
    """
    tried: list[str] = []

    def note(line: str) -> None:
        tried.append(line)
        if progress is not None:
            progress(line)

    study, fresh = _prepare(network, domain, horizon, seed, sequences, note)
    judge = Judge(fresh, network.run(fresh)[1])
    found, states = _search(study, judge)
    if not found:
        return Extraction(None, "none", states, 0.0, tuple(tried))
    best = min(found, key=lambda f: f.rank)
    agreement = 1.0 - best.wrong / len(fresh)
    return Extraction(best.machine, best.form, states, agreement, tuple(tried))


def _search(study: Study, judge: Judge) -> tuple[list[Judged], int | None]:
    """Candidates of every form, dearer forms only as long as they could still do better.

    Returns:
        the candidates and the number of states of the closed machine, if there is one.
    """
    found: list[Judged] = []

    def rival() -> int | None:
        """Nodes of the shortest formula that agrees everywhere."""
        return min((f.machine.size for f in found if f.settled), default=None)

    def consider(form: Form, least: int | None = None) -> None:
        """Try a form whose programs have at least so many nodes, or only for want of others."""
        best = rival()
        if best is None or (least is not None and best > least):
            found.extend(_refined(form, study, judge))

    consider(window_programs)
    consider(affine_programs, SMALLEST_AFFINE)
    learned = automaton(study)
    if (machine := learned.machine) is not None and not learned.free:
        consider(partial(counter_programs, machine=machine), SMALLEST_COUNTER)
        consider(partial(trap_programs, machine=machine), SMALLEST_TRAP)
    if learned.closed is not None:
        consider(partial(modular_programs, machine=learned.closed))
    else:
        consider(difference_programs)
    if machine is not None and not learned.free:
        consider(partial(label_programs, machine=machine, rival=rival()), SMALLEST_LABELS)
    if learned.closed is not None:
        consider(difference_programs)
    consider(letter_count_programs, SMALLEST_LETTER_COUNTS)
    if not learned.free:
        consider(register_programs)
    consider(history_programs)
    if learned.closed is not None:
        consider(partial(table_programs, machine=learned.closed), SMALLEST_TABLE)
    return found, learned.states


def _prepare(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    seed: int,
    sequences: Ints | None,
    note: Callable[[str], None],
) -> tuple[Study, Ints]:
    """The study with its evidence, and the fresh sequences to judge by."""
    observer = Observer(network, domain, horizon)
    for_study, for_judge = np.random.default_rng(seed).spawn(2)
    evidence = comparison_set(domain, horizon, for_study, EVIDENCE)
    fresh = comparison_set(domain, horizon, for_judge, FRESH)
    if sequences is not None and len(sequences):
        given = _fitted(sequences, horizon, observer.resting_letter())
        evidence, fresh = np.concatenate([given, evidence]), np.concatenate([given, fresh])
    return Study(observer, evidence, network.run(evidence)[1], seed, note), fresh


def _fitted(sequences: Ints, horizon: int, rest: tuple[int, ...]) -> Ints:
    """``sequences`` with exactly ``horizon`` letters each."""
    cut = np.asarray(sequences, dtype=np.int64)[:, :horizon]
    missing = (len(cut), horizon - cut.shape[1], cut.shape[2])
    return np.concatenate([cut, np.broadcast_to(np.array(rest), missing)], axis=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate and the number of fresh sequences that it is wrong on."""

    candidate: Candidate
    wrong: int

    @property
    def machine(self) -> Machine:
        """The program."""
        return self.candidate.machine

    @property
    def form(self) -> str:
        """How it was found."""
        return self.candidate.form

    @property
    def settled(self) -> bool:
        """Whether it is a formula that is right everywhere."""
        return not self.wrong and not self.candidate.has_table

    @property
    def rank(self) -> tuple[int, float]:
        """Fewest disagreements, then the shortest."""
        return self.wrong, self.candidate.length


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Compares programs with the network on fresh sequences."""

    sequences: Ints
    answers: Ints

    def wrong(self, machine: Machine) -> Ints:
        """The indices of the sequences on which ``machine`` and network differ."""
        differ = run_batch(machine, self.sequences) != self.answers
        return np.nonzero(differ.any(axis=(1, 2)))[0]


def _refined(form: Form, study: Study, judge: Judge) -> list[Judged]:
    """The candidates of one form, tried again with its counterexamples as evidence."""
    judged: list[Judged] = []
    for _ in range(ROUNDS):
        candidates = [replace(c, machine=tidied(c.machine)) for c in form(study)]
        wrong = [judge.wrong(c.machine) for c in candidates]
        judged = [Judged(c, len(w)) for c, w in zip(candidates, wrong, strict=True)]
        if not judged or not all(j.wrong for j in judged):
            break
        few = wrong[0][:COUNTEREXAMPLES]
        study.note(f"{judged[0].form}: {len(wrong[0])} sequences disagree; they are evidence now")
        study = replace(
            study,
            evidence=np.concatenate([judge.sequences[few], study.evidence]),
            answers=np.concatenate([judge.answers[few], study.answers]),
        )
    return judged
