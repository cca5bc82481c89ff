"""Values with names: read from task files, shown where people read, kept out of every theorem."""

import json
import runpy
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import mips_verify
from mips_verify.cli import main
from mips_verify.emit.python.python_file import render_with_letters
from mips_verify.errors import TaskError
from mips_verify.kernel.certificate import (
    CertificateError,
    certificate_from_dict,
    certificate_to_text,
)
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.parse import parse
from mips_verify.network.weights import read_tensors, write_tensors
from mips_verify.pipeline.synthesize import synthesize
from mips_verify.pipeline.write_bundle import write_result
from mips_verify.report.text import result_to_text
from mips_verify.spec.task import Task, load_task, read_task
from mips_verify.spec.value_names import NUMBERS, Names
from mips_verify.spec.write_task_file import task_to_toml
from tests.quick import examples
from tests.strategies import machines

DOOR = """
name = "Door"
says = "a door"
length = 6
[input]
x = ["open", "close", "turn the key"]
[state]
q = ["0", "(1, 0, 2, 1, 0, 1, 2, 2, 0)[3 * q + x]"]
[output]
y = "q"
[names]
q = ["shut", "ajar", "locked"]
y = ["shut", "ajar", "locked"]
"""
NEVER_LOCKED = "def program(xs):\n    return [1 - x if x < 2 else 0 for x in xs]\n"
few = settings(max_examples=examples(50), deadline=None)
PRINTABLE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)
WORD = PRINTABLE.filter(lambda t: t.isprintable() and t == t.strip())


@pytest.fixture
def door(tmp_path):
    path = tmp_path / "door.toml"
    path.write_text(DOOR)
    return path


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.mark.parametrize("letters", [("open", "turn the key", "open"), (0, 2, "open")])
def test_show_takes_letters_by_name_and_by_number(door, letters):
    shown = run("show", door, *letters)
    assert shown.stdout.splitlines()[-4:] == [
        "on this sequence",
        "  x            open turn the key open",
        "  q       shut ajar         ajar ajar",
        "  output       ajar         ajar ajar",
    ], shown.output


@pytest.mark.parametrize("text", ["opne", "3", "-1"])
def test_show_says_which_letters_there_are(door, text):
    refused = run("show", door, "open", text)
    assert refused.exit_code == 2
    says = f"'{text}' is no value of x, which is in 0..2 (open, close, turn the key)"
    assert says in refused.output


def lists(size):
    return st.lists(WORD, min_size=size, max_size=size, unique=True).map(tuple)


@st.composite
def named_tasks(draw):
    """Tasks of two inputs, of which one or both have names, and of two outputs."""
    spec = draw(machines(inputs=("x", "w"), outputs=2))
    words = draw(lists(3)), draw(lists(2) | st.just(()))
    given = [draw(lists(2) | st.just(())) for _ in (*spec.state, *spec.outputs)]
    state, outputs = given[: len(spec.state)], given[len(spec.state) :]
    keys = draw(st.sampled_from([(), ("first", "second")]))
    names = Names(words, tuple(outputs), tuple(state), keys)
    return Task("T", "", 4, Domain(("x", "w"), (0, 0), (2, 1)), spec, names=names)


@few
@given(task=named_tasks())
def test_names_come_back_from_a_task_file(task):
    assert read_task(tomllib.loads(task_to_toml(task)), Path("t.toml")) == task


@few
@given(task=named_tasks(), odd=st.sampled_from(["", " a", "a ", "\n", "\x07", "a" * 401]))
def test_names_that_no_task_file_can_have_are_left_out_of_it(task, odd):
    known = task.names
    names = replace(known, inputs=((*known.inputs[0][:2], odd), known.inputs[1]))
    text = task_to_toml(replace(task, names=names.for_task_files()))
    wanted = replace(known, inputs=((), known.inputs[1]))
    assert read_task(tomllib.loads(text), Path("t.toml")).names == wanted
    assert known.for_task_files() == known


def test_named_inputs_are_the_numbers_from_zero(door):
    task = load_task(str(door))
    plain = DOOR.replace('["open", "close", "turn the key"]', '"0..2"').split("[names]")[0]
    door.write_text(plain)
    assert load_task(str(door)) == replace(task, names=NUMBERS)


@few
@given(words=lists(4), values=st.lists(st.integers(-3, 6), min_size=1, max_size=6))
def test_a_value_beyond_the_names_is_shown_as_a_number(words, values):
    names = Names(inputs=(words,))
    for value in values:
        shown = names.letter((value,))
        if 0 <= value < 4:
            assert shown in (words[value], f"'{words[value]}'")
        else:
            assert shown == str(value)


def test_the_input_of_a_delay_line_keeps_its_names(door):
    door.write_text(DOOR.replace('y = "q"', 'y = "q + 0 * back(x, 2)"'))
    names = load_task(str(door)).names
    assert names.state == (names.outputs[0], names.inputs[0], names.inputs[0])


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["open", "close", "turn the key"]', "[]", "input.x: the list of names is empty"),
        ('"close"', '"open"', "input.x: 'open' is the name of two values"),
        ('"close"', "3", "input.x: 3 is not in quotes"),
        ('"close"', '""', "input.x: '' cannot be the name of a value"),
        ('"close"', '" close"', "without spaces at the ends"),
        ('"close"', '"cl\\u0007ose"', "write printable characters"),
        ('"close"', f'"{"c" * 401}"', "is longer than 400 characters"),
        ('"close"', ", ".join(f'"c{i}"' for i in range(300)), "302 names, at most 256"),
        ('q = ["shut"', 'z = ["shut"', "names.z: there is no state variable or output 'z'"),
        ('q = ["shut"', 'x = ["shut"', "names.x: name the values of an input in [input]"),
        ('q = ["shut", "ajar", "locked"]\n', 'q = "shut"\n', "names.q: write a list of names"),
    ],
)
def test_names_that_cannot_be_used_get_one_sentence(door, old, new, says):
    door.write_text(DOOR.replace(old, new, 1))
    with pytest.raises(TaskError) as caught:
        load_task(str(door))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_names_may_look_like_numbers(door):
    door.write_text(DOOR.replace('"open", "close"', '"10", "20"'))
    assert load_task(str(door)).names.word([(0,), (1,), (2,)]) == "10 20 'turn the key'"


def test_show_and_the_diagram_use_the_names(door):
    said = run("show", door).stdout
    assert "x stands for open = 0, close = 1, turn the key = 2" in said
    assert {"shut", "ajar", "locked"} & set(said.splitlines()[-1].split())
    drawn = run("show", door, "--diagram").stdout
    assert "q0: q = shut" in drawn
    assert "q0 --> q1: open / ajar" in drawn


def test_marks_of_the_diagram_language_in_names_are_escaped(door):
    door.write_text(DOOR.replace('"close"', '"a: b; c"'))
    drawn = run("show", door, "--diagram").stdout
    assert "a#58; b#59; c" in drawn


def test_a_refutation_is_told_in_names_and_in_numbers(door, tmp_path):
    program = tmp_path / "never_locked.py"
    program.write_text(NEVER_LOCKED)
    said = run("prove", program, door)
    assert said.exit_code == 1
    assert said.stdout == (
        "REFUTED by the shortest sequence 'turn the key': the program gives shut, the "
        "specification locked\n"
    )
    found = json.loads(run("prove", program, door, "--json").stdout)
    assert (found["counterexample"], found["got"], found["expected"]) == ([[2]], [0], [2])
    assert found["named"] == {
        "counterexample": [["turn the key"]], "got": ["shut"], "expected": ["locked"],
    }  # fmt: skip


def test_json_of_a_task_has_ranges_and_names(door):
    found = json.loads(run("show", door, "--json").stdout)
    assert found["inputs"] == {"x": [0, 2]}
    assert found["names"]["x"] == ["open", "close", "turn the key"]
    assert found["names"]["y"] == ["shut", "ajar", "locked"]


def test_a_specification_without_a_value_is_told_in_names(door):
    door.write_text(DOOR.replace("(1, 0, 2, 1, 0, 1, 2, 2, 0)[3 * q + x]", "(1, 0)[x]"))
    said = run("show", door)
    assert said.exit_code == 2
    assert "has no value on the inputs" in said.stderr
    assert "'turn the key'" in said.stderr


def test_the_specification_is_over_numbers_whatever_they_are_called(door):
    assert load_task(str(door)).spec.outputs == (parse("q"),)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    """The bundle of the door, its program read out of a trained network."""
    folder = tmp_path_factory.mktemp("door")
    (folder / "door.toml").write_text(DOOR)
    task = load_task(str(folder / "door.toml"))
    result = synthesize(task)
    assert result.proved
    write_result(result, folder / "proofs" / "Door")
    return result, folder


def test_a_result_says_what_its_numbers_stand_for(bundle):
    assert "x stands for open = 0, close = 1, turn the key = 2" in result_to_text(bundle[0])


def test_the_program_of_a_bundle_translates(bundle):
    found = runpy.run_path(str(bundle[1] / "proofs" / "Door" / "program.py"))
    word = ["turn the key", "open", "turn the key", "open"]
    assert found["translate"](word) == ["locked", "locked", "shut", "ajar"]
    assert found["program"]([2, 0, 2, 0]) == [2, 2, 0, 1]


def test_a_bundle_with_names_is_checked_and_compared_with_the_task_file(bundle):
    folder = bundle[1]
    said = run("check", folder / "proofs", "--tasks", folder)
    assert said.exit_code == 0, said.output
    (folder / "door.toml").write_text(DOOR.replace('"ajar"', '"half open"'))
    said = run("check", folder / "proofs", "--tasks", folder)
    (folder / "door.toml").write_text(DOOR)
    assert said.exit_code == 1
    assert "the list of output names differs from that in the task file of Door" in said.output


def test_the_head_of_the_dafny_file_lists_the_names(bundle):
    text = (bundle[1] / "proofs" / "Door" / "program.dfy").read_text()
    assert "// y stands for shut = 0, ajar = 1, locked = 2\n" in text


@few
@given(
    task=named_tasks(), word=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), max_size=6)
)
def test_a_program_translates_what_has_a_name_and_leaves_other_numbers(task, word):
    text = render_with_letters(
        task.spec, name="T", says="", domain=task.domain, how="", names=task.names
    )
    found = {}
    exec(text, found)  # our own text
    words = [tuple(named(w, v) for w, v in zip(task.names.inputs, a, strict=True)) for a in word]
    outputs = task.names.outputs or ((), ())
    assert found["translate"](words) == [
        tuple(named(w, v) for w, v in zip(outputs, y, strict=True)) for y in task.spec.run(word)
    ]


def named(words, value):
    return words[value] if 0 <= value < len(words) else value


@pytest.mark.parametrize(
    "names",
    [[["a", "a", "b"]], [["a\n", "b", "c"]], [["a"], ["b"]], "ab", [[1]], {"x": ["a"]}, [[["a"]]]],
)
def test_a_certificate_with_broken_names_is_refused(bundle, names):
    text = (bundle[1] / "proofs" / "Door" / "certificate.json").read_text()
    data = json.loads(text) | {"input_names": names}
    with pytest.raises(CertificateError, match=r"the certificate is broken: .*name"):
        certificate_from_dict(data)
    data = json.loads(text)
    assert data["input_names"] == [["open", "close", "turn the key"]]
    assert certificate_to_text(certificate_from_dict(data)) == text


def test_a_program_read_out_of_a_network_is_written_as_an_automaton_with_names(bundle, tmp_path):
    folder, path = bundle[1], tmp_path / "found.dot"
    network = folder / "proofs" / "Door" / "network.safetensors"
    said = run("extract", "--model", network, "--task", folder / "door.toml", "--dot", path)
    assert said.exit_code == 0, said.output
    assert "y stands for shut = 0, ajar = 1, locked = 2" in said.stdout
    found = json.loads(
        run("extract", "--model", network, "--task", folder / "door.toml", "--json").stdout
    )
    assert found["names"]["x"] == ["open", "close", "turn the key"]
    text = path.read_text()
    assert '[label="turn the key/locked"]' in text
    assert 's0 [label="s0"]' in text  # what the specification calls its states says nothing here


def test_a_name_too_long_for_a_column_of_a_run_is_a_number_there(door):
    door.write_text(DOOR.replace('"turn the key"', f'"{"turn " * 20}it"'))
    said = run("show", door).stdout
    row = next(line for line in said.splitlines() if line.startswith("  x  "))
    assert set(row.split()[1:]) <= {"open", "close", "2"}
    assert f"{'turn ' * 20}it = 2" in said


@pytest.fixture
def opposite(tmp_path):
    """The weights of a module that gives the other of two values, with names for both."""
    import torch

    module, readout = torch.nn.RNN(2, 2, nonlinearity="relu"), torch.nn.Linear(2, 2)
    with torch.no_grad():
        for tensor in (*module.parameters(), *readout.parameters()):
            tensor.zero_()
        module.weight_ih_l0[:] = torch.eye(2)
        readout.weight[:] = torch.eye(2).flip(0)
    path = tmp_path / "named.safetensors"
    words = {"inputs": {"bit": ["off", "now on"]}, "values": ["even", "odd"]}
    mips_verify.save_network(module, path, readout=readout, length=6, **words)
    return path


def test_a_file_of_weights_says_what_values_are_called_without_a_task(opposite, tmp_path):
    where = ("--out", tmp_path / "p.py", "--dot", tmp_path / "p.dot")
    said = run("extract", "--model", opposite, *where)
    assert said.exit_code == 0, said.output
    assert "bit stands for off = 0, now on = 1\ny stands for even = 0, odd = 1\n" in said.stdout
    found = runpy.run_path(str(tmp_path / "p.py"))
    assert found["translate"](["off", "now on"]) == ["odd", "even"]
    assert "now on/even" in (tmp_path / "p.dot").read_text()
    found = json.loads(run("extract", "--model", opposite, "--json").stdout)
    assert found["names"] == {"bit": ["off", "now on"], "y": ["even", "odd"]}


def test_the_bundle_of_a_module_has_the_names_of_the_task_and_no_weights(opposite, tmp_path):
    path = tmp_path / "opposite.toml"
    path.write_text(
        'name = "Opposite"\nlength = 6\n[input]\nbit = ["up", "down"]\n'
        '[output]\ny = "1 - bit"\n[names]\ny = ["right", "left"]\n'
    )
    said = run("extract", "--model", opposite, "--task", path, "--bundle", tmp_path / "proofs")
    assert said.exit_code == 0, said.output
    assert "bit stands for up = 0, down = 1\ny stands for right = 0, left = 1\n" in said.stdout
    why = "without the weights of the network: `check` reads those of perceptrons f and g only"
    assert why in said.stderr
    found = json.loads((tmp_path / "proofs" / "Opposite" / "certificate.json").read_text())
    assert found["input_names"] == [["up", "down"]]
    assert (found["how"], found["weights"]) == ("named.safetensors", "")
    said = run("check", tmp_path / "proofs", "--tasks", tmp_path)
    assert said.exit_code == 0, said.output


@pytest.mark.parametrize(
    "names",
    [
        3,
        {"inputs": "ab", "outputs": []},
        {"inputs": [["off"]], "outputs": []},
        {"inputs": [["off", 1]], "outputs": []},
        {"inputs": [["off", "on"], []], "outputs": []},
        {"inputs": [["off", "on"]], "outputs": ["a"], "more": 1},
        {"inputs": [["on", "on"]], "outputs": []},
        {"inputs": [["off", " on"]], "outputs": []},
    ],
)
def test_broken_names_in_a_file_of_weights_are_one_sentence(opposite, names):
    tensors, header = read_tensors(opposite)
    write_tensors(opposite, tensors, header | {"names": names})
    said = run("extract", "--model", opposite)
    assert said.exit_code == 2, said.output
    assert "name" in said.stderr
    assert len(said.stderr.splitlines()) == 1
