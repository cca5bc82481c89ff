"""The tasks in other words: what the Dafny texts beside the task files say, and that it is proved.

A text restates a task over whole sequences (``Task``), and proves that the specification
meets it (``SpecMeetsTask``). A statement that more than one answer meets says less than the
task does, and one that all answers meet says nothing.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mips_verify import api
from mips_verify.check.dafny import run_dafny
from mips_verify.check.finding import Options
from mips_verify.check.recheck import check_bundle
from mips_verify.check.run_checks import Checked, Report
from mips_verify.check.tools import ToolAnswer
from mips_verify.cli import main
from mips_verify.emit.dafny.dafny_file import render_dafny
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.spec.task import Task, load_tasks, tasks_folder
from tests.test_prove_pairs import machine

TASKS = {task.name: task for task in load_tasks(suite="mips")}
STATED = {name: task for name, task in TASKS.items() if task.declarative}
# what is said of the last input alone says nothing of the sequence
ONE_STEP = {"Abs_Current", "Current_Number", "Evens_Detector", "Perfect_Square_Detector"}
ONE_STEP |= {f"Bitwise_{word}" for word in ("And", "Not", "Or", "Xor")}
# attributes, and every word that proves nothing, hides a proof or reads another file
FORBIDDEN = re.compile(
    r"\{\s*:|\b(assume|axiom|expect|extern|export|import|include|method|module|trait|class|"
    r"iterator|ghost|inductive|copredicate|colemma|twostate|least|greatest|verify)\b"
)
DECLARED = re.compile(
    r"^(?:predicate|function|lemma|method|datatype)\s+(?:\{:\w+\} )?(\w+)", re.MULTILINE
)
SECONDS = 120

needs_dafny = pytest.mark.skipif(shutil.which("dafny") is None, reason="Dafny is not installed")
every_text = pytest.mark.parametrize("task", STATED.values(), ids=STATED)


def code(task: Task) -> str:
    """The text without its comments."""
    return re.sub(r"//.*", "", task.declarative)


def declaration(task: Task, head: str) -> str:
    """The declaration that starts with ``head``, up to the next one."""
    (found,) = re.findall(rf"^{head}\(.*?(?=^\w|\Z)", code(task), re.MULTILINE | re.DOTALL)
    return str(found)


def is_equation(task: Task) -> bool:
    """Whether ``Task`` has the form ``y == ...``, so that at most one answer meets it."""
    body = declaration(task, "predicate Task").partition("{")[2]
    outputs = ["y"] if len(task.spec.outputs) == 1 else ["y0", "y1"]
    parts = re.split(r"&&", body) if len(outputs) > 1 else [body]
    lets = r"\s*(var last: Input := s\[\|s\|-1\];\s*)?"
    return len(parts) == len(outputs) and all(
        re.match(rf"{lets}{y} == (?!.*\b(y|y0|y1)\b)", part, re.DOTALL)
        for y, part in zip(outputs, parts, strict=True)
    )


def certificate(task: Task, program: Machine | None = None) -> Certificate:
    """That ``program``, or the specification itself, equals itself; with the task's text."""
    both = program or task.spec
    verdict = equal(both, both, task.domain)
    assert verdict.status is Status.PROVED, str(verdict)
    return Certificate(
        task=task.name,
        says=task.says,
        length=task.length,
        program=both,
        spec=both,
        domain=task.domain,
        invariant=verdict.invariant,
        all_integers=verdict.all_integers,
        strategy=verdict.strategy,
        declarative=task.declarative,
    )


def ask_dafny(text: str, folder: Path) -> ToolAnswer:
    path = folder / "program.dfy"
    path.write_text(text)
    return run_dafny(path, SECONDS)


def test_the_tasks_are_stated_over_whole_sequences():
    assert set(STATED) == set(TASKS)
    assert len(set(STATED) - ONE_STEP) == 54


def test_every_text_belongs_to_a_task():
    said = {task.declarative for task in load_tasks()} - {""}
    for path in tasks_folder().glob("*.dfy"):
        start = re.escape(path.read_text().split("{")[0])
        assert any(re.match(start, text) for text in said), f"{path.name} is beside no task file"


@every_text
def test_a_text_has_the_statement_and_the_lemma(task):
    element = "int" if len(task.domain.names) == 1 else "Input"
    outputs = "y: int" if len(task.spec.outputs) == 1 else "y0: int, y1: int"
    answers = "Spec(s)" if len(task.spec.outputs) == 1 else "Spec0(s), Spec1(s)"
    assert declaration(task, "predicate Task").startswith(
        f"predicate Task(s: seq<{element}>, {outputs})"
    )
    assert declaration(task, "lemma SpecMeetsTask").startswith(
        f"lemma SpecMeetsTask(s: seq<{element}>)\n  requires |s| > 0 && InDom(s)\n"
        f"  ensures Task(s, {answers})\n{{\n"
    )


@every_text
def test_a_text_starts_with_a_comment_in_words(task):
    first = task.declarative.split("\n")[0]
    assert re.match(r"// [A-Z].{20,}", first)
    assert max(map(len, task.declarative.splitlines())) <= 100


@every_text
def test_a_text_proves_what_it_says(task):
    assert not FORBIDDEN.search(code(task))
    for name in DECLARED.findall(code(task)):
        assert re.search(rf"^\w+ {name}\([^;]*?\{{", code(task), re.MULTILINE), (
            f"{name} has no body"
        )
    lemmas = re.findall(r"^lemma .*?(?=^\w|\Z)", code(task), re.MULTILINE | re.DOTALL)
    for lemma in lemmas:
        assert re.search(r"^\{\n.*^\}\n", lemma, re.MULTILINE | re.DOTALL), f"no proof: {lemma}"


@every_text
def test_a_text_leaves_no_place_of_a_family_open(task):
    assert not re.search(r"\{\w+\}", task.declarative)


@every_text
def test_no_name_of_a_text_is_taken(task):
    names = DECLARED.findall(code(task))
    assert {"Task", "SpecMeetsTask"} <= set(names)
    around = render_dafny(replace(certificate_of_nothing(task), declarative=""))
    assert len(set(names)) == len(names)
    assert not set(names) & set(DECLARED.findall(around))


def certificate_of_nothing(task: Task) -> Certificate:
    """The specification beside itself without an invariant: it renders, and proves nothing."""
    return Certificate(
        task.name, task.says, task.length, task.spec, task.spec, task.domain, (), False
    )


@every_text
def test_a_relation_says_that_it_has_one_answer(task):
    assert is_equation(task) != ("TaskIsUnique" in DECLARED.findall(code(task)))


ONE_OF_EACH = [
    "Add_Mod_8", "Alternating_Last4", "Balanced_Parenthesis", "Base_7_Addition",
    "Bit_Dot_Prod_Mod2", "Bit_Palindrome", "Dithering", "Div_7", "Majority_0_3", "Max_Seen",
    "Newton_Magnetic", "Newton_Spring", "Parity_All", "Parity_Last4", "Prev5", "Sum_Last7",
]  # fmt: skip


@pytest.mark.slow
@needs_dafny
@pytest.mark.parametrize("name", ONE_OF_EACH)
def test_dafny_verifies_that_the_specification_alone_meets_the_statement(name, tmp_path):
    task = STATED[name]
    text = task.declarative + specification_alone(task)
    found = ask_dafny(render_dafny(replace(certificate(task), declarative=text)), tmp_path)
    assert (found.status, found.message) == ("holds", "")


def specification_alone(task: Task) -> str:
    """The lemma that what meets ``Task`` is the specification's output."""
    element = "int" if len(task.domain.names) == 1 else "Input"
    count = len(task.spec.outputs)
    suffixes = [""] if count == 1 else [str(i) for i in range(count)]
    ys = ", ".join(f"y{i}" for i in suffixes)
    answers = ", ".join(f"Spec{i}(s)" for i in suffixes)
    unique = "" if is_equation(task) else f"  TaskIsUnique(s, {ys}, {answers});\n"
    return (
        f"lemma SpecAlone(s: seq<{element}>, {', '.join(f'y{i}: int' for i in suffixes)})\n"
        f"  requires |s| > 0 && InDom(s) && Task(s, {ys})\n"
        f"  ensures {' && '.join(f'y{i} == Spec{i}(s)' for i in suffixes)}\n"
        f"{{\n  SpecMeetsTask(s);\n{unique}}}\n"
    )


WRONG = {
    "Parity_All": machine("x", {"p": (0, "(p + x) % 3")}, "p"),
    "Parity_Zeros": machine("x", {"p": (0, "(p + x) % 2")}, "p"),
    "Evens_Counter": machine("x", {"n": (0, "n + x % 2")}, "n"),
    "Sum_All": machine("x", {"s": (1, "s + x")}, "s"),
    "Sum_Last2": machine("x", {"x1": (0, "x")}, "x - old(x1)"),
    "Prev1": machine("x", {"x1": (7, "x")}, "old(x1)"),
    "Max_Seen": machine("x", {"m": (1, "max(m, x)")}, "m"),
    "Min_Seen": machine("x", {"m": (0, "min(m, x)")}, "m"),
    "Majority_0_1": machine(
        "x", {"zeros": (0, "zeros + 1 - x"), "ones": (0, "ones + x")}, "1 if ones >= zeros else 0"
    ),
    "Balanced_Parenthesis": machine(
        "x", {"depth": (0, "depth + 1 - 2 * x"), "dead": (0, "dead")}, "1 if depth == 0 else 0"
    ),
    "Div_3": machine("x", {"r": (0, "(2 * r + x) % 3")}, "(2 * old(r) + x) % 2"),
    "Binary_Addition": machine("x w", {"carry": (0, "(x + w) // 2")}, "(x + w + old(carry)) % 2"),
    "Dithering": machine("x", {"r": (7, "(r + x) % 15")}, "(old(r) + x) // 15"),
    "Newton_Freebody": machine("x", {"v": (0, "v + x"), "r": (0, "r + v")}, "r"),
}


@pytest.mark.slow
@needs_dafny
@pytest.mark.parametrize("name", WRONG)
def test_dafny_refuses_a_wrong_specification(name, tmp_path):
    text = render_dafny(certificate(STATED[name], WRONG[name]))
    found = ask_dafny(text, tmp_path)
    assert found.status == "fails"
    line, says = re.fullmatch(r"line (\d+): (.*)", found.message).groups()
    assert re.search("postcondition|assertion", says), "it fails for another reason"
    assert int(line) > text[: text.index(STATED[name].declarative)].count("\n")


PROVER = {"dafny": ".dfy", "rocq": ".v"}
FALSE = {
    ".dfy": ("predicate Task(s: seq<int>, y: int) { y == Sum(s) }",
             "predicate Task(s: seq<int>, y: int) { y == Sum(s) + 1 }"),
    ".v": ("fold_right Z.add 0 word", "fold_right Z.add 1 word"),
}  # fmt: skip


@pytest.fixture
def falsely_stated(tmp_path):
    """A task of the user whose texts say something else than its specification."""
    for ending in (".toml", *FALSE):
        text = (tasks_folder() / f"sum_all{ending}").read_text()
        wrong = text.replace(*FALSE.get(ending, ("Sum_All", "My_Sum")))
        (tmp_path / f"My_Sum{ending}").write_text(re.sub("(?m)^(suite|aliases).*$", "", wrong))
    return tmp_path / "My_Sum.toml"


@pytest.mark.slow
@pytest.mark.parametrize(
    "prover",
    [pytest.param("dafny", marks=needs_dafny),
     pytest.param("rocq", marks=pytest.mark.skipif(not shutil.which("coqc"), reason="no Rocq"))],
)  # fmt: skip
def test_a_wrong_text_of_the_user_is_no_contradiction_between_provers(
    prover, falsely_stated, tmp_path
):
    task = api.load_task(str(falsely_stated))
    folder = api.write_bundle(task.spec, task, tmp_path / "proofs")
    options = Options(tasks=tmp_path, verifiers=(prover,), seconds=SECONDS)
    findings = check_bundle(folder, options)
    (wrong,) = (f for f in findings if f.status == "failed")
    assert Report((Checked(folder, findings),), options.checks, 0).exit_code == 1
    assert wrong.check == prover
    ending = PROVER[prover]
    line = re.match(rf"line (\d+) of the \{ending} text beside the task file: ", wrong.message)
    written = falsely_stated.with_suffix(ending).read_text().splitlines()[int(line[1]) - 1]
    assert (folder / wrong.file).read_text().splitlines()[wrong.line - 1] == written.rstrip()


def test_a_refused_text_is_refused_before_anything_is_proved(falsely_stated, tmp_path):
    with falsely_stated.with_suffix(".v").open("a") as file:
        file.write("Axiom all : False.\n")
    (tmp_path / "p.py").write_text("def program(xs):\n    return [x for x in xs]\n")
    words = ("prove", tmp_path / "p.py", falsely_stated, "--bundle", tmp_path / "proofs")
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 2
    assert "Axiom" in done.stderr
    assert "of the state machine" not in done.output
