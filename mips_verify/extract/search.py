"""Try every method in turn; a method is skipped if it cannot find a shorter program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.frequent_rows import frequent_automaton
from mips_verify.extract.automata.observation_table import learn_automaton
from mips_verify.extract.method import Known, Method
from mips_verify.extract.methods.definite_memory import memory_of
from mips_verify.extract.registry import METHODS
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.extract.study import Study

NOISE: Final = 0.02  # share of wrong answers that is put up with in a network that errs


@dataclass(frozen=True, slots=True)
class Found:
    """What a study found.

    Attributes:
        programs: candidates of every method that was tried.
        states: the number of states of the closed machine, if there is one.
        errs: whether the network seems to err, and a program is right where it does not.
    """

    programs: list[Judged]
    states: int | None
    errs: bool = False

    @property
    def exact(self) -> bool:
        """Whether a program agrees everywhere."""
        return any(not f.wrong for f in self.programs)


def search(study: Study, judge: Judge, *, again: bool = False) -> Found:
    """Candidates of every method that applies.

    Before the first costly method, a network that no program explains is studied as one that
    errs; if that explains it, the costly methods are left out.

    Args:
        study: the network under study.
        judge: the sequences and answers that candidates are compared with.
        again: whether this is a second study, with a shorter horizon; methods that need long
            words are left out.
    """
    automaton = learn_automaton(study, judge.sequences, judge.answers)
    known = Known(automaton, memory_of(study), again)
    found: list[Judged] = []
    asked = again or automaton.closed is not None
    for method in METHODS:
        if not method.applies(known):
            continue
        if method.costly and not asked and all(f.wrong for f in found):
            asked = True
            found += tolerant_search(study, judge)
            if any(map(judge.errs, found)):
                return Found(found, automaton.states, errs=True)
        found += tries(method, study, known, judge)
        known = with_shortest(known, [f for f in found if not f.wrong])
    return Found(found, automaton.states)


def tolerant_search(study: Study, judge: Judge) -> list[Judged]:
    """Candidates of the methods that cope with a network that errs, each tried once.

    It is asked about shorter words only, on which networks err less.
    """
    shorter = replace(study.cut(max(1, 2 * study.oracle.horizon // 3)), noise=NOISE)
    study.note(f"the network may err; asking about {shorter.oracle.horizon} letters only")
    known = Known(frequent_automaton(shorter), memory_of(shorter))
    found: list[Judged] = []
    for method in METHODS:
        if method.tolerant and method.applies(known):
            found += map(judge.verdict, method.candidates(shorter, known))
            known = with_shortest(known, [f for f in found if judge.share(f) >= 1 - NOISE])
    return found


def with_shortest(known: Known, right: list[Judged]) -> Known:
    """``known`` with the shortest formula of those that are right, the first of equally short."""
    formulas = [f for f in right if not f.candidate.has_table]
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
