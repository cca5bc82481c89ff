"""Certificates: their exact texts, every way to refuse one, and what the re-check believes."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace

import pytest

from mips_verify.kernel import certificate as module
from mips_verify.kernel.certificate import (
    Certificate,
    CertificateError,
    certificate_from_dict,
    certificate_from_text,
    certificate_to_dict,
    certificate_to_text,
    machine_from_dict,
    machine_to_dict,
    recheck,
)
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.verdict import Status, Verdict
from tests.kernel_tools import TWO, exprs, machine

HASH = "0123456789abcdef" * 4
PROOF = Certificate(
    task="Some_Task1",
    says="what it does",
    length=10,
    program=machine("x w", {"r": (0, "r + x"), "q": (1, "r")}, "r * w", "old(q)"),
    spec=machine("x w", {"t": (0, "t + x"), "u": (1, "t")}, "w * t", "old(u)"),
    domain=TWO,
    invariant=exprs("p_r == s_t", "p_q == s_u"),
    all_integers=False,
    how="from a network",
    strategy="affine",
    tools="z3 1.2",
    seed=-4,
    weights=HASH,
    declarative="lemma L()\n\n{}\n",
)
TEXTS = {
    "format": "mips-verify certificate 2",
    "task": "Some_Task1",
    "says": "what it does",
    "length": 10,
    "verdict": "PROVED",
    "all_integers": False,
    "domain": {"x": [0, 1], "w": [-2, 3]},
    "program": {
        "inputs": ["x", "w"],
        "state": {"r": [0, "r + x"], "q": [1, "r"]},
        "outputs": ["r * w", "old(q)"],
    },
    "spec": {
        "inputs": ["x", "w"],
        "state": {"t": [0, "t + x"], "u": [1, "t"]},
        "outputs": ["w * t", "old(u)"],
    },
    "invariant": ["p_r == s_t", "p_q == s_u"],
    "how": "from a network",
    "strategy": "affine",
    "tools": "z3 1.2",
    "seed": -4,
    "weights": HASH,
    "declarative": ["lemma L()", "", "{}"],
}


def broken(what: str) -> str:
    return f"the certificate is broken: {what} is not as it must be"


def refused(says: str):
    return pytest.raises(CertificateError, match=f"^{re.escape(says)}$")


def test_a_certificate_is_written_as_these_texts_and_read_back() -> None:
    assert certificate_to_dict(PROOF) == TEXTS
    assert list(certificate_to_dict(PROOF)) == list(TEXTS)
    text = certificate_to_text(PROOF)
    assert text == json.dumps(TEXTS, indent=1) + "\n"
    assert certificate_from_text(text) == certificate_from_dict(TEXTS) == PROOF


def test_a_text_in_rocq_is_left_out_where_there_is_none() -> None:
    text = "Definition d := 0.\n\n"
    said = replace(PROOF, declarative_rocq=text)
    assert certificate_to_dict(said) == {**TEXTS, "declarative_rocq": ["Definition d := 0.", ""]}
    assert certificate_from_text(certificate_to_text(said)) == said


def test_what_need_not_be_said() -> None:
    names = ("how", "strategy", "tools", "seed", "weights", "declarative")
    fields = {n: getattr(PROOF, n) for n in PROOF.__slots__ if n not in names}
    short = Certificate(**fields)
    assert [getattr(short, n) for n in names] == ["", "", "", 0, "", ""]
    assert certificate_to_dict(short)["declarative"] == []
    assert certificate_from_text(certificate_to_text(short)) == short


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"task": ""}, "the name of the task"),
        ({"task": "1a"}, "the name of the task"),
        ({"task": "_a"}, "the name of the task"),
        ({"task": "a-b"}, "the name of the task"),
        ({"task": "é"}, "the name of the task"),
        ({"task": "a\n"}, "the name of the task"),
        ({"task": "a" * 101}, "the name of the task"),
        ({"length": 0}, "the length"),
        ({"length": 1001}, "the length"),
        ({"weights": HASH[1:]}, "the weights' hash"),
        ({"weights": HASH + "0"}, "the weights' hash"),
        ({"weights": HASH.upper()}, "the weights' hash"),
        ({"says": "a\nb"}, "a text"),
        ({"how": "a\u202eb"}, "a text"),
        ({"strategy": "\x00"}, "a text"),
        ({"tools": "\t"}, "a text"),
        ({"declarative": "a\r\nb"}, "the declarative text"),
        ({"declarative": "a\nb\x0c"}, "the declarative text"),
        ({"declarative_rocq": "a\r\nb"}, "the declarative text"),
    ],
)
def test_texts_that_could_break_out_are_refused(change: dict, what: str) -> None:
    with refused(broken(what)):
        replace(PROOF, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"task": "a"},
        {"task": "Z" + "z9_" * 33},
        {"length": 1},
        {"length": 1000},
        {"weights": ""},
        {"says": ""},
        {"says": 'größer, "quoted" */ it\'s'},
        {"declarative": "\n\n"},
        {"invariant": ()},
        {"all_integers": True},
    ],
)
def test_other_texts_are_kept_as_they_are(change: dict) -> None:
    proof = replace(PROOF, **change)
    assert certificate_from_text(certificate_to_text(proof)) == proof


def put(path: str, value: object) -> dict:
    """The texts with one of them replaced; ``None`` takes it away."""
    data = copy.deepcopy(TEXTS)
    *way, last = path.split("/")
    place = data
    for key in way:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return data


@pytest.mark.parametrize("key", sorted(set(TEXTS)))
def test_every_key_is_needed(key: str) -> None:
    with refused(f"a certificate lacks the key '{key}'"):
        certificate_from_dict(put(key, None))


@pytest.mark.parametrize("key", ["inputs", "state", "outputs"])
def test_every_key_of_a_machine_is_needed(key: str) -> None:
    with refused(f"a machine lacks the key '{key}'"):
        certificate_from_dict(put(f"spec/{key}", None))


def test_the_first_missing_key_is_named() -> None:
    with refused("a certificate lacks the key 'all_integers'"):
        certificate_from_dict({"format": TEXTS["format"]})
    with refused("a machine lacks the key 'inputs'"):
        machine_from_dict({})


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [
        ("verdict", "REFUTED", "the verdict"),
        ("verdict", "proved", "the verdict"),
        ("all_integers", 1, "all_integers"),
        ("all_integers", "yes", "all_integers"),
        ("length", 10.0, "the length or the seed"),
        ("length", True, "the length or the seed"),
        ("seed", "0", "the length or the seed"),
        ("seed", False, "the length or the seed"),
        ("task", 3, "a text"),
        ("says", 3, "a text"),
        ("how", 3, "a text"),
        ("strategy", ["affine"], "a text"),
        ("tools", 3, "a text"),
        ("weights", 3, "a text"),
        ("invariant", "p_r == s_t", "'invariant'"),
        ("invariant", {"p_r == s_t": 1}, "'invariant'"),
        ("invariant", ["p_r == s_t", 7], "'invariant'"),
        ("declarative", "lemma", "'declarative'"),
        ("declarative", ["lemma", 7], "'declarative'"),
        ("declarative", ["a\vb"], "the declarative text"),
        ("declarative_rocq", "Lemma", "'declarative_rocq'"),
        ("declarative_rocq", ["Lemma", 7], "'declarative_rocq'"),
        ("task", "../up", "the name of the task"),
        ("domain", [["x", 0, 1]], "the domain"),
        ("domain", {"x": [0, 1, 2], "w": [0, 1]}, "a range of the domain"),
        ("domain", {"x": [0, 1], "w": (0, 1)}, "a range of the domain"),
        ("domain", {"x": [0, 1], "w": [0, 1.0]}, "an end of a range"),
        ("domain", {"x": [0, 1], "w": [False, 1]}, "an end of a range"),
        ("domain", {"x": [0, 1], "a b": [0, 1]}, "a name"),
        ("domain", {"x": [0, 1], "ſ": [0, 1]}, "a name"),
        ("domain", {"x": [0, 1], 3: [0, 1]}, "a name"),
        ("program", [], "a machine"),
        ("program/inputs", {"x": 1, "w": 1}, "inputs or state"),
        ("program/state", [], "inputs or state"),
        ("program/inputs", ["x", "a b"], "a name"),
        ("program/inputs", ["x", 3], "a name"),
        ("program/inputs", ["x", "ſ"], "a name"),
        ("program/state", {"r": [0, "x"], "1": [0, "x"]}, "a name"),
        ("program/state", {"r": [0, "x"], "q": 3}, "a state variable"),
        ("program/state", {"r": [0, "x"], "q": (0, "x")}, "a state variable"),
        ("program/state", {"r": [0, "x"], "q": [0, "x", 1]}, "a state variable"),
        ("program/state", {"r": [0, "x"], "q": [0.0, "x"]}, "an initial value"),
        ("program/state", {"r": [0, "x"], "q": [True, "x"]}, "an initial value"),
        ("program/state", {"r": [0, "x"], "q": [0, 7]}, "an expression"),
        ("program/outputs", "r", "outputs"),
        ("program/outputs", ["r", 7], "an expression"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(path: str, value: object, what: str) -> None:
    with refused(broken(what)):
        certificate_from_dict(put(path, value))


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("domain", {"x": [0, 1], "w": [3, 2]}, "the certificate is broken: the range 3..2 of"),
        ("domain", {"w": [0, 1], "x": [0, 1]}, "the certificate is broken: the program reads its"),
        ("spec/outputs", ["w"], "the certificate is broken: the program has 2 outputs"),
        ("invariant", ["p_z == 0"], "the certificate is broken: unknown name 'p_z'"),
        ("invariant", ["x == 0"], "the certificate is broken: unknown name 'x'"),
        ("program/outputs", ["r", "zz"], "a machine of the certificate is broken: unknown name"),
        ("program/outputs", ["r", "old(x)"], "a machine of the certificate is broken: old() takes"),
        ("program/outputs", ["r", "old()"], "a machine of the certificate is broken: old() takes"),
        ("program/outputs", ["r", "old(r, q)"], "a machine of the certificate is broken: old() ta"),
        ("program/outputs", ["r", "old(1)"], "a machine of the certificate is broken: old() takes"),
        ("program/state", {"r": [0, "old(r)"]}, "a machine of the certificate is broken: unknown "),
        ("spec/inputs", ["x", "w", "u"], "a machine of the certificate is broken: names of inputs"),
        ("program/outputs", ["r", "r == 1"], "a machine of the certificate is broken: outputs ho"),
    ],
)
def test_what_does_not_fit_together_is_refused(path: str, value: object, says: str) -> None:
    with pytest.raises(CertificateError, match=f"^{re.escape(says)}"):
        certificate_from_dict(put(path, value))


def test_old_names_one_state_variable() -> None:
    with pytest.raises(CertificateError, match=r"old\(\) takes the name of one state variable at"):
        machine_from_dict({"inputs": ["x"], "state": {}, "outputs": ["old(x)"]})


@pytest.mark.parametrize("found", ["mips-verify certificate 1", 2, None])
def test_another_format_says_what_to_do(found: object) -> None:
    with refused("the format is not 'mips-verify certificate 2'; make the bundle anew"):
        certificate_from_dict({**TEXTS, "format": found})


@pytest.mark.parametrize("data", [[], "text", None, 3])
def test_what_is_no_certificate_is_refused(data: object) -> None:
    with refused(broken("a certificate")):
        certificate_from_dict(data)


def test_machines_are_read_back_with_old_values() -> None:
    assert machine_to_dict(PROOF.program) == TEXTS["program"]
    assert machine_from_dict(TEXTS["program"]) == PROOF.program


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the certificate is not JSON: Expecting property name"),
        ("", "the certificate is not JSON: Expecting value"),
        (
            '{"a": {"b": 1, "c": 1, "b": 1}}',
            "the certificate is not JSON: the field 'b' stands twice in one object",
        ),
        (
            '{"task": "A", "x": [], "task": "B"}',
            "the certificate is not JSON: the field 'task' stands twice in one object",
        ),
        ("[" * 100_000, "the certificate is nested too deeply"),
        ("[]", broken("a certificate")),
    ],
)
def test_texts_that_are_no_certificate_are_refused(text: str, says: str) -> None:
    with pytest.raises(CertificateError, match=f"^{re.escape(says)}"):
        certificate_from_text(text)


def test_the_recheck_proves_what_follows() -> None:
    verdict = recheck(PROOF)
    assert verdict.seconds > 0
    assert verdict.seconds < 60
    expected = Verdict(
        Status.PROVED, invariant=PROOF.invariant, strategy="certificate", seconds=verdict.seconds
    )
    assert verdict == expected
    wide = recheck(replace(PROOF, all_integers=True))
    assert (wide.status, wide.all_integers) == (Status.PROVED, True)


def test_the_recheck_names_the_first_obligation_that_does_not_hold() -> None:
    def says(**change: object) -> str:
        verdict = recheck(replace(PROOF, **change))
        assert verdict.status is Status.UNKNOWN
        return verdict.reason

    assert says(invariant=()) == "the obligation Outputs does not hold"
    assert says(invariant=exprs("p_r == s_t")) == "the obligation Outputs does not hold"
    assert says(invariant=exprs("p_r == 0", "s_t == 0")) == "the obligation Step does not hold"
    assert says(invariant=exprs("p_r != p_r")) == "the obligation Base does not hold"
    wrong = machine("x w", {"r": (0, "r + x + w"), "q": (1, "r")}, "r * w", "old(q)")
    assert says(program=wrong) == "the obligation Step does not hold"


def test_the_recheck_uses_the_range_only_where_that_is_the_theorem() -> None:
    bits = {
        "program": machine("x w", {}, "x ^ 1", "w"),
        "spec": machine("x w", {}, "1 - x", "w"),
        "invariant": (),
    }
    assert recheck(replace(PROOF, **bits)).status is Status.PROVED
    assert recheck(replace(PROOF, **bits, all_integers=True)).status is Status.UNKNOWN
    other = Domain(("x", "w"), (0, -2), (2, 3))
    assert recheck(replace(PROOF, **bits, domain=other)).status is Status.UNKNOWN


def test_the_recheck_says_what_was_not_decided() -> None:
    verdict = recheck(PROOF, 1)
    assert verdict.status is Status.UNKNOWN
    assert re.fullmatch(r"the obligation (Base|Step|Outputs) was not decided", verdict.reason)


def test_the_recheck_gives_the_solver_plenty_of_work(monkeypatch) -> None:
    seen = []

    def discharge(todo, rlimit):
        seen.append(rlimit)
        return ["unsat" for _ in todo]

    monkeypatch.setattr(module, "discharge", discharge)
    recheck(PROOF)
    recheck(PROOF, 7)
    assert seen == [200_000_000, 7]


def test_a_proof_put_together_by_hand_is_checked_like_any_other() -> None:
    with refused("the certificate is broken: the invariant may read the state only, not 'x'"):
        recheck(replace(PROOF, invariant=exprs("x == 0")))
    with refused("the certificate is broken: an input may not be called p_... or s_..."):
        recheck(replace(PROOF, domain=Domain(("x", "p_w"), (0, 0), (1, 1))))


def test_deep_expressions_are_refused_with_a_sentence() -> None:
    deep = exprs("p_r")[0]
    for _ in range(3000):
        deep = type(deep)("neg", (deep,))
    with refused("the certificate nests an expression too deeply"):
        recheck(replace(PROOF, invariant=(type(deep)("eq", (deep, deep)),)))
