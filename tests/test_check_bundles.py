"""`check` believes nothing: what was changed in a bundle is found, wherever it was changed."""

import json
import os
import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest

from mips_verify import __version__
from mips_verify.check.execution import run_program, sequences
from mips_verify.check.finding import CHECKS, Finding, Options, disagree, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.check.stored import CERTIFICATE, FILES
from mips_verify.check.verifiers import NAMES
from mips_verify.emit.targets import render_files
from mips_verify.kernel.certificate import (
    certificate_from_dict,
    certificate_from_text,
    certificate_to_dict,
)
from mips_verify.kernel.domain import Domain
from mips_verify.pipeline.theorem_files import ROCQ
from mips_verify.spec.task import load_tasks
from tests.quality.forging import fitting

PROOFS = Path(__file__).parent.parent / "proofs"
QUICK = Options(fuzz=20)
ALL = (*FILES, ROCQ)


@pytest.fixture
def dithering(tmp_path):
    return copied("Dithering", tmp_path)


def copied(name, folder):
    return Path(shutil.copytree(PROOFS / name, folder / name))


def statuses(folder, options=QUICK):
    return {f.check: f.status for f in check_bundle(folder, options)}


def problem(folder, options=QUICK):
    """The first finding that is not in order."""
    return next(f for f in check_bundle(folder, options) if f.status in ("failed", "undecided"))


def rewritten(folder, edit):
    """A bundle whose certificate was changed, and all its files made to fit: a careful forger."""
    data = json.loads((folder / CERTIFICATE).read_text())
    edit(data)
    for name, text in render_files(certificate_from_dict(data)).items():
        (folder / name).write_text(text)
    fitting(folder)


def test_the_committed_bundles_are_those_of_the_benchmark():
    assert {p.name for p in PROOFS.iterdir() if not p.name.startswith(".")} == {
        task.name for task in load_tasks(suite="mips")
    }


@pytest.mark.parametrize("name", sorted(p.name for p in PROOFS.iterdir())[::9])
def test_a_committed_bundle_holds(name):
    found = check_bundle(PROOFS / name, QUICK)
    assert [f.check for f in found] == list(CHECKS)
    assert {f.check: f.status for f in found} == {
        check: "skipped" if check in NAMES else "ok" for check in CHECKS
    }


def test_a_bundle_has_every_file_and_no_other():
    assert {p.name for p in (PROOFS / "Dithering").iterdir()} == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_changed_byte_in_any_file_is_found(dithering, name):
    data = bytearray((dithering / name).read_bytes())
    data[len(data) // 2] ^= 1
    (dithering / name).write_bytes(bytes(data))
    assert problem(dithering).file == name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("change", ["deleted", "emptied", "a folder", "a dangling link"])
def test_a_missing_file_is_found(dithering, name, change):
    (dithering / name).unlink()
    if change == "emptied":
        (dithering / name).touch()
    elif change == "a folder":
        (dithering / name).mkdir()
    elif change == "a dangling link":
        (dithering / name).symlink_to("nowhere")
    assert problem(dithering).file == name


def test_the_line_of_a_change_is_named(dithering):
    path = dithering / "program.py"
    lines = path.read_text().splitlines(keepends=True)
    lines[4] = lines[4].replace("Made", "made")
    path.write_text("".join(lines))
    found = problem(dithering)
    assert (found.file, found.line) == ("program.py", 5)


@pytest.mark.parametrize(
    ("name", "weaker"),
    [
        ("Dithering", "invariant"),
        ("Dithering", "program"),
        ("Parity_Zeros", "domain"),
        ("Parity_Zeros", "all_integers"),
    ],
)
def test_a_forged_theorem_does_not_pass_though_every_file_fits(tmp_path, name, weaker):
    folder = copied(name, tmp_path)

    def edit(data):
        if weaker == "invariant":
            data["invariant"] = []
        elif weaker == "program":
            data["program"]["outputs"] = ["0"]
        elif weaker == "domain":
            data["domain"]["x"][1] = 2
        else:
            assert not data["all_integers"]
            data["all_integers"] = True

    rewritten(folder, edit)
    found = statuses(folder)
    assert found["certificate"] == found["files"] == "ok"
    assert found["proof"] == "failed"


def test_a_true_theorem_about_another_specification_does_not_pass(dithering):
    def edit(data):
        data["spec"] = data["program"] = {"inputs": ["x"], "state": {}, "outputs": ["0"]}
        data["invariant"] = []

    rewritten(dithering, edit)
    found = statuses(dithering)
    assert found["proof"] == "ok"
    assert found["specification"] == "failed"


@pytest.mark.parametrize("key", ["length", "declarative"])
def test_what_the_task_file_states_is_not_changed(dithering, key):
    rewritten(dithering, lambda d: d.update(length=3) if key == "length" else d[key].append("//"))
    assert problem(dithering).check == "specification"


def test_a_task_without_a_file_is_judged_by_its_own_text(tmp_path):
    folder = copied("Dithering", tmp_path).rename(tmp_path / "Own_Task")
    rewritten(folder, lambda data: data.update(task="Own_Task"))
    found = check_bundle(folder, QUICK)
    assert overall(found) == "ok"
    assert "no task file" in {f.check: f.message for f in found}["specification"]
    assert [f.check for f in found if any("Own_Task" in c for c in f.claims)] == ["specification"]


def test_the_nearest_task_of_a_name_is_named(tmp_path):
    folder = copied("Sum_Last3", tmp_path).rename(tmp_path / "Sum_Last33")
    rewritten(folder, lambda data: data.update(task="Sum_Last33"))
    says = {f.check: f.message for f in check_bundle(folder, QUICK)}["specification"]
    assert "the nearest name is Sum_Last3" in says


def test_one_broken_task_file_concerns_only_bundles_without_another(dithering, tmp_path):
    tasks = Path(shutil.copytree(PROOFS.parent / "tasks", tmp_path / "tasks"))
    (tasks / "broken.toml").write_text("name = \n")
    options = Options(fuzz=5, tasks=tasks)
    assert overall(check_bundle(dithering, options)) == "ok"
    own = copied("Dithering", tmp_path / "own").rename(tmp_path / "own" / "Own_Task")
    rewritten(own, lambda data: data.update(task="Own_Task"))
    found = problem(own, options)
    assert (found.check, found.status) == ("specification", "undecided")
    assert "broken.toml" in found.message


def test_bundles_are_held_against_the_task_files_that_are_named(dithering, tmp_path):
    tasks = tmp_path / "tasks"
    tasks.mkdir()
    (tasks / "own.toml").write_text(
        'name = "Dithering"\nlength = 10\n[input]\nx = "0..15"\n[output]\ny = "x"\n'
    )
    found = problem(dithering, Options(fuzz=5, tasks=tasks))
    assert found.check == "specification"


def test_a_bundle_under_another_name_does_not_pass(dithering):
    found = problem(dithering.rename(dithering.with_name("Max_Seen")))
    assert found.check == "certificate"
    assert "Dithering" in found.message


def test_check_runs_nothing_that_it_has_not_made_itself(dithering, tmp_path):
    path = dithering / "program.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n" + path.read_text())
    assert statuses(dithering)["files"] == "failed"
    assert not (tmp_path / "ran").exists()


def executed(folder, source, **options):
    (folder / "program.py").write_text(source)
    proof = certificate_from_text((folder / CERTIFICATE).read_text())
    given = {"count": 20, "seconds": 20.0, "memory": 2**30} | options
    return run_program(folder / "program.py", proof, **given)


def test_a_program_that_python_runs_otherwise_is_shown_by_a_sequence(dithering):
    source = (dithering / "program.py").read_text()
    assert executed(dithering, source)[0] == "ok"
    status, message = executed(dithering, source.replace("% 15", "% 16").replace("// 15", "// 16"))
    assert status == "failed"
    assert re.search(r"gives \d instead of \d after", message)


@pytest.mark.parametrize(
    ("source", "status"),
    [("raise SystemExit(3)", "failed"), ("def program(xs): return []", "failed"),
     ("def program(xs):\n    while 1: pass", "undecided"), ("def other(xs): return xs", "failed"),
     ("import os; os.abort()", "failed"), ("def program(xs): return 'abc'", "failed")],
)  # fmt: skip
def test_a_program_that_misbehaves_ends_in_a_finding(dithering, source, status):
    assert executed(dithering, source, count=5, seconds=1.0)[0] == status


@pytest.mark.parametrize(
    "name",
    ["conftest.py", "hypothesis.py", "program.pyc", "program.abi3.so", "program/__init__.py"],
)
def test_code_that_is_no_part_of_a_bundle_does_not_pass(dithering, name):
    rewritten(dithering, lambda data: None)
    (dithering / name).parent.mkdir(exist_ok=True)
    (dithering / name).write_text("def program(xs): return [99 for _ in xs]\n")
    found = problem(dithering)
    assert (found.check, found.file) == ("files", name.partition("/")[0])


@pytest.mark.parametrize("name", ["README.md", "__pycache__/", ".hypothesis/", "a b"])
def test_what_use_has_left_in_a_bundle_is_named_with_how_to_delete_it(dithering, name):
    rewritten(dithering, lambda data: None)
    path = dithering / name
    if name.endswith("/"):
        path.mkdir()
    else:
        path.write_text("ours\n")
    found = problem(dithering)
    assert (found.check, found.file) == ("files", path.name)
    assert shlex.join(["rm", "-r", str(path)]) in found.message


@pytest.mark.parametrize("name", ALL)
def test_a_link_in_the_place_of_a_file_does_not_pass(dithering, tmp_path, name):
    (dithering / name).rename(tmp_path / name)
    (dithering / name).symlink_to(tmp_path / name)
    found = problem(dithering)
    assert (found.file, found.message.partition(";")[0]) == (name, f"{name} is a link")


def test_the_first_line_that_differs_is_shown_with_the_command_that_mends_it(dithering):
    path = dithering / "program.py"
    path.write_text(path.read_text().replace("Dithering", "Blurring", 1))
    found = problem(dithering)
    assert found.line == 1
    assert "line 1 has" in found.message
    assert "Blurring" in found.message
    assert "instead of" in found.message
    assert "Dithering" in found.message
    assert f"`mips-verify bundle {dithering / CERTIFICATE}`" in found.message


def test_a_file_that_ends_early_or_late_is_said_to(dithering):
    path = dithering / "program.py"
    text = path.read_text()
    path.write_text(text + "more\n")
    assert "has 'more' instead of the end of the file" in problem(dithering).message
    path.write_text(text.removesuffix("\n").rpartition("\n")[0] + "\n")
    assert "has the end of the file instead of" in problem(dithering).message


def test_a_bundle_of_another_version_names_both_and_the_command(dithering):
    rewritten(dithering, lambda data: data.update(tools="mips-verify 0.0.1, z3 4.8.12"))
    path = dithering / "program.dfy"
    path.write_text(path.read_text().replace("// ", "//  ", 1))
    message = problem(dithering).message
    assert f"(made by mips-verify 0.0.1; this is mips-verify {__version__})" in message
    assert "`mips-verify bundle " in message


@pytest.mark.parametrize("name", [CERTIFICATE, "program.py", "equivalence.smt2"])
def test_line_ends_of_windows_are_said_to_be_that(dithering, name):
    path = dithering / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    found = problem(dithering)
    assert found.file == name
    assert ".gitattributes" in found.message


@pytest.mark.parametrize("check", ["execution", *NAMES])
def test_nothing_is_said_of_a_file_that_is_not_the_one_that_is_stored(dithering, check):
    for name in ("program.py", "program.dfy", "program.v", "equivalence.smt2"):
        (dithering / name).write_text((dithering / name).read_text() + "\n")
    found = check_bundle(dithering, Options(fuzz=5, verifiers=NAMES))
    (one,) = [f for f in found if f.check == check]
    assert one.status == "skipped"
    assert one.message == f"{one.file} differs from what the certificate gives"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders on this platform")
@pytest.mark.parametrize("name", [CERTIFICATE, "program.dfy", "network.safetensors"])
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(dithering, name):
    rewritten(dithering, lambda data: None)
    (dithering / name).unlink()
    os.mkfifo(dithering / name)
    found = problem(dithering)
    said = found.message.partition(";")[0]
    assert (found.status, said) == ("failed", f"{name} is not a regular file")


def test_numbers_that_outgrow_python_s_printing_are_not_held_against_a_program(tmp_path):
    state = {"s": [1, "3 * s + x"]}
    folder = grown(tmp_path, state, state, "s", ["p_s == s_s"])
    assert overall(check_bundle(folder, Options(fuzz=3))) == "ok"


def test_numbers_that_no_memory_holds_are_not_computed(tmp_path):
    folder = grown(tmp_path, {}, {"s": [2, "s * s"]}, "x", [], "x + 0 * s")
    assert overall(check_bundle(folder, Options(fuzz=3))) == "ok"


def grown(folder, program, spec, output, invariant, spec_output=None):
    """A bundle of a true theorem over runs of 10,000 steps."""
    data = {
        **json.loads((PROOFS / "Sum_All" / CERTIFICATE).read_text()),
        "task": "Grown", "length": 1000, "domain": {"x": [0, 3]}, "invariant": invariant,
        "weights": "", "all_integers": False, "declarative": [],
        "declarative_rocq": [],
        "program": {"inputs": ["x"], "state": program, "outputs": [output]},
        "spec": {"inputs": ["x"], "state": spec, "outputs": [spec_output or output]},
    }  # fmt: skip
    (folder / "Grown").mkdir()
    for name, text in render_files(certificate_from_dict(data)).items():
        (folder / "Grown" / name).write_text(text)
    return folder / "Grown"


def test_text_that_is_no_certificate_ends_in_a_finding(dithering):
    for text in (b"", b"{}", b"\xff\xfe", b"[" * 10**5, b'{"format": 3}', b"9" * 5000):
        (dithering / CERTIFICATE).write_bytes(text)
        found = check_bundle(dithering, QUICK)
        assert found[0].status == "failed"
        assert {f.status for f in found[1:]} == {"skipped"}


def test_random_changes_of_the_certificate_never_raise_and_never_pass(dithering):
    path, rng = dithering / CERTIFICATE, np.random.default_rng(0)
    original = path.read_bytes()
    for _ in range(60):
        data = bytearray(original)
        data[rng.integers(len(data))] = rng.integers(256)
        if bytes(data) != original:
            path.write_bytes(bytes(data))
            assert overall(check_bundle(dithering, Options(fuzz=3))) != "ok"


def test_rendering_is_the_same_every_time():
    proof = certificate_from_text((PROOFS / "Majority_0_3" / CERTIFICATE).read_text())
    again = certificate_from_dict(json.loads(json.dumps(certificate_to_dict(proof))))
    assert render_files(proof) == render_files(again)


def test_sequences_are_of_every_length_up_to_ten_times_the_tasks():
    domain = Domain(("x", "w"), (-3, 0), (5, 1))
    words = sequences(domain, 7, 200)
    lengths = [len(w) for w in words]
    assert len(words) == 200
    assert {0, 1, 70} <= set(lengths)
    assert max(lengths) == 70
    assert {(-3, 0), (5, 1)} <= {letter for w in words for letter in w}
    assert all(-3 <= x <= 5 and 0 <= v <= 1 for w in words for x, v in w)
    assert sequences(domain, 7, 200) == words
    assert [len(w) for w in sequences(domain, 7, 1)] == [0]
    assert sequences(domain, 7, 0) == []


def test_provers_that_contradict_each_other_are_told_apart_from_a_broken_bundle():
    yes, no = Finding("proof", "ok"), Finding("dafny", "failed", "why")
    assert disagree([yes, no])
    assert not disagree([yes, Finding("files", "failed", "why")])
    assert not disagree([yes, Finding("cvc5", "undecided", "why")])
    assert not disagree([yes, Finding("dafny", "failed", "why", stated=True)])
    assert overall([yes, no]) == "failed"


def test_findings_check_themselves():
    with pytest.raises(ValueError, match="no check"):
        Finding("taste", "ok")
    with pytest.raises(ValueError, match="needs a message"):
        Finding("proof", "failed")
