"""The methods of extraction, in the order in which they are tried.

A new method is a file in ``methods/`` and a line here; a second line tries it with other work.
Methods that look at the evidence get :data:`ROUNDS` tries. One that reads the learned machine gets
one, because that machine was compared with the network on the same sequences.
"""

from __future__ import annotations

from typing import Final

from mips_verify.extract.extraction_budgets import ASSIGNED_STATES, ROUNDS
from mips_verify.extract.method import Known, Method
from mips_verify.extract.methods import (
    accumulators,
    affine_mod_p,
    affine_over_integers,
    cascade,
    counters,
    counters_with_sink,
    definite_memory,
    full_history,
    last_occurrence,
    latent_registers,
    observable_registers,
    output_feedback,
    parikh_vector,
    serial_decomposition,
    state_assignment,
    state_table,
)

FEW_STATES = 12  # of a table that is as clear as latent registers


def has_states(known: Known) -> bool:
    """Whether there is a machine, closed or not, in which different words lead to one state."""
    return known.automaton.machine is not None and not known.automaton.free


def closes(known: Known) -> bool:
    """Whether there is a closed machine."""
    return known.automaton.closed is not None


def adds_up(known: Known) -> bool:
    """Whether outputs may be sums of simpler ones.

    Where the last letters decide them, they and one more decide their differences, too.
    """
    return not known.again and known.memory is None


def sums_while_open(known: Known) -> bool:
    """Whether outputs may be sums, in a network without a closed machine."""
    return adds_up(known) and not closes(known)


def sums_though_closed(known: Known) -> bool:
    """Whether outputs may be sums, modulo some number, in a closed machine."""
    return adds_up(known) and closes(known)


def has_registers(known: Known) -> bool:
    """Whether a state matters, and words lead to the same one often enough to see registers."""
    return known.memory != 0 and not known.automaton.free


def has_open_registers(known: Known) -> bool:
    """Whether there may be registers, and no closed machine that has them as states."""
    return has_registers(known) and not closes(known)


def has_finite_registers(known: Known) -> bool:
    """Whether the states of a closed machine may be registers."""
    return has_registers(known) and closes(known)


def feeds_back(known: Known) -> bool:
    """Whether there may be registers, and more states than can be numbered one by one."""
    closed = known.automaton.closed
    return has_registers(known) and (closed is None or closed.states > ASSIGNED_STATES)


def has_latent_registers(known: Known) -> bool:
    """Whether there may be registers that show at times; open ones need words of full length."""
    closed = known.automaton.closed
    return has_registers(known) and (
        not known.again if closed is None else closed.states > FEW_STATES
    )


def comes_apart(known: Known) -> bool:
    """Whether there may be registers that run one after another; these need long words."""
    return has_open_registers(known) and not known.again


def comes_apart_shorter(known: Known) -> bool:
    """Whether the same holds beside a formula that is not one of such registers already."""
    kept = "last occurrence", "latent registers", "serial decomposition"
    return comes_apart(known) and known.by is not None and known.by not in kept


def remembers(known: Known) -> bool:
    """Whether the outputs depend on more than the last letter."""
    return known.memory != 0


def sums_of_states(known: Known) -> bool:
    """Whether outputs may be sums over a machine of which words reach the same states."""
    return sums_while_open(known) and not known.automaton.free


# a comment says what the shortest program of a form is, which ``least`` counts
METHODS: Final[tuple[Method, ...]] = (
    Method("definite memory", definite_memory.run, rounds=ROUNDS),
    # a state that is copied from the input and read out
    Method("affine over integers", affine_over_integers.run, least=3, rounds=ROUNDS),
    # n -> (n + x) % k
    Method("counters", counters.run, has_states, least=7),
    # a guarded counter that is compared
    Method("counters with sink", counters_with_sink.run, has_states, least=14),
    Method("affine mod p", affine_mod_p.run, closes),
    Method("accumulators", accumulators.run, sums_while_open, rounds=ROUNDS),
    # a step of one operator
    Method("state assignment", state_assignment.run, has_states, least=5, guesses=True),
    # two registers, one of them guarded by the other
    Method("cascade", cascade.run, closes, least=14),
    Method("accumulators", accumulators.run, sums_though_closed, rounds=ROUNDS),
    # two counters that are compared
    Method("parikh vector", parikh_vector.run, least=12, rounds=ROUNDS),
    Method("last occurrence", last_occurrence.run, least=12, rounds=ROUNDS),
    Method("output feedback", output_feedback.run, feeds_back, rounds=ROUNDS),
    Method("observable registers", observable_registers.run, has_open_registers, rounds=ROUNDS),
    Method("latent registers", latent_registers.run, has_latent_registers, rounds=ROUNDS),
    Method("observable registers", observable_registers.run_closed, has_finite_registers),
    Method("serial decomposition", serial_decomposition.run, comes_apart, rounds=ROUNDS),
    # two registers, one of which looks at the other
    Method("serial decomposition", serial_decomposition.run_quickly, comes_apart_shorter, least=14),
    Method("full history", full_history.run, remembers, rounds=ROUNDS),
    # a longer formula over a few states is no clearer than their table
    Method("state table", state_table.run, closes, least=20),
    Method("accumulators", accumulators.run_finite, sums_of_states, least=20, rounds=ROUNDS),
)
