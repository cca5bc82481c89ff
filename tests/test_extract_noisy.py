"""Networks that err: programs are read in spite of wrong answers, and the shorter one wins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.algebra.batch import evaluate_batch, run_batch
from mips_verify.extract.automata.frequent_rows import frequent_automaton
from mips_verify.extract.consensus import consensus, majorities
from mips_verify.extract.extraction import extract
from mips_verify.extract.method import Candidate
from mips_verify.extract.oracle import Oracle
from mips_verify.extract.scoring import Judge
from mips_verify.extract.study import Study
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.network.sequence_function import sequence_function
from mips_verify.pipeline.read_network import read_network
from mips_verify.regress.fit import fit
from mips_verify.report.text import reading_to_text
from mips_verify.spec.labelling import label

DIGITS = Domain(("x",), (0,), (9,))
BITS = Domain(("x",), (0,), (1,))


def machine(steps, output):
    """A machine with one input, from texts."""
    return Machine(
        ("x",), tuple(steps), tuple(start for start, _ in steps.values()),
        tuple(parse(e) for _, e in steps.values()), (parse(output),),
    )  # fmt: skip


def erring(answer, one_in, after=3):
    """A function that gives another answer to one prefix in so many, if it has some letters."""

    def call(x):
        y = answer(x).copy()
        code = np.zeros(len(x), dtype=np.uint64)
        for t in range(x.shape[1]):
            code = (code + x[:, t].sum(axis=1).astype(np.uint64) + np.uint64(1)) * np.uint64(
                11400714819323198485
            )
            wrong = (t >= after) & ((code >> np.uint64(33)) % np.uint64(one_in) == 0)
            y[wrong, t] = y[wrong, t] + 1 - 2 * (y[wrong, t] > 0)
        return y

    return call


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 999))
def test_a_formula_is_found_though_some_rows_are_wrong(seed):
    rng = np.random.default_rng(seed)
    columns = {"a": rng.integers(0, 50, 2_000), "b": rng.integers(0, 50, 2_000)}
    right = np.maximum(columns["a"], columns["b"])
    wrong = rng.choice(2_000, 6, replace=False)
    target = right.copy()
    target[wrong] += rng.integers(1, 9, 6)
    assert fit(columns, target) is None
    found = consensus(fit, columns, target, 0.02, 0)
    assert found is not None
    assert (evaluate_batch(found, columns) == right).all()


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1))
def test_the_usual_target_of_a_row_is_the_most_frequent(pairs):
    rows, target = (np.array(part) for part in zip(*pairs, strict=True))
    first, which, usual = majorities(rows[:, None], target)
    for row, i, j in zip(rows.tolist(), which, range(len(rows)), strict=True):
        assert rows[first[i]] == row == rows[j]
        of_it = target[rows == row].tolist()
        assert of_it.count(usual[i]) == max(map(of_it.count, of_it))


@pytest.mark.parametrize("name", ["Tomita_4", "Div_3", "Add_Mod_3"])
def test_a_machine_is_learned_from_the_frequent_rows_of_a_network_that_errs(name):
    task = api.load_task(name)
    call = erring(lambda x: label(task, x), 400)
    states = PrefixStates(sequence_function(call, task.domain), task.domain, 10)
    x = task.domain.sample(1_000, 10, np.random.default_rng(0))
    study = Study(Oracle(states, task.domain, 10), x, states.run(x)[1], 0, noise=0.02)
    closed = frequent_automaton(study).closed
    index = (x - task.domain.lows[0])[..., 0]
    paths = closed.paths(index)
    assert (closed.output[paths[:, :-1], index] == label(task, x)).all()


@pytest.mark.parametrize(
    ("name", "one_in"),
    [("Evens_Detector", 300), ("Previous_Equals_Current", 300), ("Tomita_4", 300), ("Div_3", 200)],
)
def test_a_program_is_proved_out_of_a_network_that_errs(name, one_in):
    task = api.load_task(name)
    reading = api.extract(erring(lambda x: label(task, x), one_in), task=task)
    assert 0.5 < reading.extraction.agreement < 1
    assert reading.verdict.status is Status.PROVED


def judged(function, domain, length, *programs):
    """How programs fare against a function, in this order."""
    x = domain.sample(8_000, length, np.random.default_rng(1))
    judge = Judge(x, function(x))
    return [judge.verdict(Candidate("definite memory", p)) for p in programs]


def test_a_longer_program_must_explain_many_more_answers():
    before = replace(machine({"s": (0, "x")}, "s"), outputs=(var(old("s")),))
    call = erring(lambda x: run_batch(before, x), 1_000)
    odd = Domain(("x",), (0,), (9,)).sample(8_000, 10, np.random.default_rng(1))
    missed = odd[(call(odd) != run_batch(before, odd)).any(axis=(1, 2))][0]
    t = int((call(missed[None]) != run_batch(before, missed[None]))[0, :, 0].argmax())
    fwd = int("".join(map(str, missed[: t + 1, 0])))
    given = int(call(missed[None])[0, t, 0])
    patched = machine({"fwd": (0, "10 * fwd + x")}, f"{given} if fwd == {fwd} else fwd // 10 % 10")
    short, long = judged(call, DIGITS, 10, before, patched)
    assert long.wrong < short.wrong
    assert short.rank < long.rank


def test_a_table_of_states_does_not_beat_a_formula_for_a_few_more_answers():
    largest = machine({"s": (0, "max(s, x)")}, "s")
    call = erring(lambda x: run_batch(largest, x), 300)
    table = ", ".join(str(max(s, x)) for s in range(11) for x in range(10))
    states = machine({"q": (0, f"({table})[10 * q + x]")}, "q")
    short, long = judged(call, DIGITS, 10, largest, states)
    assert short.rank < long.rank


def test_an_exact_program_comes_before_a_short_one_that_is_nearly_right():
    exact = machine({"n": (0, "n + x")}, "n if n < 10 else 9")
    short, long = judged(
        lambda x: run_batch(exact, x), BITS, 10, machine({"n": (0, "n + x")}, "n"), exact
    )
    assert long.wrong == 0 < short.wrong < 20
    assert long.rank < short.rank


def test_a_program_is_offered_though_many_words_are_wrong():
    """A network for sums modulo 3 that is right on some 85 % of the words."""
    counter = machine({"n": (0, "(n + x) % 3")}, "n")
    call = erring(lambda x: run_batch(counter, x), 60)
    states = PrefixStates(sequence_function(call, DIGITS), DIGITS, 12)
    found = extract(states, DIGITS, 12)
    assert 0.8 < found.agreement < 0.9
    assert found.machine == counter


def test_of_several_programs_the_one_that_is_proved_comes_first():
    """The network counts, and fails at nine: read as it is, or as the parity that it was to be."""
    spec = machine({"s": (0, "s ^ x")}, "s")

    def call(x):
        ones = np.cumsum(x, axis=1)
        return np.where(ones < 9, ones % 2, 0)

    reading = read_network(sequence_function(call, BITS), BITS, 12, spec=spec)
    assert reading.verdict.status is Status.PROVED
    assert reading.extraction.offers[0].machine == reading.program
    assert "how often they agree" in reading_to_text(reading, "a function", None)
    exact = next(o for o in reading.extraction.offers if o.agreement == 1.0)
    assert reading.extraction.agreement < 1.0 == exact.uniform
    assert exact.low_variety is None  # all words of twelve bits were compared
    x = BITS.all_sequences(12)
    assert (run_batch(exact.machine, x) == call(x)).all()
