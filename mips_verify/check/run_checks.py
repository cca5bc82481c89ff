"""Many bundles, checked side by side in worker processes that can be stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, as_completed
from dataclasses import dataclass
from pathlib import Path

from pebble import ProcessExpired

from mips_verify.check.finding import CHECKS, Finding, Options, Status, disagree, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.check.stored import content_hash
from mips_verify.check.worker_process import become_worker
from mips_verify.errors import MipsVerifyError
from mips_verify.workers.executor import executor
from mips_verify.workers.place import Place


@dataclass(frozen=True, slots=True)
class Checked:
    """One bundle and the findings of its checks.

    Attributes:
        folder: the bundle.
        findings: one for each check.
        content: a hash of its files from before the checks.
    """

    folder: Path
    findings: tuple[Finding, ...]
    content: str = ""

    @property
    def status(self) -> Status:
        """The worst of the findings."""
        return overall(self.findings)

    @property
    def seconds(self) -> float:
        """Wall-clock seconds of all checks together."""
        return sum(f.seconds for f in self.findings)

    @property
    def without_task_file(self) -> bool:
        """Whether there is no task file to confirm the specification that the bundle states."""
        return any(f.check == "specification" and f.claims for f in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """All bundles in the order given, and the wall-clock seconds that the whole run took.

    Attributes:
        checks: names of the checks that were made.
        notes: errors in the task files, which are no fault of any bundle.
    """

    bundles: tuple[Checked, ...]
    checks: tuple[str, ...]
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0: all hold, 1: one does not, 3: one is undecided, 5: provers contradict each other."""
        if any(disagree(b.findings) for b in self.bundles):
            return 5
        found = {b.status for b in self.bundles}
        return 1 if "failed" in found else 3 if "undecided" in found else 0


def run(
    folders: Sequence[Path],
    options: Options,
    *,
    place: Place,
    done: Callable[[Checked], None] = lambda _: None,
) -> Report:
    """Check every bundle, some of them at once.

    If the checks of a bundle take too long altogether, or crash their process, the bundle is
    undecided, with the reason. The other bundles are not affected.

    Args:
        folders: the bundles.
        options: what to check.
        place: where the checks run, and how many at once.
        done: called with each bundle when it is finished.

    Raises:
        MipsVerifyError: a requested verifier is not installed, or the folder of tasks does not
            exist; or there is no cluster at the place.
    """
    from mips_verify.check.known_tasks import tasks_of

    began = time.perf_counter()
    notes = tasks_of(options.tasks).errors
    allowed = options.seconds * (1 + len(options.checks))
    checked = _checked(folders, options, place, allowed, done)
    bundles = tuple(checked[folder] for folder in folders)
    return Report(bundles, options.checks, time.perf_counter() - began, notes)


def _checked(
    folders: Sequence[Path],
    options: Options,
    place: Place,
    allowed: float,
    done: Callable[[Checked], None],
) -> dict[Path, Checked]:
    checked: dict[Path, Checked] = {}
    # from before the checks, so that a change during them makes another hash, not a false verdict
    contents = {folder: content_hash(folder) for folder in folders}
    with executor(place, become_worker) as submit:
        futures = {submit(_work, folder, options, timeout=allowed): folder for folder in folders}
        for future in as_completed(futures):
            folder = futures[future]
            checked[folder] = Checked(folder, _findings(future, allowed), contents[folder])
            done(checked[folder])
    return checked


def _work(folder: Path, options: Options) -> tuple[Finding, ...]:
    try:
        return check_bundle(folder, options)
    except SystemExit as stopped:  # the pool would report it as an exception of the task
        os._exit(int(stopped.code or 0))


def _findings(future: Future[tuple[Finding, ...]], allowed: float) -> tuple[Finding, ...]:
    try:
        return future.result()
    except MipsVerifyError:
        raise
    except TimeoutError:
        why = f"stopped after {allowed:g} s"
    except CancelledError:
        why = "the cluster gave it up; is its scheduler there?"
    except ProcessExpired:
        why = "the process of its checks ended, probably for want of memory"
    except Exception as error:  # a bug of ours must not hide the other bundles' results
        why = f"internal error ({type(error).__name__}: {error})"
    rest = tuple(Finding(check, "skipped") for check in CHECKS if check != "certificate")
    return (Finding("certificate", "undecided", why), *rest)
