"""What a refutation teaches the next round, and that rounds end."""

import numpy as np
import pytest

from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.network.network import Network
from mips_verify.pipeline import stages, synthesize
from mips_verify.pipeline.network_theorem import NotAsked
from mips_verify.pipeline.synthesis_result import Settings
from mips_verify.progress import EARLIER
from mips_verify.report.text import result_to_text
from mips_verify.spec.task import load_task
from mips_verify.train.train import Trained

TASK = load_task("Sum_All")
RIGHT = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse("s"),))
WRONG_SOON = Machine(("x",), ("s",), (0,), (parse("s + 2 * x"),), (parse("s"),))
WRONG_LATE = Machine(("x",), ("s",), (0,), (parse("min(s + x, 1500)"),), (parse("s"),))


def network(gain):
    """h = h + gain x, read out as it is: right on Sum_All for gain 1."""
    one = np.ones((1, 1))
    return Network(
        f=((np.array([[1.0, gain]]), np.zeros(1)),),
        g=((one, np.zeros(1)),),
        h0=np.zeros(1),
        channels=1,
    )


def trained(gain, *, exact=True, accuracy=0.5, finished=True):
    share = 1.0 if exact else accuracy
    return Trained(network(gain), "by hand", (), (), 0, 0.0, 0, exact, share, (), finished)


class Script:
    """Stages that follow a script and note the lesson that each round was given."""

    def __init__(self, monkeypatch, *rounds):
        self.rounds, self.lessons = list(rounds), []
        monkeypatch.setattr(stages, "train", self.train)
        monkeypatch.setattr(stages, "extract", self.extract)
        monkeypatch.setattr(stages, "certify", lambda *args: NotAsked("a script"))

    def train(self, learn, check, engine, lesson, *rest):
        self.lessons.append(lesson)
        return self.rounds[min(len(self.lessons), len(self.rounds)) - 1][0]

    def extract(self, *args):
        machine = self.rounds[min(len(self.lessons), len(self.rounds)) - 1][1]
        return Extraction(machine, "by hand", None, 1.0, ())


def test_a_proved_program_ends_the_run(monkeypatch):
    script = Script(monkeypatch, (trained(1), RIGHT))
    result = synthesize.synthesize(TASK)
    assert result.proved
    assert len(script.lessons) == 1
    assert set(result.seconds) == {"data", "train", "extract", "score", "prove", "certify"}


def test_where_the_network_is_wrong_it_trains_on_with_that_sequence(monkeypatch):
    script = Script(monkeypatch, (trained(2), WRONG_SOON), (trained(1), RIGHT))
    result = synthesize.synthesize(TASK)
    assert result.proved
    first, second = script.lessons
    assert second.network is not None
    (word,) = second.train_on
    assert word == result.rounds[0].verdict.counterexample
    assert second.seed == first.seed


def test_where_the_network_is_right_it_is_read_again(monkeypatch):
    script = Script(monkeypatch, (trained(1), WRONG_SOON), (trained(1), RIGHT))
    assert synthesize.synthesize(TASK).proved
    second = script.lessons[1]
    assert second.compare_on
    assert not second.train_on
    assert second.network is None


def test_a_sequence_beyond_the_networks_length_asks_for_another_network(monkeypatch):
    script = Script(monkeypatch, (trained(1), WRONG_LATE), (trained(1), RIGHT))
    result = synthesize.synthesize(TASK)
    assert len(result.rounds[0].verdict.counterexample) > TASK.length
    assert script.lessons[1].seed != script.lessons[0].seed
    assert result.proved


def test_no_program_in_an_exact_network_asks_for_another_one(monkeypatch):
    script = Script(monkeypatch, (trained(1), None), (trained(1), RIGHT))
    assert synthesize.synthesize(TASK).proved
    assert len(script.lessons) == 2


def test_networks_that_give_no_program_again_and_again_are_given_up(monkeypatch):
    script = Script(monkeypatch, (trained(1), None))
    assert synthesize.synthesize(TASK).program is None
    assert len(script.lessons) == synthesize.UNREAD < synthesize.ROUNDS


def test_no_program_in_a_bad_network_ends_the_run(monkeypatch):
    Script(monkeypatch, (trained(2, exact=False), None))
    result = synthesize.synthesize(TASK)
    assert result.program is None
    assert result.verdict is None
    assert len(result.rounds) == 1


def test_a_network_that_never_learns_ends_in_a_refutation(monkeypatch):
    Script(monkeypatch, (trained(2), WRONG_SOON))
    result = synthesize.synthesize(TASK)
    assert len(result.rounds) == synthesize.ROUNDS
    assert result.verdict.status is Status.REFUTED
    assert {r.certified for r in result.rounds} == {None}


def test_a_program_better_than_its_network_is_accepted(monkeypatch):
    nearly = trained(1, exact=False, accuracy=0.96, finished=False)
    script = Script(monkeypatch, (nearly, RIGHT))
    result = synthesize.synthesize(TASK)
    assert result.proved
    assert len(script.lessons) == 1
    assert result.best.better_than_network
    assert "the program is better: right on all 131072 labelled" in result_to_text(result)


@pytest.mark.parametrize("program", [None, WRONG_SOON])
def test_where_nothing_is_proved_a_network_that_is_not_exact_is_named(monkeypatch, program):
    Script(monkeypatch, (trained(2, exact=False, accuracy=0.99999), program))
    said = result_to_text(synthesize.synthesize(TASK))
    assert "100.00%" not in said
    assert said.endswith(
        "\nthe network, not the task, may be at fault; try a larger `length` (in the task file) or "
        "another `--seed`"
    )


def test_an_exact_network_and_a_proof_need_no_hint(monkeypatch):
    Script(monkeypatch, (trained(2), WRONG_SOON))
    assert "at fault" not in result_to_text(synthesize.synthesize(TASK))
    Script(monkeypatch, (trained(1, exact=False, accuracy=0.9), RIGHT))
    assert "at fault" not in result_to_text(synthesize.synthesize(TASK))


@pytest.mark.parametrize("program", [None, WRONG_SOON])
def test_a_nearly_right_network_that_is_read_in_vain_is_trained_on(monkeypatch, program):
    nearly = trained(2, exact=False, accuracy=0.96, finished=False)
    script = Script(monkeypatch, (nearly, program), (trained(1), RIGHT))
    assert synthesize.synthesize(TASK).proved
    first, second = script.lessons
    assert first.enough == 0.95
    assert second.earlier is nearly
    assert second.enough == pytest.approx(0.98)
    assert second.seed == first.seed


def test_where_data_decide_a_program_that_fits_them_ends_the_run_and_is_compared(monkeypatch):
    script = Script(monkeypatch, (trained(1), WRONG_LATE), (trained(1), RIGHT))
    result = synthesize.synthesize(TASK, Settings(accept="data"))
    assert len(script.lessons) == 1
    assert result.best.exact
    assert result.verdict.status is Status.REFUTED
    assert len(result.verdict.counterexample) > TASK.length


def test_where_data_decide_the_labelled_sequence_that_a_program_misses_goes_back(monkeypatch):
    script = Script(monkeypatch, (trained(1), WRONG_SOON), (trained(1), RIGHT))
    result = synthesize.synthesize(TASK, Settings(accept="data"))
    assert result.proved
    (word,) = script.lessons[1].compare_on
    assert word == result.rounds[0].score.miss.word


def test_only_known_ways_to_accept_a_program():
    with pytest.raises(ValueError, match="not one of proof, data"):
        Settings(accept="hope")


def test_an_undecided_program_asks_for_another_network_and_the_best_round_counts(monkeypatch):
    script = Script(monkeypatch, (trained(1), RIGHT), (trained(1), WRONG_SOON))
    undecided = Verdict(Status.PROVED_UPTO, reason="no invariant", length=9)
    verdicts = iter([undecided])
    prove = stages.prove
    monkeypatch.setattr(stages, "prove", lambda *a, **k: next(verdicts, None) or prove(*a, **k))
    result = synthesize.synthesize(TASK)
    assert script.lessons[1].seed != script.lessons[0].seed
    assert result.verdict == undecided


@pytest.mark.parametrize("seed", [0, 1])
def test_stages_are_taken_from_an_earlier_run_only_for_the_same_seed(tmp_path, seed):
    from mips_verify.pipeline.store import Store

    said = []
    settings = Settings(seed=0)
    store = Store(tmp_path)
    first = synthesize.synthesize(TASK, settings, store=store)
    second = synthesize.synthesize(
        TASK, Settings(seed=seed), store=store, progress=lambda *a: said.append(a)
    )
    assert second.program == first.program
    reused = ("train", EARLIER) in said
    assert reused == (seed == 0)
