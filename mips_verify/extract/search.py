"""Try every method in turn; a method is skipped if it cannot find a shorter program."""

from __future__ import annotations

from dataclasses import replace

from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.automata.observation_table import learn_automaton
from mips_verify.extract.method import Known, Method
from mips_verify.extract.methods.definite_memory import memory_of
from mips_verify.extract.registry import METHODS
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.extract.study import Study


def search(study: Study, judge: Judge, *, again: bool = False) -> tuple[list[Judged], int | None]:
    """Candidates of every method that applies.

    Args:
        study: the network under study.
        judge: the sequences and answers that candidates are compared with.
        again: whether this is a second study, with a shorter horizon; methods that need long
            words are left out.

    Returns:
        the candidates and the number of states of the closed machine, if there is one.
    """
    automaton = learn_automaton(study, judge.sequences, judge.answers)
    known = Known(automaton, memory_of(study), again)
    found: list[Judged] = []
    for method in METHODS:
        if method.applies(known):
            found += tries(method, study, known, judge)
            known = with_shortest(known, found)
    return found, automaton.states


def with_shortest(known: Known, found: list[Judged]) -> Known:
    """``known`` with the shortest formula that agrees everywhere, the first of equally short."""
    best = min((f for f in found if f.settled), key=lambda f: f.machine.size, default=None)
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
