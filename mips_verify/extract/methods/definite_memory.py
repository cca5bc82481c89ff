"""Definite memory: the outputs depend only on the last few letters, held in delay lines.

Source: the definite machines of Perles, Rabin and Shamir (IEEE Trans. EC-12, 1963).
"""

from __future__ import annotations

import numpy as np

from mips_verify.algebra.arrays import Floats, Ints
from mips_verify.algebra.sequences import few_letters, runs
from mips_verify.extract import extraction_budgets as budgets
from mips_verify.extract.method import Known
from mips_verify.extract.oracle import Letter
from mips_verify.extract.registers.last_letters import Lines, delay_names, delays
from mips_verify.extract.study import Study, formulas
from mips_verify.kernel.expr import Expr, names, substitute, var
from mips_verify.kernel.machine import Machine, old


def run(study: Study, _: Known) -> list[Machine]:
    """A delay line and formulas over it, if the memory is definite."""
    found = (_memory(study, tail) for tail in _tails(study))
    memory = next((m for m in found if m is not None), None)
    if memory is None:
        study.note("the output depends on letters long ago")
        return []
    start = _letter_before_the_start(study, memory)
    lines = delay_names(study.inputs, memory)
    columns, targets = _rows(study, memory, start, lines)
    outputs = formulas(study, columns, targets)
    if outputs is None:
        study.note(f"the last {memory + 1} letters decide, but no formula was found")
        return []
    study.note(f"the last {memory + 1} letters decide")
    return [delayed(study.inputs, lines, start, outputs)]


def _memory(study: Study, tail: int) -> int | None:
    """The smallest k below ``tail`` for which the last k + 1 letters decide the outputs seen."""
    memory = memory_of(study, tail)
    while memory is not None and not _decides(study, memory):
        memory = memory + 1 if memory + 1 < tail else None
    return memory


def memory_of(study: Study, tail: int | None = None) -> int | None:
    """The smallest k for which the outputs were seen to depend on the last k + 1 letters only.

    The same letters, ``tail`` of them, are read after different pasts; from the k-th on, the
    outputs must agree. Unless given, ``tail`` leaves half of the horizon for the past.
    """
    oracle, rng = study.oracle, study.rng()
    tail = tail or _tails(study)[0]
    past = oracle.horizon - tail
    futures = _varied(study, tail, rng, budgets.WINDOW_PAIRS)
    hidden = _pasts(study, past, rng)
    answers = [
        oracle.follow(hidden[rng.integers(0, len(hidden), size=len(futures))], futures)[1]
        for _ in range(3)
    ]
    differ = (answers[0] != answers[1]) | (answers[0] != answers[2])
    late = np.nonzero([not study.mostly(~differ[:, t].any(axis=1)) for t in range(tail)])[0]
    memory = int(late[-1]) + 1 if len(late) else 0
    return memory if memory < tail else None


def _tails(study: Study) -> list[int]:
    """Letters of the longest windows: half of the horizon, then all but a quarter.

    With half of the horizon for the past, what depends on letters long ago is told apart more
    surely; sums over longer windows only show with less.
    """
    horizon = study.oracle.horizon
    sizes = [horizon // 2, horizon - max(budgets.WINDOW_PAST, horizon // 4)]
    return [max(1, min(budgets.WINDOW, n)) for n in sizes if n >= horizon // 2]


def _decides(study: Study, memory: int) -> bool:
    """Whether equal windows have equal answers throughout the evidence, or mostly so."""
    length = study.evidence.shape[1]
    views = [study.evidence[:, t - memory : t + 1] for t in range(memory, length)]
    windows = np.concatenate([v.reshape(len(v), -1) for v in views])
    answers = np.concatenate([study.answers[:, t] for t in range(memory, length)])
    return study.grouped(windows, answers)[2]


def _varied(study: Study, length: int, rng: np.random.Generator, count: int) -> Ints:
    """Random sequences; half of them repeat letters."""
    domain = study.oracle.domain
    return np.concatenate(
        [
            domain.sample(count - count // 2, length, rng),
            few_letters(domain, length, rng, count // 4),
            runs(domain, length, rng, count // 2 - count // 4),
        ]
    )


def _pasts(study: Study, length: int, rng: np.random.Generator) -> Floats:
    """Hidden states after at most ``length`` letters."""
    few = rng.permutation(len(study.evidence))[: budgets.WINDOW_PAIRS]
    hidden, _ = study.oracle.network.run(study.evidence[few, :length])
    return hidden.reshape(-1, hidden.shape[2])


def _letter_before_the_start(study: Study, memory: int) -> Letter:
    """A letter that, read ``memory`` times, leaves the network equal to its start state.

    The letter of zeros is tried first. If no letter does this, a letter below the input ranges
    marks "nothing read yet".
    """
    oracle, domain, rng = study.oracle, study.oracle.domain, study.rng()
    if memory == 0:
        return oracle.resting_letter()
    futures = _varied(study, min(memory, oracle.horizon - memory), rng, budgets.WINDOW_CHECKED)
    _, fresh = oracle.follow(oracle.network.start(len(futures)), futures)
    letters = [oracle.resting_letter(), *oracle.probes()]
    letters += map(tuple, oracle.letters(rng, budgets.WINDOW_LETTERS).tolist())
    for letter in letters:
        past = np.broadcast_to(np.array(letter), (len(futures), memory, domain.channels))
        hidden, _ = oracle.follow(oracle.network.start(len(futures)), past)
        if study.mostly((oracle.follow(hidden, futures)[1] == fresh).all(axis=2)):
            return tuple(int(v) for v in letter)
    return tuple(low - 1 for low in domain.lows)


def _rows(
    study: Study, memory: int, start: Letter, lines: Lines
) -> tuple[dict[str, Ints], list[Ints]]:
    """One row per window: the letters now and before as columns, and the outputs."""
    oracle, domain, rng = study.oracle, study.oracle.domain, study.rng()
    length = memory + 1
    if domain.size**length <= budgets.ALL_WINDOWS:
        windows = domain.all_sequences(length)
    else:
        windows = _varied(study, length, rng, budgets.WINDOW_ROWS)
    _, answers = oracle.network.run(windows)
    count, channels, most = len(study.evidence), domain.channels, budgets.WINDOW_EVIDENCE
    before = np.broadcast_to(np.array(start, dtype=np.int64), (count, memory, channels))
    padded = np.concatenate([before, study.evidence], axis=1)
    # sequence by sequence, so that the latest counterexamples come first
    steps = range(study.evidence.shape[1])
    views = np.stack([padded[:, t : t + length] for t in steps], axis=1)
    rows = np.concatenate([views.reshape(-1, length, channels)[:most], windows])
    y = np.concatenate([study.answers.reshape(-1, answers.shape[2])[:most], answers[:, -1]])
    first, y, _ = study.grouped(rows.reshape(len(rows), -1), y)
    rows = rows[first]
    columns = {n: rows[:, memory, i] for i, n in enumerate(study.inputs)}
    for i, line in enumerate(lines):
        columns |= {n: rows[:, memory - k - 1, i] for k, n in enumerate(line)}
    return columns, [y[:, k] for k in range(y.shape[1])]


def delayed(
    inputs: tuple[str, ...], lines: Lines, start: Letter, outputs: tuple[Expr, ...]
) -> Machine:
    """The machine of outputs over the inputs and their delays; unused delays are dropped."""
    state, steps = delays(inputs, lines, frozenset().union(*map(names, outputs)))
    before = {n: value for line, value in zip(lines, start, strict=True) for n in line}
    by: dict[str, Expr] = {n: var(old(n)) for n in state}
    outputs = tuple(substitute(e, by) for e in outputs)
    return Machine(inputs, state, tuple(before[n] for n in state), steps, outputs)
