"""`prove --bundle` and `extract --bundle`: a proved program of any origin gets a whole bundle."""

import importlib.util
import json
import shutil
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner

import mips_verify
from mips_verify import api
from mips_verify.check.finding import Options, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.check.stored import FILES
from mips_verify.cli import main
from mips_verify.emit.targets import TARGETS
from mips_verify.errors import MipsVerifyError
from mips_verify.extract import extraction
from mips_verify.kernel.verdict import Status
from mips_verify.pipeline.codecs import EXTRACTION
from mips_verify.pipeline.origin import ORIGINAL, WEIGHTS
from mips_verify.pipeline.theorem_files import THEOREM
from tests.quick import slow_case
from tests.test_check_bundles import PROOFS, copied, problem
from tests.test_value_names import DOOR

PROGRAMS = {
    "a function": ("Div_3", """
        def program(xs):
            r = 0
            ys = []
            for x in xs:  # the next bit
                r = 2 * r + x
                ys.append(r // 3)
                r %= 3
            return ys
    """),
    "a class": ("Max_Seen", """
        class Largest:
            def __init__(self):
                self.best = None

            def step(self, x):
                if self.best is None or x > self.best:
                    self.best = x
                return self.best
    """),
    "an inner loop": ("Parity_Last3", """
        def parity(xs):
            return [sum(xs[max(0, i - 2) : i + 1]) % 2 for i in range(len(xs))]
    """),
    "a table": ("Add_Mod_3", """
        NEXT = ((0, 1, 2), (1, 2, 0), (2, 0, 1))


        def add(xs):
            s = 0
            for x in xs:
                s = NEXT[s][x]
                yield s
    """),
    "two inputs": ("Binary_Addition", """
        def add(xs, ws):
            carry = 0
            out = []
            for x, w in zip(xs, ws):
                total = x + w + carry
                out.append(total % 2)
                carry = total // 2
            return out
    """),
    "named values": ("Door", """
        def door(xs):
            state = "shut"
            for x in xs:
                if x == 0 and state == "shut":
                    state = "ajar"
                elif x == 1 and state == "ajar":
                    state = "shut"
                elif x == 2 and state != "ajar":
                    state = "locked" if state == "shut" else "shut"
                yield {"shut": 0, "ajar": 1, "locked": 2}[state]
    """),
}  # fmt: skip
WRONG = """
def program(xs):
    s = 0
    for i, x in enumerate(xs):
        s = (s + x) % 3 if i < 5 else 0
        yield s
"""
TOOLS = {
    "dafny": shutil.which("dafny"),
    "cvc5": importlib.util.find_spec("cvc5"),
    "z3": shutil.which("z3"),
    "rocq": shutil.which("coqc"),
}


@pytest.fixture
def tasks(tmp_path, monkeypatch):
    """The tool's own tasks and one with names."""
    folder = Path(shutil.copytree(Path(__file__).parent.parent / "tasks", tmp_path / "tasks"))
    (folder / "door.toml").write_text(DOOR)
    monkeypatch.setenv("MIPS_VERIFY_TASKS", str(folder))
    return folder


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def written(folder, text):
    path = folder / "mine.py"
    path.write_text(dedent(text).lstrip())
    return path


@pytest.mark.parametrize(
    "which", [name if name == "a function" else slow_case(name) for name in PROGRAMS]
)
def test_a_program_by_hand_gets_a_bundle_that_holds(which, tasks, tmp_path):
    task, text = PROGRAMS[which]
    path = written(tmp_path, text)
    result = run("prove", path, task, "--bundle", tmp_path / "out")
    assert result.exit_code == 0, result.output
    folder = tmp_path / "out" / task
    names = {target.file for target in TARGETS} | {ORIGINAL}
    assert {file.name for file in folder.iterdir()} == names
    assert (folder / ORIGINAL).read_bytes() == path.read_bytes()
    assert "from mine.py;" in (folder / "program.py").read_text()
    assert overall(check_bundle(folder, Options(fuzz=20))) == "ok"


@pytest.mark.slow
@pytest.mark.parametrize("which", PROGRAMS)
def test_every_verifier_agrees_on_a_program_by_hand(which, tasks, tmp_path):
    task, text = PROGRAMS[which]
    result = run("prove", written(tmp_path, text), task, "--bundle", tmp_path)
    assert result.exit_code == 0, result.output
    flags = [f"--{name}" for name, there in TOOLS.items() if there]
    found = run("check", tmp_path / task, *flags)
    assert found.exit_code == 0, found.output


def test_names_of_values_reach_the_bundle(tasks, tmp_path):
    task, text = PROGRAMS["named values"]
    assert run("prove", written(tmp_path, text), task, "--bundle", tmp_path).exit_code == 0
    folder = tmp_path / task
    assert "def translate(words" in (folder / "program.py").read_text()
    assert "turn the key = 2" in (folder / "program.dfy").read_text()
    found = json.loads((folder / "certificate.json").read_text())
    assert found["output_names"] == [["shut", "ajar", "locked"]]


@pytest.mark.parametrize("text", [WRONG, "def program(xs):\n    return [x / 1 for x in xs]\n"])
def test_a_program_that_is_not_proved_writes_nothing(text, tmp_path):
    result = run("prove", written(tmp_path, text), "Add_Mod_3", "--bundle", tmp_path / "out")
    assert result.exit_code != 0
    assert "nothing is written to" in result.stderr
    assert not (tmp_path / "out").exists()
    with pytest.raises(MipsVerifyError, match="nothing is written: "):
        api.write_bundle(tmp_path / "mine.py", api.load_task("Add_Mod_3"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_older_bundle_leaves_no_file_behind(tmp_path):
    folder = copied("Div_3", tmp_path)
    path = written(tmp_path, PROGRAMS["a function"][1])
    assert run("prove", path, "Div_3", "--bundle", tmp_path).exit_code == 0
    assert not (folder / WEIGHTS).exists()
    assert overall(check_bundle(folder, Options(fuzz=5))) == "ok"
    network = PROOFS / "Div_3" / WEIGHTS
    command = ("extract", "--model", network, "--task", "Div_3", "--bundle", tmp_path)
    assert run(*command).exit_code == 0
    assert not (folder / ORIGINAL).exists()
    assert overall(check_bundle(folder, Options(fuzz=5))) == "ok"


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """A bundle of a program by hand."""
    folder = tmp_path_factory.mktemp("hand")
    path = written(folder, PROGRAMS["a function"][1])
    api.write_bundle(path, api.load_task("Div_3"), folder)
    return folder / "Div_3"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2 * r + x", "2 * r + x + 0 * r + 1", "is another program than the certificate's"),
        ("2 * r + x", "2 * r + x / 1", "cannot be read as a program: "),
        ("def program", "def program(:", "cannot be read as a program: "),
    ],
)
def test_an_original_that_is_another_program_is_found(by_hand, tmp_path, old, new, says):
    folder = Path(shutil.copytree(by_hand, tmp_path / "Div_3"))
    path = folder / ORIGINAL
    path.write_text(path.read_text().replace(old, new))
    found = problem(folder)
    assert (found.check, found.file, found.status) == ("files", ORIGINAL, "failed")
    assert found.message.startswith(says)


def test_an_original_that_is_a_link_is_found(by_hand, tmp_path):
    folder = Path(shutil.copytree(by_hand, tmp_path / "Div_3"))
    (folder / ORIGINAL).rename(tmp_path / "elsewhere.py")
    (folder / ORIGINAL).symlink_to(tmp_path / "elsewhere.py")
    assert "is a link" in problem(folder).message


def test_a_bundle_holds_without_its_original_which_is_then_a_claim(by_hand, tmp_path):
    folder = Path(shutil.copytree(by_hand, tmp_path / "Div_3"))
    (folder / ORIGINAL).unlink()
    findings = check_bundle(folder, Options(fuzz=5))
    assert overall(findings) == "ok"
    assert "made from 'mine.py', which is not here" in [c for f in findings for c in f.claims]


def test_the_original_comes_along_where_a_bundle_is_written_elsewhere(by_hand, tmp_path):
    assert run("bundle", by_hand, "--out", tmp_path).exit_code == 0
    for path in by_hand.iterdir():
        assert (tmp_path / "Div_3" / path.name).read_bytes() == path.read_bytes()


def test_a_verdict_on_another_program_writes_nothing(tmp_path):
    task, other = api.load_task("Add_Mod_3"), api.load_task("Add_Mod_4")
    verdict = api.prove(other.spec, other)
    assert verdict.status is Status.PROVED
    with pytest.raises(MipsVerifyError, match="nothing is written: the obligation"):
        api.write_bundle(other.spec, task, tmp_path / "out", verdict=verdict)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    path = written(tmp_path, PROGRAMS["a function"][1])
    mine = tmp_path / "Div_3" / "program.py"
    mine.parent.mkdir()
    mine.write_text("mine\n")
    result = run("prove", path, "Div_3", "--bundle", tmp_path)
    assert result.exit_code == 2
    assert "is there and is no bundle" in result.stderr
    assert mine.read_text() == "mine\n"
    assert list(mine.parent.iterdir()) == [mine]


def test_a_machine_gets_a_bundle(tmp_path):
    task = api.load_task("Add_Mod_3")
    folder = api.write_bundle(task.spec, task, tmp_path)
    assert folder == tmp_path / "Add_Mod_3"
    assert overall(check_bundle(folder, Options(fuzz=5))) == "ok"


@pytest.mark.parametrize("task", ["Div_3", slow_case("Majority_0_1"), slow_case("Bit_Palindrome")])
def test_the_network_of_a_bundle_gives_a_bundle_that_holds(task, tmp_path):
    network = PROOFS / task / WEIGHTS
    result = run("extract", "--model", network, "--task", task, "--bundle", tmp_path)
    assert result.exit_code == 0, result.output
    folder = tmp_path / task
    assert set(FILES) <= {path.name for path in folder.iterdir()}
    assert (folder / WEIGHTS).read_bytes() == network.read_bytes()
    findings = check_bundle(folder, Options(fuzz=20))
    assert overall(findings) == "ok", [f for f in findings if f.message]


def test_a_network_without_weights_gives_a_bundle_without_network(tmp_path):
    task = api.load_task("Parity_Last2")
    reading = api.extract(lambda x: (x[..., 0] + shifted(x[..., 0])) % 2, task=task)
    folder = api.write_bundle(reading, task, tmp_path)
    assert not (folder / WEIGHTS).exists()
    assert not (folder / THEOREM).exists()
    assert overall(check_bundle(folder, Options(fuzz=20))) == "ok"


def shifted(x):
    before = x.copy()
    before[:, 1:], before[:, 0] = x[:, :-1], 0
    return before


def test_a_network_that_is_often_wrong_is_left_out(tmp_path):
    task = api.load_task("Parity_Last2")
    good = api.load_task("Div_3")
    reading = api.extract(lambda x: (x[..., 0] + shifted(x[..., 0])) % 2, task=task)
    other = mips_verify.load_model(PROOFS / good.name / WEIGHTS)
    folder = api.write_bundle(reading, task, tmp_path, network=other)
    assert not (folder / WEIGHTS).exists()
    assert overall(check_bundle(folder, Options(fuzz=20))) == "ok"


def test_a_bundle_from_a_network_needs_a_task(tmp_path):
    result = run("extract", "--model", PROOFS / "Div_3" / WEIGHTS, "--bundle", tmp_path)
    assert result.exit_code == 2
    assert "--bundle needs --task" in result.stderr


def test_the_time_of_a_proof_may_be_limited(tmp_path):
    path = written(tmp_path, PROGRAMS["a function"][1])
    result = run("prove", path, "Div_3", "--limit", "0.05", "--bundle", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stdout.startswith("UNKNOWN: the time is up before")
    assert not (tmp_path / "out").exists()


def test_the_best_program_is_shown_where_none_is_good_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "LEAST_AGREEMENT", 1.01)  # as if it agreed on too few
    command = ("extract", "--model", PROOFS / "Div_3" / WEIGHTS, "--task", "Div_3")
    result = run(*command, "--bundle", tmp_path / "out")
    assert result.exit_code == 4, result.output
    assert "the best program found, by state assignment, is NOT PROVED" in result.stdout
    assert "it agrees on 100% of sequences" in result.stdout
    assert "\n  s = 0 -> (2 * s + x) % 3\n  output (2 * old(s) + x) // 3\n" in result.stdout
    assert not (tmp_path / "out").exists()
    found = json.loads(run(*command, "--json").stdout)
    assert (found["program"], found["verdict"]) == (None, None)
    assert found["rejected"]["form"] == "state assignment"
    assert found["rejected"]["machine"]["state"] == {"s": [0, "(2 * s + x) % 3"]}


def test_a_rejected_program_is_kept_with_its_stage(monkeypatch, tmp_path):
    monkeypatch.setattr(extraction, "LEAST_AGREEMENT", 1.01)
    model = mips_verify.load_model(PROOFS / "Parity_All" / WEIGHTS)
    found = extraction.extract(model.network, api.load_task("Parity_All").domain, 6)
    assert found.rejected is not None
    EXTRACTION.save(tmp_path / "e.json", found)
    assert EXTRACTION.load(tmp_path / "e.json") == found
