"""Lies that are consistent in themselves are noticed by `check`, or shown as claims."""

import json

import pytest

from mips_verify.check.find_bundles import find_bundles
from mips_verify.check.finding import Options
from mips_verify.check.findings_table import summary, text, to_json
from mips_verify.check.junit import to_junit
from mips_verify.check.run_checks import run
from mips_verify.check.sarif import to_sarif
from mips_verify.workers.place import Place
from tests.quality.lies import LIES, trial
from tests.test_check_bundles import copied, rewritten


def test_there_are_many_lies_and_each_has_its_name():
    assert len({lie.name for lie in LIES}) == len(LIES) >= 60


def test_a_sample_of_lies_is_noticed_or_claimed(tmp_path):
    told = trial(LIES[::14], tmp_path, jobs=1)
    assert [t.lie.name for t in told if t.outcome == "MISSED"] == []


@pytest.mark.slow
def test_every_lie_is_noticed_or_claimed(tmp_path):
    told = trial(LIES, tmp_path, jobs=2)
    assert [t.lie.name for t in told if t.outcome == "MISSED"] == []


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The report of one bundle that there is no task file for."""
    folder = tmp_path_factory.mktemp("alone") / "Sum_Last33"
    copied("Sum_Last3", folder.parent).rename(folder)
    rewritten(folder, lambda data: data.update(task="Sum_Last33"))
    return run(find_bundles([folder.parent]), Options(fuzz=5), place=Place(1))


def test_a_bundle_without_a_task_file_is_counted_in_every_report(alone, tmp_path):
    said = "1 of 1 bundles hold (Z3), 1 of them without a task file: its specification is its own"
    assert said in summary(alone)
    data = to_json(alone)
    assert said in data["summary"]
    assert (data["without_task_file"], data["bundles"][0]["without_task_file"]) == (1, True)
    (result,) = to_sarif(alone, tmp_path)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("specification", "note")
    assert "there is no task file of its name" in to_junit(alone)


def test_what_is_claimed_only_is_shown(alone):
    shown = text(alone)
    for claim in ("trained by 'subspace'", "seed 0", "invariant found by 'affine'", "made with"):
        assert f"  {claim}" in shown
        assert claim in json.dumps(to_json(alone))
        assert claim in json.dumps(to_sarif(alone, alone.bundles[0].folder))


def test_the_share_of_sequences_on_which_network_and_program_agree_is_told(alone):
    (found,) = [f for f in alone.bundles[0].findings if f.check == "network"]
    theorem, agreement = found.message.split("; ")
    assert agreement == "agrees with the program on 100.0% of 1024 sequences of length 10"
    for said in (theorem, agreement):
        assert f"  {said}: Sum_Last33" in text(alone)
