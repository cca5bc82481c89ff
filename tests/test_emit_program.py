"""program.py: it stands alone, does what its machine does, and no text in it can do harm."""

import ast
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.emit.names import in_docstring
from mips_verify.emit.python.python_file import python_names, render_program
from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import const, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.spec.task import load_task, load_tasks
from tests.quick import examples
from tests.strategies import machines, words


def domain_of(machine, low=-5, high=5):
    n = len(machine.inputs)
    return Domain(machine.inputs, (low,) * n, (high,) * n)


def rendered(machine, name="T", says="what it does", how="a network with 2 hidden, seed 0"):
    return render_program(machine, name=name, says=says, domain=domain_of(machine), how=how)


def loaded(source):
    space = {}
    exec(compile(source, "program.py", "exec"), space)
    return space


def answers(space, word):
    xs = [x[0] if len(x) == 1 else tuple(x) for x in word]
    return [y if isinstance(y, tuple) else (y,) for y in space["program"](xs)]


def machine(outputs, state=None, inputs=("x",)):
    """A machine from texts; ``old(z)`` is spelled ``old_z``."""
    state = state or {}
    before = {f"old_{z}": old(z) for z in state}
    return Machine(
        inputs=inputs,
        state=tuple(state),
        init=tuple(start for start, _ in state.values()),
        next=tuple(parse(text) for _, text in state.values()),
        outputs=tuple(rename(parse(text), before) for text in outputs),
    )


def rename(e, by):
    from mips_verify.kernel.expr import substitute

    return substitute(e, {a: var(b) for a, b in by.items()})


def body(source):
    """The statements of ``step``, dedented."""
    tree = ast.parse(source)
    stream = next(n for n in tree.body if isinstance(n, ast.ClassDef))
    step = next(n for n in stream.body if getattr(n, "name", "") == "step")
    lines = source.splitlines()
    return [line[8:] for line in lines[step.body[1].lineno - 1 : step.end_lineno]]


@settings(max_examples=examples(60))
@given(m=machines() | machines(inputs=("x", "w"), outputs=2) | machines(outputs=3), data=st.data())
def test_it_does_what_the_machine_does(m, data):
    word = data.draw(words(len(m.inputs)))
    assert answers(loaded(rendered(m)), word) == m.run(word)


@settings(max_examples=examples(30))
@given(m=machines(inputs=("x", "w")), word=words(2))
def test_streaming_gives_what_the_whole_sequence_gives(m, word):
    space = loaded(rendered(m))
    stream = space["Stream"]()
    assert [stream.step(*x) for x in word] == space["program"](word)


def test_streams_do_not_share_their_state():
    space = loaded(rendered(machine(["s"], {"s": (0, "s + x")})))
    first, second = space["Stream"](), space["Stream"]()
    first.step(5)
    assert second.step(1) == 1


@pytest.mark.parametrize(
    ("m", "expected"),
    [
        # a value that two expressions need has a name, whatever the order of its summands
        (
            machine(["(old_c + w + x) % 2"], {"c": (0, "(x + w + c) // 2")}, ("x", "w")),
            ["total = x + w + self.c", "self.c = total // 2", "return total % 2"],
        ),
        # a next value that is computed again is read from the state
        (
            machine(["1 if n - m + 1 > 0 else 0"], {"n": (0, "n + x"), "m": (0, "n - m + x")}),
            ["self.n += x", "self.m = self.n - self.m",
             "return 1 if self.n - self.m + 1 > 0 else 0"],
        ),
        # all at once where no order would do
        (
            machine(["a"], {"a": (0, "b + x"), "b": (1, "a - x")}),
            ["self.a, self.b = self.b + x, self.a - x", "return self.a"],
        ),
        # otherwise in an order that reads each value in time
        (
            machine(["old_x2"], {"x1": (0, "x"), "x2": (0, "x1")}),
            ["y = self.x2", "self.x2 = self.x1", "self.x1 = x", "return y"],
        ),
        # old and new value in one output
        (
            machine(["s - old_s"], {"s": (0, "max(max(s, x), 3)")}),
            ["old_s = self.s", "self.s = max(self.s, x, 3)", "return self.s - old_s"],
        ),
        (
            machine(["s"], {"s": (0, "s - x")}),
            ["self.s -= x", "return self.s"],
        ),
        (machine(["x - -3 + (0 - x)"]), ["return x + 3 + (0 - x)"]),
        (
            machine(["1 if not (x in (1, 2) or x + 1 not in (4, 5)) else 0"]),
            ["return 1 if not (x in (1, 2) or x + 1 not in (4, 5)) else 0"],
        ),
    ],
)  # fmt: skip
def test_it_is_written_the_way_a_person_would(m, expected):
    assert body(rendered(m)) == expected


def test_a_long_table_is_a_constant_and_every_line_is_short():
    entries = tuple(range(300))
    text = f"({', '.join(map(str, entries))})[(x * x + s) % 300]"
    source = rendered(machine(["s"], {"s": (0, text)}))
    assert max(map(len, source.splitlines())) <= 88
    assert loaded(source)["TABLE"] == entries


def test_a_table_of_states_has_a_row_a_state():
    m = machine(["(0, 7, 7)[q]"], {"q": (0, "(0, 1, 1, 2, 2, -0)[2 * q + x - 1]")})
    source = render_program(m, name="T", says="", domain=Domain(("x",), (1,), (2,)), how="")
    start = source.index("NEXT = (")
    assert source[start:].splitlines()[:5] == [
        "NEXT = (  # row q, column x - 1",
        "    0, 1,  # q = 0",
        "    1, 2,  # q = 1",
        "    2, 0,  # q = 2",
        ")  # fmt: skip",
    ]
    assert "self.q = NEXT[2 * self.q + x - 1]" in body(source)
    assert loaded(source)["NEXT"] == (0, 1, 1, 2, 2, 0)
    assert answers(loaded(source), [(1,), (2,), (2,), (1,)]) == m.run([(1,), (2,), (2,), (1,)])


def test_the_docstring_says_what_the_state_means():
    source = rendered(machine(["s"], {"s": (0, "(s + x) % 7")}))
    stream = next(n for n in ast.parse(source).body if isinstance(n, ast.ClassDef))
    assert "s  the sum of x so far, modulo 7" in ast.get_docstring(stream).splitlines()


def test_a_long_conditional_is_an_if_statement():
    arms = " else ".join(f"{k} if s + {k} * x > {k} and x + {k} > s" for k in range(4))
    arms += " else x"
    m = machine(["s"], {"s": (0, arms)})
    lines = body(rendered(m))
    assert lines[1].startswith("    self.s = ")
    assert any(line.startswith("elif ") for line in lines)
    assert answers(loaded(rendered(m)), [(3,), (-2,), (9,)]) == m.run([(3,), (-2,), (9,)])


def test_a_table_is_only_read_where_the_machine_reads_it():
    """A shared lookup may not move out of the branch that guards it."""
    look = "(5, 6)[x + 0 * old_s] + old_s"
    guarded = f"({look} if x < 2 else 0) + ({look} if x < 1 else 9)"
    m = machine([guarded], {"s": (0, "s + 1")})
    assert answers(loaded(rendered(m)), [(7,), (1,)]) == m.run([(7,), (1,)])


ODD_TEXT = st.text(
    st.sampled_from("\"'\\\n\r\t\0{}%#$ab\u202e\ud800\u00e9\U0001f600") | st.characters(),
    max_size=30,
)


@settings(max_examples=examples(150))
@given(name=ODD_TEXT, says=ODD_TEXT, how=ODD_TEXT)
def test_any_text_is_harmless_and_shown(name, says, how):
    source = rendered(machine(["x"]), name, says, how)
    tree = ast.parse(source.encode("utf-8"))  # as a file, so that no lone surrogate is left
    shown = ast.get_docstring(tree, clean=False)
    assert f"{name}: {says}\n" in shown
    assert f"from {how};" in shown
    assert [type(node).__name__ for node in tree.body] == [
        "Expr", "ImportFrom", "ClassDef", "FunctionDef",
    ]  # fmt: skip
    assert not [c for c in source if not c.isprintable() and c != "\n"]


@pytest.mark.parametrize(
    "text",
    ['"""', '\\"""', '""" + exit() + """', "{{ 7 * 7 }}", "{% raw %}", "{# x #}", "\\", "\\N{DASH}",
     "\\u202e", '"', '""', 'ends with "'],
)  # fmt: skip
def test_hostile_text_is_shown_as_it_is(text):
    source = rendered(machine(["x"]), says=text)
    assert text in ast.get_docstring(ast.parse(source), clean=False)


def test_ordinary_text_is_not_escaped():
    assert in_docstring('the "digit" of x·w, é {k}') == 'the "digit" of x·w, é {k}'


ODD_NAMES = st.lists(
    st.text(min_size=1, max_size=6)
    | st.sampled_from(
        ["self", "step", "xs", "def", "None", "match", "abs", "print", "l", "TABLE", "total", "y",
         "program", "Stream", "stream", "Iterable", "__init__", "__x", "x y", "x-y", "x_y", "1", "",
         "ﬁ", "fi", "old_s", "{{x}}", "self.x", "int", "max"]
    ),
    min_size=4, max_size=4, unique=True,
)  # fmt: skip


@settings(max_examples=examples(100))
@given(ODD_NAMES)
def test_any_names_are_harmless(names):
    x, w, s, r = names
    plain = Machine(
        inputs=("x", "w"),
        state=("s", "r"),
        init=(1, 2),
        next=(parse("max(r, x) + w"), parse("(s + x + abs(w)) % 5")),
        outputs=(parse("s + r"), parse("(3, 1, 4, 1, 5, 9, 2, 6, 5)[r]")),
    )
    m = plain.rename({"x": x, "w": w, "s": s, "r": r})
    word = [(1, 2), (-3, 4), (5, -6)]
    assert answers(loaded(rendered(m)), word) == plain.run(word)


def test_shared_values_are_there_before_they_are_used():
    m = machine(["b + (c + a - 1) - (b + a + (a + c)) * 2"], inputs=("a", "b", "c"))
    source = rendered(m)
    assert len(body(source)) == 3  # two shared sums, one of which reads the other
    assert answers(loaded(source), [(1, 20, 300)]) == m.run([(1, 20, 300)])


def test_a_condition_that_repeats_stays_where_it_is():
    long = "x + 2 * old_s > 3 and x * old_s < 9"
    m = machine([f"(1 if {long} else 0) + (x if {long} else 5)"], {"s": (1, "s + x")})
    word = [(1,), (2,), (-3,), (4,)]
    assert answers(loaded(rendered(m)), word) == m.run(word)


def test_ordinary_names_stay():
    m = machine(["pow"], {"pow": (1, "2 * pow"), "x1": (0, "x")})
    assert python_names(m) == {"x": "x", "pow": "pow", "x1": "x1"}


def test_a_domain_of_another_machine_is_refused():
    with pytest.raises(MachineError, match="reads 1 inputs, the domain has 2"):
        render_program(
            machine(["x"]), name="T", says="", domain=Domain(("a", "b"), (0, 0), (1, 1)), how=""
        )


def test_the_docstring_says_what_goes_in_and_where_it_came_from():
    m = machine(["x", "w"], inputs=("x", "w"))
    domain = Domain(("x", "w"), (0, -3), (9, 3))
    source = render_program(m, name="T", says="both", domain=domain, how="a network, seed 7")
    shown = ast.get_docstring(ast.parse(source))
    assert "x in 0..9, w in -3..3" in shown
    assert "2 integers" in shown
    assert "from a network, seed 7; generated" in shown


def test_it_runs_alone_and_isolated(tmp_path):
    task = load_task("Base_3_Addition")
    path = tmp_path / "program.py"
    path.write_text(
        render_program(task.spec, name=task.name, says=task.says, domain=task.domain, how="x"),
        encoding="utf-8",
    )
    code = f"import runpy; print(runpy.run_path({str(path)!r})['program']([(2, 2), (0, 1)]))"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert json.loads(run.stdout) == [1, 2], run.stderr


def test_the_same_machine_gives_the_same_text():
    for task in load_tasks():
        kwargs = {"name": task.name, "says": task.says, "domain": task.domain, "how": "h"}
        assert render_program(task.spec, **kwargs) == render_program(task.spec, **kwargs)


def test_every_task_in_its_own_words_agrees_with_its_specification():
    rng = np.random.default_rng(0)
    for task in load_tasks():
        source = render_program(
            task.spec, name=task.name, says=task.says, domain=task.domain, how="x"
        )
        for word in task.domain.sample(3, 15, rng).tolist():
            word = [tuple(x) for x in word]
            assert answers(loaded(source), word) == task.spec.run(word), task.name


@pytest.mark.slow
def test_linters_and_type_checkers_are_content(tmp_path):
    for task in load_tasks():
        source = render_program(
            task.spec, name=task.name, says=task.says, domain=task.domain, how="x"
        )
        (tmp_path / f"{task.name}.py").write_text(source, encoding="utf-8")
    files = sorted(map(str, tmp_path.glob("*.py")))
    for tool in (
        ["mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), *files],
        ["ruff", "check", "--isolated", "--no-cache", str(tmp_path)],
        ["ruff", "format", "--check", "--isolated", "--no-cache", str(tmp_path)],
    ):
        run = subprocess.run(
            [sys.executable, "-m", *tool], cwd=tmp_path, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr


def test_a_step_that_returns_a_constant_needs_no_state():
    source = rendered(Machine(("x",), (), (), (), (const(-4),)))
    assert "__init__" not in source
    assert answers(loaded(source), [(1,), (2,)]) == [(-4,), (-4,)]
