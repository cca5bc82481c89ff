"""Mutation testing of the trusted kernels: how many small changes to it do its tests notice?

Every mutant of a kernel module runs in a forked child; a test that fails, or hangs, kills it. A
child imports the changed source in place of the module, or, where only one function differs,
starts with all tests read and puts the new code into it. What is not killed is printed, except for
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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.quality.journal import Progress
from tests.quality.patching import Patch, changed_function, function_of, put
from tests.quality.source_mutants import Change, changes

ROOT = Path(__file__).parents[2]
EQUIVALENTS = Path(__file__).parent / "kernel_equivalents.toml"
FIRST = {  # the tests that are run first on a change to a module; others of the kernel follow
    "errors": "kernel_errors",
    "kernel.plain_json": "kernel_certificates",
    "kernel.domain": "kernel_domain",
    "kernel.expr": "kernel_expressions",
    "kernel.parse": "kernel_parser",
    "kernel.machine": "kernel_machines",
    "kernel.z3": "kernel_encoding",
    "kernel.verdict": "kernel_verdicts",
    "kernel.obligations": "kernel_proofs",
    "kernel.certificate": "kernel_certificates",
    "network_kernel.arithmetic": "network_kernel_forms",
    "network_kernel.tanh_bounds": "network_kernel_tanh",
    "network_kernel.forms": "network_kernel_forms",
    "network_kernel.cells": "network_kernel_cells",
    "network_kernel.exact_sums": "network_kernel_sums",
    "network_kernel.linear_response": "linear_response",
    "network_kernel.as_machine": "network_kernel_machine",
    "network_kernel.exact_network": "network_kernel_network",
    "network_kernel.weight_bytes": "network_kernel_network",
    "network_kernel.network_certificate": "network_kernel_certificates",
}
MODULES = tuple(FIRST)
HEAVY = ("numpy", "sympy", "mpmath", "safetensors.numpy", "z3", "hypothesis.strategies", "pytest",
         "tomllib", "difflib")  # fmt: skip
SECONDS = 60
MEMORY = 4 * 2**30
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin",
           "--hypothesis-profile=kernel", "--no-header", "--tb=no",
           "--rootdir", str(ROOT))  # fmt: skip
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
    for module in {m.split(".")[0]: m for m in modules}.values():
        if run(module, None) != SURVIVED:
            sys.exit(f"the tests of {module} fail on the unchanged kernel")
    results: list[Result] = []
    for module in modules:
        dead = {c for m, c in known if m == module and known[m, c] != SURVIVED and not args.fresh}
        every = kernel_changes(module)
        progress = Progress(module, len(every), len(dead))
        outcomes = {c.text: known[module, c.text] for c in every if c.text in dead}
        for change, outcome in outcomes_of(module, [c for c in every if c.text not in dead]):
            outcomes[change.text] = outcome
            progress.step()
        results += [Result(module, c.text, c.line, outcomes[c.text]) for c in every]
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


def kernel_changes(module: str) -> list[Change]:
    """The mutants of a kernel module."""
    return list(changes(_path(module).read_text()))


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
    for name in HEAVY:
        importlib.import_module(name)
    from hypothesis import Phase, settings

    settings.register_profile(
        "kernel", max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )  # fmt: skip
    # a package with a pytest plugin is imported by pytest's own hook, which reads the file as it is
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    assert not [name for name in sys.modules if name.startswith("mips_verify")]


def outcomes_of(module: str, todo: list[Change]) -> Iterator[tuple[Change, str]]:
    """What becomes of each mutant; those of one function's body first, as they are quick."""
    before = _path(module).read_text()
    quick = {c: found for c in todo if (found := changed_function(before, c.source))}
    survived = []
    outcomes = _patched(module, [*_unchanged(before, quick), *quick.values()])
    if quick and next(outcomes) != SURVIVED:
        sys.exit(f"the tests fail where the same code is put into {module}")
    for change, outcome in zip(quick, outcomes, strict=True):
        if outcome == SURVIVED:
            print(f"perhaps survived: {change.line}: {change.text}", file=sys.stderr, flush=True)
            survived.append(change)
        else:
            yield change, outcome
    # what the tests make while they are read was made by the unchanged kernel
    for change in [*survived, *(c for c in todo if c not in quick)]:
        yield change, run(module, change)


def _unchanged(source: str, quick: dict[Change, Patch]) -> list[Patch]:
    """The first function to change, as it is: the tests must pass."""
    return [function_of(source, name) for name, _ in list(quick.values())[:1]]


def run(module: str, change: Change | None) -> str:
    """The kernel's tests, those of the module first, with one change to it."""
    return _forked(lambda: _child(module, change))


def _forked(body: Callable[[], int]) -> str:
    """Whether a child that runs ``body`` ends well, and in time."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = body()
        finally:  # a mutant may raise anything, at any time
            os._exit(code)
    deadline = time.monotonic() + SECONDS
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return SLOW
        time.sleep(0.002)


def _silent() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _files(module: str) -> list[str]:
    first = f"tests/test_{FIRST[module]}.py"
    room = "network_kernel" if module.startswith("network_kernel") else "kernel"
    every = sorted(str(p.relative_to(ROOT)) for p in ROOT.glob(f"tests/test_{room}_*.py"))
    return [first, *(p for p in every if p != first)]


def _child(module: str, change: Change | None) -> int:
    import pytest

    _silent()
    if change is not None:
        sys.meta_path.insert(0, _Changed(f"mips_verify.{module}", _path(module), change.source))
    first, *others = _files(module)
    # most mutants do not live to see the other files read
    return int(pytest.main([*OPTIONS, first]) or pytest.main([*OPTIONS, *others]))


def _patched(module: str, functions: list[Patch]) -> Iterator[str]:
    """The outcomes of mutants that are put into the module after the tests were read."""
    if not functions:
        return
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _run_patched(module, functions, writing)
        os._exit(0)
    os.close(writing)
    with open(reading) as lines:
        yield from (line.strip() for line in lines)
    os.waitpid(pid, 0)


def _run_patched(module: str, functions: list[Patch], pipe: int) -> None:
    import pytest

    class Loop:
        def pytest_runtestloop(self, session: Any) -> bool:
            for name, code in functions:
                outcome = _forked(lambda n=name, c=code: _run_items(session, module, n, c))
                os.write(pipe, f"{outcome}\n".encode())
            return True

    _silent()
    pytest.main([*OPTIONS, *_files(module)], plugins=[Loop()])


def _run_items(session: Any, module: str, name: str, code: CodeType) -> int:
    put(sys.modules[f"mips_verify.{module}"], name, code)
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return 1
    return 0


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
