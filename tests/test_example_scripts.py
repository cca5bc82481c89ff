"""The scripts in examples/ do what they say, as a user runs them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
HELPERS = ("training.py", "train_networks.py")  # the second is a tool of its own
SCRIPTS = sorted(p.name for p in EXAMPLES.glob("*.py") if p.name not in HELPERS)


def run(name, folder):
    root = str(EXAMPLES.parent)
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / name)], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": root, "OMP_NUM_THREADS": "1"}, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_an_example_reads_a_program_out_of_its_network_and_proves_it(tmp_path, name):
    if name == "onnx_file.py":
        pytest.importorskip("onnxruntime")
    said = run(name, tmp_path)
    assert "network: right on 100.00% of words of" in said
    assert "\noutput " in said
    assert said.splitlines()[-1] == "PROVED"


@pytest.mark.slow
def test_the_program_is_right_where_the_transformer_is_not(tmp_path):
    said = run("transformer.py", tmp_path)
    trained, twice = map(float, re.findall(r"right on ([\d.]+)%", said))
    assert trained == 100
    assert twice < 5
    assert said.splitlines()[-1] == "PROVED"


@pytest.mark.parametrize("name", [*SCRIPTS, "training.py"])
def test_an_example_fits_a_screen_or_two(name):
    lines = (EXAMPLES / name).read_text().splitlines()
    assert len(lines) < 80


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_example_is_shown_in_the_documentation(name):
    page = (EXAMPLES.parent / "docs" / "networks.md").read_text()
    assert f"examples/{name}" in page
