"""Second solvers: three times ``unsat`` holds, one ``sat`` fails, and nothing else decides."""

from __future__ import annotations

import importlib.util
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mips_verify.check.solvers import run_cvc5, run_z3
from mips_verify.check.tools import OUTPUT, excerpt, find_tool, run_tool
from mips_verify.emit.smtlib.smtlib_expressions import RESERVED
from mips_verify.emit.smtlib.smtlib_file import render_smtlib
from mips_verify.errors import MipsVerifyError
from tests.test_emit_smtlib import COUNTER, DOUBLE, FIRST, OWN, certificate, named, proved
from tests.test_prove_pairs import machine

posix = pytest.mark.skipif(os.name != "posix", reason="the tools of these tests are shell scripts")
has_cvc5 = pytest.mark.skipif(importlib.util.find_spec("cvc5") is None, reason="needs cvc5")
has_z3 = pytest.mark.skipif(find_tool("z3") is None, reason="needs an executable of Z3")
SOLVERS = [
    pytest.param(run_cvc5, marks=has_cvc5, id="cvc5"),
    pytest.param(run_z3, marks=has_z3, id="z3"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "equivalence.smt2"
    path.write_text(text, encoding="utf-8")
    return path


def script(folder: Path, body: str, name: str = "z3") -> str:
    """An executable that answers ``body`` to a file, and a version when asked for it."""
    path = folder / name
    path.write_text(
        '#!/bin/sh\nif [ "$1" = --version ]; then echo "Z3 version 0.1 - 64 bit"; exit; fi\n' + body
    )
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def say(*lines: str) -> str:
    return "".join(f"echo '{line}'\n" for line in lines)


# --- what counts as an answer ---------------------------------------------------------------


@posix
def test_three_times_unsat_holds(tmp_path: Path) -> None:
    fake = script(tmp_path, say("unsat", "unsat", "unsat"))
    answer = run_z3(written(tmp_path, ""), 10, fake)
    assert (answer.tool, answer.status, answer.message) == ("z3", "holds", "")
    assert answer.version == "0.1"


@posix
@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_sat_fails_and_names_its_obligation(tmp_path: Path, place: int) -> None:
    lines = ["unsat"] * 3
    lines[place] = "sat"
    answer = run_z3(written(tmp_path, ""), 10, script(tmp_path, say(*lines)))
    assert answer.status == "fails"
    assert ("Base", "Step", "Outputs")[place] in answer.message


@posix
@pytest.mark.parametrize(
    ("body", "words"),
    [
        (say("unsat", "unknown", "unsat"), "Step was not decided"),
        (say("unsat", "unsat"), "no answer for Outputs"),
        (say("unsat") * 4, "4 answers instead of 3"),
        ("", "no answer for Base"),
        (say('(error "line 1")', "unsat", "unsat", "unsat"), 'it says: (error "line 1")'),
        (say("unsat", "unsat", "unsat", "unsat?"), "it says: unsat?"),
        (say("unsat unsat unsat"), "it says"),
        (say('(error "line 1: no x")', "sat", "sat", "sat"), "it says"),  # not of this file
        (say("UNSAT", "unsat", "unsat"), "it says"),
        (say("unsat", "unsat", "unsat") + "exit 1", "exit status 1"),
        (say("unsat", "unsat", "unsat") + "kill -SEGV $$", "SIGSEGV"),
        (say("unsat") + "echo out of memory >&2; exit 2", "out of memory"),
        ("printf '\\377\\000\\033[2J'", "it says"),
    ],
)
def test_anything_else_is_undecided_and_says_why(tmp_path: Path, body: str, words: str) -> None:
    answer = run_z3(written(tmp_path, ""), 10, script(tmp_path, body))
    assert answer.status == "undecided"
    assert words in answer.message
    assert answer.message.isprintable()


@posix
def test_a_solver_that_hangs_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = say("unsat") + f"sleep 600 &\necho $! >> {pids}\nsleep 600"
    answer = run_z3(written(tmp_path, ""), 1.0, script(tmp_path, body))
    assert answer.status == "undecided"
    assert "no answer for Step: it took over" in answer.message
    for pid in pids.read_text().split():
        assert _gone(int(pid))


def _gone(pid: int) -> bool:
    """Whether a process ends soon; one that its new parent has not yet reaped has ended."""
    for _ in range(100):
        found = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True)
        if found.stdout.strip()[:1] in (b"", b"Z"):
            return True
        time.sleep(0.05)
    return False


@posix
def test_the_second_arithmetic_is_asked_where_the_first_does_not_decide(tmp_path: Path) -> None:
    body = f'case "$2" in smt.*) {say("unknown").strip()};; *) {say(*["unsat"] * 3)};; esac'
    assert run_z3(written(tmp_path, ""), 10, script(tmp_path, body)).status == "holds"


# --- the solvers themselves -----------------------------------------------------------------


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_proof_holds_and_names_the_version(solver, tmp_path: Path) -> None:
    path = written(tmp_path, render_smtlib(certificate(DOUBLE, COUNTER, "p_d == 2 * s_n")))
    answer = solver(path, 60)
    assert answer.status == "holds", answer
    assert answer.version.replace(".", "").isdigit()


@pytest.mark.parametrize(
    ("invariant", "broken"),
    [("p_d == 2 * s_n + 2", "Base"), ("p_d == 0", "Step"), ("p_d >= 0", "Outputs")],
)
@pytest.mark.parametrize("solver", SOLVERS)
def test_a_weak_invariant_fails_where_it_must(solver, tmp_path, invariant, broken) -> None:
    path = written(tmp_path, render_smtlib(certificate(DOUBLE, COUNTER, invariant)))
    answer = solver(path, 60)
    assert (answer.status, answer.message) == ("fails", f"the obligation {broken} does not hold")


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_wrong_program_fails(solver, tmp_path: Path) -> None:
    wrong = machine("x", {"d": (0, "d + 2 * x")}, "(d + 1) // 2 + (x == 1 and d == 2)")
    path = written(tmp_path, render_smtlib(certificate(wrong, COUNTER, "p_d == 2 * s_n")))
    assert solver(path, 60).status == "fails"


@pytest.mark.parametrize("solver", SOLVERS)
def test_hostile_names_and_texts_are_read(solver, tmp_path: Path) -> None:
    for name in ("and", "Int", "table_1", "_"):
        text = render_smtlib(named(name))
        assert solver(written(tmp_path, text), 60).status == "holds"
    texts = {"says": 'a ) (exit) | " \\ é 漢 ;', "how": "{{ 7 }} (check-sat)"}
    path = written(tmp_path, render_smtlib(certificate(DOUBLE, COUNTER, "p_d == 2 * s_n", **texts)))
    assert solver(path, 60).status == "holds"


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
def test_no_name_of_an_input_is_a_word_of_the_solver(solver, tmp_path: Path) -> None:
    for name in sorted(RESERVED | set(OWN)):
        answer = solver(written(tmp_path, render_smtlib(named(name))), 60)
        assert answer.status == "holds", (name, answer)


@pytest.mark.slow
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("task", "program"), [pytest.param(t, m, id=t) for t, _, m in FIRST])
def test_every_task_of_the_benchmark_is_decided(solver, tmp_path: Path, task, program) -> None:
    path = written(tmp_path, render_smtlib(proved(task, program)))
    answer = solver(path, 60)
    assert answer.status == "holds", answer


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("text", ["", "(check-sat", "(assert (= x 1))\n(check-sat)", "\x00 é ("])
def test_a_file_of_another_kind_is_undecided(solver, tmp_path: Path, text: str) -> None:
    assert solver(written(tmp_path, text), 60).status == "undecided"


@pytest.mark.parametrize("solver", SOLVERS)
def test_a_file_that_is_not_there_is_undecided(solver, tmp_path: Path) -> None:
    assert solver(tmp_path / "equivalence.smt2", 60).status == "undecided"


@pytest.mark.parametrize("solver", SOLVERS)
def test_too_little_time_is_undecided(solver, tmp_path: Path) -> None:
    hard = """(set-logic ALL)(declare-const x Int)(declare-const y Int)(declare-const z Int)
        (assert (= 114 (+ (* x x x) (* y y y) (* z z z))))(check-sat)"""
    answer = solver(written(tmp_path, hard), 1.0)
    assert answer.status == "undecided"


@has_cvc5
def test_cvc5_reads_nothing_from_the_folder_it_runs_in(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "cvc5.py").write_text("print('unsat\\n' * 3); raise SystemExit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = written(tmp_path, render_smtlib(certificate(DOUBLE, COUNTER, "p_d >= 0")))
    assert run_cvc5(path, 60).status == "fails"


# --- tools that are missing -----------------------------------------------------------------


def test_a_missing_z3_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(MipsVerifyError, match=r"no executable 'z3-of-nowhere'.*install"):
        run_z3(written(tmp_path, ""), 10, "z3-of-nowhere")


def test_a_missing_cvc5_is_an_error_that_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    from importlib import metadata

    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    with pytest.raises(MipsVerifyError, match=r"pip install mips-verify\[cvc5\]"):
        run_cvc5(written(tmp_path, ""), 10)


@posix
def test_a_tool_outside_this_environment_comes_first(tmp_path: Path, monkeypatch) -> None:
    folders = [tmp_path / name for name in ("own", "apart")]
    for folder in folders:
        folder.mkdir()
        script(folder, "")
    monkeypatch.setattr(sys, "executable", str(folders[0] / "python"))
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))
    assert find_tool("z3") == folders[1] / "z3"
    (folders[1] / "z3").unlink()
    assert find_tool("z3") == folders[0] / "z3"
    (folders[0] / "z3").unlink()
    assert find_tool("z3") is None


# --- running a tool -------------------------------------------------------------------------


@posix
def test_output_is_bounded_and_what_is_beyond_does_not_block() -> None:
    run = run_tool(["sh", "-c", f"head -c {3 * OUTPUT} /dev/zero; echo end >&2"], seconds=60)
    assert (run.returncode, len(run.out), run.err) == (0, OUTPUT, "end\n")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_memory_is_bounded() -> None:
    code = "import time; time.sleep(0.3); bytearray(2**31)"
    run = run_tool([sys.executable, "-c", code], seconds=60, memory=2**30)
    assert run.returncode == 1
    assert "MemoryError" in run.err
    assert run_tool([sys.executable, "-c", "bytearray(2**20)"], seconds=60).returncode == 0


def test_an_executable_that_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MipsVerifyError, match="cannot run"):
        run_tool([tmp_path / "nothing"], seconds=1)


def test_a_tool_s_words_become_one_printable_line() -> None:
    assert excerpt(" a\n\n b\x1b[31m\tc\u202e ") == "a b [31m c "
    assert len(excerpt("x" * 1000)) == 200


@pytest.mark.parametrize("module", ["tools", "solvers"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = (
        f"import sys, mips_verify.check.{module}\n"
        "print([m for m in ('z3', 'numpy', 'cvc5', 'sympy', 'jinja2') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
