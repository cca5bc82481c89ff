"""The trial of broken networks and certificates: a small sample, and whether it would notice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from mips_verify.network_kernel.exact_network import ExactNetwork
from mips_verify.network_kernel.network_certificate import EVERY
from tests.network_kernel_tools import any_network
from tests.quality import network_mutants
from tests.quality.certificate_mutants import changed_certificate, changed_network, with_numbers
from tests.quality.network_mutants import figures, main, problems, tried
from tests.quick import examples


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_mutants, "TASKS", ("Add_Mod_3", "Parity_Last2", "Prev1"))
    problems.cache_clear()


def test_a_sample_has_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, count = tmp_path / "rows.json", examples(20)
    assert main(["--count", str(count), "--seed", "1", "--json", str(file)]) == 0
    rows = json.loads(file.read_text())
    assert len(rows) == 2 * count
    assert 0 < sum(r["accepted"] for r in rows) < len(rows)
    assert f"weights: {count} mutants" in capsys.readouterr().out


def test_a_trial_goes_on_where_it_was(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    first = ["--count", "2", "--journal", str(journal)]
    main(first)
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join(lines[:3]) + "\n")
    main(first)
    again = [json.loads(line) for line in journal.read_text().splitlines()]
    for old, new in zip(map(json.loads, lines), again, strict=True):
        assert {**old, "seconds": 0} == {**new, "seconds": 0}


def test_a_checker_that_believes_everything_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_mutants, "check_certificate", lambda *_: None)
    rows = [tried("weights", 0, number) for number in range(examples(30))]
    faults = [r["fault"] for r in rows if r["fault"]]
    assert [f for f in faults if f.startswith("wrong in doubles after")]
    assert any("fault: {" in line for line in figures(rows))


@pytest.mark.parametrize(("error", "kind"), [(KeyError("x"), "ended in KeyError"), (None, "took")])
def test_a_checker_that_breaks_or_hangs_is_found_out(
    error: Exception | None, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: Any) -> None:
        if error:
            raise error

    problems()
    monkeypatch.setattr(network_mutants, "check_certificate", check)
    monkeypatch.setattr(network_mutants, "SECONDS", 300 if error else -1)
    assert kind in tried("certificate", 0, 0)["fault"]


def test_every_problem_is_proved_and_behaves() -> None:
    for problem in problems():
        assert problem.certificate.exact is EVERY
        rng = np.random.default_rng(0)
        assert not network_mutants.misbehaves(problem.certificate, problem.network, problem, rng)


def test_changes_change_one_thing_and_keep_the_shapes() -> None:
    rng = np.random.default_rng(0)
    words = set()
    for problem in problems():
        for _ in range(60):
            word, network = changed_network(problem.network, rng)
            words.add(word.split(":")[0])
            pairs = zip(network.numbers, problem.network.numbers, strict=True)
            assert sum(a != b for a, b in pairs) in (0, 1, 2)
            word, proof = changed_certificate(problem.certificate, rng)
            words.add(word.split(":")[0])
            assert (proof.network, proof.program) == (
                problem.certificate.network,
                problem.certificate.program,
            )
    assert len(words) == 22, sorted(words)


@given(any_network())
def test_numbers_are_put_back_in_their_order(network: ExactNetwork) -> None:
    assert with_numbers(network, list(network.numbers)) == network
