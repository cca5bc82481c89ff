"""What a stage found is said in plain words, and never more than is true."""

from types import SimpleNamespace

import numpy as np
import pytest

from mips_verify.certify.certify_network import Certified
from mips_verify.data import Dataset
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import const
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline import found
from mips_verify.pipeline.network_theorem import NotAsked
from mips_verify.pipeline.score import Miss, Score
from mips_verify.pipeline.stage_clock import StageClock
from mips_verify.progress import Found

ONE = Machine(("x",), (), (), (), (const(1),))


def extraction(machine, tried=()):
    return Extraction(machine, "by hand", None, 1.0, tried)


def theorem(exact, *, floats="as exact", word=None, mended=False):
    """What is proved of a network, for so many letters; no certificate is needed to say it."""
    proved = SimpleNamespace(
        exact=exact,
        floats=exact if floats == "as exact" else floats,
        proved=exact is None,
        failure=SimpleNamespace(word=word) if word is not None else None,
    )
    return Certified(proved, object() if mended else None)


def test_data_are_counted():
    x = np.zeros((1500, 4, 1), dtype=np.int64)
    data = Dataset(Domain(("x",), (0,), (1,)), x, x)
    said = found.data_found((data, data))
    assert said == "1,500 sequences of 4 inputs, 1,500 to judge by"


def test_a_program_is_one_line_and_none_says_so():
    assert found.program_found(extraction(ONE)) == "output 1"
    said = found.program_found(extraction(None, ("a", "b")))
    assert said == "none found in this network, 2 attempts"
    table = parse(f"({', '.join(map(str, range(1000)))})[x]")
    assert len(found.program_found(extraction(Machine(("x",), (), (), (), (table,))))) == 500


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        (
            Verdict(Status.PROVED, all_integers=True, strategy="affine hull"),
            "PROVED for every length, over all integers",
        ),
        (Verdict(Status.UNKNOWN, "no invariant"), "UNKNOWN: no invariant"),
        (None, "no program to prove"),
    ],
)
def test_a_proof_is_its_verdict(verdict, says):
    assert found.proof_found((extraction(ONE), verdict)) == says


def test_a_score_says_how_many_are_right():
    said = found.score_found(Score(2000, 0))
    assert said == "the program is right on all 2,000 labelled sequences"
    some = Score(2000, 3, Miss(((1,),), ((0,),)))
    assert "right on 1,997 of 2,000 labelled" in found.score_found(some)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (theorem(None), "network PROVED equal for every length"),
        (theorem(10, word=(1,) * 11), "network right up to 10 inputs, wrong at 11"),
        (theorem(0), "network not proved"),
        (theorem(0, mended=True), "network not proved; a repaired one is PROVED for every length"),
        (theorem(None, floats=9), "network PROVED equal for every length in exact reals"),
        (theorem(5, floats=0), "network right up to 5 inputs in exact reals"),
        (NotAsked("the time is up"), "nothing proved about the network: the time is up"),
    ],
)
def test_a_theorem_claims_what_is_proved(answer, says):
    assert found.theorem_found(answer) == says


def test_every_stage_says_what_it_does_and_then_what_it_found():
    said = []
    clock = StageClock(lambda stage, message: said.append((stage, message)))
    assert clock.run("score", lambda: Score(5, 0)) == Score(5, 0)
    (first, doing), (second, ended) = said
    assert (first, second) == ("score", "score")
    assert not isinstance(doing, Found)
    assert isinstance(ended, Found)
    with pytest.raises(ZeroDivisionError):
        clock.run("prove", lambda: 1 // 0)
    assert said[-1][1] == "proving the program"  # what failed has found nothing
