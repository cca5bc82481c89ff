"""Mutation testing of the trusted kernel: how many small changes to it do its tests notice?

Every mutant of a kernel module runs in a forked child that imports the changed source in place
of the module; a test that fails, or hangs, kills it. What is not killed is printed, except for
what `kernel_equivalents.toml` lists, with its reason, as unable to change any behaviour.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.quality.source_mutants import Change, changes

ROOT = Path(__file__).parents[2]
EQUIVALENTS = Path(__file__).parent / "kernel_equivalents.toml"
MODULES = (
    "errors", "domain", "expr", "parse", "machine",
    "printers.z3", "prove.verdict", "prove.obligations", "prove.certificate",
)  # fmt: skip
FIRST = {
    "errors": "errors", "domain": "domain", "expr": "expressions", "parse": "parser",
    "machine": "machines", "printers.z3": "encoding", "prove.verdict": "verdicts",
    "prove.obligations": "proofs", "prove.certificate": "certificates",
}  # fmt: skip
SECONDS = 60
MEMORY = 4 * 2**30
EXAMPLES = 25  # of Hypothesis, always the same ones
KILLED, SURVIVED, SLOW = "killed", "survived", "killed by time"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one mutant."""

    module: str
    change: str
    line: int
    outcome: str


def main(argv: list[str] | None = None) -> int:
    """Run the mutants and print the figure; exit code 1 below the share asked for."""
    args = _arguments(argv)
    modules = args.modules or MODULES
    known = _kept(args.json)
    _prepare()
    for module in modules:
        if run(module, None) != SURVIVED:
            sys.exit(f"the tests fail on the unchanged kernel ({module} first)")
    results, start = [], time.monotonic()
    todo = [c for m in modules for c in kernel_changes(m)]
    for i, (module, change) in enumerate(todo):
        outcome = known.get((module, change.text), SURVIVED) if not args.fresh else SURVIVED
        if outcome == SURVIVED:
            outcome = run(module, change)
        results.append(Result(module, change.text, change.line, outcome))
        if i % 20 == 19 or i + 1 == len(todo):
            left = (time.monotonic() - start) / (i + 1) * (len(todo) - i - 1)
            print(f"{i + 1} of {len(todo)}, about {left:.0f} s left", file=sys.stderr, flush=True)
            _keep(args.json, results)
    lines, share = report(results, equivalents())
    print("\n".join(lines))
    return int(share < args.least)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.kernel", description=__doc__)
    parser.add_argument("--modules", nargs="+", choices=MODULES, metavar="NAME")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep results; run survivors")
    parser.add_argument("--fresh", action="store_true", help="run those known as killed as well")
    parser.add_argument("--least", type=float, default=0.95, help="share that must be killed")
    return parser.parse_args(argv)


def kernel_changes(module: str) -> list[tuple[str, Change]]:
    """The mutants of a kernel module."""
    return [(module, c) for c in changes(_path(module).read_text())]


def _path(module: str) -> Path:
    return ROOT / "mips_verify" / f"{module.replace('.', '/')}.py"


def equivalents() -> dict[tuple[str, str], str]:
    """Changes that cannot alter any behaviour, with the reason, by module and change."""
    data = tomllib.loads(EQUIVALENTS.read_text())
    return {(e["module"], e["change"]): e["why"] for e in data.get("equivalent", [])}


def report(results: list[Result], same: dict[tuple[str, str], str]) -> tuple[list[str], float]:
    """Lines with the figure of each module and the survivors, and the share killed."""
    lines, counted, killed = [], 0, 0
    for module in dict.fromkeys(r.module for r in results):
        of = [r for r in results if r.module == module and not _is_same(r, same)]
        dead = sum(r.outcome != SURVIVED for r in of)
        lines.append(f"{module:20} {dead:5} of {len(of):5} killed")
        counted, killed = counted + len(of), killed + dead
    left = [r for r in results if r.outcome == SURVIVED and not _is_same(r, same)]
    lines += [f"survived: {r.module}:{r.line}: {r.change}" for r in left]
    share = killed / max(1, counted)
    excused = len(results) - counted
    lines.append(f"{killed} of {counted} mutants killed, {100 * share:.1f} % "
                 f"({excused} more change nothing)")  # fmt: skip
    return lines, share


def _is_same(r: Result, same: dict[tuple[str, str], str]) -> bool:
    return r.outcome == SURVIVED and (r.module, r.change) in same


def _kept(path: Path | None) -> dict[tuple[str, str], str]:
    """Outcomes of an earlier run of the same kernel."""
    if path is None or not path.exists():
        return {}
    rows = json.loads(path.read_text())
    return {(r["module"], r["change"]): r["outcome"] for r in rows}


def _keep(path: Path | None, results: Iterable[Result]) -> None:
    if path is not None:
        rows = [{k: getattr(r, k) for k in Result.__slots__} for r in results]
        path.write_text(json.dumps(rows, indent=1) + "\n")


def _prepare() -> None:
    """Load once what every child needs, but nothing of the package under test."""
    for name in ("numpy", "sympy", "z3", "hypothesis.strategies", "pytest", "tomllib", "difflib"):
        importlib.import_module(name)
    from hypothesis import Phase, settings

    settings.register_profile(
        "kernel", max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    assert not [name for name in sys.modules if name.startswith("mips_verify")]


def run(module: str, change: Change | None) -> str:
    """The kernel's tests, those of the module first, with one change to it."""
    pid = os.fork()
    if pid == 0:
        os._exit(_child(module, change))
    deadline = time.monotonic() + SECONDS
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return SLOW
        time.sleep(0.005)


def _child(module: str, change: Change | None) -> int:
    import pytest

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if change is not None:
        sys.meta_path.insert(0, _Changed(f"mips_verify.{module}", _path(module), change.source))
    first = f"tests/test_kernel_{FIRST[module]}.py"
    every = sorted(str(p.relative_to(ROOT)) for p in ROOT.glob("tests/test_kernel_*.py"))
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-profile=kernel",
               "--no-header", "--tb=no", "--rootdir", str(ROOT)]  # fmt: skip
    try:
        # most mutants do not live to see the other files read
        failed = pytest.main([*options, first])
        return int(failed or pytest.main([*options, *(p for p in every if p != first)]))
    except BaseException:  # a mutant may raise anything, at any time
        return 1


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a changed source."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        self.name, self.path, self.source = name, path, source

    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.name:
            return None
        return importlib.util.spec_from_loader(fullname, self, origin=str(self.path))

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, str(self.path), "exec"), module.__dict__)


if __name__ == "__main__":
    sys.exit(main())
