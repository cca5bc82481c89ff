"""From a network to the shortest exact program, blind to the task it was trained on.

Every method is tried in turn; one whose programs disagree with the network gets the sequences
that show it as evidence, and another try. The shortest program that agrees wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import comparison_set, neighbours
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.oracle import Observer, Recurrent
from mips_verify.extract.rewrite import clearer
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.extract.search import search
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine

SHORTEST_HORIZON = 5  # letters below which nothing is trusted again
LEAST_AGREEMENT = 0.9  # share of sequences below which a program is none


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was read out of a network.

    Attributes:
        machine: the program, if one was found.
        form: the name of the method that found it (:mod:`mips_verify.extract.registry`);
            "automaton" for the table of a few states, "none" without a program.
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

    A network that is not exact at its horizon often is on shorter sequences; where no program
    agrees with it everywhere, it is studied again with a nearer horizon.

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
    """Candidates, from nearer horizons too while none agrees, and the states of the machine."""
    found, states = search(study, judge)
    for trusted in _shorter(study.observer.horizon):
        if any(not f.wrong for f in found):
            break
        study.note(f"no program agrees everywhere; trusting {trusted} letters only")
        fewer, states_there = search(_cut(study, trusted), judge.cut(trusted), again=True)
        found += [judge.verdict(f.candidate) for f in fewer if not f.wrong]
        states = states if states is not None else states_there
    return found, states


def _shorter(horizon: int) -> Iterator[int]:
    """Nearer horizons to try."""
    for length in (2 * horizon // 3, horizon // 2):
        if length >= SHORTEST_HORIZON:
            yield length


def _cut(study: Study, horizon: int) -> Study:
    """The study of the same network with a nearer horizon."""
    return replace(
        study,
        observer=replace(study.observer, horizon=horizon),
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
    observer = Observer(network, domain, horizon)
    for_study, for_judge = np.random.default_rng(seed).spawn(2)
    evidence = comparison_set(domain, horizon, for_study, budgets.EVIDENCE)
    fresh = comparison_set(domain, horizon, for_judge, budgets.FRESH)
    if sequences is not None and len(sequences):
        given = _fitted(sequences, horizon, observer.resting_letter())
        near = neighbours(domain, given, for_judge, budgets.NEIGHBOURS)
        evidence = np.concatenate([given, near, evidence])
        fresh = np.concatenate([given, near, fresh])
    study = Study(observer, evidence, network.run(evidence)[1], seed, note)
    return study, Judge(fresh, network.run(fresh)[1])


def _fitted(sequences: Ints, horizon: int, rest: tuple[int, ...]) -> Ints:
    """``sequences`` with exactly ``horizon`` letters each."""
    cut = np.asarray(sequences, dtype=np.int64)[:, :horizon]
    missing = (len(cut), horizon - cut.shape[1], cut.shape[2])
    return np.concatenate([cut, np.broadcast_to(np.array(rest), missing)], axis=1)
