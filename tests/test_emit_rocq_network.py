"""``network.v``: the theorem about a network of integers, as Rocq accepts it."""

from __future__ import annotations

import json
import random
import re
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.check.finding import Options
from mips_verify.check.recheck import check_bundle, read_bundle
from mips_verify.check.rocq import run_rocq
from mips_verify.cli import main
from mips_verify.emit.rocq.rocq_network import _pieces
from mips_verify.network.network import Network
from mips_verify.network.weights import network_bytes
from mips_verify.network_kernel.exact_network import network_from_bytes
from tests.quick import examples
from tests.test_check_bundles import PROOFS, copied
from tests.test_emit_rocq import needs_rocq

NAME = "network.v"
STATES, INVARIANT = "Binary_Addition", "Majority_0_1"  # of a finite list, of infinitely many


def compiled(task, tmp_path, change=lambda text: text):
    """Rocq's answer about the files of a bundle, with ``network.v`` changed."""
    folder = tmp_path / task
    folder.mkdir()
    shutil.copy(PROOFS / task / "program.v", folder)
    (folder / NAME).write_text(change((PROOFS / task / NAME).read_text()))
    return run_rocq(folder / "program.v", 120)


def findings(folder):
    options = Options(verifiers=("rocq",), seconds=60)
    return {f.check: f for f in check_bundle(folder, options)}


@pytest.mark.parametrize("task", [STATES, INVARIANT])
def test_the_theorem_is_about_the_network_and_the_specification(task):
    text = (PROOFS / task / NAME).read_text()
    assert "Theorem network_equals_spec : forall word, Forall in_domain word ->" in text
    assert re.search(r"network start word = spec( 0)+ word\.", text)
    assert text.endswith("Print Assumptions network_equals_spec.\n")


@pytest.mark.parametrize("folder", sorted(PROOFS.iterdir()), ids=lambda f: f.name)
def test_the_weights_in_the_file_are_those_of_the_network(folder):
    network = network_from_bytes((folder / "network.safetensors").read_bytes())
    if not (folder / NAME).exists():
        proved = json.loads((folder / "network.json").read_text())["exact"] == "every length"
        assert not (proved and all(v.is_integer() for v in network.numbers))
        return
    text = (folder / NAME).read_text()
    for name, layers in (("f", network.f), ("g", network.g)):
        body = text.split(f"Definition {name} :")[1].split(".\nDefinition")[0]
        units = re.findall(r"\(\[([-0-9; ]*)\], (-?\d+)\)", body)
        expected = [unit for a in layers for unit in zip(a.weight, a.bias, strict=True)]
        assert [(tuple(map(float, w.split("; "))), float(b)) for w, b in units] == expected


@needs_rocq
@pytest.mark.parametrize("task", [STATES, INVARIANT, "Diff_Abs_Values", "Bit_Shift_Right"])
def test_rocq_accepts_it_after_the_program(task, tmp_path):
    answer = compiled(task, tmp_path)
    assert (answer.status, answer.message) == ("holds", "program and network")


def units_changed(count):
    """Changes of single numbers of the weights, drawn at random."""
    rng = random.Random(5)

    def changed(text):
        a, b = text.index("Definition f :"), text.index("Definition start")
        places = [m.span() for m in re.finditer(r"-?\d+", text[a:b])]
        low, high = rng.choice(places)
        new = int(text[a + low : a + high]) + rng.choice([-2, -1, 1, 2])
        return f"{text[: a + low]}{new}{text[a + high :]}"

    return [changed] * count


@needs_rocq
@pytest.mark.slow
@pytest.mark.parametrize("task", [STATES, INVARIANT])
def test_rocq_rejects_the_weights_of_a_network_that_is_wrong(task, tmp_path):
    rejected = 0
    for i, change in enumerate(units_changed(examples(12))):
        (tmp_path / str(i)).mkdir()
        rejected += compiled(task, tmp_path / str(i), change).status == "fails"
    # some weights may be others without any difference: those of a unit that is never on
    assert rejected >= examples(12) // 2


CHEATS = {
    "the theorem is admitted": ("exact E.\nQed.\nPrint", "Admitted.\nPrint"),
    "the statement is weakened": ("spec : forall word,", "spec : forall word, False ->"),
    "another network": ("Definition start : list Z := [0", "Definition start : list Z := [1"),
    "nothing is asked": ("Print Assumptions network_equals_spec.\n", ""),
    "another file is read": ("Require Import program.", "Require Import program. Require cheat."),
    "an axiom says so": ("Lemma base :", "Axiom cheat : False.\nLemma base :"),
}


@needs_rocq
@pytest.mark.parametrize("cheat", CHEATS)
def test_tampering_is_noticed_and_what_was_tampered_with_is_not_run(cheat, tmp_path):
    folder = copied(STATES, tmp_path)
    before, after = CHEATS[cheat]
    text = (folder / NAME).read_text()
    assert before in text
    (folder / NAME).write_text(text.replace(before, after, 1))
    found = findings(folder)
    assert (found["files"].status, found["files"].file) == ("failed", NAME)
    assert (found["rocq"].status, found["rocq"].file) == ("skipped", NAME)


def test_a_missing_file_is_noticed_and_written_again(tmp_path):
    folder = copied(STATES, tmp_path)
    text = (folder / NAME).read_text()
    (folder / NAME).unlink()
    found = {f.check: f for f in check_bundle(folder, Options(fuzz=0))}
    assert (found["files"].status, found["files"].file) == ("failed", NAME)
    main(["bundle", str(folder)], standalone_mode=False)
    assert (folder / NAME).read_text() == text


def test_a_file_about_a_network_that_is_not_proved_is_noticed_and_removed(tmp_path):
    folder = copied("Balanced_Parenthesis", tmp_path)
    shutil.copy(PROOFS / STATES / NAME, folder / NAME)
    found = {f.check: f for f in check_bundle(folder, Options(fuzz=0))}
    assert (found["files"].status, found["files"].file) == ("failed", NAME)
    main(["bundle", str(folder)], standalone_mode=False)
    assert not (folder / NAME).exists()


def test_weights_that_are_no_integers_have_no_file(tmp_path):
    folder = copied(STATES, tmp_path)
    network = network_from_bytes((folder / "network.safetensors").read_bytes())
    f = [(np.array(a.weight), np.array(a.bias)) for a in network.f]
    g = [(np.array(a.weight), np.array(a.bias)) for a in network.g]
    f[0], g[-1] = (f[0][0] / 2, f[0][1] / 2), (g[-1][0] * 2, g[-1][1])
    other = Network(tuple(f), tuple(g), np.array(network.start), network.channels)
    (folder / "network.safetensors").write_bytes(network_bytes(other, {}))
    assert NAME not in read_bundle(folder, Options()).files


def test_certify_writes_the_file_into_a_bundle(tmp_path):
    folder = copied(STATES, tmp_path)
    text = (folder / NAME).read_text()
    (folder / NAME).unlink()
    with pytest.raises(SystemExit) as ended:
        main(["certify", str(folder), str(folder), "--out", str(folder)], standalone_mode=False)
    assert ended.value.code == 0
    assert (folder / NAME).read_text() == text


def value(lines, k):
    """What the conditions give for ``k``."""
    text = " ".join(lines).rstrip(".")
    text = re.sub(
        r"if k <\? (\d+) then (\S+ \+ \S+ \* \(k - \d+\)) else", r"\2 if k < \1 else", text
    )
    return eval(text, {"k": k})


@given(
    st.lists(st.tuples(st.integers(-50, 50), st.integers(-3, 3), st.integers(2, 40)), min_size=1)
)
def test_a_table_of_pieces_means_what_the_table_means(pieces):
    table = [start + slope * i for start, slope, count in pieces for i in range(count)]
    lines = _pieces(table)
    assert bool(lines) or len(pieces) > 1 or len(table) < 4
    for k, entry in enumerate(table) if lines else ():
        assert value(lines, k) == entry
