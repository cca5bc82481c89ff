"""How far network, program and specification agree, also beyond the training length."""

from __future__ import annotations

import itertools
import json
import re

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.extract.extraction import Extraction
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.network.network import Network
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.network.sequence_function import sequence_function
from mips_verify.network.torch_recurrent import Functions
from mips_verify.network.weights import save
from mips_verify.pipeline import found
from mips_verify.pipeline import read_network as read
from mips_verify.pipeline.compare_network import compare
from mips_verify.pipeline.faithfulness import Parties, Trial, faithfulness, lengths_of
from mips_verify.pipeline.read_network import Asked, Reading, read_network
from mips_verify.pipeline.where_equal import all_compared, where_equal
from mips_verify.progress import Found
from mips_verify.report.agreement import _counted
from mips_verify.report.json import reading_to_dict
from mips_verify.report.text import reading_to_text
from tests.test_networks_from_outside import parity

BITS = Domain(("x",), (0,), (1,))
DIGITS = Domain(("x",), (0,), (9,))
PARITY = Machine(("x",), ("s",), (0,), (parse("(s + x) % 2"),), (parse("s"),))
SUM = Machine(("x",), ("s",), (0,), (parse("s + x"),), (parse("s"),))


def states(call, domain=BITS, *, causal=True, length=10):
    return PrefixStates(sequence_function(call, domain, causal=causal), domain, length)


def counts_to(most):
    return lambda x: np.minimum(np.cumsum(x[..., 0], axis=1), most)


def odd(x):
    return np.cumsum(x[..., 0], axis=1) % 2


def hashed(seed, rare):
    """A causal function that differs from parity after about one prefix in ``rare``."""

    def call(x):
        place = np.arange(1, x.shape[1] + 1)
        key = np.cumsum((x[..., 0] + 2) * place * (seed + 7), axis=1)
        return odd(x) ^ (key % rare == 0)

    return call


def words(domain, length):
    return itertools.product(domain.letters(), repeat=length)


def answer(call, word):
    return call(np.array([word]))[0].tolist()


def wanted(machine, word):
    return [y[0] for y in machine.run(word)]


@settings(max_examples=25)
@given(st.integers(0, 99), st.integers(2, 40), st.integers(1, 6))
def test_all_sequences_up_to_a_length_are_counted_as_brute_force_does(seed, rare, length):
    call = hashed(seed, rare)
    found = compare(states(call), PARITY, BITS, length, 0)
    every = [w for n in range(1, length + 1) for w in words(BITS, n)]
    right = [w for w in every if answer(call, w) == wanted(PARITY, w)]
    assert (found.up_to.sequences, found.up_to.agree) == (len(every), len(right))
    assert found.up_to.exact == found.agree


@settings(max_examples=25)
@given(st.integers(0, 99), st.integers(2, 40), st.integers(1, 6))
def test_the_differences_shown_are_the_shortest_and_no_two_are_equal(seed, rare, length):
    call = hashed(seed, rare)
    misses = compare(states(call), PARITY, BITS, length, 0).misses
    first = [
        w for n in range(1, length + 1) for w in words(BITS, n)
        if answer(call, w)[-1:] != wanted(PARITY, w)[-1:]
        and answer(call, w)[:-1] == wanted(PARITY, w)[:-1]
    ]  # fmt: skip
    assert len({m.word for m in misses}) == len(misses) == min(3, len(first))
    assert [len(m.word) for m in misses] == [len(w) for w in first[:3]]
    assert {m.word for m in misses} <= set(first)


@settings(max_examples=20)
@given(st.integers(0, 99), st.integers(2, 500), st.sampled_from([3, 11, 40]), st.booleans())
def test_the_counts_of_a_row_are_those_of_the_sequences_asked(seed, rare, length, proved):
    call, asked = hashed(seed, rare), []

    def noted(x):
        asked.extend(map(tuple, x[..., 0].tolist()))
        return call(x)

    network = states(noted)
    asked.clear()
    spec = PARITY if proved else SUM
    (row,) = faithfulness(Parties(network, PARITY, spec, proved), BITS, [length], None, seed).rows
    assert sum(t.sequences for t in row.trials) == len(asked)
    x = np.array(asked)
    network_says, total = call(x[..., None]), np.cumsum(x, axis=1)
    program_says, spec_says = total % 2, total % 2 if proved else total
    pairs = ((network_says, program_says), (network_says, spec_says), (program_says, spec_says))
    same = np.array([(a == b).all(axis=1) for a, b in pairs])
    parts = np.split(same, np.cumsum([t.sequences for t in row.trials])[:-1], axis=1)
    for trial, part in zip(row.trials, parts, strict=True):
        assert trial == Trial(trial.kind, part.shape[1], *part.sum(axis=1).tolist())


def test_sequences_are_all_there_are_or_half_of_them_varied_little():
    kinds = {
        r.length: [t.kind for t in r.trials]
        for r in faithfulness(Parties(states(odd), PARITY, None), BITS, [1, 10, 11]).rows
    }
    assert kinds == {1: ["all"], 10: ["all"], 11: ["uniform", "low variety"]}


def test_a_count_that_stops_beyond_the_training_length_shows():
    reading = api.extract(counts_to(10), BITS, 10)
    assert reading.comparison.agree  # up to 10 letters nothing differs
    at = {r.length: r for r in reading.faithfulness.rows}
    assert list(at) == [10, 20, 50, 200]
    assert at[10].exact
    uniform, varied = at[20].trials
    # of 2**20 words 616,666 hold at most 10 ones
    assert abs(uniform.agree / uniform.sequences - 616_666 / 2**20) < 0.06
    assert varied.agree < varied.sequences
    assert not at[200].exact
    said = reading_to_text(reading, "function", None)
    assert "agree on all 2046 sequences of up to 10 letters\n" in said
    assert "letters      tried  network = program" in said
    first = reading.faithfulness.differences[0]
    assert (first.network, first.program, first.right) == ((10,), (11,), None)
    assert sum(a for (a,) in first.word) == 11


def test_a_reading_says_in_its_one_line_from_where_on_the_two_differ():
    reading = api.extract(counts_to(10), BITS, 10)
    first = min(len(d.word) for d in reading.faithfulness.differences)
    says = f"agree on all sequences of up to 10 letters and differ on a sequence of {first} letters"
    assert says in repr(reading)
    assert says in reading._repr_html_()
    assert not reading.agree
    exact = api.extract(odd, BITS, 10)
    assert "program and network agree on all sequences tried" in repr(exact)
    assert exact.agree


@settings(max_examples=25)
@given(st.integers(0, 99), st.integers(2, 40), st.integers(1, 6))
def test_where_the_two_differ_is_the_length_of_the_shortest_difference(seed, rare, length):
    found = compare(states(hashed(seed, rare)), PARITY, BITS, length, 0)
    first = min((len(miss.word) for miss in found.misses), default=None)
    said = where_equal(found, None)
    assert ("differ on a sequence of" in said) == (first is not None)
    if first is not None:
        assert all_compared(found) == first - 1
        assert f"differ on a sequence of {first} letter" in said


def test_what_only_sequences_of_low_variety_show_is_reported_apart():
    def call(x):  # wrong once a letter comes eight times in a row
        x = x[..., 0]
        run = np.zeros(len(x), dtype=np.int64)
        wrong = np.zeros(x.shape, dtype=np.int64)
        for t in range(1, x.shape[1]):
            run = np.where(x[:, t] == x[:, t - 1], run + 1, 0)
            wrong[:, t] = wrong[:, t - 1] | (run >= 7)
        return (np.cumsum(x, axis=1) + wrong) % 10

    total = Machine(("x",), ("s",), (0,), (parse("(s + x) % 10"),), (parse("s"),))
    (row,) = faithfulness(Parties(states(call, DIGITS), total, None), DIGITS, [30]).rows
    uniform, varied = row.trials
    assert uniform.agree == uniform.sequences
    assert varied.agree < varied.sequences


class Forgetful(Exception):
    pass


def refusing(most):
    def call(x):
        if x.shape[1] > most:
            raise Forgetful("no place\nfor letter \x1b 41")
        return odd(x)

    return call


def test_a_function_may_refuse_long_sequences():
    reading = api.extract(refusing(40), BITS, 10, task=api.load_task("Parity_All"))
    assert reading.proved
    rows = {r.length: r for r in reading.faithfulness.rows}
    assert rows[20].exact
    for length in (50, 200):
        assert rows[length].trials == ()
        assert not rows[length].exact
        (note,) = rows[length].notes
        why = "(Forgetful: no place for letter \\x1b 41)"
        assert note == f"the network takes no sequences of {length} letters {why}"
    said = reading_to_text(reading, "function", api.load_task("Parity_All"))
    assert "    200  the network takes no sequences of 200 letters (Forgetful" in said
    assert "PROVED equal to Parity_All" in said


@pytest.mark.parametrize(
    ("causal", "length", "asked"), [(True, 4_096, True), (True, 4_097, False),
                                    (False, 300, True), (False, 2_000, False)],
)  # fmt: skip
def test_a_function_is_not_asked_what_takes_too_long(causal, length, asked):
    seen = []

    def call(x):
        seen.append(x.shape)
        return odd(x) if causal else odd(x)[:, -1]

    network = states(call, causal=causal)
    (row,) = faithfulness(Parties(network, PARITY, None), BITS, [length]).rows
    assert (max(n for _, n, _ in seen) == length) == asked
    assert row.exact == asked
    assert asked or "takes too long" in row.notes[0]
    assert all(n * m * m <= 2**24 for n, m, _ in seen)


def test_states_that_run_away_are_a_note():
    network = Functions(
        np.ones(1), 1, lambda h, x: h * 1e20, lambda h: np.zeros(h.shape, dtype=np.int64)
    )
    zero = Machine(("x",), (), (), (), (parse("0"),))
    rows = faithfulness(Parties(network, zero, None), BITS, [12, 20]).rows
    assert rows[0].exact
    assert rows[1].notes == ("the network's states are not finite numbers within 20 letters",)


@pytest.mark.parametrize("who", ["program", "specification"])
def test_numbers_that_leave_64_bits_are_a_note(who):
    binary = Machine(("x",), ("n",), (0,), (parse("2 * n + x"),), (parse("n % 2"),))
    last = states(lambda x: x[..., 0])
    parties = Parties(last, binary, None) if who == "program" else Parties(last, None, binary)
    short, long = faithfulness(parties, BITS, [40, 80]).rows
    assert short.exact
    assert long.notes == (f"the {who} has numbers beyond 64 bits within 80 letters",)
    assert {(t.agree, t.network_right) for t in long.trials} == {(None, None)}


def test_a_specification_without_a_value_is_a_note():
    table = Machine(("x",), ("n",), (0,), (parse("n + x"),), (parse("(0, 0, 0, 0)[n]"),))
    zero = states(lambda x: 0 * x[..., 0])
    short, long = faithfulness(Parties(zero, None, table), BITS, [3, 8]).rows
    assert short.exact
    assert long.notes == ("the specification has no value on some sequences of 8 letters",)


def test_without_a_program_the_network_is_still_judged():
    parties = Parties(states(counts_to(10)), None, SUM)
    report = faithfulness(parties, BITS, [10, 50])
    found = Extraction(None, None, None, 0.0, ("table: too many states",))
    task = api.load_task("Sum_All")
    said = reading_to_text(
        Reading(Asked(parties.network, BITS, 10, SUM), found, None, None, faithfulness=report),
        "f",
        task,
    )
    assert "network = program" not in said
    assert "network = Sum_All" in said
    assert report.rows[0].exact
    assert report.rows[1].trials[0].program_right is None
    assert report.differences == ()


def test_nothing_differs_in_one_sentence():
    reading = api.extract(odd, BITS, 10, task=api.load_task("Parity_All"))
    assert reading.faithfulness.exact
    (line,) = (a for a in reading_to_text(reading, "f", None).split("\n") if "agree" in a)
    assert line == (
        "program and network agree on all 2046 sequences of up to 10 letters, and on random ones, "
        "half of them of low variety: 1024 of 20 letters, 654 of 50 letters, 162 of 200 letters"
    )


def test_who_is_right_is_said_of_every_difference():
    task = api.load_task("Parity_All")

    def call(x):
        return odd(x) ^ (np.cumsum(x[..., 0], axis=1) == 3)

    network = states(call)
    comparison = compare(network, PARITY, BITS, 5, 0)
    report = faithfulness(Parties(network, PARITY, PARITY), BITS, [5], comparison)
    assert [d.right for d in report.differences] == ["program"] * 3
    assert [len(d.word) for d in report.differences] == [3, 4, 4]
    found = Extraction(PARITY, "given", None, 1.0, ())
    asked = Asked(network, BITS, 5, None)
    reading = Reading(asked, found, comparison, None, faithfulness=report)
    said = reading_to_text(reading, "f", task)
    assert "on 1 1 1 the network gives 0, the program 1; the program is right" in said
    assert said.count("the program is right") == 3
    kept = reading_to_dict(reading, "f", task)["faithfulness"]["differences"]
    assert [d["right"] for d in kept] == ["program"] * 3
    wrong = faithfulness(Parties(network, SUM, PARITY), BITS, [2]).differences
    assert wrong[0].right == "network"
    assert faithfulness(Parties(network, SUM, SUM), BITS, [3]).differences[1].right == "program"


@given(st.integers(1, 70_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_only_every_one_is_100_percent(counts):
    part, whole = counts
    assert (_counted(part, whole) == "100%") == (part == whole)
    assert (_counted(part, whole) == "0%") == (part == 0)
    assert _counted(None, whole) == "-"


def test_lengths_to_try_are_multiples_of_the_trained_length_or_those_given():
    assert lengths_of(10) == (10, 20, 50, 200)
    assert lengths_of(1000) == (1000, 2000, 5000, 20_000)
    assert lengths_of(10_000) == (10_000, 20_000)
    assert lengths_of(10, [50, 3, 50]) == (3, 50)
    for wrong in ([], [0], [20_001], [2.0], [True], ["3"]):
        with pytest.raises(MipsVerifyError, match="whole numbers from 1 to 20000"):
            lengths_of(10, wrong)
    with pytest.raises(MipsVerifyError, match="17 lengths are too many"):
        lengths_of(10, range(1, 18))


def test_the_same_seed_gives_the_same_report():
    a, b = (read_network(states(counts_to(12)), BITS, 8, seed=3).faithfulness for _ in range(2))
    assert a == b


def run(*args):
    return CliRunner().invoke(main, ["extract", *map(str, args)])


def test_lengths_are_chosen_on_the_command_line(tmp_path):
    model = parity(tmp_path / "n.safetensors")
    result = run("--model", model, "--test-lengths", "100,3", "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["compared"]["up_to"] == {"sequences": 510, "agree": 510}
    rows = said["faithfulness"]["rows"]
    assert [r["length"] for r in rows] == [3, 100]
    assert [t["kind"] for t in rows[1]["trials"]] == ["uniform", "low variety"]
    assert {t["agree"] == t["sequences"] for r in rows for t in r["trials"]} == {True}
    assert said["faithfulness"]["differences"] == []


def test_a_difference_on_longer_words_only_is_exit_code_3(tmp_path):
    clipped = ((np.array([[-1.0, -1.0]]), np.array([6.0])), (np.array([[-1.0]]), np.array([6.0])))
    read = ((np.eye(1), np.zeros(1)),)
    save(tmp_path / "n.safetensors", Network(clipped, read, np.zeros(1), 1))  # h = min(6, h + x)
    asked = ("--model", tmp_path / "n.safetensors", "--input", "x=0..1", "--length", "5")
    result = run(*asked)
    assert result.exit_code == 3, result.output
    assert run(*asked, "--test-lengths", "1,6").exit_code == 0


def errs(x):
    """Parity, but for one word in a hundred or so, from the ninth letter on."""
    key = np.cumsum((x[..., 0] + 2) * np.arange(1, x.shape[1] + 1) * 7, axis=1)
    return odd(x) ^ ((key % 97 == 0) & (np.arange(x.shape[1]) > 8))


def test_a_program_of_a_network_that_errs_is_shown_while_the_search_goes_on():
    said = []
    api.extract(errs, BITS, 12, progress=lambda stage, line: said.append((stage, line)))
    shown = [line for stage, line in said if isinstance(line, Found) and "so far" in line]
    assert shown
    assert re.fullmatch(
        r"so far, right on .*\d\.\d % of the answers within \d+ letters: q = 0 -> .*", shown[0]
    )
    exact = []
    api.extract(odd, BITS, 12, progress=lambda stage, line: exact.append(line))
    assert not any("so far" in line for line in exact)


def test_a_limit_that_ends_a_search_is_said_with_what_was_not_compared(monkeypatch):
    said = []
    monkeypatch.setattr(read, "time_is_up", lambda: True)
    monkeypatch.setattr(found, "time_is_up", lambda: True)
    reading = api.extract(odd, BITS, 10, progress=lambda stage, line: said.append(line))
    assert reading.faithfulness is None
    assert any(line.startswith("the time limit ended the search; s = 0") for line in said)
    assert "differing words and other lengths were not compared" in reading_to_text(
        reading, "function", None
    )


@pytest.mark.parametrize("wrong", ["", "3;4", "x", "-3", "3,", "0", "20001", "²"])
def test_lengths_that_are_none_are_one_sentence(tmp_path, wrong):
    result = run("--model", parity(tmp_path / "n.safetensors"), "--test-lengths", wrong)
    assert result.exit_code == 2
    assert "length" in result.stderr
