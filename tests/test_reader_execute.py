"""A foreign program runs in a process of its own; whatever it does, the answer is a value."""

import os
import re
import sys
import time
from textwrap import dedent

import pytest
from hypothesis import given, settings

from mips_verify.emit.python.python_file import render_program
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.reader.execute import Failure, run_foreign
from tests.quick import examples
from tests.strategies import machines, words

MEMORY = 2**30
WORDS = [[(1,)], [(1,), (2,)], [(3,), (-1,), (0,)]]


def run(folder, source, given=WORDS, *, entry=None, timeout=20.0, memory=MEMORY):
    path = folder / "foreign.py"
    path.write_text(dedent(source), encoding="utf-8")
    return run_foreign(path, given, entry=entry, timeout=timeout, memory=memory)


@pytest.mark.parametrize(
    "source",
    [
        "def program(xs): return [x * 2 for x in xs]",
        "def anything(values):\n    for v in values: yield v + v",
        "import random\ndef f(xs): return map(lambda x: 2 * x, xs)",
        "def helper(x): return 2 * x\ndef f(xs): return tuple(helper(x) for x in xs)",
        "class N(int): pass\ndef f(xs): return [N(2 * x) for x in xs]",
        "program = lambda xs: [2 * x for x in xs]",
        "def f(xs):\n    print('noise', flush=True)\n    return [2 * x for x in xs]",
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n"
        "def program(xs): return [P(2 * x).x for x in xs]",
    ],
)
def test_the_outputs_come_back(tmp_path, source):
    assert run(tmp_path, source) == [[(2 * x,) for (x,) in word] for word in WORDS]


def test_truth_values_are_integers_and_large_ones_stay_exact(tmp_path):
    assert run(tmp_path, "def f(xs): return [x > 1 for x in xs]")[1] == [(0,), (1,)]
    assert run(tmp_path, "def f(xs): return [x * 10**4000 for x in xs]")[0] == [(10**4000,)]


@pytest.mark.parametrize(
    "source",
    [
        "def f(pairs): return [(a + b, a) for a, b in pairs]",
        "def f(us, vs): return [(a + b, a) for a, b in zip(us, vs)]",
    ],
)
def test_several_inputs_and_outputs(tmp_path, source):
    assert run(tmp_path, source, [[(1, 2), (3, -4)]]) == [[(3, 1), (-1, 3)]]


def test_the_named_function_is_called(tmp_path):
    source = "def f(xs): return xs\ndef g(xs): return [0 for x in xs]"
    assert run(tmp_path, source, [[(7,)]], entry="g") == [[(0,)]]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(xs): return [x / 2 for x in xs]", "0.5 is not an integer"),
        ("def f(xs): return [[x] for x in xs]", "is not an integer"),
        ("def f(xs): return [str(x) for x in xs]", "is not an integer"),
        ("def f(xs): return 5", "it returns 5 and not an output for each input"),
        ("def f(xs): raise ValueError('no')", r"it fails \(ValueError: no\)"),
        ("import sys\ndef f(xs): sys.exit(0)", "SystemExit"),
        ("raise RuntimeError('at once')\ndef f(xs): return xs", "cannot be loaded .*at once"),
        ("import no_such_module\ndef f(xs): return xs", "cannot be loaded .*no_such_module"),
        ("def f(xs): return f(xs)", "RecursionError"),
        ("import os\ndef f(xs): os._exit(0)", "ended early, with exit status 0"),
        ("import os, signal\ndef f(xs): os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("def f(xs): return [2] * 10**10", "MemoryError"),
        ("class E(Exception):\n    def __str__(self): raise self\ndef f(xs): raise E", r"\(E\)$"),
    ],
)
def test_a_failure_is_a_sentence(tmp_path, source, reason):
    answers = run(tmp_path, source)
    assert len(answers) == len(WORDS)
    assert isinstance(answers[0], Failure)
    assert re.search(reason, answers[0].why), answers


@pytest.mark.parametrize(
    ("source", "decisive"),
    [
        ("def f(xs): return [x / 2 for x in xs]", True),
        ("def f(xs): return [(x,) for x in xs]", True),
        ("def f(xs): return None", True),
        ("X = 1 // 0\ndef f(xs): return xs", True),
        ("import no_such_module\ndef f(xs): return xs", False),
        ("def f(xs): return f(xs)", False),
        ("def f(xs): return [2] * 10**10", False),
        ("import os\ndef f(xs): os._exit(0)", False),
    ],
)
def test_a_failure_says_whether_the_program_is_at_fault(tmp_path, source, decisive):
    assert [a.decisive for a in run(tmp_path, source)] == [decisive] * len(WORDS)


@pytest.mark.parametrize(
    "source",
    [
        "s = 0\ndef f(xs):\n    global s\n    s += 1\n    return [s for x in xs]",
        "def f(xs, seen=[]):\n    seen.append(1)\n    return [len(seen) for x in xs]",
        "class C:\n    n = 0\ndef f(xs):\n    C.n += 1\n    return [C.n for x in xs]",
    ],
)
def test_nothing_is_kept_from_one_word_to_the_next(tmp_path, source):
    assert run(tmp_path, source) == [[(1,)] * len(word) for word in WORDS]


def test_a_class_is_run_step_by_step(tmp_path):
    source = """
        class Sum:
            def __init__(self):
                self.s = 0
            def step(self, x):
                self.s += x
                return self.s
    """
    assert run(tmp_path, source, [[(1,), (2,)], [(5,)]]) == [[(1,), (3,)], [(5,)]]


def test_a_failure_on_one_word_leaves_the_others(tmp_path):
    answers = run(tmp_path, "def f(xs): return [6 // x for x in xs]")
    assert answers[:2] == [[(6,)], [(6,), (3,)]]
    assert "ZeroDivisionError" in answers[2].why


@pytest.mark.parametrize(
    "source",
    [
        "def f(xs):\n    while len(xs) > 1: pass\n    return xs",
        "import time\ndef f(xs):\n    if len(xs) > 1: time.sleep(60)\n    return xs",
        "import os, time\ndef f(xs):\n    if len(xs) > 1 and os.fork() >= 0: time.sleep(60)\n"
        "    return xs",
    ],
)
def test_it_is_stopped_in_time_and_keeps_what_was_answered(tmp_path, source):
    began = time.monotonic()
    answers = run(tmp_path, source, timeout=2.0)
    assert time.monotonic() - began < 20
    assert answers[0] == [(1,)]
    assert answers[1:] == [Failure("it took over 2 s")] * 2


def test_an_endless_generator_is_cut(tmp_path):
    source = "def f(xs):\n    while True: yield 1"
    assert run(tmp_path, source, [[(5,), (5,)]]) == [[(1,), (1,), (1,)]]


def test_what_it_writes_to_its_answers_is_checked(tmp_path):
    """A program that finds the file of answers can only lie about itself, not do harm."""
    source = """
        import os
        def f(xs):
            for fd in range(3, 20):
                try:
                    os.write(fd, b'{"not": "outputs"}\\n[[1.5]]\\n[[true]]\\n\\xff\\n')
                except OSError:
                    pass
            return xs
    """
    for answer in run(tmp_path, source):
        assert isinstance(answer, Failure)


def test_it_starts_in_an_empty_folder_and_without_our_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET", "1")
    source = """
        import os, sys
        def f(xs):
            return [len(os.listdir()), "SECRET" in os.environ, sys.flags.isolated]
    """
    assert run(tmp_path, source, [[(0,), (0,), (0,)]]) == [[(0,), (0,), (1,)]]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(:", "line 1"),
        ("x = 1", "no public function"),
        ("def f(xs): pass\ndef g(xs): pass", "functions f, g"),
    ],
)
def test_a_file_without_a_program_is_an_error(tmp_path, source, reason):
    with pytest.raises(MipsVerifyError, match=reason) as caught:
        run(tmp_path, source)
    assert str(caught.value).count("foreign.py") == 1


def test_a_file_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(MipsVerifyError, match="cannot read"):
        run_foreign(tmp_path / "none.py", WORDS, timeout=5.0, memory=MEMORY)


@settings(max_examples=examples(6))
@given(m=machines(outputs=2), word=words())
def test_an_emitted_program_answers_like_its_machine(tmp_path_factory, m, word):
    folder = tmp_path_factory.mktemp("emitted")
    domain = Domain(m.inputs, (-5,), (5,))
    source = render_program(m, name="T", says="x", domain=domain, how="x")
    assert run(folder, source, [word, word[:1]]) == [m.run(word), m.run(word[:1])]


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_no_process_is_left_behind(tmp_path):
    source = """
        import os, subprocess, sys
        def f(xs):
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
            return [child.pid for x in xs]
    """
    [[(pid,)]] = run(tmp_path, source, [[(1,)]])
    for _ in range(100):
        state = ""
        if os.path.exists(f"/proc/{pid}/stat"):
            with open(f"/proc/{pid}/stat") as file:
                state = file.read().rpartition(")")[2].split()[0]
        if state in ("", "Z"):
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_answers_that_a_program_puts_in_place_of_its_own_are_not_read(tmp_path):
    forger = """
        import os
        with open("forged", "w") as file:
            file.write("[[7]]\\n" * 3)
        os.replace("forged", "../answers")
        def program(xs): return [2 * x for x in xs]
    """
    assert run(tmp_path, forger) == [[(2,)], [(2,), (4,)], [(6,), (-2,), (0,)]]
