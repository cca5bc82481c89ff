"""``pytest --mips-verify proofs/``: every check of every bundle is a test.

Without ``--mips-verify``, only the options are registered, and no large module is imported.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from mips_verify.check.finding import Finding

CERTIFICATE: Final = "certificate.json"
TESTS: Final = "test_program.py"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; see ``pytest --help``."""
    from mips_verify.check.verifiers import NAMES

    group = parser.getgroup("mips-verify", "bundles of proved programs")
    group.addoption("--mips-verify", action="store_true", help="check bundles: a test a check")
    group.addoption(
        "--mips-verify-fuzz",
        type=int,
        default=50,
        metavar="N",
        help="sequences on which Hypothesis tries each program (50); 0 for none",
    )
    for tool in NAMES:
        group.addoption(
            f"--mips-verify-{tool}", action="store_true", help=f"also ask {tool} about each proof"
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register the hooks that collect bundles, if ``--mips-verify`` is given."""
    if config.getoption("mips_verify"):
        if config.getoption("mips_verify_fuzz") < 0:
            raise pytest.UsageError("--mips-verify-fuzz takes a number of sequences, 0 or more")
        config.pluginmanager.register(_Bundles(), "mips_verify_bundles")
        places = (config.rootpath, config.invocation_params.dir)
        if any((place / CERTIFICATE).is_file() for place in places):
            _leave_nothing(config)


def _leave_nothing(config: pytest.Config) -> None:
    """Keep the caches of pytest and Hypothesis out of the tested bundle."""
    for name in ("lfplugin", "nfplugin", "stepwiseplugin"):
        config.pluginmanager.unregister(name=name)
    scratch = tempfile.TemporaryDirectory()
    config.add_cleanup(scratch.cleanup)
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", scratch.name)


class _Bundles:
    """The hooks that find bundles."""

    @pytest.hookimpl
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out unfinished bundles, and bundles' test files, which would test them twice."""
        if collection_path.name.startswith(".") and (collection_path / CERTIFICATE).is_file():
            return True
        beside = collection_path.with_name(CERTIFICATE)
        return True if collection_path.name == TESTS and beside.is_file() else None

    @pytest.hookimpl
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Make every certificate a collector of its bundle's checks."""
        if file_path.name != CERTIFICATE:
            return None
        bundle: pytest.Collector = Bundle.from_parent(parent, path=file_path)
        return bundle

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Give each check its own time; pytest counts all of it for a bundle's first test."""
        report = yield
        if isinstance(item, Check) and call.when == "call" and item.seconds is not None:
            report.duration = item.seconds
            report.sections += [("claimed, and checked by nobody", c) for c in item.claims]
        return report


class Bundle(pytest.File):
    """One bundle. Its tests are its checks, which all run when the first result is needed."""

    _found: dict[str, Finding] | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """One item per requested check."""
        from mips_verify.check.finding import Options
        from mips_verify.check.verifiers import NAMES

        for check in Options(verifiers=tuple(filter(self._option, NAMES))).checks:
            yield Check.from_parent(self, name=check)
        if count := self._option("fuzz"):
            yield Fuzz.from_parent(self, name="fuzz", count=count)

    def finding(self, check: str) -> Finding:
        """The finding of one check of :data:`CHECKS`.

        Raises:
            MipsVerifyError: a requested verifier is not installed.
        """
        if self._found is None:
            self._found = self._check()
        return self._found[check]

    def _option(self, name: str) -> Any:
        return self.config.getoption(f"mips_verify_{name}")

    def _check(self) -> dict[str, Finding]:
        from mips_verify.check.finding import Options
        from mips_verify.check.recheck import check_bundle
        from mips_verify.check.verifiers import NAMES

        # leave out the checks that options such as -k and -m deselected
        wanted = {item.name for item in self.session.items if item.parent is self}
        options = Options(verifiers=tuple(name for name in NAMES if name in wanted))
        return {f.check: f for f in check_bundle(self.path.parent, options)}


class NotOkError(Exception):
    """A check that failed or was not decided; its text is the message to show."""


class Check(pytest.Item):
    """One check of one bundle."""

    parent: Bundle
    seconds: float | None = None  # that the check took, if pytest would measure something else
    claims: tuple[str, ...] = ()

    def runtest(self) -> None:
        """Pass, skip, or fail with one sentence as the message."""
        from mips_verify.errors import MipsVerifyError

        try:
            status, message, file = self.outcome()
        except MipsVerifyError as error:  # every other bundle would end in the same way
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
        if status == "skipped":
            pytest.skip(message or "not checked, since the certificate cannot be read")
        if status != "ok":
            prefix = "undecided: " if status == "undecided" else ""
            where = "" if message.startswith(file) else f"{file}: "
            raise NotOkError(prefix + where + message)

    def outcome(self) -> tuple[str, str, str]:
        """Status, message, and the file of the bundle that the message is about.

        Raises:
            MipsVerifyError: a requested verifier is not installed.
        """
        found = self.parent.finding(self.name)
        self.seconds, self.claims = found.seconds, found.claims
        return found.status, found.message, found.file

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """If the bundle is at fault, the message without a traceback."""
        if isinstance(excinfo.value, NotOkError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file of the test, and its name in a report."""
        return self.path, None, f"{self.path.parent.name}: {self.name}"


class Fuzz(Check):
    """The program of one bundle, tried on sequences that Hypothesis draws."""

    def __init__(self, *, count: int, **others: Any) -> None:
        super().__init__(**others)
        self.count = count

    def outcome(self) -> tuple[str, str, str]:
        """Status, message, and the file that the message is about."""
        from mips_verify.check.check_budgets import FUZZ_SECONDS, MEMORY
        from mips_verify.kernel.certificate import CertificateError, certificate_from_text

        try:
            from mips_verify.check.fuzz import fuzz_program
        except ModuleNotFoundError as error:
            return "skipped", f"{error.name} is not installed", ""
        program = self.path.with_name("program.py")
        try:
            proof = certificate_from_text(self.path.read_text(encoding="utf-8"))
            status, message = fuzz_program(
                program, proof, count=self.count, seconds=FUZZ_SECONDS, memory=MEMORY
            )
        except (CertificateError, OSError, UnicodeDecodeError):
            return "skipped", "", ""
        except (RecursionError, OverflowError, MemoryError) as error:
            return "failed", f"too deep or too large ({type(error).__name__})", program.name
        return status, message, program.name
