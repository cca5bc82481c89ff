"""Find the shortest exact program for a network, without knowing the task that trained it.

Every method is tried in turn; the first program that agrees everywhere is an answer at once. If
the programs of a method disagree with the network, the sequences on which they do are added to the
evidence and it is tried again. The shortest program that agrees wins. If none does, the network is
studied again as one that errs, and the shortest description of program and exceptions wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.batch import run_batch
from mips_verify.algebra.percent import percent
from mips_verify.algebra.sequences import comparison_set, neighbours, uniform_words
from mips_verify.deadline import interruptible, time_is_up
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import learn_automaton
from mips_verify.extract.effort import Effort, Polish
from mips_verify.extract.method import Candidate
from mips_verify.extract.methods.latent_registers import SHORTEST
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.rewrite import clearer
from mips_verify.extract.scoring import Judge, Judged, Offer
from mips_verify.extract.search import Found, search, tolerant_search
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.network.sequence_function import Recurrent, answers_of
from mips_verify.work import at_most

SHORTEST_HORIZON = 5  # letters; a network is not studied again with a shorter horizon
LEAST_AGREEMENT = 0.9  # share of answers; a program that agrees on fewer is rejected
FEW = 4  # programs that are offered, the best first


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
        offers: the program and the next best that behave otherwise, the best first; none but the
            program if it is exact.
        alternatives: programs that are exact too, as far as was compared, the best first.
        rejected: the best program, if it agrees on too few answers to count as the network's.
    """

    machine: Machine | None
    form: str
    states: int | None
    agreement: float
    tried: tuple[str, ...]
    offers: tuple[Offer, ...] = ()
    alternatives: tuple[Candidate, ...] = ()
    rejected: Offer | None = None

    @property
    def exact(self) -> bool:
        """Whether the program agrees with the network wherever the two were compared."""
        return self.machine is not None and self.agreement == 1.0

    def instead(self, other: Candidate) -> Extraction:
        """The extraction with one of its alternatives as the program."""
        assert self.machine is not None
        rest = tuple(c for c in self.alternatives if c != other)
        before = Candidate(self.form, self.machine)
        return replace(
            self,
            machine=other.machine,
            form=other.form,
            offers=tuple(replace(o, machine=other.machine, form=other.form) for o in self.offers),
            alternatives=(before, *rest),
        )

    def choosing(self, offer: Offer) -> Extraction:
        """The extraction with another of its programs in the first place."""
        return replace(
            self,
            machine=offer.machine,
            form=offer.form,
            agreement=offer.agreement,
            offers=(offer, *(o for o in self.offers if o != offer)),
        )


def extract(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    *,
    seed: int = 0,
    sequences: Ints | None = None,
    effort: Effort = Effort.NORMAL,
    beyond: bool = False,
    at_once: Callable[[Machine], None] = lambda _: None,
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
        effort: how long to look for a better program once there is one.
        beyond: whether the network may be asked about words of twice the horizon, if nothing
            explains it on shorter ones.
        at_once: called with the first program that agrees everywhere, before the search goes on.
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
    polish = Polish(effort)
    twice = partial(_prepare, network, domain, 2 * horizon, seed, sequences, note)
    longer = partial(_longer, twice, judge, polish, at_once) if beyond else lambda: None
    first = _search(study, judge, longer, polish, at_once)
    found, states = first.programs, first.states
    if not found:
        return Extraction(None, "none", states, 0.0, tuple(tried))
    with interruptible(), at_most(2 * polish.share):
        if not time_is_up():
            found += clearer(found, study, judge)
    best, *others = different(found, judge)
    if (share := judge.share(best)) < LEAST_AGREEMENT:
        note(f"the best program, by {best.form}, agrees on {percent(share, 1)} of the answers only")
        nearest = judge.offer(best)
        return Extraction(None, "none", states, nearest.agreement, tuple(tried), rejected=nearest)
    offers = tuple(map(judge.offer, [best, *others] if best.wrong else [best]))
    same = () if best.wrong else reworded(best, found + first.replaced)
    return Extraction(
        best.machine, best.form, states, judge.agreement(best), tuple(tried), offers, same
    )


def near_programs(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    *,
    seed: int = 0,
    effort: Effort = Effort.NORMAL,
    progress: Callable[[str], None] | None = None,
) -> tuple[Offer, ...]:
    """Programs that a network nearly is, though it may be another one exactly.

    A network that counts to nine, and then fails, is a machine of ten states; up to nine it is the
    counter that it was to learn. It is studied as one that errs, and again on shorter words.

    Args:
        network: as in :func:`extract`, and so are the others.
        domain: the letters.
        horizon: the letters of a word.
        seed: decides every random choice.
        effort: how long to look.
        progress: called with a line for each attempt.
    """
    note = progress or (lambda _: None)
    study, judge = _prepare(network, domain, horizon, seed, None, note)
    polish = Polish(effort).begin()
    shorter = max(2 * horizon // 3, min(horizon - 1, SHORTEST))
    fewer = search(study.cut(shorter), judge.cut(shorter), polish).programs if shorter > 0 else []
    found = [judge.verdict(f.candidate) for f in fewer]
    with interruptible():
        if not time_is_up():
            found += tolerant_search(study, judge, polish)
    near = different(found, judge)
    return tuple(judge.offer(j) for j in near if judge.share(j) >= LEAST_AGREEMENT)


def different(found: list[Judged], judge: Judge) -> list[Judged]:
    """The best of the candidates that behave differently on the compared sequences, best first."""
    kept: dict[bytes, Judged] = {}
    for one in sorted(found, key=lambda f: f.rank):
        kept.setdefault(run_batch(one.machine, judge.sequences).tobytes(), one)
        if len(kept) == FEW:
            break
    return list(kept.values())


def reworded(best: Judged, found: list[Judged]) -> tuple[Candidate, ...]:
    """The other candidates without a wrong answer, the best of each form, best first."""
    forms: dict[str, Candidate] = {}
    for f in sorted(found, key=lambda f: f.rank):
        if not f.wrong and f.machine != best.machine:
            forms.setdefault(f.form, f.candidate)
    return tuple(forms.values())


def _search(
    study: Study,
    judge: Judge,
    longer: Callable[[], Found | None],
    polish: Polish,
    at_once: Callable[[Machine], None],
) -> Found:
    """Candidates, with other horizons until one agrees, and the number of states."""
    found = search(study, judge, polish, at_once=at_once, longer=longer)
    for trusted in _shorter(study.oracle.horizon):
        if time_is_up() or found.exact:
            break
        study.note(f"no program agrees everywhere; trusting {trusted} letters only")
        fewer = search(study.cut(trusted), judge.cut(trusted), polish, again=True, errs=found.errs)
        found.programs += [judge.verdict(f.candidate) for f in fewer.programs]
        found.states = found.states if found.states is not None else fewer.states
    return found


def _longer(
    twice: Callable[[], tuple[Study, Judge]],
    at_horizon: Judge,
    polish: Polish,
    at_once: Callable[[Machine], None],
) -> Found | None:
    """Candidates from words of twice the length, if the network is a closed machine on these.

    States that only long words tell apart, as those of a calendar, close no machine before.
    """
    study, judge = twice()
    study.note(f"no program agrees everywhere; looking at {study.oracle.horizon} letters")
    if learn_automaton(study, judge.sequences, judge.answers).closed is None:
        return None
    more = search(study, judge, polish, at_once=at_once)
    more.programs = [at_horizon.verdict(f.candidate) for f in more.programs]
    return more


def _shorter(horizon: int) -> Iterator[int]:
    """Shorter horizons to try."""
    for length in (2 * horizon // 3, horizon // 2):
        if length >= SHORTEST_HORIZON:
            yield length


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
    before = 0
    if sequences is not None and len(sequences):
        given = _fitted(sequences, horizon, oracle.resting_letter())
        near = neighbours(domain, given, for_judge, budgets.NEIGHBOURS)
        evidence = np.concatenate([given, near, evidence])
        fresh = np.concatenate([given, near, fresh])
        before = len(given) + len(near)
    study = Study(oracle, evidence, network.run(evidence)[1], seed, note)
    uniform = slice(before, before + uniform_words(domain, horizon, budgets.FRESH))
    return study, Judge(fresh, answers_of(network, fresh), uniform)


def _fitted(sequences: Ints, horizon: int, rest: tuple[int, ...]) -> Ints:
    """``sequences`` cut or padded to exactly ``horizon`` letters each."""
    cut = np.asarray(sequences, dtype=np.int64)[:, :horizon]
    missing = (len(cut), horizon - cut.shape[1], cut.shape[2])
    return np.concatenate([cut, np.broadcast_to(np.array(rest), missing)], axis=1)
