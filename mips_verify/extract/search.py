"""Try every method in turn; a method is skipped if it cannot find a shorter program.

The first program that agrees everywhere is the answer at once; work on a better one is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from mips_verify import progress
from mips_verify.deadline import REASON, interruptible, time_is_up
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.frequent_rows import frequent_automaton
from mips_verify.extract.automata.observation_table import learn_automaton
from mips_verify.extract.effort import Polish
from mips_verify.extract.method import Known, Method
from mips_verify.extract.methods.definite_memory import memory_of
from mips_verify.extract.registry import METHODS
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.extract.study import Study
from mips_verify.kernel.machine import Machine
from mips_verify.work import at_most

LEAST: Final = 4  # letters; too little is seen of a network on shorter words
ANSWERS: Final = {m.name: m for m in METHODS if m.answer}
SHOWN: Final = 0.9  # share of right answers beyond which a program is shown before the search ends
LONGEST: Final = 200  # characters of it
NOISE: Final = 0.03  # share of wrong answers that is put up with in a network that errs


@dataclass(slots=True)
class Found:
    """What a study found.

    Attributes:
        programs: candidates of every method that was tried.
        states: the number of states of the closed machine, if there is one.
        errs: whether the network seems to err, and a program is right where it does not.
        replaced: answers at once that a short formula replaces.
    """

    programs: list[Judged]
    states: int | None
    errs: bool = False
    replaced: list[Judged] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Whether a program agrees everywhere."""
        return any(not f.wrong for f in self.programs)


def search(
    study: Study,
    judge: Judge,
    polish: Polish,
    *,
    again: bool = False,
    errs: bool = False,
    at_once: Callable[[Machine], None] = lambda _: None,
    longer: Callable[[], Found | None] = lambda: None,
) -> Found:
    """Candidates of every method that applies.

    Before the first costly method, a network that no program explains, exactly or but for its
    errors, is studied on longer words, and then as one that errs; if a program explains it but for
    its errors, the costly methods are left out.

    Args:
        study: the network under study.
        judge: the sequences and answers that candidates are compared with.
        polish: bounds what follows the first program that agrees everywhere.
        again: whether this is a second study, with a shorter horizon; methods that need long
            words are left out.
        errs: whether the network is known to err.
        at_once: called with the first program that agrees everywhere.
        longer: what a study of longer words finds, if it explains the network.
    """
    found = Found([], None, errs)
    with interruptible():
        automaton = learn_automaton(study, judge.sequences, judge.answers)
        found.states = automaton.states
        known = Known(automaton, memory_of(study), again)
        asked = again or automaton.closed is not None
        for method in METHODS:
            if method.costly and not asked and not found.exact:
                asked = True
                if not any(map(judge.errs, found.programs)):
                    if (more := longer()) is not None:
                        return more
                    found.programs += tolerant_search(study, judge, polish)
                found.errs = any(map(judge.errs, found.programs))
            if method.applies(known) and not (method.costly and found.errs):
                known = _tried(method, study, known, judge, polish, found, at_once)
    if time_is_up():
        study.note(f"{REASON}; the best program so far stands")
    programs = standing(found.programs, known)
    found.replaced = [f for f in found.programs if f not in programs]
    found.programs = programs
    return found


def _tried(
    method: Method,
    study: Study,
    known: Known,
    judge: Judge,
    polish: Polish,
    found: Found,
    at_once: Callable[[Machine], None],
) -> Known:
    """What is known after one more method, whose candidates are added to ``found``."""
    first, before = not found.exact, len(found.programs)
    with at_most(polish.share):
        found.programs += tries(method, study, known, judge)
    if known.again or (method.costly and not found.exact):
        _say_best(study, judge, found.programs, before)
    if first and found.exact:
        polish.begin()
        at_once(next(f.machine for f in found.programs if not f.wrong))
    return with_shortest(known, [f for f in found.programs if not f.wrong])


def standing(found: list[Judged], known: Known) -> list[Judged]:
    """The candidates without the answers that a short formula replaces."""
    replaced = {m.name for m in ANSWERS.values() if not m.applies(known)}
    return [f for f in found if f.form not in replaced]


def tolerant_search(study: Study, judge: Judge, polish: Polish) -> list[Judged]:
    """Candidates of the methods that cope with a network that errs.

    If they do not explain it, it is asked about shorter words only, on which it errs less.
    """
    found: list[Judged] = []
    for horizon in (study.oracle.horizon, 2 * study.oracle.horizon // 3):
        if horizon >= LEAST and not any(map(judge.errs, found)):
            study.note(f"the network may err; asking about {horizon} letters")
            found += _tolerant_search(replace(study.cut(horizon), noise=NOISE), judge, polish)
    return found


def _tolerant_search(study: Study, judge: Judge, polish: Polish) -> list[Judged]:
    """The same for the horizon of the study; each method is tried once."""
    known = Known(frequent_automaton(study), memory_of(study), errs=True)
    found: list[Judged] = []
    for method in METHODS:
        if method.tolerant and method.applies(known):
            before = len(found)
            with at_most(polish.share):
                found += map(judge.verdict, method.candidates(study, known))
            _say_best(study, judge, found, before)
            known = with_shortest(known, [f for f in found if judge.share(f) >= 1 - NOISE])
    return standing(found, known)


def _say_best(study: Study, judge: Judge, found: list[Judged], before: int) -> None:
    """Say which program after the first ``before`` ones is right more often than all of these."""
    least = max(map(judge.share, found[:before]), default=SHOWN)
    best = max(found[before:], key=judge.share, default=None)
    if best is not None and (share := judge.share(best)) > least:
        program = str(best.machine).replace("\n", "; ")[:LONGEST]
        right = f"{int(1000 * share) / 10:.1f} % of the answers"
        within = f"within {judge.sequences.shape[1]} letters"
        study.note(progress.Found(f"so far, right on {right} {within}: {program}"))


def with_shortest(known: Known, right: list[Judged]) -> Known:
    """``known`` with the shortest formula of those that are right, the first of equally short."""
    formulas = [f for f in right if not f.candidate.has_table and f.form not in ANSWERS]
    best = min(formulas, key=lambda f: f.machine.size, default=None)
    return (
        known
        if best is None
        else replace(known, shortest=best.machine.size, shortest_form=best.form)
    )


def tries(method: Method, study: Study, known: Known, judge: Judge) -> list[Judged]:
    """The candidates of one method, which is retried with its counterexamples as evidence."""
    judged: list[Judged] = []
    before = len(judge.sequences)
    for _ in range(method.rounds):
        judged = [judge.verdict(c) for c in method.candidates(study, known)]
        if not judged or not all(j.wrong for j in judged):
            break
        wrong = judge.wrong(judged[0].machine)
        if len(wrong) >= before:
            break  # the evidence did not help
        before = len(wrong)
        study.note(
            f"{method.name}: wrong on {len(wrong)} sequences; trying again with some of them"
        )
        study = study.with_evidence(judge.sequences[wrong[: budgets.COUNTEREXAMPLES]])
    return judged
