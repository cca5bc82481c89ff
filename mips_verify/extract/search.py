"""The forms of programs in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

from mips_verify.algebra.mealy import Mealy
from mips_verify.extract.automata.automaton import Automaton, automaton
from mips_verify.extract.method import Candidate, Study, tidied
from mips_verify.extract.methods.accumulators import counted_machines, difference_programs
from mips_verify.extract.methods.affine_mod_p import modular_programs
from mips_verify.extract.methods.affine_over_integers import affine_programs
from mips_verify.extract.methods.cascade import cascade_programs
from mips_verify.extract.methods.counters import counter_programs, letter_count_programs
from mips_verify.extract.methods.counters_with_sink import trap_programs
from mips_verify.extract.methods.definite_memory import definite_memory, window_programs
from mips_verify.extract.methods.full_history import history_programs
from mips_verify.extract.methods.last_occurrence import memory_programs
from mips_verify.extract.methods.output_feedback import feedback_programs
from mips_verify.extract.methods.state_assignment import MOST_LABELS, label_programs
from mips_verify.extract.methods.state_table import table_programs
from mips_verify.extract.registers.latent import hidden_programs
from mips_verify.extract.registers.observable import register_programs
from mips_verify.extract.registers.serial import part_programs
from mips_verify.extract.scoring import Judge, Judged
from mips_verify.regress.regression_budgets import Budget

LITTLE = Budget(5, 20_000)
Form = Callable[[Study], list[Candidate]]
CHEAP_PARTS = partial(part_programs, thorough=False)

ROUNDS = 3  # tries of one form, each with the counterexamples to the one before
COUNTEREXAMPLES = 100
# a form is skipped once a formula is at hand with as few nodes as its own programs have
LEAST_AFFINE = 3  # a state that is copied from the input and read out
LEAST_COUNTER = 7  # (n + x) % k
LEAST_TRAP = 14  # a guarded counter that is compared
LEAST_LABELS = 5  # a step of one operator
LEAST_CASCADE = 14  # two registers, one of them guarded by the other
LEAST_PARTS = 14  # two registers, one of which looks at the other
LEAST_LETTER_COUNTS = 12  # two counters that are compared
FEW_STATES = 12  # of a table that is as good as registers that never show alone
LEAST_TABLE = 20  # a longer formula over a few states is no clearer than their table


def search(study: Study, judge: Judge, *, again: bool = False) -> tuple[list[Judged], int | None]:
    """Candidates of every form, dearer forms only as long as they could still do better.

    Args:
        study: the network under study.
        judge: what candidates are compared with.
        again: with less trust in a network that was studied before; forms that need long
            words are left out.

    Returns:
        the candidates and the number of states of the closed machine, if there is one.
    """
    run = _Search(study, judge)
    memory = definite_memory(study)
    run.consider(window_programs)
    run.consider(affine_programs, LEAST_AFFINE)
    learned = automaton(study, judge.sequences, judge.answers)
    # where a few letters decide the output, they and those before decide its differences too
    _finite_forms(run, learned, differ=not again and memory is None)
    run.consider(letter_count_programs, LEAST_LETTER_COUNTS)
    before = run.shortest
    run.consider(memory_programs, LEAST_LETTER_COUNTS)
    if not learned.free and memory != 0:
        _register_forms(run, learned, deep=not again and run.shortest == before)
    if memory != 0:
        run.consider(history_programs)
    if learned.closed is not None:
        run.consider(partial(table_programs, machine=learned.closed), LEAST_TABLE)
    elif not again and not learned.free and memory is None:
        run.consider(counted_machines, LEAST_TABLE)
    return run.found, learned.states


@dataclass(frozen=True, slots=True)
class _Search:
    """Candidates so far."""

    study: Study
    judge: Judge
    found: list[Judged] = field(default_factory=list)

    @property
    def shortest(self) -> int | None:
        """Nodes of the shortest formula that agrees everywhere."""
        return shortest(self.found)

    def consider(self, form: Form, least: int | None = None) -> None:
        """Try a form unless a formula is at hand that has as few nodes as its programs have."""
        best = self.shortest
        if best is None or (least is not None and best > least):
            self.found.extend(refined(form, self.study, self.judge))


def _finite_forms(run: _Search, learned: Automaton, *, differ: bool) -> None:
    """Formulas for the states of a machine, closed or not."""
    for form, least in _forms_of(learned, differ):
        run.consider(form, least)
    if (machine := learned.machine) is not None and not learned.free:
        rival = run.shortest
        run.consider(partial(label_programs, machine=machine, rival=rival), LEAST_LABELS)
    if learned.closed is not None:
        run.consider(partial(cascade_programs, machine=learned.closed), LEAST_CASCADE)
        if differ:
            run.consider(difference_programs)


def _register_forms(run: _Search, learned: Automaton, *, deep: bool) -> None:
    """Registers that answers show; with ``deep`` those that show only at times, too."""
    closed = learned.closed
    # windows and affine maps are shorter, and derived
    if (closed is None or closed.states > MOST_LABELS) and run.shortest is None:
        run.consider(feedback_programs)
    if closed is not None:
        if closed.states > FEW_STATES:
            run.consider(hidden_programs)
        run.consider(partial(_shorter_than_table, machine=closed))
        return
    run.consider(register_programs)
    if deep:
        nothing = run.shortest is None
        run.consider(hidden_programs)
        if not nothing or run.shortest is None:
            run.consider(part_programs if nothing else CHEAP_PARTS, LEAST_PARTS)


def _shorter_than_table(study: Study, machine: Mealy) -> list[Candidate]:
    """Registers of a closed machine, found with less work: it has a table, if need be."""
    tables = table_programs(replace(study, note=lambda _: None), machine)
    longest = min((t.machine.size for t in tables), default=None)
    found = register_programs(study, LITTLE)
    return [c for c in found if longest is None or c.machine.size < longest]


def _forms_of(learned: Automaton, differ: bool) -> list[tuple[Form, int | None]]:
    """What follows from the algebra of a machine, closed or not."""
    forms: list[tuple[Form, int | None]] = []
    if (machine := learned.machine) is not None and not learned.free:
        forms.append((partial(counter_programs, machine=machine), LEAST_COUNTER))
        forms.append((partial(trap_programs, machine=machine), LEAST_TRAP))
    if learned.closed is not None:
        forms.append((partial(modular_programs, machine=learned.closed), None))
    elif differ:
        forms.append((difference_programs, None))
    return forms


def shortest(found: list[Judged]) -> int | None:
    """Nodes of the shortest formula that agrees everywhere."""
    return min((f.machine.size for f in found if f.settled), default=None)


def refined(form: Form, study: Study, judge: Judge) -> list[Judged]:
    """The candidates of one form, tried again with its counterexamples as evidence."""
    judged: list[Judged] = []
    before = len(judge.sequences)
    # what comes from a machine was compared with the same sequences when that was learned
    for _ in range(1 if isinstance(form, partial) else ROUNDS):
        judged = [judge.verdict(replace(c, machine=tidied(c.machine))) for c in form(study)]
        if not judged or not all(j.wrong for j in judged):
            break
        wrong = judge.wrong(judged[0].machine)
        if len(wrong) >= before:
            break  # the evidence did not help
        before = len(wrong)
        study.note(f"{judged[0].form}: {len(wrong)} sequences disagree; they are evidence now")
        study = study.with_evidence(judge.sequences[wrong[:COUNTEREXAMPLES]])
    return judged
