"""test_program.py: it stands alone, finds what is wrong with a program, and is harmless."""

from __future__ import annotations

import ast
import itertools
import os
import random
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from mips_verify.algebra.printable import PRINTABLE_BITS
from mips_verify.check.strategies import words
from mips_verify.emit.python.hypothesis_test import DRAWN, longest_word, render_test
from mips_verify.emit.targets import render_files
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.domain import Domain
from mips_verify.spec.task import load_task, load_tasks
from tests.mutants import differs, mutants
from tests.quick import examples, slow_case
from tests.strategies import machines
from tests.test_prove_pairs import machine

TESTS = (
    "test_the_program_agrees_with_its_specification",
    "test_a_stream_agrees_with_the_whole_sequence",
    "test_every_input_has_an_output_of_integers",
)
PYPROJECT = Path(__file__).parent.parent / "pyproject.toml"
SHORT = 8  # letters that show any of the mutants used here


def certificate(spec, domain, program=None, **others) -> Certificate:
    values = {"task": "T", "says": "what it does", "length": 10, "how": "a network"} | others
    return Certificate(
        program=program or spec,
        spec=spec,
        domain=domain,
        invariant=(),
        all_integers=False,
        **values,
    )


def of_task(name: str, **others) -> Certificate:
    task = load_task(name)
    texts = {"task": name, "says": task.says, "length": task.length}
    return certificate(task.spec, task.domain, **texts | others)


def write(folder: Path, proof: Certificate, program: str | None = None) -> Path:
    """The files of a bundle; with another program text if one is given."""
    folder.mkdir(parents=True, exist_ok=True)
    files = render_files(proof) | {"test_program.py": render_test(proof)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    if program is not None:
        (folder / "program.py").write_text(program, encoding="utf-8")
    return folder


def loaded(folder: Path) -> dict:
    return runpy.run_path(str(folder / "test_program.py"))


def failing_word(test) -> list | None:
    """The word on which a test fails, as Hypothesis reports it; ``None`` if it passes."""
    try:
        test()
    except Exception as error:
        note = next(n for n in error.__notes__ if "xs=" in n)
        call = ast.parse("f(" + note.partition("(")[2]).body[0].value
        return ast.literal_eval(call.keywords[0].value)
    return None


def run_pytest(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """Plain pytest without plugins, and without the package or anything that it needs."""
    (cwd / "blocked").mkdir()
    (cwd / "blocked" / "sitecustomize.py").write_text(
        "import sys\n"
        "class Blocked:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in ('mips_verify', 'numpy', 'z3', 'jinja2', 'sympy'):\n"
        "            raise ModuleNotFoundError(f'{name} is blocked', name=name)\n"
        "sys.meta_path.insert(0, Blocked())\n"
    )
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=os.environ
        | {"PYTHONPATH": str(cwd / "blocked"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        | environment,
    )


def test_bundles_run_side_by_side_under_plain_pytest_where_the_package_cannot_be_imported(tmp_path):
    for name in ("Sum_Last3", "Newton_Magnetic"):
        write(tmp_path / name, of_task(name))
    (tmp_path / "test_blocked.py").write_text(
        "import pytest\n"
        "def test_blocked():\n"
        "    with pytest.raises(ModuleNotFoundError):\n"
        "        import mips_verify\n"
    )
    run = run_pytest("--import-mode=importlib", cwd=tmp_path, MIPS_VERIFY_EXAMPLES="20")
    assert "7 passed" in run.stdout, run.stdout + run.stderr


@pytest.mark.parametrize(
    "name", ["Sum_Last3", "Majority_0_2", slow_case("Base_3_Addition"), slow_case("Newton_Gravity")]
)
def test_programs_broken_in_one_place_fail_on_a_short_sequence(name, tmp_path):
    task = load_task(name)
    proof = of_task(name)
    broken = [m for m in mutants(render_files(proof)["program.py"]) if differs(m, task)]
    assert broken
    for program in random.Random(0).sample(broken, min(2, len(broken))):
        word = failing_word(loaded(write(tmp_path, proof, program))[TESTS[0]])
        assert word is not None, program
        assert len(word) <= SHORT, program


def test_a_program_that_fails_late_is_found_and_the_sequence_is_hardly_longer(tmp_path):
    spec = machine("x", {"n": (0, "n + x")}, "n")
    late = machine("x", {"n": (0, "n + x")}, "min(n, 40)")
    proof = certificate(spec, Domain(("x",), (0,), (1,)), late)
    word = failing_word(loaded(write(tmp_path, proof))[TESTS[0]])
    assert word is not None
    assert 41 <= len(word) < 60


@pytest.mark.parametrize(
    ("change", "test"),
    [
        (("self.s += x", "self.s += x if x < 9 else 0"), TESTS[0]),
        (("for x in xs]", "for x in xs if x != 9]"), TESTS[2]),
        (("return [stream.step(x)", "return [(stream.step(x), 0)[0 if x != 9 else 1]"), TESTS[1]),
        (("return [stream.step(x)", "return [float(stream.step(x))"), TESTS[2]),
    ],
)
def test_each_test_of_the_file_can_fail(change, test, tmp_path):
    spec = machine("x", {"s": (0, "s + x")}, "s")
    proof = certificate(spec, Domain(("x",), (0,), (9,)))
    text = render_files(proof)["program.py"]
    assert change[0] in text
    folder = write(tmp_path, proof, text.replace(*change))
    word = failing_word(loaded(folder)[test])
    assert word is not None
    assert len(word) == 1


ODD = ["def", "None", "self", "st", "given", "program", "Path", "TABLE", "step", "reference", "xs",
       "Specification", "settings", "LONGEST", "x", "class", "match", "print", "l"]  # fmt: skip
TWO_INPUTS = machine(
    "x w",
    {"s": (1, "max(r, x) + w"), "r": (2, "(s + x + abs(w)) % 5")},
    "s + r",
    "(3, 1, 4, 1, 5, 9, 2, 6, 5)[r]",
)


def space_of(proof: Certificate) -> dict:
    """The names of a bundle's test file, as it stands beside its own program."""
    with tempfile.TemporaryDirectory() as folder:
        return loaded(write(Path(folder), proof))


@settings(max_examples=examples(15), suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(st.sampled_from(ODD), min_size=4, max_size=4, unique=True),
    says=st.text(st.sampled_from("\"'\\{}%# abé;()")) | st.just('""" + exit() + """'),
)
def test_any_name_and_text_is_harmless(names, says):
    x, w, *_ = names
    spec = TWO_INPUTS.rename(dict(zip("xwsr", names, strict=True)))
    proof = certificate(spec, Domain((x, w), (-9, 0), (9, 5)), says=says, task=x)
    assert says in ast.get_docstring(ast.parse(render_test(proof)), clean=False)
    with mock.patch.dict(os.environ, MIPS_VERIFY_EXAMPLES="5"):
        space = space_of(proof)
        for test in TESTS:
            space[test]()


@settings(max_examples=examples(25), suppress_health_check=list(HealthCheck))
@given(m=machines() | machines(inputs=("x", "w"), outputs=2), data=st.data())
def test_its_reference_is_the_specification(m, data):
    domain = Domain(m.inputs, (-3,) * len(m.inputs), (8,) * len(m.inputs))
    word = data.draw(words(domain, 20))
    letters = [x[0] if len(x) == 1 else x for x in word]
    answers = space_of(certificate(m, domain))["reference"](letters)
    assert [y if isinstance(y, tuple) else (y,) for y in answers] == m.run(word)


def drawn(strategy, count: int = 100) -> list:
    """Sequences as they come from one fixed seed."""
    found: list = []

    def keep(word) -> bool:
        found.append(word)
        return False

    with pytest.raises(NoSuchExample):
        find(
            strategy,
            keep,
            settings=settings(max_examples=count, database=None),
            random=random.Random(0),
        )
    return found


@pytest.mark.parametrize("name", ["Base_3_Addition", "Newton_Magnetic"])
def test_the_library_draws_the_same_sequences(name):
    task = load_task(name)
    own = drawn(space_of(of_task(name))["SEQUENCES"])
    library = drawn(words(task.domain, 10 * task.length))
    assert own == library


def stretch(word: list) -> int:
    """Letters of the longest run of equal ones."""
    return max((len(list(run)) for _, run in itertools.groupby(word)), default=0)


def test_sequences_are_of_every_kind():
    domain = Domain(("x", "w"), (-100, 0), (99, 10**12))
    found = drawn(words(domain, 300), count=400)
    assert all(-100 <= x <= 99 and 0 <= w <= 10**12 for word in found for x, w in word)
    lengths = [len(word) for word in found]
    assert min(lengths) == 0
    assert max(lengths) == 300
    assert sum(n > DRAWN for n in lengths) >= 3
    assert sum(stretch(word) >= 50 for word in found) >= 3
    assert any(len(word) >= 50 and 1 < len(set(word)) <= 6 for word in found)
    assert any(len(set(word)) >= 50 for word in found)
    assert any(len(word) >= 20 and {x for x, _ in word} <= {-100, -1, 0, 1, 99} for word in found)


def test_sequences_need_room():
    with pytest.raises(ValueError, match="at least 1"):
        words(Domain(("x",), (0,), (1,)), 0)


def test_sequences_are_ten_times_as_long_as_those_of_the_training():
    assert longest_word(of_task("Sum_Last7")) == 200
    assert "\nLONGEST = 200\n" in render_test(of_task("Sum_Last7"))


@pytest.mark.parametrize("letters", [(0, 1), (-1, 0)])
def test_numbers_that_grow_fast_make_sequences_shorter(letters):
    squares = machine("x", {"s": (2, "s * s + x")}, "s % 7")
    proof = certificate(squares, Domain(("x",), letters[:1], letters[1:]))
    longest = longest_word(proof)
    assert 5 < longest < 20
    z = squares.init
    for _ in range(longest - 1):
        z, _ = squares.step(z, (0,))
    assert z[0].bit_length() <= PRINTABLE_BITS


def test_a_specification_without_a_value_makes_sequences_shorter():
    broken = machine("x", {"n": (0, "n + 1")}, "(1, 2, 3)[n]")
    assert longest_word(certificate(broken, Domain(("x",), (0,), (1,)))) == 3


def test_equal_certificates_give_equal_texts_and_unequal_ones_do_not():
    texts = [render_test(of_task(task.name)) for task in load_tasks()]
    assert texts[:5] == [render_test(of_task(task.name)) for task in load_tasks()[:5]]
    assert len(set(texts)) == len(texts)


@pytest.mark.slow
def test_linters_and_type_checkers_are_content(tmp_path):
    for name in (task.name for task in load_tasks()):
        text = render_test(of_task(name))
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    files = sorted(map(str, tmp_path.glob("*.py")))
    own_words = "ARG002,E501,PLR1716,SIM300"  # of the task: what it says, reads and compares
    for tool in (
        ["mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *files],
        ["ruff", "check", "--isolated", "--ignore", own_words, "--no-cache", str(tmp_path)],
        ["ruff", "format", "--check", "--isolated", "--no-cache", str(tmp_path)],
        ["ruff", "check", "--config", str(PYPROJECT), "--ignore", own_words, "--no-cache", *files],
    ):
        run = subprocess.run(
            [sys.executable, "-m", *tool], cwd=tmp_path, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr
