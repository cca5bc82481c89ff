"""Find the shortest exact program for a network, without knowing the task that trained it.

Every method is tried in turn. If its programs disagree with the network, the sequences on which
they do are added to the evidence and it is tried again. The shortest program that agrees wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import comparison_set, neighbours
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.rewrite import clearer
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.extract.search import search
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.sequence_function import Recurrent, answers_of

SHORTEST_HORIZON = 5  # letters; a network is not studied again with a shorter horizon
LEAST_AGREEMENT = 0.9  # share of sequences; a program that agrees on fewer is rejected


@dataclass(frozen=True, slots=True)
class Extraction:
    """The result of an extraction.

    Attributes:
        machine: the program, if one was found.
        form: the name of the method that found it (:mod:`mips_verify.extract.registry`);
            "automaton" for the table of a few states, "none" without a program.
        states: number of states of the minimal Mealy machine, if the observation table closed.
        agreement: share of fresh sequences on which all outputs of program and network agree.
        tried: one line for each attempt: what was tried and how it ended.
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

    A network that is not exact up to its horizon is often exact on shorter sequences. So if no
    program agrees with it everywhere, it is studied again with a shorter horizon.

    Args:
        network: anything with ``start``, ``step``, ``read``, ``run``, ``hidden`` and ``outputs``.
        domain: the letters that the network reads.
        horizon: the number of letters up to which the network is trusted: its training length.
        seed: decides every random choice.
        sequences: further inputs ``(n, length, channels)`` on which program and network must
            agree; cut to the horizon, or filled up to it with resting letters.
        progress: called with a line for each attempt.

    Raises:
        ValueError: the horizon is below one letter.
    """
    tried: list[str] = []

    def note(line: str) -> None:
        tried.append(line)
        if progress is not None:
            progress(line)

    study, judge = _prepare(network, domain, horizon, seed, sequences, note)
    found, states = _search(study, judge)
    if not found:
        return Extraction(None, "none", states, 0.0, tuple(tried))
    found += clearer(found, study, judge)
    best = min(found, key=lambda f: f.rank)
    agreement = 1.0 - best.wrong / len(judge.sequences)
    if agreement < LEAST_AGREEMENT:
        note(f"the best program, by {best.form}, agrees on {agreement:.1%} of the sequences only")
        return Extraction(None, "none", states, agreement, tuple(tried))
    return Extraction(best.machine, best.form, states, agreement, tuple(tried))


def _search(study: Study, judge: Judge) -> tuple[list[Judged], int | None]:
    """Candidates, with shorter horizons until one agrees, and the number of states."""
    found, states = search(study, judge)
    for trusted in _shorter(study.oracle.horizon):
        if any(not f.wrong for f in found):
            break
        study.note(f"no program agrees everywhere; trusting {trusted} letters only")
        fewer, states_there = search(_cut(study, trusted), judge.cut(trusted), again=True)
        found += [judge.verdict(f.candidate) for f in fewer if not f.wrong]
        states = states if states is not None else states_there
    return found, states


def _shorter(horizon: int) -> Iterator[int]:
    """Shorter horizons to try."""
    for length in (2 * horizon // 3, horizon // 2):
        if length >= SHORTEST_HORIZON:
            yield length


def _cut(study: Study, horizon: int) -> Study:
    """The study of the same network with a shorter horizon."""
    return replace(
        study,
        oracle=replace(study.oracle, horizon=horizon),
        evidence=study.evidence[:, :horizon],
        answers=study.answers[:, :horizon],
    )


def _prepare(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    seed: int,
    sequences: Ints | None,
    note: Callable[[str], None],
) -> tuple[Study, Judge]:
    """The study with its evidence, and the judge with fresh sequences."""
    oracle = Oracle(network, domain, horizon)
    for_study, for_judge = np.random.default_rng(seed).spawn(2)
    evidence = comparison_set(domain, horizon, for_study, budgets.EVIDENCE)
    fresh = comparison_set(domain, horizon, for_judge, budgets.FRESH)
    if sequences is not None and len(sequences):
        given = _fitted(sequences, horizon, oracle.resting_letter())
        near = neighbours(domain, given, for_judge, budgets.NEIGHBOURS)
        evidence = np.concatenate([given, near, evidence])
        fresh = np.concatenate([given, near, fresh])
    study = Study(oracle, evidence, network.run(evidence)[1], seed, note)
    return study, Judge(fresh, answers_of(network, fresh))


def _fitted(sequences: Ints, horizon: int, rest: tuple[int, ...]) -> Ints:
    """``sequences`` cut or padded to exactly ``horizon`` letters each."""
    cut = np.asarray(sequences, dtype=np.int64)[:, :horizon]
    missing = (len(cut), horizon - cut.shape[1], cut.shape[2])
    return np.concatenate([cut, np.broadcast_to(np.array(rest), missing)], axis=1)
