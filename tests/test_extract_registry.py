"""The list of methods: what it holds, and when a method is tried."""

from pathlib import Path

import numpy as np
import pytest

from mips_verify.algebra.mealy import Mealy
from mips_verify.extract import methods
from mips_verify.extract.automata.observation_table import Automaton
from mips_verify.extract.method import Known, Method
from mips_verify.extract.registry import METHODS
from mips_verify.extract.scoring import Judge
from mips_verify.extract.search import tries
from mips_verify.extract.study import Study
from tests.extract_networks import BITS, machine

COUNTER = Mealy(
    ("x",), np.array([[0], [1]]), np.array([[0, 1], [1, 0]]), np.zeros((2, 2, 1), dtype=np.int64)
)
STUDY = Study(None, None, None, 0)  # for methods that look at no network


def file_of(method):
    return method.run.__module__.rpartition(".")[2]


def test_a_form_is_named_after_its_file():
    assert [m.name for m in METHODS] == [file_of(m).replace("_", " ") for m in METHODS]


def test_every_file_of_methods_is_listed():
    files = {p.stem for p in Path(methods.__path__[0]).glob("*.py")} - {"__init__"}
    assert {file_of(m) for m in METHODS} == files


@pytest.mark.parametrize(
    ("least", "shortest", "tried"),
    [(None, None, True), (None, 50, False), (7, None, True), (7, 8, True), (7, 7, False)],
)
def test_a_method_is_skipped_once_a_formula_is_as_short(least, shortest, tried):
    method = Method("toy", lambda study, known: [], least=least)
    assert method.applies(Known(shortest=shortest)) == tried


def test_a_method_is_tried_only_where_its_needs_are_met():
    method = Method("toy", lambda study, known: [], needs=lambda known: known.memory == 2)
    assert method.applies(Known(memory=2))
    assert not method.applies(Known(memory=3))


def test_only_a_formula_for_the_states_of_an_open_machine_is_a_guess():
    found = machine({"s": (0, "s ^ x")}, "s")
    method = Method("toy", lambda study, known: [found], guesses=True)
    steps = COUNTER.next.copy()
    steps[1] = -1
    partial = Mealy(COUNTER.inputs, COUNTER.letters, steps, COUNTER.output)
    assert not method.candidates(STUDY, Known(Automaton(COUNTER, None)))[0].guessed
    assert method.candidates(STUDY, Known(Automaton(None, partial)))[0].guessed


def test_a_method_that_needs_a_machine_says_so():
    with pytest.raises(ValueError, match="closed machine"):
        _ = Known().closed


@pytest.mark.parametrize("rounds", [1, 3])
def test_counterexamples_become_evidence_for_the_next_try(rounds):
    """A method that needs to have seen a word of ones has seen one in its second try."""
    x = BITS.all_sequences(4)
    answers = x.min(axis=1, keepdims=True) + 0 * x
    wanted = machine({"a": (1, "a * x")}, "a")

    class Ones:
        outputs = 1

        def run(self, words):
            return None, np.minimum.accumulate(words, axis=1)

    class Watcher:
        network, domain = Ones(), BITS

    def run(study, known):
        seen = (study.evidence == 1).all(axis=1).any()
        return [wanted if seen else machine({}, "0 * x")]

    study = Study(Watcher(), x[:1], answers[:1], 0)
    judge = Judge(x, np.minimum.accumulate(x, axis=1))
    (judged,) = tries(Method("toy", run, rounds=rounds), study, Known(), judge)
    assert (judged.wrong == 0) == (rounds == 3)
