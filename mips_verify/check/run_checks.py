"""Many bundles, checked side by side in worker processes that can be stopped."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from mips_verify.check.certificate_limits import become_worker
from mips_verify.check.finding import CHECKS, Finding, Options, Status, disagree, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.errors import MipsVerifyError


@dataclass(frozen=True, slots=True)
class Checked:
    """One bundle and what its checks found."""

    folder: Path
    findings: tuple[Finding, ...]

    @property
    def status(self) -> Status:
        """The worst of the findings."""
        return overall(self.findings)

    @property
    def seconds(self) -> float:
        """Wall seconds of all checks."""
        return sum(f.seconds for f in self.findings)

    @property
    def without_task_file(self) -> bool:
        """Whether what it proves is held against nothing but its own word."""
        return any(f.check == "specification" and f.claims for f in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """All bundles in the order asked for, and the wall seconds that they took together.

    Attributes:
        notes: what is wrong with the task files, which concerns no bundle alone.
    """

    bundles: tuple[Checked, ...]
    checks: tuple[str, ...]
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all hold, 1 one does not, 3 one is undecided, 5 the provers contradict each other."""
        if any(disagree(b.findings) for b in self.bundles):
            return 5
        found = {b.status for b in self.bundles}
        return 1 if "failed" in found else 3 if "undecided" in found else 0


def run(
    folders: Sequence[Path],
    options: Options,
    *,
    jobs: int,
    done: Callable[[Checked], None] = lambda _: None,
) -> Report:
    """Check every bundle, ``jobs`` of them at once.

    A bundle whose checks take longer than they may all together, or end their process, is
    undecided, with the reason; the others are not affected.

    Args:
        folders: the bundles.
        options: what to check.
        jobs: worker processes.
        done: told of each bundle when it is finished.

    Raises:
        MipsVerifyError: a tool that was asked for is not there, or the tasks cannot be read.
    """
    from mips_verify.check.known_tasks import tasks_of

    began = time.perf_counter()
    notes = tasks_of(options.tasks).errors
    asked = {"cvc5": options.cvc5, "z3": options.z3, "dafny": options.dafny}
    checks = tuple(check for check in CHECKS if asked.get(check, True))
    allowed = options.seconds * (1 + len(checks))
    checked = _checked(folders, options, jobs, allowed, done)
    bundles = tuple(checked[folder] for folder in folders)
    return Report(bundles, checks, time.perf_counter() - began, notes)


def _checked(
    folders: Sequence[Path],
    options: Options,
    jobs: int,
    allowed: float,
    done: Callable[[Checked], None],
) -> dict[Path, Checked]:
    checked: dict[Path, Checked] = {}
    # spawned, not forked: the parent may hold threads
    context = multiprocessing.get_context("spawn")
    pool = ProcessPool(max_workers=jobs, context=context, initializer=become_worker)
    try:
        futures: dict[Future[tuple[Finding, ...]], Path] = {
            pool.schedule(_work, args=[folder, options], timeout=allowed): folder
            for folder in folders
        }
        for future in as_completed(futures):
            folder = futures[future]
            checked[folder] = Checked(folder, _findings(future, allowed))
            done(checked[folder])
        pool.close()
    except BaseException:
        pool.stop()
        raise
    finally:
        pool.join()
    return checked


def _work(folder: Path, options: Options) -> tuple[Finding, ...]:
    try:
        return check_bundle(folder, options)
    except SystemExit as stopped:  # its children are gone by now; the pool would ask for more
        os._exit(int(stopped.code or 0))


def _findings(future: Future[tuple[Finding, ...]], allowed: float) -> tuple[Finding, ...]:
    try:
        return future.result()
    except MipsVerifyError:
        raise
    except TimeoutError:
        why = f"stopped after {allowed:g} s"
    except ProcessExpired:
        why = "the checks ended their process, probably for want of memory"
    except Exception as error:  # a bug of ours must not hide what is wrong with other bundles
        why = f"internal error ({type(error).__name__}: {error})"
    rest = tuple(Finding(check, "skipped") for check in CHECKS if check != "certificate")
    return (Finding("certificate", "undecided", why), *rest)
