"""The trial of causal sequence models on a small sample; its module runs it whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.kernel.domain import Domain
from mips_verify.spec.task import load_task
from tests.quality.sequence_models.__main__ import BENCHMARK, GENERAL, main
from tests.quality.sequence_models.causal_models import KINDS
from tests.quality.sequence_models.causal_training import (
    Network,
    accuracy,
    as_function,
    batches,
    output_values,
    train,
)
from tests.quality.sequence_models.kept_networks import function_of, index, keep, networks
from tests.quality.sequence_models.reading import Row, differs, row
from tests.quality.sequence_models.trial_table import GROUPS, counts, group, line, table
from tests.quick import examples
from tests.test_prove_pairs import machine

DOMAIN = Domain(("x", "w"), (-2, 0), (3, 1))


def model(kind: str, domain: Domain = DOMAIN, values: int = 5, seed: int = 0) -> torch.nn.Module:
    torch.manual_seed(seed)
    return KINDS[kind](domain, values)


def logits(net: torch.nn.Module, x: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return net(torch.from_numpy(x)).numpy()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=examples(25), deadline=None)
@given(cut=st.integers(1, 20), more=st.integers(1, 20), seed=st.integers(0, 99))
def test_no_output_depends_on_a_later_letter(kind: str, cut: int, more: int, seed: int) -> None:
    net, length = model(kind, seed=seed), cut + more
    x, other = DOMAIN.sample(2 * 3, length, np.random.default_rng(seed)).reshape(2, 3, length, 2)
    other[:, :cut] = x[:, :cut]
    whole = logits(net, x)
    assert whole.shape == (3, length, 5)
    for changed in (logits(net, other), logits(net, x[:, :cut])):
        assert np.allclose(changed[:, :cut], whole[:, :cut], atol=1e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_letter_within_reach_matters(kind: str) -> None:
    net = model(kind)
    x = np.zeros((1, 9, 2), dtype=np.int64)
    for t in range(9):
        for channel in range(2):
            changed = x.copy()
            changed[0, t, channel] = 1
            assert not np.allclose(logits(net, changed)[0, -1], logits(net, x)[0, -1], atol=1e-7)


@settings(max_examples=examples(20), deadline=None)
@given(kind=st.sampled_from([*KINDS]), values=st.lists(st.integers(-9, 9), min_size=1, unique=True))
def test_a_function_says_values_of_the_task_only(kind: str, values: list[int]) -> None:
    function = as_function(model(kind, values=len(values)), tuple(values))
    y = function(DOMAIN.sample(7, 4, np.random.default_rng(0)))
    assert y.shape == (7, 4, 1)
    assert y.dtype == np.int64
    assert set(y.ravel().tolist()) <= set(values)


def test_a_value_that_the_sample_words_lack_is_labelled_by_a_near_one() -> None:
    task = load_task("Longest_Run")
    x, y = next(batches(task, (0, 1, 2), 0))
    assert x.shape == (*y.shape, 1)
    assert set(y.unique().tolist()) == {0, 1, 2}


def network(task: str, kind: str = "tcn", *, early: bool = False, share: float = 1.0) -> Network:
    loaded = load_task(task)
    values = output_values(loaded, 0)
    net = model(kind, loaded.domain, len(values))
    return Network(kind, task, early, net, values, share, 40, 1.5)


def test_kept_networks_answer_as_before_and_are_not_trained_again(tmp_path) -> None:
    task = load_task("Binary_Addition")
    x = task.domain.sample(64, 7, np.random.default_rng(0))
    for kind in KINDS:
        for early in (False, True):
            given_one = network(task.name, kind, early=early)
            kept = keep(tmp_path, given_one)
            before = as_function(given_one.model, given_one.values)(x)
            assert (function_of(tmp_path, kept)(x) == before).all()
    assert len(index(tmp_path)) == 2 * len(KINDS)
    assert [*networks(tmp_path, [task.name], [*KINDS])] == index(tmp_path)
    again = keep(tmp_path, network(task.name, "ssm", share=0.5))
    assert [k for k in index(tmp_path) if k.name == again.name] == [again]


def test_no_task_is_named_twice_and_all_have_one_output() -> None:
    names = BENCHMARK + GENERAL
    assert len({*names}) == len(names) == 23
    assert all(len(load_task(n).spec.outputs) == 1 for n in names)


def some_row(**changes) -> Row:
    usual = Row(
        "tcn_Prev1", "tcn", "Prev1", False, 1.0, 1.0, "PROVED", "", "automaton", 1.0, False, 2.0, ()
    )
    return replace(usual, **changes)


@settings(max_examples=examples(50))
@given(st.lists(st.sampled_from(["PROVED", "REFUTED", "UNKNOWN", "NO_PROGRAM", "LATE", "CRASH"])))
def test_every_network_is_counted_once(statuses: list[str]) -> None:
    how_many, *parts = counts([some_row(status=s) for s in statuses])[:5]
    assert how_many == sum(parts) == len(statuses)
    assert parts[0] == statuses.count("PROVED")
    assert parts[1] == statuses.count("REFUTED") + statuses.count("UNKNOWN")
    assert parts[2] == statuses.count("NO_PROGRAM") + statuses.count("CRASH")


@given(st.floats(0, 1))
def test_groups_are_in_the_order_of_accuracy(share: float) -> None:
    place = GROUPS.index(group(share))
    assert place == sum(share < bound for bound in (1.0, 0.999000001, 0.97))
    assert all(GROUPS.index(group(s)) >= place for s in (share / 2, share * 0.999))


def test_the_table_says_what_must_never_be() -> None:
    rows = [some_row(), some_row(accuracy=0.98, wrong=True), some_row(kind="ssm", status="CRASH")]
    text = "\n".join(table(rows))
    assert "wrong but called proved: 1" in text
    assert "crashed: 1" in text
    assert "97 to 99.9 %" in text
    assert "less" not in text
    assert "WRONG BUT CALLED PROVED" in line(rows[1])


def test_a_wrong_program_differs_from_the_labels_of_long_words() -> None:
    task = load_task("Add_Mod_3")
    assert not differs(task.spec, task)
    assert differs(machine("x", {"s": (0, "(s + x) % 3")}, "s * 1"), task) is False
    # right up to 25 letters, so only long words tell
    late = machine("x", {"s": (0, "(s + x) % 3"), "n": (0, "n + 1")}, "s if n < 26 else 0")
    assert differs(late, task)


def test_a_reading_that_takes_too_long_is_a_row(tmp_path) -> None:
    kept = keep(tmp_path, network("Parity_Last3"))
    found = row(tmp_path, kept, limit=0.2)
    assert found.status == "LATE"
    assert found.name == kept.name


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_network_trained_here_is_read_and_proved(tmp_path, kind: str) -> None:
    argv = ["Parity_Last3", "--kinds", kind, "--networks", str(tmp_path)]
    assert main([*argv, "--json", str(tmp_path / "rows.json")]) == 0
    final = next(k for k in index(tmp_path) if not k.early)
    assert final.accuracy == 1.0
    assert '"status": "PROVED"' in (tmp_path / "rows.json").read_text()


@pytest.mark.slow
def test_training_is_repeatable_and_keeps_a_nearly_right_network() -> None:
    task = load_task("Evens_Detector")
    first, second = train(task, "tcn"), train(task, "tcn")
    assert [(n.early, n.accuracy, n.steps) for n in first] == [
        (n.early, n.accuracy, n.steps) for n in second
    ]
    for n in first:
        assert n.accuracy == accuracy(as_function(n.model, n.values), task, task.length)
