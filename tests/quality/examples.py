"""Programs from examples alone, judged afterwards by the specification that labelled them.

    python -m tests.quality.examples [--sequences N] [--json FILE] [TASK...]

Each task becomes a CSV file of labelled random sequences. `mips-verify synth --data` finds a
program in it without anything else, and `mips-verify prove` compares that program with the task.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mips_verify.spec.labelling import label
from mips_verify.spec.task import Task, load_task

TASKS = (
    "Sum_Last3", "Parity_All", "Add_Mod_5", "Binary_Addition", "Div_5", "Max_Seen",
    "Evens_Counter", "Newton_Freebody", "Vowel_Counter", "Tomita_4",
)  # fmt: skip


def write_csv(path: Path, task: Task, sequences: int, seed: int) -> None:
    """One line a step; the columns are the inputs and then the outputs."""
    x = task.domain.sample(sequences, task.length, np.random.default_rng(seed))
    y = label(task, x)
    outputs = [f"y{i}" for i in range(y.shape[2])]
    lines = [",".join(["sequence", *task.domain.names, *outputs])]
    for i in range(sequences):
        for letter, answer in zip(x[i].tolist(), y[i].tolist(), strict=True):
            lines.append(",".join(map(str, [i, *letter, *answer])))
    path.write_text("\n".join(lines) + "\n")


def tool(*args: object) -> tuple[int, dict]:
    """Exit code and JSON of a command."""
    command = [sys.executable, "-m", "mips_verify", *map(str, args), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, json.loads(done.stdout) if done.stdout else {"error": done.stderr}


def trial(task: Task, sequences: int, seed: int) -> dict:
    """What the examples of one task give, and what the proof says of it."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        data, program = Path(folder) / "examples.csv", Path(folder) / "program.py"
        write_csv(data, task, sequences, seed)
        code, _ = tool("synth", "--data", data, "--out", program, "--fresh")
        seconds = time.perf_counter() - began
        verdict = tool("prove", program, task.name)[1] if program.exists() else {}
        return {
            "task": task.name, "exit": code, "status": verdict.get("status", "NO_PROGRAM"),
            "counterexample": verdict.get("counterexample"), "seconds": round(seconds, 1),
        }  # fmt: skip


def main() -> None:
    """Print a line a task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", default=TASKS)
    parser.add_argument("--sequences", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found = []
    for name in args.tasks:
        found.append(trial(load_task(name), args.sequences, args.seed))
        print(*found[-1].values(), flush=True)
    print(sum(f["status"] == "PROVED" for f in found), "of", len(found), "equal the specification")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
