"""Automata in dot: what others wrote is read, what is written is read back, the rest is refused."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.algebra.mealy import Mealy
from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.parse import parse
from mips_verify.report.dot_file import automaton_dot
from mips_verify.spec.dot_automaton import task_of_automaton
from mips_verify.spec.dot_graph import DotError, read_dot
from mips_verify.spec.table_machine import table_machine
from mips_verify.spec.task import Task, load_task, read_task
from mips_verify.spec.value_names import Names
from mips_verify.spec.write_task_file import task_to_toml
from tests.quick import examples

few = settings(max_examples=examples(100), deadline=None)
PRINTABLE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
WORD = PRINTABLE.filter(lambda t: t.isprintable() and t == t.strip() and " / " not in t)
TRICKY = st.sampled_from(['a"b', "a\\", "\\n", "a/b", "/", "a|b", "{a}", "//", "# a", "<b>", "7"])

MEALY = """digraph door {
s0 [label=s0];
s1 [label=s1];
s0 -> s1  [label="open/is open"];
s0 -> s0  [label="close/is shut"];
s1 -> s1  [label="open/is open"];
s1 -> s0  [label="close/is shut"];
__start0 [label="", shape=none];
__start0 -> s0  [label=""];
}
"""
MOORE = """digraph parity {
s0 [label="{ s0 | even }", shape="record", style="rounded"];
s1 [label="{ s1 | odd }", shape="record", style="rounded"];
s0 -> s0 [label=0]; s0 -> s1 [label=1]; s1 -> s1 [label=0]; s1 -> s0 [label=1];
__start0 -> s0;
}
"""
LEARNLIB_MOORE = """digraph g {

\ts0 [shape="circle" label="even"];
\ts1 [shape="circle" label="odd"];
\ts0 -> s0 [label="0"];
\ts0 -> s1 [label="1"];
\ts1 -> s1 [label="0"];
\ts1 -> s0 [label="1"];

__start0 [label="" shape="none" width="0" height="0"];
__start0 -> s0;

}
"""
DFA = """// the words that end in b
digraph {
  rankdir = LR;
  node [shape = doublecircle]; yes;
  node [shape = circle];
  start [shape = point];
  start -> no
  no -> no [label = "a"]; no -> yes [label = "b"]
  yes -> no [label = "a"]; yes -> yes [label = "b"]  /* the end */
}
"""


def task(text, name="T"):
    return task_of_automaton(read_dot(text), name, "model.dot")


def told(found, words):
    """The outputs of a task on words of named letters, also as names."""
    named = found.names.inputs[0] if found.names.inputs else None
    low, high = found.domain.lows[0], found.domain.highs[0]
    number = {(named[v] if named else str(v)): v for v in range(low, high + 1)}
    outputs = found.names.outputs[0] if found.names.outputs else None
    runs = [found.spec.run([(number[a],) for a in word]) for word in words]
    return [[outputs[y] if outputs else str(y) for (y,) in run] for run in runs]


@st.composite
def automata(draw):
    """Random machines as tasks; letters and outputs have names, or are numbers."""
    states, letters, values = (draw(st.integers(1, most)) for most in (6, 4, 4))

    def table(top):
        row = st.lists(st.integers(0, top - 1), min_size=letters, max_size=letters)
        return np.array(draw(st.lists(row, min_size=states, max_size=states)))

    def words(count):
        return draw(st.lists(WORD | TRICKY, min_size=count, max_size=count, unique=True).map(tuple))

    low = draw(st.integers(-3, 3))
    inputs = (words(letters),) if draw(st.booleans()) else ()
    low = 0 if inputs else low
    outputs = (words(values),) if draw(st.booleans()) else ()
    machine = Mealy(("x",), np.arange(low, low + letters)[:, None], table(states),
                    table(values)[:, :, None]).reordered()  # fmt: skip
    domain = Domain(("x",), (low,), (low + letters - 1,))
    return Task("T", "", 4, domain, table_machine(machine), names=Names(inputs, outputs))


@few
@given(before=automata(), data=st.data())
def test_an_automaton_comes_back_from_its_dot_file(before, data):
    after = task(automaton_dot(before.spec, before.domain, "T", before.names))
    assert len(after.spec.next[0].value) == len(before.spec.next[0].value)
    letters = [before.names.letter((v,)) for (v,) in before.domain.letters()]
    letters = list(before.names.inputs[0]) if before.names.inputs else letters
    words = data.draw(st.lists(st.lists(st.sampled_from(letters), max_size=12), max_size=9))
    assert told(after, words) == told(before, words)
    assert read_task(tomllib.loads(task_to_toml(after)), Path("t.toml")) == after


def test_a_mealy_machine_keeps_its_names():
    found = task(MEALY)
    assert found.names.inputs == (("open", "close"),)
    assert found.names.outputs == (("is open", "is shut"),)
    assert told(found, [["open", "open", "close"]]) == [["is open", "is open", "is shut"]]
    assert found.says == "the Mealy machine of model.dot, 2 states"


@pytest.mark.parametrize("text", [MOORE, LEARNLIB_MOORE])
def test_a_moore_machine_gives_the_output_of_the_state_entered(text):
    found = task(text)
    assert (found.domain.lows, found.domain.highs, found.names.inputs) == ((0,), (1,), ())
    assert told(found, [["1", "0", "1", "1"]]) == [["odd", "odd", "even", "odd"]]


def test_a_dfa_gives_one_where_the_state_entered_accepts():
    found = task(DFA)
    assert told(found, [["a", "b", "b", "a"]]) == [["0", "1", "1", "0"]]
    assert found.names.state == (("no", "yes"),)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('__start0 -> s0  [label=""];', "start = s0;"),
        ('__start0 -> s0  [label=""];', "s0 [initial=true];"),
        ('__start0 -> s0  [label=""];', 's0 [color="red"];'),
        ("s0 [label=s0];", "subgraph cluster_a { s0 }"),
        ('s0 -> s1  [label="open/is open"]', 's0:e -> "s1":w [color=red][label="open / is open"]'),
        ("digraph door", "strict digraph"),
        ("s1 [label=s1];", "# a comment\ns1 [tooltip=<<b>s</b>1>, label=s1]"),
    ],
)
def test_other_ways_to_write_the_same_automaton(old, new):
    assert old in MEALY
    assert task(MEALY.replace(old, new)) == task(MEALY)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("digraph door", "graph door", "line 1: a directed graph begins with `digraph`"),
        ("s1 -> s0", "s1 -- s0", "line 7: a name or a quoted text is due, not '--'"),
        ('"close/is shut"', '"close/is shut', "line 6: "),
        ("}", "", "not 'the end of the file'"),
        ("[label=s1]", "[label=<<b>s1</b>>]", "line 3: a label is HTML"),
        ("[label=s1]", "[tooltip=<<<<<<<<<<<<b>s1]", "line 3: a text in HTML does not end"),
        ("open/is open", "open", "the arrow label 'open' is not in/out, as others are"),
        ("open/is open", "open/", "'open/' lacks an input or an output"),
        ('s1 -> s0  [label="close/is shut"];', "", "state s1 has no step on 'close'"),
        ('[label=""]', '[label="tau/x"]', "no state is marked as the start"),
        ("__start0 -> s0", "__start0 -> s0 -> s1", "the arrow from s0 to s1 has no label"),
        ("}", "__start1 -> s1 }", "2 states are marked as the start"),
        ("s1 -> s0", "s0 -> s1", "state s0 has two steps on 'close'"),
        ("}", "a -> {b c} }", "a name or a quoted text is due, not '{'"),
        ("is open", "x" * 500, "is longer than 400 characters"),
    ],
)
def test_what_is_no_complete_deterministic_automaton_gets_one_sentence(tmp_path, old, new, says):
    path = tmp_path / "model.dot"
    path.write_text(MEALY.replace(old, new, 1))
    result = CliRunner().invoke(
        main, ["new", "--from", str(path), "--out", str(tmp_path / "t.toml")]
    )
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert says in line
    assert str(path) in line
    assert not (tmp_path / "t.toml").exists()


def test_arrows_without_outputs_anywhere_are_no_automaton():
    with pytest.raises(DotError, match="neither a Mealy machine"):
        task(re.sub("/is [a-z]+", "", MEALY))
    with pytest.raises(DotError, match="no arrow has a label"):
        task("digraph { a -> b }")


HOSTILE = {
    "nothing": "",
    "braces": "digraph {" + "{" * 100_000,
    "a long quoted text": 'digraph { "' + "a" * 10**6,
    "a comment without end": "digraph { /* " + "*" * 10**6,
    "HTML without end": "digraph { a [b=" + "<" * 10**6,
    "bytes": "digraph \0 { }",
    "a chain": "digraph { " + "a -> " * 10**5 + "a }",
    "too many states": "digraph { __start0 -> s0 "
    + "".join(f's{i} -> s{i + 1} [label="a/b"] ' for i in range(30_000))
    + 's30000 -> s0 [label="a/b"] }',
    "too many letters": "digraph { __start0 -> s "
    + "".join(f's -> s [label="a{i}/b"] ' for i in range(300))
    + "}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_soon(tmp_path, text):
    path = tmp_path / "model.dot"
    path.write_text(text)
    result = CliRunner().invoke(
        main, ["new", "--from", str(path), "--out", str(tmp_path / "t.toml")]
    )
    assert result.exit_code == 2, result.output
    assert len(result.stderr.splitlines()) == 1


def test_files_that_are_too_large_or_no_text_are_refused(tmp_path):
    path = tmp_path / "model.dot"
    for content in (b"a" * (2**22 + 1), b"\xff\xfe"):
        path.write_bytes(content)
        result = CliRunner().invoke(main, ["new", "--from", str(path)])
        assert result.exit_code == 2, result.output


def test_the_commands_go_from_dot_to_a_task_and_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("my-door.dot").write_text(MEALY)
    assert CliRunner().invoke(main, ["new", "--from", "my-door.dot"]).exit_code == 0
    found = load_task("my_door.toml")
    assert (found.name, found.length) == ("my_door", 6)
    said = CliRunner().invoke(main, ["show", "my_door.toml", "--dot"]).stdout
    assert task(said, "my_door").spec == found.spec
    assert CliRunner().invoke(main, ["new"]).exit_code == 2


def test_a_bundle_is_written_as_an_automaton(tmp_path):
    path = tmp_path / "d.dot"
    arguments = ["bundle", "proofs/Div_3", "--out", str(tmp_path), "--dot", str(path)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    found, given = task(path.read_text()), load_task("Div_3")
    word = [(x,) for x in (1, 1, 0, 1, 0, 0, 1, 1)]
    assert found.spec.run(word) == given.spec.run(word)


def test_what_has_no_end_is_not_written_but_said(tmp_path):
    path = tmp_path / "d.dot"
    arguments = ["bundle", "proofs/Sum_All", "--out", str(tmp_path), "--dot", str(path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0
    assert "more than 1000 states are too many for a dot file" in result.stderr
    assert not path.exists()


def test_a_letter_that_parts_a_label_is_refused():
    names = Names(inputs=(("a / b", "c"),))
    machine = table_machine(Mealy(("x",), np.arange(2)[:, None], np.zeros((1, 2), int),
                                  np.zeros((1, 2, 1), int)))  # fmt: skip
    with pytest.raises(MipsVerifyError, match="parts input and output"):
        automaton_dot(machine, Domain(("x",), (0,), (1,)), "T", names)
    assert machine.next == (parse("(0, 0)[2 * q + x]"),)
