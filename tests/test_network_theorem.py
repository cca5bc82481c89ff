"""What a run finds out about its network: the stage, its file, its line, and its bundle."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mips_verify
from mips_verify.bench import bench_table
from mips_verify.bench.run_tasks import Outcome, row
from mips_verify.certify.certify_network import Certified, Repaired
from mips_verify.certify.certifying import Certifying
from mips_verify.certify.lockstep import Failure
from mips_verify.certify.prove_network import NetworkTheorem, prove_network
from mips_verify.check.finding import Options, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.network.network import Network
from mips_verify.network.torch_recurrent import Functions
from mips_verify.network_kernel.network_certificate import NetworkCertificate
from mips_verify.pipeline.network_theorem import LETTERS, WEIGHTS, NotAsked, network_theorem
from mips_verify.pipeline.read_network import read_network
from mips_verify.pipeline.store import Store
from mips_verify.pipeline.synthesis_result import Result, Round, Settings
from mips_verify.pipeline.theorem_codec import answer_codec
from mips_verify.pipeline.theorem_files import REPAIRED_THEOREM, REPAIRED_WEIGHTS, THEOREM
from mips_verify.pipeline.write_bundle import write_result
from mips_verify.report.json import result_to_dict
from mips_verify.report.text import certified_to_text, result_to_text
from mips_verify.report.theorem import (
    short_letters,
    short_theorem,
    theorem_to_dict,
    theorem_to_text,
)
from mips_verify.spec.task import load_task
from tests.test_pipeline import trained

BITS = Domain(("x",), (0,), (1,))
LAST = Machine(("x",), (), (), (), (parse("x"),))  # the last bit
EVERY = "every length"


def last(readout=1.0):
    """h = x, and a read-out of it: the last bit for 1."""
    return Network(
        f=((np.array([[0.0, 1.0]]), np.zeros(1)),),
        g=((np.array([[readout]]), np.zeros(1)),),
        h0=np.zeros(1),
        channels=1,
    )


def problem(readout=1.0):
    return Certifying(last(readout), LAST, BITS, 5)


def quiet(_):
    pass


def asked(network, domain=BITS, program=LAST):
    return network_theorem(network, program, domain, 5, 0, quiet)


def test_a_network_that_is_its_program_is_proved_in_both_readings():
    answer = asked(last())
    assert (answer.theorem.exact, answer.theorem.floats) == (None, None)
    assert theorem_to_text(answer) == (
        "network PROVED equal for every length (exact reals and float64)"
    )


def test_a_network_that_is_wrong_has_its_shortest_word_in_the_certificate():
    answer = asked(last(2.0))
    assert answer.theorem.certificate.failure == answer.theorem.failure.word == ((1,),)
    assert theorem_to_text(answer) == (
        "network not proved for any length, WRONG after 1 letter: "
        "replayed in float64 and in exact reals"
    )
    said = certified_to_text(answer, "by hand")
    assert said.splitlines()[-1] == "after 1 the network gives 2, the program 1"


@pytest.mark.parametrize(
    ("network", "domain", "why"),
    [
        (
            Functions(np.zeros(1), 1, lambda h, x: x * 1.0, lambda h: h),
            BITS,
            "weights are not known",
        ),
        (last(), Domain(("x",), (0,), (LETTERS,)), f"{LETTERS + 1} letters"),
    ],
)
def test_where_nothing_is_looked_for_the_reason_is_said(network, domain, why):
    answer = asked(network, domain)
    assert isinstance(answer, NotAsked)
    assert why in theorem_to_text(answer)
    assert theorem_to_text(answer).startswith("network: not established (")
    assert why in theorem_to_dict(answer)["reason"]
    assert short_theorem(answer) == "-"


def test_a_program_without_a_value_is_no_crash():
    table = Machine(("x",), ("s",), (0,), (parse("(1,)[x + s]"),), (parse("x"),))
    assert isinstance(asked(last(), program=table), NotAsked)


letters = st.integers(0, 50_000) | st.none()


@given(letters, letters, st.none() | st.integers(1, 60_000), st.none() | st.booleans())
def test_a_line_says_both_readings_and_the_failure(exact, floats, wrong, exactly):
    word = None if wrong is None else ((0,),) * wrong
    proof = NetworkCertificate("", "", exact, floats, (), word)
    failure = None if word is None else Failure(word, (0,), (1,), exactly)
    (line,) = theorem_to_text(Certified(NetworkTheorem(proof, (), failure))).splitlines()
    assert ("PROVED equal for every length" in line) == (None in (exact, floats))
    for n in (exact, floats):
        assert not n or f"right up to {n:,} letter" in line
    assert ("replayed" in line) == (wrong is not None)
    assert wrong is None or f"{wrong:,}" in line
    if exact != floats:
        assert "(exact reals), " in line
        assert "(float64)" in line
    assert ";" not in line  # which separates statements of `check`


@pytest.mark.parametrize(
    ("exact", "floats", "short"),
    [(None, None, "all"), (None, 12, "all, exact"), (None, 0, "all, exact"), (7, 7, "7"),
     (0, 0, "-")],
)  # fmt: skip
def test_a_table_says_it_in_a_word(exact, floats, short):
    theorem = NetworkTheorem(NetworkCertificate("", "", exact, floats, ()))
    assert short_theorem(Certified(theorem)) == short
    wrong = NetworkCertificate("", "", exact, floats, (), failure=((0,),) * 11)
    assert short_letters(wrong) == ("wrong at 11" if exact == 0 else short)
    mended = Certified(theorem, Repaired("rounding", last(), theorem))
    assert short_theorem(mended) == (short if exact is None else "repaired")


@pytest.mark.parametrize("readout", [1.0, 2.0, 1.25])
def test_a_stored_answer_is_the_same_answer(tmp_path, readout):
    answer = asked(last(readout))
    codec = answer_codec(problem(readout))
    codec.save(tmp_path / "a.json", answer)
    assert codec.load(tmp_path / "a.json") == answer
    codec.save(tmp_path / "a.json", NotAsked("why"))
    assert codec.load(tmp_path / "a.json") == NotAsked("why")


def test_a_stored_repaired_network_comes_back_with_its_theorem(tmp_path):
    theorem = prove_network(problem(), quiet)
    answer = Certified(prove_network(problem(2.0), quiet), Repaired("hand", last(), theorem))
    codec = answer_codec(problem(2.0))
    codec.save(tmp_path / "a.json", answer)
    again = codec.load(tmp_path / "a.json")
    assert (again.theorem, again.repaired.how) == (answer.theorem, "hand")
    assert again.repaired.theorem == theorem
    assert np.array_equal(again.repaired.network.g[0][0], last().g[0][0])
    (tmp_path / "a.safetensors").unlink()
    made, found = Store(tmp_path).stage("x", {}, lambda: answer, codec)
    assert (made, found) == (answer, False)


def result(answer, readout=1.0):
    """A proved result of the task of the current number, with an answer about its network."""
    task = load_task("Current_Number")
    program = task.spec
    verdict = Verdict(Status.PROVED, strategy="by hand", all_integers=True)
    fit = replace(trained(1), network=last(readout), engine="by hand")

    found = Extraction(program, "by hand", None, 1.0, ())
    return Result(task, Settings(), (Round(fit, found, None, verdict, answer),))


def certified(readout=1.0, mended=None):
    task = load_task("Current_Number")
    ask = Certifying(last(readout), task.spec, task.domain, task.length)
    repaired = None
    if mended is not None:
        other = prove_network(replace(ask, model=last(mended)), quiet)
        repaired = Repaired("hand", last(mended), other)
    return Certified(prove_network(ask, quiet), repaired)


def network_finding(folder):
    return next(f for f in check_bundle(folder, Options(fuzz=3)) if f.check == "network")


def test_the_bundle_holds_the_theorem_and_check_confirms_it(tmp_path):
    folder = tmp_path / "Current_Number"
    write_result(result(certified()), folder)
    assert json.loads((folder / THEOREM).read_text())["exact"] == EVERY
    assert overall(check_bundle(folder, Options(fuzz=3))) == "ok"
    assert network_finding(folder).message.startswith(
        "PROVED equal for every length (exact reals and float64); agrees with the program"
    )


def test_a_bundle_without_a_theorem_says_so(tmp_path):
    folder = tmp_path / "Current_Number"
    write_result(result(None), folder)
    assert json.loads((folder / THEOREM).read_text())["exact"] == 0
    assert network_finding(folder).message.startswith("not established (no proof was found); ")


def test_a_repaired_network_lies_beside_and_goes_when_there_is_none(tmp_path):
    folder = tmp_path / "Current_Number"
    mended = result(certified(1.0, 1 + 2**-20))
    write_result(mended, folder)
    assert {REPAIRED_THEOREM, REPAIRED_WEIGHTS} <= {p.name for p in folder.iterdir()}
    assert overall(check_bundle(folder, Options(fuzz=3))) == "ok"
    found = network_finding(folder)
    assert "; repaired: PROVED equal for every length" in found.message
    assert "a network 'by hand, repaired by hand'" in found.claims
    assert mips_verify.load_model(folder / REPAIRED_WEIGHTS).network.hidden == 1
    assert "\nnetwork repaired by hand: PROVED equal" in result_to_text(mended)
    assert result_to_dict(mended)["network_theorem"]["repaired"]["how"] == "hand"
    write_result(result(certified()), folder)
    assert not {REPAIRED_THEOREM, REPAIRED_WEIGHTS} & {p.name for p in folder.iterdir()}


@pytest.mark.parametrize("spoil", [REPAIRED_THEOREM, REPAIRED_WEIGHTS, "same", "silent", "audited"])
def test_half_a_repaired_network_does_not_pass(tmp_path, spoil):
    from mips_verify.network import weights

    folder = tmp_path / "Current_Number"
    write_result(result(certified(1.0, 1 + 2**-20)), folder)
    if spoil == "same":
        data = (folder / "network.safetensors").read_bytes()
        (folder / REPAIRED_WEIGHTS).write_bytes(data)
    elif spoil == "silent":
        stored = weights.load(folder / REPAIRED_WEIGHTS)
        weights.save(folder / REPAIRED_WEIGHTS, stored.network, stored.about | {"engine": "Adam"})
    elif spoil == "audited":
        stored = weights.load(folder / REPAIRED_WEIGHTS)
        weights.save(folder / REPAIRED_WEIGHTS, stored.network, stored.about | {"audited": "yes"})
    else:
        (folder / spoil).unlink()
    found = network_finding(folder)
    assert found.status == "failed"
    assert found.file == (spoil if spoil.startswith("repaired") else REPAIRED_WEIGHTS)


def test_extract_certifies_a_network_whose_program_is_proved():
    reading = read_network(last(), BITS, 5, spec=LAST)
    assert short_theorem(reading.certified) == "all"
    assert read_network(last(), BITS, 5).certified is None
    wrong = Machine(("x",), (), (), (), (parse("1 - x"),))
    assert read_network(last(), BITS, 5, spec=wrong).certified is None
    pair = Functions(np.zeros(1), 1, lambda h, x: x * 1.0, lambda h: np.rint(h).astype(np.int64))
    assert isinstance(read_network(pair, BITS, 5, spec=LAST).certified, NotAsked)


def outcome(*rows):
    return Outcome(Settings(), rows, 1.0, 1.0, 1)


def test_the_benchmark_has_a_column_for_networks():
    made = outcome(row(result(certified())), replace(row(result(None)), network="-"))
    for table in (bench_table.text(made), bench_table.markdown(made)):
        assert "network" in table.splitlines()[0]
    cells = bench_table.markdown(made).splitlines()
    assert [line.split(" | ")[-1] for line in cells] == ["network |", "--- |", "all |", "- |"]
    assert "1 networks PROVED equal to their programs for every length" in bench_table.summary(made)
    assert bench_table.from_json(bench_table.to_json(made)).rows == made.rows


def test_a_record_of_an_older_version_has_no_such_column():
    old = outcome(replace(row(result(None)), network=""))
    assert bench_table.markdown(old).splitlines()[0].endswith("| verdict |")
    assert "networks PROVED" not in bench_table.summary(old)


def test_a_network_too_large_for_the_methods_is_not_asked():
    wide = Network(
        f=((np.zeros((400, 401)), np.zeros(400)),),
        g=((np.zeros((1, 400)), np.zeros(1)),),
        h0=np.zeros(400),
        channels=1,
    )
    assert theorem_to_text(asked(wide)) == (
        f"network: not established (the network has 160800 weights, and {WEIGHTS} are the most)"
    )
