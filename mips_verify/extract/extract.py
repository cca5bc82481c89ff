"""From a network to the shortest exact program, blind to the task it was trained on.

Every form of program is tried in turn; a form that disagrees with the network somewhere gets the
disagreeing sequences as evidence and another try. The smallest program that agrees wins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.domain import Domain
from mips_verify.extract.affine import affine_programs
from mips_verify.extract.automaton import automaton
from mips_verify.extract.counters import counter_programs, letter_count_programs
from mips_verify.extract.history import history_programs
from mips_verify.extract.labels import label_programs
from mips_verify.extract.observe import Ints, Observer, Recurrent
from mips_verify.extract.registers import register_programs
from mips_verify.extract.sequences import comparison_set
from mips_verify.extract.study import Candidate, Study
from mips_verify.extract.tables import table_programs
from mips_verify.extract.window import window_programs
from mips_verify.machine import Machine
from mips_verify.mealy import Mealy
from mips_verify.printers.numpy import run_batch

EVIDENCE = 1_000  # sequences that every form may look at
FRESH = 8_000  # sequences on which candidates are compared with the network
ROUNDS = 3  # tries of one form, each with the counterexamples to the one before
COUNTEREXAMPLES = 100

SHORT = 16  # nodes; with a program this short no longer search is made

Form = Callable[[Study], list[Candidate]]
DIRECT: tuple[Form, ...] = (window_programs, affine_programs, letter_count_programs)
FROM_AUTOMATON: tuple[Callable[[Study, Mealy], list[Candidate]], ...] = (
    counter_programs,
    label_programs,
)
LATER: tuple[Form, ...] = (register_programs, history_programs)


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
    best = min(found, key=judge.rank)
    return Extraction(best.machine, best.form, states, judge.agreement(best.machine), tuple(tried))


def _search(study: Study, judge: Judge) -> tuple[list[Candidate], int | None]:
    """All candidates, form by form, until one that agrees is short; and the number of states."""
    found = [c for form in DIRECT for c in _refined(form, study, judge)]
    learned = automaton(study)
    machine = learned.machine
    states = learned.closed.states if learned.closed is not None else None
    if machine is not None and not judge.content(found):
        for form in FROM_AUTOMATON:
            found += form(study, machine)
            if judge.content(found):
                break
    for later in LATER:
        if not judge.content(found):
            found += _refined(later, study, judge)
    if learned.closed is not None and not any(judge.agrees(c) for c in found):
        found += table_programs(study, learned.closed)
    return found, states


def _prepare(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    seed: int,
    sequences: Ints | None,
    note: Callable[[str], None],
) -> tuple[Study, Ints]:
    """The study with its evidence, and the fresh sequences to judge by."""
    for_study, for_judge = np.random.default_rng(seed).spawn(2)
    evidence = comparison_set(domain, horizon, for_study, EVIDENCE)
    fresh = comparison_set(domain, horizon, for_judge, FRESH)
    observer = Observer(network, domain, horizon)
    if sequences is not None and len(sequences):
        given = _fitted(sequences, horizon, observer.resting_letter())
        evidence, fresh = np.concatenate([given, evidence]), np.concatenate([given, fresh])
    return Study(observer, evidence, network.run(evidence)[1], seed, note), fresh


def _fitted(sequences: Ints, horizon: int, rest: tuple[int, ...]) -> Ints:
    """``sequences`` with exactly ``horizon`` letters each."""
    cut = np.asarray(sequences, dtype=np.int64)[:, :horizon]
    missing = (len(cut), horizon - cut.shape[1], cut.shape[2])
    return np.concatenate([cut, np.broadcast_to(np.array(rest), missing)], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Compares programs with the network on fresh sequences."""

    sequences: Ints
    answers: Ints

    def wrong(self, machine: Machine) -> Ints:
        """The indices of the sequences on which ``machine`` and network differ."""
        differ = run_batch(machine, self.sequences) != self.answers
        return np.nonzero(differ.any(axis=(1, 2)))[0]

    def agreement(self, machine: Machine) -> float:
        """Share of sequences on which ``machine`` and network agree entirely."""
        return 1.0 - len(self.wrong(machine)) / len(self.sequences)

    def agrees(self, candidate: Candidate) -> bool:
        """Whether the candidate is right on every sequence."""
        return not len(self.wrong(candidate.machine))

    def content(self, candidates: list[Candidate]) -> bool:
        """Whether there is a short formula that agrees everywhere."""
        return any(
            c.machine.size <= SHORT and not c.has_table and self.agrees(c) for c in candidates
        )

    def rank(self, candidate: Candidate) -> tuple[int, bool, int]:
        """Fewest disagreements, then a formula before a table, then the shortest."""
        machine = candidate.machine
        return len(self.wrong(machine)), candidate.has_table, machine.size


def _refined(
    form: Callable[[Study], list[Candidate]], study: Study, judge: Judge
) -> list[Candidate]:
    """The candidates of one form, tried again with its counterexamples as evidence."""
    candidates: list[Candidate] = []
    for _ in range(ROUNDS):
        candidates = form(study)
        wrong = [judge.wrong(c.machine) for c in candidates]
        if not wrong or any(not len(w) for w in wrong):
            break
        more = judge.sequences[wrong[0][:COUNTEREXAMPLES]]
        study.note(
            f"{candidates[0].form}: {len(wrong[0])} sequences disagree; they are evidence now"
        )
        study = replace(
            study,
            evidence=np.concatenate([more, study.evidence]),
            answers=np.concatenate([judge.answers[wrong[0][:COUNTEREXAMPLES]], study.answers]),
        )
    return candidates
