"""The ladder: which rungs are tried, in which order, and with which budgets in steps.

A new rung is one file in ``rungs/`` and one line here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from mips_verify.network.network import Network
from mips_verify.train.identify.label_kind import Kind
from mips_verify.train.optimise.adam import Plan, Stage
from mips_verify.train.optimise.initial_weights import InitialWeights
from mips_verify.train.rung import Rung
from mips_verify.train.rungs.adam_ensemble import AdamEnsemble
from mips_verify.train.rungs.delay_line import DelayLine
from mips_verify.train.rungs.letter_counts import LetterCounts
from mips_verify.train.rungs.letter_subspace import LetterSubspace
from mips_verify.train.rungs.linear_index import LinearIndex
from mips_verify.train.rungs.merged_states import MergedStates
from mips_verify.train.rungs.one_hot_state import OneHotLinearState
from mips_verify.train.rungs.one_hot_subspace import OneHotSubspace
from mips_verify.train.rungs.outputs_as_state import OutputsAsState
from mips_verify.train.rungs.per_output import PerOutput
from mips_verify.train.rungs.plain_adam import PlainAdam
from mips_verify.train.rungs.plain_lm import PlainLM
from mips_verify.train.rungs.resume import Resume
from mips_verify.train.rungs.saturating_units import SaturatingUnits
from mips_verify.train.rungs.spectral import Spectral
from mips_verify.train.rungs.subspace import Subspace
from mips_verify.train.rungs.teacher_forcing import TeacherForcing
from mips_verify.train.training_budgets import ENOUGH, PROMISE

_FULL = 1_000_000  # longer than any sequence; the last stage of a plan is cut to their length
_ONE_HOT = Plan(
    (Stage(4, 400, 12), Stage(_FULL, 1600, 3)), members=24, batch=96, hard=0.5, gate=0.97
)
_HARD = Plan(
    (Stage(4, 300, 8), Stage(6, 600, 4), Stage(8, 1000, 2), Stage(_FULL, 7000, 1)),
    members=12,
    batch=128,
    rates=(3e-3, 1.2e-2),
    hard=0.8,
    gate=0.95,
)
_QUICK = Plan(
    (Stage(2, 200, 16), Stage(4, 300, 8), Stage(_FULL, 1500, 4)),
    members=32,
    log=True,
)
_LONG = Plan(
    (Stage(2, 300, 16), Stage(4, 600, 8), Stage(_FULL, 3000, 3)),
    members=24,
    batch=96,
    rates=(1e-3, 1.5e-2),
)
# for wide networks: gradients find a way in them that small networks lack, and need more steps
_WIDE = Plan(
    (Stage(2, 300, 8), Stage(4, 1500, 4), Stage(_FULL, 4000, 2)),
    members=16,
    batch=128,
    log=True,
    rates=(1e-3, 1e-2),
)

STATES = 64  # of machines found by merging

# cheapest first: algebra, then small networks by second-order steps and by Adam
ONE_OUTPUT: tuple[Rung, ...] = (
    Subspace(),
    OneHotSubspace(),
    MergedStates(STATES, Kind.OPAQUE),
    TeacherForcing(1, 6),
    LetterSubspace(),
    PlainLM(1, (6,)),
    MergedStates(STATES, Kind.NAMES),
    Spectral(40),
    OutputsAsState(),
    MergedStates(STATES, Kind.NUMBERS),
    LetterCounts(),
    LinearIndex(),
    TeacherForcing(2, 4),
    DelayLine(3),
    PlainLM(2, (8,)),
    OneHotLinearState(2, (16,), _ONE_HOT),
    PlainLM(3, (12,)),
    SaturatingUnits(),
)
# exact or without a network, so they are tried even if a trained network is nearly right
EXACT: tuple[Rung, ...] = (
    Spectral(40),
    OutputsAsState(),
    *(MergedStates(STATES, kind) for kind in Kind),
    LinearIndex(),
)
UNFOLDED: tuple[Rung, ...] = (Spectral(32, guess=True), MergedStates(STATES, guess=True))

# all outputs together by algebra or saturating units, then each by itself, then together again
SEVERAL_OUTPUTS: tuple[Rung, ...] = (
    Subspace(),
    OneHotSubspace(),
    LetterSubspace(),
    MergedStates(STATES, Kind.NAMES),
    Spectral(40),
    OutputsAsState(),
    MergedStates(STATES, Kind.NUMBERS),
    SaturatingUnits(),
    PerOutput(ONE_OUTPUT),
    TeacherForcing(2, 4),
)

# learns almost any task, but slowly
LAST_RESORT: tuple[Rung, ...] = (
    AdamEnsemble(4, (40,), (40,), _HARD, InitialWeights(identity=0.3)),
)

# the rungs for which another seed may help
ANOTHER_SEED: tuple[Rung, ...] = (
    TeacherForcing(1, 6),
    PlainLM(1, (6,)),
    PlainLM(2, (8,)),
    OneHotLinearState(2, (16,), _ONE_HOT),
    SaturatingUnits(),
)

# the paper's search: by hidden size, shallow before deep; then wide networks, which learn the most
PAPER: tuple[Rung, ...] = (
    *(PlainAdam(h, (), (), _QUICK) for h in (1, 2, 3)),
    PlainAdam(1, (16,), (), _QUICK),
    PlainAdam(1, (16,), (16,), _QUICK),
    PlainAdam(2, (), (16,), _QUICK),
    PlainAdam(2, (16,), (16,), _QUICK),
    *(PlainAdam(h, (), (), _QUICK) for h in (4, 6)),
    PlainAdam(8, (), (), _LONG),
    PlainAdam(4, (64,), (64,), _WIDE),
    PlainAdam(8, (64,), (), _WIDE),
    PlainAdam(2, (64,), (64,), _WIDE),
)


@dataclass(frozen=True, slots=True)
class Section:
    """Rungs that are tried in order, with one seed.

    Attributes:
        rungs: the rungs.
        seed: which seed is used: 0 is the seed of the run, 1 and 2 are drawn from it.
        above, below: the section is skipped unless the share of sequences that the best network
            so far gets right lies between these bounds.
        anyway: those of the rungs that are tried even if a network is right on enough sequences,
            but not on all.
        as_trained: networks that are right are not snapped to integers.
    """

    rungs: tuple[Rung, ...]
    seed: int = 0
    above: float = -math.inf
    below: float = math.inf
    anyway: tuple[Rung, ...] = ()
    as_trained: bool = False


def _ladder(outputs: int) -> tuple[Section, ...]:
    if outputs > 1:
        return (Section(SEVERAL_OUTPUTS, seed=1, anyway=EXACT),)
    return (
        Section((*ONE_OUTPUT, *UNFOLDED), seed=1, anyway=EXACT),
        Section(LAST_RESORT, seed=1, below=ENOUGH),
        Section(ANOTHER_SEED, seed=2),
        Section(LAST_RESORT, seed=2, above=PROMISE, below=ENOUGH),
    )


def _adam(outputs: int) -> tuple[Section, ...]:
    del outputs  # the architectures are the same for any number of outputs
    return (Section(PAPER, seed=1, as_trained=True),)


ENGINES: dict[str, Callable[[int], tuple[Section, ...]]] = {"ladder": _ladder, "adam": _adam}


def sections(engine: str, outputs: int, start: Network | None) -> tuple[Section, ...]:
    """The sections that an engine tries, in order, for data with ``outputs`` labels per step.

    If there is a network ``start``, training it further comes first.
    """
    rest = ENGINES[engine](outputs)
    if start is None:
        return rest
    return (Section((Resume(start),), as_trained=rest[0].as_trained), *rest)
