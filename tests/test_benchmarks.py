"""The benchmarks run, and their tables say what was measured."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import growth, reference_loop, tables
from benchmarks.cpu_clock import cpu_seconds
from mips_verify.network.load import load_model
from tests.record import PERFORMANCE, blocks

ROOT = Path(__file__).parent.parent


@given(st.floats(0.25, 3), st.floats(0.2, 5))
def test_the_exponent_of_a_power_is_that_power(power, factor):
    points = [(size, True, {"train": factor * size**power, "prove": 0.01}) for size in (2, 4, 8)]
    found = growth.exponents(points)
    assert list(found) == ["train"]  # what takes no time has none
    assert found["train"] == pytest.approx(power, abs=0.006)


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_a_turned_network_is_the_same_function(hidden, seed):
    network = load_model(ROOT / "proofs" / "Add_Mod_5" / "network.safetensors").network
    other = growth.turned(network, hidden)
    words = np.random.default_rng(seed).integers(0, 5, (20, 10, 1))
    assert other.hidden == hidden
    assert (other.run(words)[1] == network.run(words)[1]).all()


def test_the_clock_counts_children_that_still_run():
    code = (
        "import time; t = time.process_time()\nwhile time.process_time() - t < 0.5: pass\ninput()"
    )
    before = cpu_seconds()
    with subprocess.Popen([sys.executable, "-c", code + "\n"], stdin=subprocess.PIPE) as child:
        while cpu_seconds() - before < 0.4:
            assert child.poll() is None
        child.communicate(b"\n")


def test_the_page_shows_what_was_recorded():
    text = PERFORMANCE.read_text()
    for name, block in blocks()[PERFORMANCE].items():
        assert f"<!-- {name} -->\n{block}\n<!-- /{name} -->" in text


def test_a_stage_without_a_figure_has_no_exponent():
    points = [{"size": n, "proved": True, "seconds": {"train": n / 10}} for n in (1, 2, 4)]
    found = tables.growth({"letters": {"points": points, "exponents": {}}})
    assert found.splitlines()[2] == "| letters | 1, 2, 4 | train | 0.10, 0.20, 0.40 | - |"


@pytest.mark.slow
def test_growth_and_the_plain_loop_are_measured(tmp_path):
    assert (
        growth.main(
            ["--sizes", "1", "--out", str(tmp_path / "g"), "--plot", str(tmp_path / "g.svg")]
        )
        == 0
    )
    found = json.loads((tmp_path / "g").read_text())
    assert list(found) == ["letters", "length", "states", "hidden size"]
    assert all(point["proved"] for result in found.values() for point in result["points"])
    assert "hidden size" in (tmp_path / "g.svg").read_text()
    assert reference_loop.main(["Sum_Last2", "--steps", "1", "--out", str(tmp_path / "r")]) == 0
    (pair,) = json.loads((tmp_path / "r").read_text())["tasks"]
    whole = pair["step_seconds"] * reference_loop.STEPS * reference_loop.SEEDS
    assert pair["ratio"] == pytest.approx(whole / pair["train_seconds"], rel=0.01)


@pytest.mark.slow
def test_every_benchmark_runs_once():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "benchmarks", "-q", "-o", "addopts=", "-k", "1 or help",
         "-o", "python_files=bench_*.py", "-o", "python_functions=bench_*", "--benchmark-disable"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "passed" in done.stdout
