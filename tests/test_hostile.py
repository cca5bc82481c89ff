"""A dozen of the hostile files and arguments of ``tests.quality.hostile``, and the trial itself."""

import subprocess
import sys

import pytest

from tests.quality.hostile import MEMORY, Case, Seen, cases, trial, watch

SOME = (
    "show bomb.toml", "show nested_tables.toml", "show fifo.toml", "show number_hex.toml",
    "synth nan.csv", "synth one_label.jsonl", "synth shape.npz", "synth zero.npz",
    "show partial.toml", "normalize offsets.safetensors", "new control", "bench suite",
    "certify letters",
)  # fmt: skip
KNOWN = {case.name: case for case in cases()}


def test_there_are_many_cases_of_every_command():
    assert len(KNOWN) >= 150
    commands = {case.args[0] for case in KNOWN.values()}
    assert commands >= {
        "tasks", "show", "new", "prove", "extract", "synth", "normalize", "synth-and-prove",
        "bench", "check", "certify",
    }  # fmt: skip


@pytest.mark.parametrize("name", SOME)
def test_a_hostile_file_ends_soon_and_with_a_sentence(name):
    _, seen = trial(KNOWN[name])
    assert not seen.failure, seen


def test_the_trial_sees_what_must_not_happen():
    assert Seen(None, 10.0, 10.0, 0).failure
    assert Seen(2, 1.0, 1.0, 2 * MEMORY, "Error: x").failure
    assert Seen(5, 1.0, 1.0, 0, "mips-verify: internal error").failure
    assert Seen(2, 1.0, 1.0, 0).failure
    assert Seen(1, 1.0, 1.0, 0, "Traceback (most recent call last)").failure
    assert not Seen(2, 1.0, 1.0, 0, "mips-verify: no").failure
    assert not trial(Case("a good task", ("show", "{good.toml}")))[1].failure


def test_the_trial_counts_the_memory_of_all_processes():
    code = "import os, time; os.fork(); b = b'x' * 2**27; time.sleep(1)"
    assert watch(subprocess.Popen([sys.executable, "-c", code]), 10.0).memory > 2**28


@pytest.mark.parametrize("code", ["while True: pass", "import os; os.fork()\nwhile True: pass"])
def test_the_trial_ends_what_does_not_end(code):
    assert watch(subprocess.Popen([sys.executable, "-c", code]), 0.5).failure
    hangs = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert watch(hangs, 0.1).code is None
