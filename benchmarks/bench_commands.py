"""Commands as users run them, each a process of its own: start-up, `check` by each verifier."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUNDLE = "proofs/Majority_0_2"
COMMANDS = {
    "start --help": ("--help",),
    "start bench --help": ("bench", "--help"),
    "show": ("show", "Div_3"),
    "check": ("check", BUNDLE),
    "check --cvc5": ("check", BUNDLE, "--cvc5"),
    "check --dafny": ("check", BUNDLE, "--dafny"),
    "check --rocq": ("check", BUNDLE, "--rocq"),
    "synth-and-prove": ("synth-and-prove", "Sum_Last3", "--fresh", "--quiet"),
}
NEEDS = {"check --dafny": "dafny", "check --rocq": "coqc"}


# a small process between ours and the command: what a child may show as its largest memory is at
# least that of the process that started it
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize("what", COMMANDS)
def bench_command(benchmark, tmp_path: Path, what: str) -> None:
    """CPU seconds of a command, and the memory of the largest of its processes."""
    if what in NEEDS and shutil.which(NEEDS[what]) is None:
        pytest.skip(f"{NEEDS[what]} is not installed")
    words = list(COMMANDS[what])
    if words[0] == "synth-and-prove":
        words += ["--out", str(tmp_path / "bundle")]
    command = [sys.executable, "-m", "mips_verify", *words]

    def run() -> None:
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    benchmark(run)
    asked = [sys.executable, "-c", PEAK, *command]
    kibibytes = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    benchmark.extra_info["mebibytes"] = round(int(kibibytes) / 1024)
