"""Certificates of networks: written and read again, checked anew, and refused where they lie."""

import json
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network_kernel import exact_sums, network_certificate
from mips_verify.network_kernel.cells import Basis, Cell, Cells
from mips_verify.network_kernel.exact_network import Affine, ExactNetwork, fingerprint
from mips_verify.network_kernel.network_certificate import (
    EVERY,
    FORMAT,
    MOST_PROOFS,
    Invariant,
    NetworkCertificate,
    NetworkCertificateError,
    certificate_from_text,
    certificate_to_text,
    check_certificate,
    letters_proved,
    program_hash,
)
from tests.network_kernel_tools import BITS, torch_networks

SUM = ExactNetwork(
    (0.0,), (Affine(((1.0, 1.0),), (0.0,)),), (), (Affine(((1.0,),), (0.25,)),), (), None, 1
)
COUNT = Machine(("x",), ("s",), (0,), (parse("s + x", ["s", "x"]),), (parse("s", ["s"]),))
EQUAL = Invariant((parse("p_h0 == s_s", ["p_h0", "s_s"]),))
TWO = Cells(
    (
        Cell((0,), (0.0,), (0.0,), (1, 2), depth=2),
        Cell((0,), (0.0,), (0.0,), (3, 4), depth=1),
        Cell((1,), (1.0,), (0.0,), (4, 5), depth=1),
        *(Cell((i,), (float(i),), (0.0,), (), depth=0) for i in range(3)),
    )
)
FLOATS = replace(TWO, floats=True)


@pytest.fixture(autouse=True)
def _few_letters(monkeypatch):
    monkeypatch.setattr(exact_sums, "LETTERS", 64)


def certificate(exact, floats, *proofs):
    return NetworkCertificate(fingerprint(SUM), program_hash(COUNT, BITS), exact, floats, proofs)


def check(proof, network=SUM, program=COUNT, domain=BITS):
    check_certificate(proof, network, program, domain)


def refused(message, proof, **given):
    with pytest.raises(NetworkCertificateError, match=message):
        check(proof, **given)


def test_what_proofs_reach():
    assert letters_proved(TWO, SUM, COUNT, BITS) == (2, 0)
    assert letters_proved(FLOATS, SUM, COUNT, BITS) == (2, 2)
    assert letters_proved(EQUAL, SUM, COUNT, BITS) == (EVERY, 64)


@pytest.mark.parametrize(
    ("proofs", "exact", "floats"),
    [((), 0, 0), ((TWO,), 2, 0), ((FLOATS,), 2, 2), ((EQUAL,), EVERY, 64),
     ((EQUAL, FLOATS), EVERY, 64), ((TWO, FLOATS), 2, 2), ((FLOATS, TWO), 2, 2)],
)  # fmt: skip
def test_claims_reach_as_far_as_the_proofs(proofs, exact, floats):
    message = "^it claims more letters than it proves$"
    check(certificate(exact, floats, *proofs))
    check(certificate(0, 0, *proofs))
    if exact is not EVERY:
        check(certificate(max(0, exact - 1), floats, *proofs))
        refused(message, certificate(exact + 1, floats, *proofs))
        refused(message, certificate(EVERY, floats, *proofs))
    refused(message, certificate(exact, floats + 1, *proofs))
    refused(message, certificate(exact, EVERY, *proofs))
    check(certificate(exact, max(0, floats - 1), *proofs))


def test_a_proof_of_every_length_covers_every_claim():
    shift = replace(SUM, f=(Affine(((0.0, 1.0),), (0.0,)),))
    copy = Machine(("x",), (), (), (), (parse("x", ["x"]),))
    made = NetworkCertificate(
        fingerprint(shift), program_hash(copy, BITS), EVERY, EVERY, (Invariant(()),)
    )
    for exact, floats in ((EVERY, EVERY), (5, EVERY), (EVERY, 10**9), (0, 0)):
        check(replace(made, exact=exact, floats=floats), shift, copy)


def test_certificates_of_another_theorem_are_refused():
    good = certificate(EVERY, 5, EQUAL)
    refused("^the certificate speaks of another network$", good,
            network=replace(SUM, start=(1.0,)))  # fmt: skip
    other = "^the certificate speaks of another program$"
    refused(other, good, program=replace(COUNT, init=(1,)))
    for domain in (
        Domain(("x",), (0,), (2,)),
        Domain(("x",), (-1,), (1,)),
        Domain(("y",), (0,), (1,)),
    ):
        refused(other, good, domain=domain)
    refused("^the certificate has more than 8 proofs$",
            replace(good, proofs=(EQUAL,) * (MOST_PROOFS + 1)))  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network_certificate, "letters_proved", lambda *_: (EVERY, 5))
        check(replace(good, proofs=(EQUAL,) * MOST_PROOFS))


def test_an_invariant_that_does_not_hold_or_fit_is_refused():
    unknown = parse("p_h0 == s_t", ["p_h0", "s_t"])
    refused("^Z3 does not confirm the invariant$", certificate(EVERY, 0, Invariant(())))
    refused("^the invariant does not fit: the invariant may read the state only, not 's_t'$",
            certificate(EVERY, 0, Invariant((unknown,))))  # fmt: skip
    with pytest.raises(
        NetworkCertificateError, match=r"^the invariant does not fit: the program has"
    ):
        letters_proved(EQUAL, SUM, replace(COUNT, outputs=COUNT.outputs * 2), BITS)
    with pytest.raises(
        NetworkCertificateError, match=r"^the invariant does not fit: 2 weights for 3"
    ):
        letters_proved(EQUAL, SUM, COUNT, Domain(("x", "y"), (0, 0), (1, 1)))
    off = replace(SUM, g=(Affine(((1.0,),), (0.5,)),))
    with pytest.raises(NetworkCertificateError, match=r"^Z3 does not confirm"):
        letters_proved(EQUAL, off, COUNT, BITS)
    near = replace(SUM, g=(Affine(((1.0,),), (-0.4375,)),))
    assert letters_proved(EQUAL, near, COUNT, BITS)[0] is EVERY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network_certificate, "proves",
                      lambda *_, **__: (_ for _ in ()).throw(RecursionError("deep")))  # fmt: skip
        refused("^the invariant does not fit: deep$", certificate(EVERY, 0, EQUAL))


def test_letters_outside_the_domain_are_not_claimed():
    """The clipped count is the count on the letters 0 and 1 only where nothing is clipped."""
    positive = Machine(("x",), ("s",), (0,), (parse("s + max(x, 0)", ["s", "x"]),), COUNT.outputs)
    assert letters_proved(EQUAL, SUM, positive, BITS) == (EVERY, 64)
    with pytest.raises(NetworkCertificateError):
        letters_proved(EQUAL, SUM, positive, Domain(("x",), (-1,), (1,)))


def test_the_hash_of_a_program():
    assert program_hash(COUNT, BITS) == (
        "17b5644fbcff5fa561794d0b14b49cc2c70bb7bbab2a0363b822bb01842a1b84"
    )


# --- texts ---------------------------------------------------------------------------------------
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
VECTORS = st.lists(NUMBERS, max_size=3).map(tuple)
COUNTS = st.integers(0, 9)
CELL = st.builds(
    Cell, st.lists(st.integers(), max_size=2).map(tuple), VECTORS, VECTORS,
    st.lists(COUNTS, max_size=3).map(tuple), st.none() | COUNTS, st.none() | COUNTS,
    st.lists(COUNTS, max_size=2).map(tuple),
)  # fmt: skip
MATRIX = st.lists(VECTORS, max_size=2).map(tuple)
CELLS = st.builds(
    Cells, st.lists(CELL, max_size=3).map(tuple),
    st.lists(st.builds(Basis, MATRIX, MATRIX), max_size=2).map(tuple), st.booleans(),
)  # fmt: skip
CONDITIONS = st.sampled_from(["p_h0 == s_s", "p_h0 % 2 == 0", "s_s >= -3", "True"])
INVARIANTS = st.lists(CONDITIONS, max_size=3).map(
    lambda texts: Invariant(tuple(parse(t, ["p_h0", "s_s"]) for t in texts))
)


def read(text, network=SUM, program=COUNT):
    return certificate_from_text(text, network, program, BITS)


@given(st.text(), st.text(), st.none() | st.integers(0, 10**12), st.none() | COUNTS,
       st.lists(CELLS | INVARIANTS, max_size=3))  # fmt: skip
def test_certificates_are_read_as_they_were_written(network, program, exact, floats, proofs):
    made = NetworkCertificate(network, program, exact, floats, tuple(proofs))
    text = certificate_to_text(made)
    assert read(text) == made
    assert certificate_to_text(read(text)) == text
    assert json.loads(text)["format"] == FORMAT


def test_the_text_of_a_certificate():
    proof = Cells((Cell((3,), (0.5,), (0.25,), (0,), 0, 7, (2,)),), (Basis(((1.0,),), ((1.0,),)),))
    text = certificate_to_text(NetworkCertificate("a", "b", None, 3, (EQUAL, proof)))
    assert text == (
        '{\n "format": "mips-verify network certificate 1",\n "network": "a",\n "program": "b",\n'
        ' "exact": "every length",\n "float64": 3,\n "failure": null,\n "proofs": [\n'
        '  {"invariant": [\n   "p_h0 == s_s"\n  ]},\n'
        '  {"cells": [\n   [[3], [0.5], [0.25], [0], 0, 7, [2]]\n  ], "float64": false, '
        '"bases": [[[[1.0]], [[1.0]]]]}\n ]\n}\n'
    )


ROW = [[0], [0.0], [0.0], [0, 0], None, None, []]
BAD_ROWS = [
    [], ROW[:6], [*ROW, 1], "0123456", {}, 5, None,
    *([*ROW[:i], bad, *ROW[i + 1 :]]
      for i, bads in enumerate([
          (["0"], [0.0], [True], 0, None, "0", {"0": 0}),
          ([0], ["0.0"], [None], [True], 0.0, [[0.0]], [float("nan")], [float("inf")]),
          ([0], [-float("inf")], [10**400], "1"),
          ([-1], [0.0], [True], None, 3),
          (-1, 0.0, True, "0", [0]),
          (-1, 1.5, "2", False),
          ([-1], [True], None, [2.0], 1),
      ]) for bad in bads),
]  # fmt: skip


def with_proofs(*proofs, **changes):
    head = {"format": FORMAT, "network": "a", "program": "b", "exact": 0, "float64": 0}
    head |= {"failure": None}
    return json.dumps(head | {"proofs": list(proofs)} | changes)


@pytest.mark.parametrize("row", BAD_ROWS)
def test_rows_that_are_no_cells_are_refused(row):
    assert read(with_proofs({"cells": [ROW], "float64": False, "bases": []}))
    with pytest.raises(NetworkCertificateError, match=r"^the certificate cannot be read: "):
        read(with_proofs({"cells": [ROW, row], "float64": False, "bases": []}))


@pytest.mark.parametrize(
    "changes",
    [{"format": "mips-verify network certificate 2"}, {"format": 1}, {"network": 5},
     {"network": None}, {"program": ["b"]}, {"exact": -1}, {"exact": 1.0}, {"exact": True},
     {"exact": "every"}, {"exact": None}, {"float64": -1}, {"float64": "3"}, {"proofs": {}},
     {"proofs": None}, {"proofs": "invariant"}, {"proofs": ["invariant"]}, {"proofs": [5]},
     {"proofs": [{}]}, {"proofs": [{"invariant": "p"}]}, {"proofs": [{"invariant": [5]}]},
     {"proofs": [{"invariant": [["p_h0 == 0"]]}]}, {"proofs": [{"invariant": {"True": 1}}]},
     {"proofs": [{"cells": [], "bases": [], "float64": 1}]},
     {"proofs": [{"cells": [], "bases": [], "float64": None}]},
     {"proofs": [{"cells": [], "bases": []}]}, {"proofs": [{"cells": [], "float64": True}]},
     {"proofs": [{"bases": [], "float64": True}]},
     {"proofs": [{"cells": {}, "bases": [], "float64": True}]},
     {"proofs": [{"cells": [], "bases": {}, "float64": True}]},
     {"proofs": [{"cells": [], "bases": [[]], "float64": True}]},
     {"proofs": [{"cells": [], "bases": [[[], [], []]], "float64": True}]},
     {"proofs": [{"cells": [], "bases": [[[[1]], [[1.0]]]], "float64": True}]}],
)  # fmt: skip
def test_texts_of_other_forms_are_refused(changes):
    with pytest.raises(NetworkCertificateError):
        read(with_proofs(**changes))


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"proofs": 5}, "TypeError('5 is not a list')"),
     ({"exact": 1.5}, "TypeError('1.5 is not a whole number')"),
     ({"exact": -1}, "ValueError('-1 is negative')"),
     ({"network": 5}, "TypeError('5 is not a text')"),
     ({"proofs": [{"cells": [[[0], [1], [0.0], [0, 0], None, None, []]], "float64": False,
                   "bases": []}]}, "TypeError('1 is not a finite number with a decimal point')"),
     ({"proofs": [{"cells": [], "float64": 1, "bases": []}]},
      'TypeError("\'float64\' of cells is true or false")')],
)  # fmt: skip
def test_what_cannot_be_read_is_named(changes, why):
    with pytest.raises(NetworkCertificateError) as caught:
        read(with_proofs(**changes))
    assert str(caught.value) == f"the certificate cannot be read: {why}"


def test_messages_are_short():
    with pytest.raises(NetworkCertificateError) as caught:
        read(with_proofs(network=list(range(9999))))
    assert len(str(caught.value)) == len("the certificate cannot be read: ") + 300


def test_the_limits_of_a_check():
    assert (network_certificate.RLIMIT, MOST_PROOFS) == (200_000_000, 8)


def test_a_field_that_stands_twice_is_refused():
    text = with_proofs()
    with pytest.raises(NetworkCertificateError, match="the field 'exact' stands twice"):
        read(text.replace('"exact"', '"exact": null, "exact"', 1))


def test_a_text_of_another_format_is_named():
    with pytest.raises(NetworkCertificateError, match=rf"^the format is not '{FORMAT}'$"):
        read(with_proofs(format="mips-verify network certificate 2"))


@pytest.mark.parametrize("name", ["format", "network", "program", "exact", "float64", "proofs"])
def test_texts_that_lack_something_are_refused(name):
    data = json.loads(with_proofs())
    del data[name]
    with pytest.raises(
        NetworkCertificateError, match=rf"^the certificate cannot be read: .*{name}"
    ):
        read(json.dumps(data))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "5", "null", '"format"', "{}", "[" * 100_000, '{"format": ' + "1" * 5000 + "}",
     with_proofs({"cells": [[[int("9" * 4000)]] * 7], "float64": False, "bases": []}),
     with_proofs()[:-1], with_proofs() + "x", "NaN"],
)  # fmt: skip
def test_hostile_texts_are_refused(text):
    with pytest.raises(NetworkCertificateError):
        read(text)


def test_invariants_that_do_not_parse_or_fit_are_refused():
    for text in ("p_h0 ==", "p_h1 == 0", "h0 == 0", "__import__('os')", "(" * 300, "s_x == 0"):
        with pytest.raises(NetworkCertificateError, match=r"^its invariant does not fit: "):
            read(with_proofs({"invariant": [text]}))
    with pytest.raises(NetworkCertificateError, match=r"^its invariant does not fit: "):
        read(with_proofs({"invariant": []}), program=replace(COUNT, outputs=COUNT.outputs * 2))


@given(torch_networks("gru"))
def test_a_network_that_is_no_machine_has_no_invariant(network):
    with pytest.raises(NetworkCertificateError, match=r"^its invariant does not fit: the network "):
        read(with_proofs({"invariant": []}), network=network)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["invariant", "cells", "bases", "float64", "x"]), inner, max_size=4),
)  # fmt: skip


@given(st.lists(JSON, max_size=3))
def test_any_json_is_read_or_refused(proofs):
    try:
        made = read(with_proofs(*proofs))
        check(replace(made, network=fingerprint(SUM), program=program_hash(COUNT, BITS)))
    except MipsVerifyError:
        return
    assert made.exact == made.floats == 0


def test_a_certificate_of_a_million_cells_is_refused_at_once():
    cell = Cell((0,), (0.0,), (0.0,), (0, 0))
    many = certificate(EVERY, 0, Cells((cell,) * 400_000))
    wide = Domain(("x",), (0,), (9,))
    start = time.process_time()
    many = replace(many, program=program_hash(COUNT, wide))
    with pytest.raises(MipsVerifyError, match=r"^checking takes"):
        check(many, domain=wide)
    assert time.process_time() - start < 5
