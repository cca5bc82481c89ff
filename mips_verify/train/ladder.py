"""The ladder: which engines are tried, in which order, with which budgets in steps."""

from __future__ import annotations

from mips_verify.train.optimise.adam import Plan, Stage
from mips_verify.train.optimise.initial_weights import Start
from mips_verify.train.rung import Rung
from mips_verify.train.rungs.delay_line import Window
from mips_verify.train.rungs.letter_counts import CountComparison
from mips_verify.train.rungs.per_output import Apart
from mips_verify.train.rungs.perceptron import AdamEnsemble, LinearState, PlainLM
from mips_verify.train.rungs.saturating_units import ClippedLM
from mips_verify.train.rungs.spectral import Spectral
from mips_verify.train.rungs.subspace import LetterSubspace, OneHotSubspace, Subspace
from mips_verify.train.rungs.teacher_forcing import TeacherForced

_FULL = 1_000_000  # a last stage is cut to the length of the data


def default_ladder() -> tuple[Rung, ...]:
    """Cheapest first: algebra, then small networks by second-order steps and by Adam."""
    return (
        *_first_rungs(),
        Spectral(32, guess=True),
    )


def _first_rungs() -> tuple[Rung, ...]:
    return (
        Subspace(),
        OneHotSubspace(),
        TeacherForced(1, 6),
        LetterSubspace(),
        PlainLM(1, (6,)),
        Spectral(40),
        TeacherForced(2, 4),
        Window(3),
        PlainLM(2, (8,)),
        _adam(1, (16,), (16,), (200, 300, 300), (32, 24, 12)),
        _linear_state(2, (16,), members=24),
        CountComparison(),
        PlainLM(3, (12,)),
        ClippedLM(),
    )


def joint_ladder() -> tuple[Rung, ...]:
    """For several outputs: together where algebra does it, else apart, else together again."""
    return (
        Subspace(),
        OneHotSubspace(),
        LetterSubspace(),
        Spectral(40),
        ClippedLM(),
        Apart(_first_rungs()),
        TeacherForced(2, 4),
    )


def last_resort() -> tuple[Rung, ...]:
    """What learns almost anything, slowly."""
    return (_hard(),)


def second_ladder() -> tuple[Rung, ...]:
    """Those rungs of the ladder that another seed may help."""
    return (
        TeacherForced(1, 6),
        PlainLM(1, (6,)),
        PlainLM(2, (8,)),
        _linear_state(2, (16,), members=24),
        ClippedLM(),
    )


def _adam(
    hidden: int,
    f: tuple[int, ...],
    g: tuple[int, ...],
    steps: tuple[int, int, int],
    keep: tuple[int, int, int],
) -> AdamEnsemble:
    early = [Stage(n, s, k) for n, s, k in zip((1, 2, 4), steps, keep, strict=True)]
    return AdamEnsemble(hidden, f, g, Plan((*early, Stage(_FULL, 2000, 8)), log=True, gate=0.97))


def _linear_state(hidden: int, g: tuple[int, ...], members: int) -> LinearState:
    stages = (Stage(4, 400, 12), Stage(_FULL, 1600, 3))
    return LinearState(hidden, g, Plan(stages, members=members, batch=96, hard=0.5, gate=0.97))


def _hard() -> AdamEnsemble:
    stages = (Stage(4, 400, 12), Stage(6, 800, 8), Stage(8, 1200, 4), Stage(_FULL, 7000, 2))
    plan = Plan(stages, members=16, batch=128, rates=(3e-3, 1.2e-2), hard=0.8, gate=0.95)
    return AdamEnsemble(4, (40,), (40,), plan, Start(identity=0.3))
