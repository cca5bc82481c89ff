"""pytest --mips-verify: bundles that hold pass, those that do not fail with one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from mips_verify.check.check_budgets import MEMORY
from mips_verify.check.fuzz import fuzz_program
from mips_verify.emit.python.hypothesis_test import render_test
from mips_verify.emit.targets import render_files
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task
from tests.mutants import differs, mutants
from tests.quick import slow_case
from tests.test_prove_pairs import machine

CHECKS = ("certificate", "specification", "proof", "files", "network", "execution", "fuzz")
SENTENCE = re.compile(r"[^\n]+")


def proved(name: str) -> Certificate:
    task = load_task(name)
    verdict = equal(task.spec, task.spec, task.domain)
    assert verdict.status is Status.PROVED
    return Certificate(
        task=name, says=task.says, length=task.length, program=task.spec, spec=task.spec,
        domain=task.domain, invariant=verdict.invariant, all_integers=verdict.all_integers,
        strategy=verdict.strategy, declarative=task.declarative,
        declarative_rocq=task.declarative_rocq,
    )  # fmt: skip


def write(folder: Path, proof: Certificate) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (render_files(proof) | {"test_program.py": render_test(proof)}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def broken(name: str) -> str:
    """The task's program with one place changed, so that it is wrong."""
    text = render_files(proved(name))["program.py"]
    return next(m for m in mutants(text) if differs(m, load_task(name)))


def run_pytest(
    cwd: Path, *arguments: str, plugin: bool = True, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Pytest with no plugin but this one, whether or not it is installed."""
    load = ["-p", "mips_verify.check.pytest_plugin"] if plugin else []
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull,
         f"--rootdir={cwd}", *load, *arguments],
        cwd=cwd, capture_output=True, text=True,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "200"} | environment,
    )  # fmt: skip


def outcomes(folder: Path, *arguments: str) -> dict[str, dict[str, str]]:
    """For each bundle and check: ``passed``, ``skipped``, or the sentence it fails with."""
    report = folder / "report.xml"
    run = run_pytest(folder, "--mips-verify", f"--junitxml={report}", *arguments)
    assert "INTERNALERROR" not in run.stdout, run.stdout
    assert "Traceback" not in run.stdout, run.stdout
    assert "pytest_plugin.py" not in run.stdout, run.stdout
    found: dict[str, dict[str, str]] = {}
    for case in ET.parse(report).iter("testcase"):
        bundle = case.attrib["classname"].removesuffix(".certificate.json")
        inside = next(iter(case), None)
        outcome = "passed" if inside is None else inside.tag
        if inside is not None and inside.tag == "failure":
            outcome = (inside.text or "").strip()
            assert SENTENCE.fullmatch(outcome), outcome
        found.setdefault(bundle, {})[case.attrib["name"]] = outcome
    return found


@pytest.fixture(scope="module")
def checked(tmp_path_factory) -> dict[str, dict[str, str]]:
    """Bundles of every kind, checked in one run."""
    top = tmp_path_factory.mktemp("proofs")
    for name in ("Prev2", "Newton_Magnetic", "Base_3_Addition"):
        write(top / name, proved(name))
    (write(top / "Sum_Last3", proved("Sum_Last3")) / "program.py").write_text(broken("Sum_Last3"))
    write(top / ".Sum_All.new", proved("Sum_All"))
    (write(top / "Sum_All", proved("Sum_All")) / "certificate.json").write_text("[]")
    data = json.loads(
        (write(top / "Sum_Last2", proved("Sum_Last2")) / "certificate.json").read_text()
    )
    data["invariant"] = []
    (top / "Sum_Last2" / "certificate.json").write_text(json.dumps(data, indent=1) + "\n")
    (write(top / "Prev1", proved("Prev1")) / "program.py").unlink()
    (top / "test_mine.py").write_text("def test_mine(): pass\n")
    return outcomes(top, "-o", "norecursedirs=none")


@pytest.mark.parametrize("name", ["Prev2", "Newton_Magnetic", "Base_3_Addition"])
def test_a_bundle_that_holds_passes_every_check(name, checked):
    # these were read out of no network
    assert checked[name] == dict.fromkeys(CHECKS, "passed") | {"network": "skipped"}


def test_a_program_broken_in_one_place_fails_with_a_short_sequence(checked):
    found = checked["Sum_Last3"]
    assert [check for check in CHECKS if found[check] == "passed"] == [
        "certificate", "specification", "proof",
    ]  # fmt: skip
    said = re.fullmatch(
        r"program\.py: gives (-?\d+) instead of (-?\d+) after ((-?\d+ ?)+)", found["fuzz"]
    )
    assert said, found["fuzz"]
    assert len(said[3].split()) <= 4


def test_an_unreadable_certificate_fails_once_and_skips_the_rest(checked):
    found = dict(checked["Sum_All"])
    assert "certificate" in found.pop("certificate")
    assert set(found.values()) == {"skipped"}


def test_a_theorem_that_does_not_follow_fails(checked):
    assert "does not hold" in checked["Sum_Last2"]["proof"]
    assert checked["Sum_Last2"]["fuzz"] == "passed"


def test_a_missing_program_is_one_sentence(checked):
    assert "program.py" in checked["Prev1"]["files"]
    assert "cannot read" in checked["Prev1"]["fuzz"]


def test_unfinished_bundles_and_the_bundles_own_tests_are_left_out(checked):
    others = {"Newton_Magnetic", "Prev1", "Prev2", "Sum_All", "Sum_Last2", "Sum_Last3"}
    assert set(checked) == {"Base_3_Addition", "test_mine", *others}
    assert all(tuple(found) == CHECKS for name, found in checked.items() if name != "test_mine")


def test_checks_are_chosen_as_any_test_is(tmp_path):
    for name in ("Prev1", "Prev2"):
        write(tmp_path / name, proved(name))
    listed = run_pytest(tmp_path, "--mips-verify", "--collect-only", "-q", "-k", "Prev2 and proof")
    assert "Prev2/certificate.json::proof\n" in listed.stdout
    assert "1/14 tests collected" in listed.stdout
    one = run_pytest(tmp_path, "--mips-verify", "Prev1/certificate.json::files")
    assert "1 passed" in one.stdout
    none = run_pytest(tmp_path, "--mips-verify", "--mips-verify-fuzz", "0", "--collect-only", "-q")
    assert "::fuzz" not in none.stdout
    more = run_pytest(
        tmp_path,
        "--mips-verify",
        "--mips-verify-cvc5",
        "--mips-verify-dafny",
        "--collect-only",
        "-q",
    )
    assert "Prev1/certificate.json::cvc5\n" in more.stdout
    assert "Prev1/certificate.json::dafny\n" in more.stdout
    assert "18 tests collected" in more.stdout


def test_a_run_leaves_nothing_in_a_bundle(tmp_path):
    bundle = write(tmp_path / "Prev1", proved("Prev1"))
    before = sorted(bundle.rglob("*"))
    command = [sys.executable, "-m", "pytest", "-p", "mips_verify.check.pytest_plugin"]
    run = subprocess.run(
        [*command, "--mips-verify", "-c", os.devnull, "--rootdir=."], cwd=bundle,
        capture_output=True, text=True, env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout
    assert sorted(bundle.rglob("*")) == before


def test_the_first_failure_can_end_the_run(tmp_path):
    (write(tmp_path / "A", proved("Prev1")) / "certificate.json").write_text("{}")
    write(tmp_path / "Prev1", proved("Prev1"))
    run = run_pytest(tmp_path, "--mips-verify", "-x", "-q")
    assert "1 failed" in run.stdout
    assert "passed" not in run.stdout
    assert run.returncode == 1


def test_a_number_below_zero_is_refused(tmp_path):
    run = run_pytest(tmp_path, "--mips-verify", "--mips-verify-fuzz", "-1")
    assert run.returncode == 4
    assert "0 or more" in run.stderr


def test_a_tool_that_is_not_there_ends_the_run_with_one_sentence(tmp_path):
    for name in ("Prev1", "Prev2"):
        write(tmp_path / name, proved(name))
    run = run_pytest(tmp_path, "--mips-verify", "--mips-verify-dafny", "-q", PATH="")
    assert run.returncode == 4
    assert run.stdout.count("'dafny' is not on the path") == 1
    assert "Traceback" not in run.stdout + run.stderr


def test_without_hypothesis_the_sequences_are_skipped(tmp_path):
    write(tmp_path / "Prev1", proved("Prev1"))
    (tmp_path / "hypothesis.py").write_text("raise ModuleNotFoundError(name='hypothesis')\n")
    run = run_pytest(tmp_path, "--mips-verify", "-rs", "-k", "fuzz", PYTHONPATH=str(tmp_path))
    assert "1 skipped" in run.stdout
    assert "hypothesis is not installed" in run.stdout


def test_it_does_nothing_unless_asked_for(tmp_path):
    bundle = write(tmp_path / "Prev1", proved("Prev1"))
    (bundle / "program.py").write_text(broken("Prev1"))
    collect = ("--collect-only", "-q")
    without = run_pytest(tmp_path, *collect, plugin=False)
    off = run_pytest(tmp_path, *collect)
    assert "3 tests collected" in off.stdout
    assert re.sub(r"in [\d.]+s", "", off.stdout) == re.sub(r"in [\d.]+s", "", without.stdout)


def test_it_loads_nothing_heavy_at_the_start():
    code = (
        "import sys, pytest; before = set(sys.modules); import mips_verify.check.pytest_plugin\n"
        "print(sorted(m for m in set(sys.modules) - before))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(
        ["mips_verify", "mips_verify.check", "mips_verify.check.pytest_plugin"]
    )


def test_the_package_declares_it():
    project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
    points = project["project"]["entry-points"]["pytest11"]
    assert points == {"mips_verify": "mips_verify.check.pytest_plugin"}


SUMS = machine("x", {"s": (0, "s + x")}, "s")


def fuzz(tmp_path: Path, source: str, *, count: int = 30, seconds: float = 30.0):
    path = tmp_path / "program.py"
    path.write_text(source)
    proof = Certificate(
        task="T", says="", length=10, program=SUMS, spec=SUMS, domain=Domain(("x",), (-2,), (9,)),
        invariant=(), all_integers=True,
    )  # fmt: skip
    return fuzz_program(path, proof, count=count, seconds=seconds, memory=MEMORY)


RIGHT = "import itertools\ndef program(xs):\n    return list(itertools.accumulate(xs))\n"


def test_fuzzing_runs_one_process_for_all_sequences_of_a_right_program(tmp_path, monkeypatch):
    import mips_verify.check.fuzz as module

    runs = []
    run = module.run_foreign
    monkeypatch.setattr(module, "run_foreign", lambda *a, **k: runs.append(a[1]) or run(*a, **k))
    status, message = fuzz(tmp_path, RIGHT)
    (asked,) = runs
    assert (status, message) == ("ok", f"{len(asked)} sequences")
    assert 20 <= len(set(asked)) == len(asked) <= 30


@pytest.mark.parametrize(
    ("source", "said"),
    [
        slow_case(RIGHT.replace("xs))", "xs))[1:]"), "gives 0 outputs for 0"),
        (RIGHT.replace("(xs))", "(9 if x > 7 else x for x in xs))"),
         "gives 9 instead of 8 after 8"),
        (RIGHT.replace("    ", "    if 5 in xs: import os; os._exit(0)\n    "),
         "on 5: its process ended early, with exit status 0"),
        slow_case(RIGHT.replace("    ", "    xs[3]\n    "),
         "on the empty sequence: it fails (IndexError: "),
        ("import sys\nsys.exit(0)\n", "on the empty sequence: it cannot be loaded (SystemExit: 0)"),
        slow_case(RIGHT.replace("xs))", "xs, initial=10**4000))[1:]"),
         "gives (a huge number) instead of 0 after 0"),
    ],
)  # fmt: skip
def test_fuzzing_says_in_a_sentence_what_is_wrong(source, said, tmp_path):
    status, message = fuzz(tmp_path, source)
    assert status == "failed"
    assert message.startswith(said)


def test_a_program_without_a_steady_answer_is_reported_all_the_same(tmp_path):
    source = "import os\ndef program(xs):\n    return [os.getpid() for x in xs]\n"
    status, message = fuzz(tmp_path, source)
    assert status == "failed"
    assert "instead of" in message


def test_a_program_that_does_not_end_is_undecided(tmp_path):
    status, message = fuzz(tmp_path, "def program(xs):\n    while True: pass\n", seconds=0.5)
    assert status == "undecided"
    assert "took over" in message
