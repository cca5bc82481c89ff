"""The methods of extraction, in the order in which they are tried.

A new method is a file in ``methods/`` and a line here. A method may be listed twice, with different
functions or conditions. Methods that use the evidence get :data:`ROUNDS` tries. A method that uses
the learned machine gets one try, because that machine has passed the same comparison already.
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
    hidden_registers,
    last_occurrence,
    latent_registers,
    observable_registers,
    output_feedback,
    parikh_vector,
    serial_decomposition,
    state_assignment,
    state_table,
    states_in_order,
)

FEW_STATES = 12  # a closed machine with at most this many states is as clear as latent registers


def has_states(known: Known) -> bool:
    """Whether there is a machine, closed or not, in which different words share a state."""
    return known.automaton.machine is not None and not known.automaton.is_tree


def closes(known: Known) -> bool:
    """Whether there is a closed machine."""
    return known.automaton.closed is not None


def adds_up(known: Known) -> bool:
    """Whether outputs may be sums of simpler outputs.

    If a fixed number of last letters decides the outputs, one letter more decides their
    differences, so nothing is gained.
    """
    return not known.again and known.memory is None


def sums_while_open(known: Known) -> bool:
    """Whether outputs may be sums and there is no closed machine."""
    return adds_up(known) and not closes(known)


def sums_though_closed(known: Known) -> bool:
    """Whether outputs may be sums, modulo some number, and there is a closed machine."""
    return adds_up(known) and closes(known)


def has_registers(known: Known) -> bool:
    """Whether outputs depend on a state that words share often enough to find registers."""
    return known.memory != 0 and not known.automaton.is_tree


def has_open_registers(known: Known) -> bool:
    """Whether there may be registers and there is no closed machine, or none that is sure."""
    return has_registers(known) and (known.errs or not closes(known))


def has_finite_registers(known: Known) -> bool:
    """Whether there may be registers and there is a closed machine."""
    return has_registers(known) and closes(known)


def feeds_back(known: Known) -> bool:
    """Whether there may be registers and no machine that is sure and small."""
    closed = known.automaton.closed
    unsure = closed is None or known.errs or closed.states > ASSIGNED_STATES
    return has_registers(known) and unsure


def has_latent_registers(known: Known) -> bool:
    """Whether there may be latent registers (closed machine: many states; open: long words)."""
    closed = known.automaton.closed
    return has_registers(known) and (
        not known.again if closed is None else closed.states > FEW_STATES
    )


def comes_apart(known: Known) -> bool:
    """Whether there may be registers that run one after another, and words are long enough."""
    return has_open_registers(known) and not known.again


def comes_apart_shorter(known: Known) -> bool:
    """Like :func:`comes_apart`, but only if a formula of another form is known."""
    kept = "last occurrence", "latent registers", "serial decomposition"
    return (
        comes_apart(known) and known.shortest_form is not None and known.shortest_form not in kept
    )


def remembers(known: Known) -> bool:
    """Whether the outputs depend on more than the last letter."""
    return known.memory != 0


def sums_of_states(known: Known) -> bool:
    """Whether outputs may be sums over a machine in which different words share states."""
    return sums_while_open(known) and not known.automaton.is_tree


# ``least`` is the number of nodes of the form's shortest program, which the comment describes
METHODS: Final[tuple[Method, ...]] = (
    # a longer formula over a few states is no clearer than their table
    Method("state table", state_table.run, closes, least=20, tolerant=True, answer=True),
    Method("definite memory", definite_memory.run, rounds=ROUNDS, tolerant=True),
    # a state that is copied from the input and read out
    Method("affine over integers", affine_over_integers.run, least=3, rounds=ROUNDS),
    # n -> (n + x) % k
    Method("counters", counters.run, has_states, least=7, tolerant=True),
    # a guarded counter that is compared
    Method("counters with sink", counters_with_sink.run, has_states, least=14, tolerant=True),
    Method("affine mod p", affine_mod_p.run, closes, tolerant=True),
    Method("accumulators", accumulators.run, sums_while_open, rounds=ROUNDS),
    Method("states in order", states_in_order.run, closes),
    # two registers, one of them guarded by the other
    Method("cascade", cascade.run, closes, least=14, tolerant=True),
    # a step of one operator
    Method(
        "state assignment", state_assignment.run, has_states, least=5, tolerant=True, guesses=True
    ),
    Method("accumulators", accumulators.run, sums_though_closed, rounds=ROUNDS),
    # two counters that are compared
    Method("parikh vector", parikh_vector.run, least=12, rounds=ROUNDS, tolerant=True),
    Method("last occurrence", last_occurrence.run, least=12, rounds=ROUNDS, tolerant=True),
    Method("output feedback", output_feedback.run, feeds_back, rounds=ROUNDS, tolerant=True),
    Method(
        "observable registers",
        observable_registers.run,
        has_open_registers,
        rounds=ROUNDS,
        tolerant=True,
    ),
    Method("hidden registers", hidden_registers.run, has_open_registers, tolerant=True),
    Method(
        "latent registers", latent_registers.run, has_latent_registers, rounds=ROUNDS, costly=True
    ),
    Method("observable registers", observable_registers.run_closed, has_finite_registers),
    Method(
        "serial decomposition", serial_decomposition.run, comes_apart, rounds=ROUNDS, costly=True
    ),
    # two registers, one of which reads the other
    Method("serial decomposition", serial_decomposition.run_quickly, comes_apart_shorter, least=14),
    Method("full history", full_history.run, remembers, rounds=ROUNDS, costly=True),
    Method(
        "accumulators",
        accumulators.run_finite,
        sums_of_states,
        least=20,
        rounds=ROUNDS,
        costly=True,
    ),
)
