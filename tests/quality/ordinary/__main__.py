"""The tool on ordinary programs: every right one should be PROVED, every wrong one REFUTED.

    python -m tests.quality.ordinary [--jobs N] [--json FILE] [--labels] [NAME...]

A counterexample counts when a fresh process that runs the file answers it otherwise than the
specification. The exit code is 1 for a verdict that is false and for a crash. `--labels` only
checks the labels, by running every program on thousands of sequences.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from mips_verify.errors import MipsVerifyError
from mips_verify.reader.prove_file import prove_file
from mips_verify.spec.task import load_task
from tests.quality.ordinary import Program, mislabelled, programs, replayed


@dataclass(frozen=True, slots=True)
class Line:
    """What the tool said of one program; ``fault`` is what is false about that."""

    program: str
    expected: str
    status: str
    seconds: float
    said: str
    fault: str = ""


def trial(program: Program) -> Line:
    """Prove one program as `mips-verify prove` does, and replay what refutes it."""
    task = load_task(program.task)
    began = time.perf_counter()
    try:
        verdict = prove_file(program.path, task, progress=lambda *_: None)
    except MipsVerifyError as error:
        seconds = time.perf_counter() - began
        return Line(program.name, program.expected, "ERROR", seconds, str(error)[:300])
    except Exception as error:
        said = f"{type(error).__name__}: {error}"[:300]
        return Line(program.name, program.expected, "CRASH", 0.0, said, f"the tool fails: {said}")
    seconds = time.perf_counter() - began
    status, fault = verdict.status.value, ""
    if verdict.counterexample is not None:
        word = verdict.counterexample
        if replayed(program, word) == task.spec.run(word):
            fault = f"the counterexample {word} does not replay"
    if {status, program.expected} == {"PROVED", "REFUTED"}:
        fault = fault or f"false {status}"
    return Line(program.name, program.expected, status, seconds, str(verdict)[:300], fault)


def summary(lines: list[Line]) -> dict[str, int | float]:
    """The figures of the trial."""
    right = [x for x in lines if x.expected == "PROVED"]
    wrong = [x for x in lines if x.expected == "REFUTED"]
    return {
        "right": len(right),
        "right, PROVED": sum(x.status == "PROVED" for x in right),
        "wrong": len(wrong),
        "wrong, REFUTED": sum(x.status == "REFUTED" and not x.fault for x in wrong),
        "false PROVED": sum(x.status == "PROVED" for x in wrong),
        "other false verdicts": sum(bool(x.fault) and x.status != "PROVED" for x in lines),
        "seconds": round(sum(x.seconds for x in lines), 1),
    }


def report(lines: list[Line]) -> Iterator[str]:
    """The closing figures, after what went otherwise than the label says."""
    for x in lines:
        if x.fault or x.status != x.expected:
            yield f"{'FAULT ' if x.fault else ''}{x.program}: {x.fault or x.said}"
    figures = summary(lines)
    yield f"right programs PROVED: {figures['right, PROVED']} of {figures['right']}"
    yield f"wrong programs REFUTED: {figures['wrong, REFUTED']} of {figures['wrong']}"
    yield f"false PROVED: {figures['false PROVED']}"
    yield f"other false verdicts: {figures['other false verdicts']}"
    yield f"{figures['seconds']} s"


def check_labels(chosen: list[Program], count: int, jobs: int) -> int:
    """Run every program on ``count`` short sequences and some long ones."""
    with ProcessPoolExecutor(jobs) as pool:
        found = list(pool.map(partial(mislabelled, count=count), chosen))
    for program, fault in zip(chosen, found, strict=True):
        if fault:
            print(f"{program.name}, labelled {program.expected}: {fault}")
    print(f"{sum(not f for f in found)} of {len(chosen)} labels stand")
    return int(any(found))


def main(argv: list[str] | None = None) -> int:
    """Run the trial and print its table."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.ordinary", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these programs only")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--labels", action="store_true", help="only check the labels")
    parser.add_argument("--count", type=int, default=3_000, help="sequences for --labels")
    args = parser.parse_args(argv)
    chosen = [p for p in programs() if not args.names or p.name in args.names]
    if args.labels:
        return check_labels(chosen, args.count, args.jobs)
    lines = []
    with ProcessPoolExecutor(args.jobs) as pool:
        for x in pool.map(trial, chosen):
            lines.append(x)
            print(f"{x.program:36}{x.expected:9}{x.status:12}{x.seconds:8.1f}", flush=True)
    print("\n".join(report(lines)))
    if args.json:
        result = {"summary": summary(lines), "programs": [asdict(x) for x in lines]}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return int(any(x.fault for x in lines))


if __name__ == "__main__":
    sys.exit(main())
