"""The first right program is the answer at once; work on a better one is bounded."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.cli import main
from mips_verify.extract.effort import Effort, Polish
from mips_verify.extract.extraction import Extraction, extract
from mips_verify.extract.method import Candidate
from mips_verify.extract.methods.state_table import lookup
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.pipeline import stages, synthesize
from mips_verify.pipeline.choose_program import proved_first
from mips_verify.pipeline.codecs import EXTRACTION
from mips_verify.report.agreement import alternative_lines
from mips_verify.report.states_and_arrows import program_text
from mips_verify.spec.value_names import Names
from mips_verify.work import spend, spent
from tests.extract_networks import BITS, MachineNetwork, machine
from tests.quick import examples

PARITY = machine({"s": (0, "s ^ x")}, "s")


def opaque(seed, states, letters, outputs=4):
    """A random machine: nothing is simpler than the list of its steps."""
    rng = np.random.default_rng(seed)
    domain = Domain(("x",), (0,), (letters - 1,))
    step = lookup(domain, ("x",), "q", rng.integers(0, states, (states, letters)))
    output = lookup(domain, ("x",), old("q"), rng.integers(0, outputs, (states, letters)))
    return Machine(("x",), ("q",), (0,), (step,), (output,)), domain


@settings(max_examples=examples(12), deadline=None)
@given(
    st.integers(0, 999), st.integers(3, 12), st.integers(2, 8), st.sampled_from(list(Effort)[:2])
)
def test_an_opaque_machine_is_answered_before_shorter_programs_are_sought(seed, n, k, effort):
    spec, domain = opaque(seed, n, k)
    told, began = [], spent()
    found = extract(
        MachineNetwork(spec), domain, 14, effort=effort,
        at_once=lambda program: told.append((program, spent() - began)),
    )  # fmt: skip
    assert found.exact
    assert len(told) == 1  # the first program only
    first, work = told[0]
    assert first in (found.machine, *(c.machine for c in found.alternatives))
    least, times = {"quick": (1e6, 1), "normal": (6e7, 10)}[effort]
    # a method ends with the layer of expressions that it has begun
    assert spent() - began <= work + 1.5 * max(least, times * work) + 1e7


def test_effort_decides_how_much_is_done_and_a_formula_is_found_with_little():
    for effort in Effort:
        assert extract(MachineNetwork(PARITY), BITS, 10, effort=effort).machine == PARITY


@given(st.sampled_from(list(Effort)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_polishing_begins_with_the_first_program_and_later_ones_do_not_prolong_it(effort, a, b):
    polish = Polish(effort)
    spend(a)
    assert polish.share == float("inf")
    ends = polish.begin().ends
    spend(b)
    assert polish.begin().ends == ends
    assert effort is not Effort.DEEP or polish.share == float("inf")


def test_a_shorter_program_that_cannot_be_proved_does_not_replace_a_proved_one():
    longer = Candidate("state table", machine({"s": (0, "(s + x + 2) % 2")}, "s"))
    found = Extraction(PARITY, "short", 2, 1.0, (), (), (longer,))
    said = {PARITY: Status.UNKNOWN, longer.machine: Status.PROVED}
    chosen, verdict = proved_first(
        found, tuple, lambda m: Verdict(said[m], reason="hard", strategy="by hand")
    )
    assert verdict.status is Status.PROVED
    assert (chosen.machine, chosen.form) == (longer.machine, "state table")
    assert [c.machine for c in chosen.alternatives] == [PARITY]


def test_the_first_program_is_proved_before_the_search_goes_on(monkeypatch):
    events = []
    prove, run = stages.prove, synthesize.stages.extract

    def proving(program, *rest):
        events.append("prove")
        return prove(program, *rest)

    def reading(*args):
        found = run(*args)
        events.append("read")
        return found

    monkeypatch.setattr(stages, "prove", proving)
    monkeypatch.setattr(stages, "extract", reading)
    result = api.synthesize(api.load_task("Parity_All"))
    assert result.proved
    assert events == ["prove", "read", "prove"]
    assert 0 < result.first_proof <= sum(result.seconds.values())


def test_a_huge_table_is_not_proved_before_a_shorter_program_is_sought(monkeypatch):
    asked, prove = [], stages.prove

    def proving(program, *rest):
        asked.append(program.size)
        return prove(program, *rest)

    monkeypatch.setattr(stages, "prove", proving)
    monkeypatch.setattr(synthesize, "AT_ONCE", 3)
    assert api.synthesize(api.load_task("Parity_All")).proved
    assert len(asked) == 1


def test_an_extraction_is_stored_with_its_alternatives(tmp_path):
    found = extract(MachineNetwork(PARITY), BITS, 10)
    assert found.alternatives
    EXTRACTION.save(tmp_path / "e.json", found)
    again = EXTRACTION.load(tmp_path / "e.json")
    assert [c.machine for c in again.alternatives] == [c.machine for c in found.alternatives]
    assert len(alternative_lines(again, 1)) == 0
    assert len(alternative_lines(again, 2)) == 2


@settings(max_examples=examples(50))
@given(st.integers(0, 999), st.integers(4, 20), st.integers(6, 12))
def test_states_and_arrows_say_what_every_step_does(seed, n, k):
    spec, domain = opaque(seed, n, k)
    words = Names((tuple(f"in{i}" for i in range(k)),), (("ok", "no", "wait", "end"),))
    head, *rows = program_text(spec, domain, words).split("\n")
    assert head.startswith(f"{len(rows)} states")
    for letters in itertools.islice(itertools.product(range(k), repeat=3), 50):
        state, at = spec.init, 0
        for x in letters:
            arrows = {
                letter: arrow.split(" / ")[1]
                for arrow in rows[at].split(": ", 1)[1].split("; ")
                for letter in arrow.split(" / ")[0].split(", ")
            }
            effect = arrows.get(f"in{x}", arrows.get("else", arrows.get("any")))
            state, out = spec.step(state, (x,))
            shown, target = effect.split(" -> q")
            assert shown == words.answer(out)
            at = int(target)


def test_what_has_a_formula_or_too_many_letters_is_shown_as_its_text():
    assert program_text(PARITY, BITS) == str(PARITY)
    spec, domain = opaque(0, 5, 8)
    assert program_text(spec, None) == str(spec)
    wide = replace(domain, highs=(10**6,))
    assert program_text(spec, wide) == str(spec)


@pytest.mark.parametrize("option", [["--effort", "most"], ["--programs", "0"]])
def test_unknown_efforts_and_counts_are_refused(option):
    outcome = CliRunner().invoke(main, ["synth-and-prove", "Parity_All", *option])
    assert outcome.exit_code == 2


def test_programs_that_do_the_same_are_listed_on_request(tmp_path):
    options = ["--fresh", "--out", str(tmp_path), "--programs", "3"]
    outcome = CliRunner().invoke(main, ["synth-and-prove", "Parity_All", *options])
    assert outcome.exit_code == 0
    assert "\nthe same by " in outcome.output
