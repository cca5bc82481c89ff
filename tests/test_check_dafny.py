"""What Dafny's answers are taken for; stand-ins say what Dafny would."""

from __future__ import annotations

import shutil
import time

import pytest

from mips_verify.check.dafny import run_dafny
from mips_verify.errors import MipsVerifyError

needs_dafny = pytest.mark.skipif(shutil.which("dafny") is None, reason="Dafny is not installed")
GOOD = "lemma Sound(x: int)\n  requires x > 1\n  ensures x * 2 > 2\n{\n}\n"
CLASSIC = "/compile:0 /timeLimit:20 /proverOpt:O:smt.arith.solver=2"
WRONG = "lemma Unsound(x: int)\n  ensures x * 2 > 2\n{\n}\n"


def stand_in(tmp_path, says, status=0, version="Dafny: Error: unknown switch: --version"):
    """An executable that says this, and the file that it is asked about."""
    tool = tmp_path / "dafny"
    tool.write_text(
        "#!/bin/sh\n"
        f"if [ $1 = --version ]; then echo '{version}'; exit 1; fi\n"
        f"echo $@ > {tmp_path}/arguments\ncat {tmp_path}/says\nexit {status}\n"
    )
    tool.chmod(0o755)
    (tmp_path / "says").write_text(says)
    path = tmp_path / "program.dfy"
    path.write_text(GOOD)
    return path, str(tool)


def answer(tmp_path, says, status=0, **more):
    path, tool = stand_in(tmp_path, says, status, **more)
    return run_dafny(path, 20, tool)


def finished(words, before=""):
    return f"{before}Dafny 2.3.0.10506\n\nDafny program verifier finished with {words}\n"


def test_all_verified_holds(tmp_path):
    found = answer(tmp_path, finished("7 verified, 0 errors"))
    assert (found.tool, found.status, found.message) == ("dafny", "holds", "")
    assert found.version == "Dafny 2.3.0.10506"


@pytest.mark.parametrize(
    ("says", "status"),
    [
        (finished("0 verified, 0 errors"), 0),
        (finished("7 verified, 0 errors, 1 time out"), 4),
        (finished("7 verified, 0 errors, 1 time out"), 0),
        (finished("6 verified, 0 errors, 1 inconclusive"), 4),
        (finished("6 verified, 0 errors, 1 out of memory"), 4),
        (finished("7 verified, 0 errors"), 1),
        (finished("7 verified, 0 errors") * 2, 0),
        ("// finished with 7 verified, 0 errors\n", 0),
        ("", 0),
        ("", 134),
        (finished("7 verified, 0 errors", "program.dfy(3,4): Warning: note, no body\n"), 0),
    ],
)  # fmt: skip
def test_anything_else_is_undecided(tmp_path, says, status):
    found = answer(tmp_path, says, status)
    assert found.status == "undecided"
    assert found.message


def test_the_first_error_is_told_with_its_line(tmp_path):
    says = (
        "program.dfy(31,2): Error BP5003: A postcondition might not hold on this return path.\n"
        "program.dfy(44,0): Error: something else\n"
    )
    found = answer(tmp_path, says + finished("6 verified, 2 errors"), 4)
    assert found.status == "fails"
    assert found.message == "line 31: A postcondition might not hold on this return path."


def test_a_file_that_is_no_program_fails(tmp_path):
    says = "program.dfy(3,4): Error: unresolved identifier: y\n1 resolution errors\n"
    found = answer(tmp_path, says, 2)
    assert (found.status, found.message) == ("fails", "line 3: unresolved identifier: y")


def test_warnings_about_triggers_and_old_words_are_harmless(tmp_path):
    says = (
        "program.dfy(3,4): Warning: /!\\ No terms found to trigger on.\n"
        "program.dfy(5,4): Warning: the attribute is deprecated\n"
    )
    assert answer(tmp_path, says + finished("7 verified, 0 errors")).status == "holds"


@pytest.mark.parametrize(
    ("version", "arguments"),
    [
        ("unknown switch", f"{CLASSIC} /noinfer program.dfy"),
        ("3.13.1.50302", f"{CLASSIC} program.dfy"),
        ("4.4.0", "verify --verification-time-limit 20 program.dfy"),
        ("4.9.1+abc", "verify --verification-time-limit 20 --allow-deprecation program.dfy"),
    ],
)
def test_each_generation_gets_its_own_command(tmp_path, version, arguments):
    says = "Dafny program verifier finished with 7 verified, 0 errors\n"
    assert answer(tmp_path, says, version=version).status == "holds"
    assert (tmp_path / "arguments").read_text().strip() == arguments


def test_a_missing_tool_is_said_with_a_way_to_get_it(tmp_path):
    with pytest.raises(MipsVerifyError, match="apt install dafny"):
        run_dafny(tmp_path / "program.dfy", 5, "dafny-of-another-world")


def test_what_takes_too_long_is_stopped_with_all_that_it_started(tmp_path):
    path, tool = stand_in(tmp_path, "")
    (tmp_path / "dafny").write_text(
        "#!/bin/sh\n[ $1 = --version ] && exit 1\n"
        f"(sleep 3; touch {tmp_path}/survivor) &\nsleep 9\n"
    )
    found = run_dafny(path, 0.5, tool)
    assert found.status == "undecided"
    assert "0.5" in found.message or "stopped" in found.message
    time.sleep(3)
    assert not (tmp_path / "survivor").exists()


@needs_dafny
def test_dafny_itself_answers(tmp_path):
    path = tmp_path / "program.dfy"
    path.write_text(GOOD)
    found = run_dafny(path, 60)
    assert found.status == "holds"
    assert found.version.startswith("Dafny ")
    path.write_text(WRONG)
    found = run_dafny(path, 60)
    assert found.status == "fails"
    assert found.message.startswith("line ")
