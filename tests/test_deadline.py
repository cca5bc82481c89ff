"""A command with a limit ends with the best so far; a finished one does not notice it."""

from __future__ import annotations

import time

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.cli import main
from mips_verify.deadline import GRACE, deadline, interruptible, seconds_left, time_is_up
from mips_verify.pipeline.store import Store, json_codec


def spin(found: list[int]) -> None:
    while True:
        found.append(len(found))


def test_a_block_ends_when_the_time_is_up_and_keeps_what_it_found():
    found: list[int] = []
    with deadline(0.2):
        assert not time_is_up()
        with interruptible():
            spin(found)
        assert time_is_up()
    assert found
    assert not time_is_up()


class Swallowing:
    """Its destructor runs as the time is up; Python swallows what is raised in a destructor."""

    def __del__(self):
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_block_ends_although_a_library_caught_the_error():
    began, found = time.monotonic(), []
    with deadline(0.1), interruptible():
        Swallowing().__doc__  # noqa: B018 - it is deleted at once
        spin(found)
    assert found
    assert time.monotonic() < began + GRACE


def test_work_outside_of_blocks_is_not_interrupted():
    with deadline(0.05):
        began = time.monotonic()
        while time.monotonic() < began + 0.2:
            pass
        assert time_is_up()


@given(st.floats(0.001, 1e5))
def test_a_part_gets_what_is_left_but_a_little_always(most):
    assert seconds_left(most) == most
    with deadline(1e6):
        assert seconds_left(most) == pytest.approx(most)
    with deadline(0.0001):
        time.sleep(0.001)
        assert seconds_left(most) == min(most, GRACE)


def test_what_ended_early_is_not_stored(tmp_path):
    codec = json_codec(lambda x: {"x": x}, lambda d: d["x"])
    with deadline(0.0001):
        time.sleep(0.001)
        assert Store(tmp_path).stage("train", 1, lambda: 2, codec) == (2, False)
    assert not list(tmp_path.iterdir())
    Store(tmp_path).stage("train", 1, lambda: 3, codec)
    assert Store(tmp_path).stage("train", 1, lambda: 4, codec) == (3, True)


def test_a_limit_that_is_not_reached_changes_nothing(tmp_path):
    run = CliRunner().invoke(
        main, ["synth-and-prove", "Prev1", "--fresh", "--limit", "600", "--out", str(tmp_path)]
    )
    assert run.exit_code == 0
    assert (tmp_path / "Prev1" / "certificate.json").exists()


@pytest.mark.slow
def test_a_run_ends_in_time_with_the_best_so_far(tmp_path):
    command = ["synth-and-prove", "Dithering", "--engine", "adam", "--fresh", "--limit", "3"]
    run = CliRunner().invoke(main, [*command, "--out", str(tmp_path)])
    assert run.exit_code in (1, 2, 3, 4)
    assert not isinstance(run.exception, AssertionError)
    assert run.output.strip()
