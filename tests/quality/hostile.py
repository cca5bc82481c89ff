"""Files and arguments made to break the command line: each must end soon and with a sentence.

    python -m tests.quality.hostile [--only PATTERN] [--jobs N] [--list]

Every case is a command in a process of its own. It must end within ten seconds of work and a minute
on the clock, which other work on the machine may slow, and one GiB (of all its processes together),
with exit code 2 and one sentence or with the exit code of a verdict; exit code 5, an internal
error, is a failure. Prints the failures and a count.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from tests.quality import hostile_files as files
from tests.quality.hostile_programs import ARGUMENTS, PROGRAMS

SECONDS = 10.0  # of CPU
PATIENCE = 6  # times as long on the clock
MEMORY = 2**30
LONG = 600.0  # for what is no bad input, but much work
WORK = ("hidden_500",)
SPOKEN = 10_000  # characters on stderr
PAUSE = 0.02
GOOD = {
    "good.csv": files.rows(200, lambda i: f"{i // 4},{i % 3},{i % 2}"),
    "good.toml": files.task(),
}
WRITERS = GOOD | {
    f"{name}{suffix}": writer
    for suffix, table in (
        (".toml", files.TASKS), (".csv", files.CSV), (".jsonl", files.JSON_LINES),
        (".npz", files.NPZ), (".safetensors", files.SAFETENSORS), (".pt", files.PT),
        (".py", PROGRAMS),
        *((s, files.KINDS) for s in (".toml", ".csv", ".json", ".jsonl", ".npz", ".safetensors",
                                     ".pt", ".py")),
    )
    for name, writer in table.items()
}  # fmt: skip
# task files that are crossed with every command that takes a task
CROSSED = ("bomb", "range_30", "number_30", "partial", "deep_sum", "nested_arrays", "family_many",
           "name_control", "fifo", "zero")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A command; ``{name}`` in an argument is the path of that file."""

    name: str
    args: tuple[str, ...]
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Seen:
    """How a command ended.

    Attributes:
        code: its exit code; None where it had to be killed.
        wall: seconds that passed.
        cpu: seconds that it and all below it worked.
        memory: the most bytes that they kept at once.
        stderr: what it said.
    """

    code: int | None
    wall: float
    cpu: float
    memory: int
    stderr: str = ""

    @property
    def failure(self) -> str:
        """What must not happen, if it did."""
        if self.code is None:
            return f"killed after {self.cpu:.1f} s of work"
        if self.memory > MEMORY:
            return f"{self.memory / 2**20:.0f} MiB"
        if self.code not in (0, 1, 2, 3, 4):
            return f"exit code {self.code}"
        if "Traceback" in self.stderr or len(self.stderr) > SPOKEN:
            return "a traceback or a flood on stderr"
        lines = self.stderr.splitlines()
        if self.code == 2 and not (lines and re.match(r"mips-verify: |Error: ", lines[-1])):
            return "exit code 2 without a sentence"
        return ""


def cases() -> Iterator[Case]:
    """All of them."""

    def of(
        command: tuple[str, ...], suffix: str, *tables: dict[str, files.Writer]
    ) -> Iterator[Case]:
        for table in tables:
            for name in table:
                args = tuple(a.replace("FILE", f"{{{name}{suffix}}}") for a in command)
                seconds = LONG if name in WORK else SECONDS
                yield Case(f"{command[0]} {name}{suffix}", args, seconds)

    crossed = {name: (files.TASKS | files.KINDS)[name] for name in CROSSED}
    yield from of(("show", "FILE"), ".toml", files.TASKS, files.KINDS)
    yield from of(("synth-and-prove", "FILE", "--fresh"), ".toml", crossed)
    yield from of(("bench", "FILE", "--fresh", "--jobs", "1"), ".toml", crossed)
    yield from of(("prove", "{good.py}", "FILE"), ".toml", crossed)
    yield from of(("show", "--diagram", "FILE"), ".toml", {n: files.TASKS[n] for n in CROSSED[:5]})
    model = ("extract", "--model", "{grows_slowly.safetensors}", "--length", "6", "--task", "FILE")
    yield from of(model, ".toml", crossed)
    for suffix, table in ((".csv", files.CSV), (".jsonl", files.JSON_LINES), (".npz", files.NPZ)):
        yield from of(("synth", "--data", "FILE", "--fresh"), suffix, table, files.KINDS)
    ranges = ("--input", "x=0..3", "--length", "1000")
    for suffix, table in ((".safetensors", files.SAFETENSORS), (".pt", files.PT)):
        yield from of(("extract", "--model", "FILE", *ranges), suffix, table, files.KINDS)
        yield from of(("normalize", "FILE"), suffix, table)
        yield from of(("certify", "FILE", "{good.py}", *ranges), suffix, table)
    certified = ("certify", "{grows_slowly.safetensors}", "FILE")
    yield from of(certified, ".toml", crossed)
    yield from of(certified, ".json", files.KINDS)
    yield from of((*certified, *ranges), ".py", files.KINDS)
    limited = ("prove", "FILE", "{good.toml}", "--timeout", "5")
    yield from of(limited, ".py", PROGRAMS, files.KINDS)
    for name, args in ARGUMENTS.items():
        yield Case(name, args)


def run(case: Case, folder: Path) -> Seen:
    """Write the files of a case, and run it."""

    def place(found: re.Match[str]) -> str:
        if found[1] == "dir":
            return str(folder)
        path = folder / found[1]
        if not os.path.lexists(path):
            WRITERS[found[1]](path)
        return str(path)

    args = [re.sub(r"\{([\w.]+)\}", place, a) for a in case.args]
    with (folder / "stderr").open("w+", errors="replace") as stderr:
        child = subprocess.Popen(
            [sys.executable, "-m", "mips_verify", *args],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr, cwd=folder,
            env={**os.environ, "PYTHONPATH": os.getcwd()},
        )  # fmt: skip
        seen = watch(child, case.seconds)
        stderr.seek(0)
        return replace(seen, stderr=stderr.read())


def watch(child: subprocess.Popen[bytes], most: float) -> Seen:
    """Wait for a process; what it and all below it have used."""
    began, memory, cpu = time.monotonic(), 0, 0.0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # a child starts with it
    while True:
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        wall = time.monotonic() - began
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            cpu = max(cpu, used.ru_utime + used.ru_stime)
            largest = used.ru_maxrss * 1024 if used.ru_maxrss > own else 0
            return Seen(child.returncode, wall, cpu, max(memory, largest))
        tree = family(child.pid)
        memory = max(memory, sum(kept for kept, _ in tree.values()))
        cpu = max(cpu, sum(seconds for _, seconds in tree.values()))
        if cpu > most or wall > PATIENCE * most or memory > 2 * MEMORY:
            for one in tree:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            child.wait()
            return Seen(None, wall, cpu, memory)
        time.sleep(PAUSE)


def family(root: int) -> dict[int, tuple[int, float]]:
    """The resident bytes and CPU seconds of a process and of all below it."""
    parent, used = {}, {}
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            fields = (
                Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            )
        except OSError:  # it is gone by now
            continue
        parent[pid] = int(fields[1])
        seconds = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
        used[pid] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE"), seconds
    found, todo = {}, [root]
    while todo:
        pid = todo.pop()
        if pid in used:
            found[pid] = used[pid]
        todo += [child for child, above in parent.items() if above == pid]
    return found


def trial(case: Case) -> tuple[Case, Seen]:
    """One case in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return case, run(case, Path(folder))


def main() -> None:
    """Print the failures as a table, and a count."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="cases whose name holds this pattern")
    parser.add_argument("--jobs", type=int, default=1, help="cases at once")
    parser.add_argument("--list", action="store_true", help="every case, not the failures alone")
    args = parser.parse_args()
    chosen = [case for case in cases() if re.search(args.only, case.name)]
    failed, slowest, largest = 0, 0.0, 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for case, seen in pool.map(trial, chosen):
            failed += bool(seen.failure)
            slowest, largest = max(slowest, seen.cpu), max(largest, seen.memory)
            if seen.failure or args.list:
                said = (seen.stderr.strip().splitlines() or [""])[-1]
                print(
                    f"{case.name:40.40} {seen.failure or seen.code!s:28} {seen.wall:5.1f} s "
                    f"({seen.cpu:4.1f} s CPU) {seen.memory / 2**20:5.0f} MiB  {said[:110]}",
                    flush=True,
                )
    print(
        f"{len(chosen) - failed} of {len(chosen)} end with a sentence or a verdict; the slowest "
        f"worked {slowest:.1f} s, the largest {largest / 2**20:.0f} MiB"
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
