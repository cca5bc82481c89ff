"""Certificates: what was proved re-checks from its texts, and what was tampered with does not."""

from __future__ import annotations

import copy
import json

import pytest

from mips_verify.kernel.certificate import (
    Certificate,
    CertificateError,
    certificate_from_dict,
    certificate_from_text,
    certificate_to_dict,
    certificate_to_text,
    machine_from_dict,
    machine_to_dict,
)
from mips_verify.kernel.certificate import recheck as recheck_certificate
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task
from tests.test_prove_pairs import PAIRS, machine

SAMPLE = [p for p in PAIRS if p[0] in ("Base_7_Addition", "Dithering", "Tomita_5", "Sum_Last4",
                                       "Majority_0_2", "Balanced_Parenthesis")]  # fmt: skip


def proved(program: Machine, spec: Machine, domain: Domain) -> dict:
    verdict = equal(program, spec, domain)
    assert verdict.status is Status.PROVED
    proof = Certificate(
        task="Some_Task", says="what it does", length=10, program=program, spec=spec, domain=domain,
        invariant=verdict.invariant, all_integers=verdict.all_integers, strategy=verdict.strategy,
        tools="z3", declarative="function F(): int { 1 }\n\nlemma L() {}\n",
    )  # fmt: skip
    assert certificate_from_text(certificate_to_text(proof)) == proof
    return json.loads(json.dumps(certificate_to_dict(proof)))


def recheck(data: dict, rlimit: int = 200_000_000) -> Verdict:
    return recheck_certificate(certificate_from_dict(data), rlimit)


@pytest.fixture(scope="module")
def dithering() -> dict:
    task = load_task("Dithering")
    program = next(p for name, kind, p in PAIRS if (name, kind) == ("Dithering", "branch"))
    return proved(program, task.spec, task.domain)


@pytest.mark.parametrize(("task", "kind", "program"), SAMPLE, ids=lambda v: str(v)[:20])
def test_certificates_recheck_after_a_round_trip_through_json(task, kind, program) -> None:
    found = load_task(task)
    data = proved(program, found.spec, found.domain)
    again = recheck(data)
    assert again.status is Status.PROVED
    assert again.all_integers == data["all_integers"]
    assert [str(e) for e in again.invariant] == data["invariant"]


@pytest.mark.parametrize(("task", "kind", "program"), PAIRS[::7], ids=lambda v: str(v)[:20])
def test_machines_survive_their_texts(task, kind, program) -> None:
    again = machine_from_dict(json.loads(json.dumps(machine_to_dict(program))))
    word = [tuple(x) for x in load_task(task).domain.sample(1, 12, _rng())[0].tolist()]
    assert again.run(word) == program.run(word)
    assert machine_to_dict(again) == machine_to_dict(program)


def _rng():
    import numpy as np

    return np.random.default_rng(0)


def edits():
    yield "the invariant dropped", lambda c: c.update(invariant=[])
    yield "a conjunct dropped", lambda c: c["invariant"].remove("p_r == s_r")
    yield "the invariant changed", lambda c: c.update(invariant=["p_r == s_r + 1"])
    yield "an invariant that is never true", lambda c: c.update(invariant=["p_r != p_r"])
    yield "the start of the program", lambda c: _start(c["program"], 1)
    yield "the start of the specification", lambda c: _start(c["spec"], 1)
    yield "the next value", lambda c: _next(c["program"], "15", "14")
    yield "the output", lambda c: c["program"].update(outputs=["int(old(r) + x > 15)"])
    yield "a wider domain", lambda c: c.update(domain={"x": [0, 31]})
    yield "a claim for all integers", lambda c: c.update(all_integers=True)


def _start(m: dict, value: int) -> None:
    m["state"]["r"][0] = value


def _next(m: dict, a: str, b: str) -> None:
    m["state"]["r"][1] = m["state"]["r"][1].replace(a, b)


EDITS = list(edits())


def test_the_untouched_certificate_rechecks(dithering: dict) -> None:
    assert recheck(dithering).status is Status.PROVED
    assert dithering["all_integers"] is False


@pytest.mark.parametrize(("what", "edit"), EDITS, ids=[what for what, _ in EDITS])
def test_tampered_certificates_are_not_proved(dithering: dict, what: str, edit) -> None:
    data = copy.deepcopy(dithering)
    edit(data)
    assert data != dithering
    assert recheck(data).status is Status.UNKNOWN


def test_nothing_stored_about_the_proof_is_believed(dithering: dict) -> None:
    data = {**dithering, "tools": "none", "strategy": "trust me", "seed": -1}
    assert recheck(data).status is Status.PROVED
    data["invariant"] = []
    assert recheck(data).status is Status.UNKNOWN


def test_an_invariant_that_reads_the_input_is_refused() -> None:
    counter, zero = machine("x", {"n": (0, "n + x")}, "n"), machine("x", {}, "0")
    data = proved(zero, machine("x", {"m": (0, "m * 0")}, "0"), Domain(("x",), (0,), (1,)))
    data |= {"program": machine_to_dict(counter), "invariant": ["x == 0", "p_n == 0"]}
    with pytest.raises(CertificateError, match="unknown name 'x'"):
        recheck(data)


@pytest.mark.parametrize(
    "broken",
    [
        [],
        {},
        {"format": "other"},
        {"task": "../up"},
        {"says": "two\nlines"},
        {"how": "a\u202etrick"},
        {"length": 0},
        {"length": 10**9},
        {"weights": "abc"},
        {"seed": "0"},
        {"declarative": "lemma"},
        {"verdict": "REFUTED"},
        {"domain": {"x": [3, 0]}},
        {"domain": {"x": ["0", "1"]}},
        {"domain": {"x": [False, True]}},
        {"domain": {}},
        {"all_integers": "yes"},
        {"invariant": "p_r == s_r"},
        {"invariant": [7]},
        {"invariant": ["__import__('os')"]},
        {"invariant": ["(" * 5000 + "p_r" + ")" * 5000 + " == 0"]},
        {"invariant": [" + ".join(["p_r"] * 3000) + " == 0"]},
        {"program": {"inputs": ["x"], "state": {}, "outputs": []}},
        {"program": {"inputs": ["x"], "state": {"r": 3}, "outputs": ["x"]}},
        {"program": {"inputs": ["x", "x"], "state": {}, "outputs": ["x"]}},
        {"program": {"inputs": ["x"], "state": {"r": [0.0, "x"]}, "outputs": ["x"]}},
    ],
    ids=str,
)
def test_malformed_certificates_are_refused_with_a_sentence(dithering: dict, broken) -> None:
    data = {**dithering, **broken} if broken else broken
    with pytest.raises(CertificateError):
        recheck(data)


@pytest.mark.parametrize("terms", [100, 300, 1000])
def test_deep_expressions_end_in_a_verdict_or_a_sentence(dithering: dict, terms: int) -> None:
    # each part may be read and still be too deep once one is put into the other
    deep = " + 0 * {}" * terms
    data = copy.deepcopy(dithering)
    data["invariant"].append("p_r == s_r + 0" + deep.replace("{}", "p_r"))
    data["program"]["state"]["r"][1] = "(r + x) % 15" + deep.replace("{}", "r")
    try:
        verdict = recheck(data, rlimit=1000)
    except CertificateError:
        return
    assert verdict.status in (Status.PROVED, Status.UNKNOWN)


def test_names_that_only_look_different_are_refused() -> None:
    # Python's grammar reads both letters as s
    texts = {"inputs": ["x"], "state": {"s": [0, "x"], "ſ": [0, "1"]}, "outputs": ["ſ"]}
    with pytest.raises(CertificateError, match="a name"):
        machine_from_dict(texts)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "1" * 10_000, '{"format": 1e999}'])
def test_texts_that_are_no_certificate_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(CertificateError):
        certificate_from_text(text)
