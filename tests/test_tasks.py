"""Task files: each does what an independent definition says; bad ones get a clear sentence."""

import itertools
import re
import tomllib

import numpy as np
import pytest

from mips_verify.algebra.batch import run_batch
from mips_verify.errors import TaskError
from mips_verify.spec.labelling import datasets
from mips_verify.spec.task import load_task, load_tasks, tasks_folder
from tests.general_reference import GENERAL
from tests.reference import REFERENCE, TOMITA

GOOD = """
name = "T"
says = "a task"
length = 5
[input]
x = "0..3"
[state]
s = ["0", "(s + x) % 5"]
[output]
y = "s"
"""


def test_there_are_62_benchmark_tasks_and_seven_grammars():
    assert {t.name for t in load_tasks(suite="mips")} == set(REFERENCE)
    assert len(REFERENCE) == 62
    assert [t.name for t in load_tasks(suite="tomita")] == [f"Tomita_{n}" for n in range(1, 8)]


def test_the_names_of_the_reference_repository_find_their_tasks():
    """Its folders have other names than its paper; its yaml has those of the paper."""
    for old, new in {
        "rnn_unique2_numerical": "Previous_Equals_Current",
        "rnn_prev3_numerical": "Prev3",
        "rnn_parity_of_index_numerical": "Parity_Bits_Mod2",
        "rnn_base_7_addition": "Base_7_Addition",
        "rnn_sum_last7_numerical": "Sum_Last7",
        "bit_addition": "Binary_Addition",
    }.items():
        assert load_task(old).name == new
    files = [tomllib.loads(path.read_text()) for path in tasks_folder().glob("*.toml")]
    old = [a for f in files for a in f.get("aliases", []) if f["suite"] == "mips"]
    assert len(old) == len(set(old)) == sum(f["suite"] == "mips" for f in files)


def test_an_alias_of_ones_own_finds_the_task(tmp_path):
    (tmp_path / "t.toml").write_text(GOOD.replace("length", 'aliases = ["Tee"]\nlength', 1))
    assert load_task("Tee", tmp_path) == load_task("T", tmp_path)
    (tmp_path / "t.toml").write_text(GOOD.replace("length", 'aliases = "Tee"\nlength', 1))
    with pytest.raises(TaskError, match="aliases: write a list"):
        load_task("T", tmp_path)


def test_every_task_outside_the_benchmark_has_an_independent_definition():
    assert {t.name for t in load_tasks(suite="general")} == set(GENERAL)
    assert {t.suite for t in load_tasks()} == {"mips", "tomita", "general"}


@pytest.mark.parametrize("name", sorted(REFERENCE | GENERAL))
def test_the_specification_agrees_with_an_independent_definition(name):
    task, define = load_task(name), (REFERENCE | GENERAL)[name]
    for length in (1, 2, task.length, 3 * task.length):
        x = task.domain.sample(50, length, np.random.default_rng(length))
        want = [[define(word[: t + 1]) for t in range(length)] for word in x.tolist()]
        got = run_batch(task.spec, x)
        assert got.tolist() == np.reshape(want, got.shape).tolist()


@pytest.mark.parametrize("n", range(1, 8))
def test_a_tomita_grammar_is_its_language(n):
    spec = load_task(f"Tomita_{n}").spec
    for bits in itertools.product("01", repeat=9):
        word = "".join(bits)
        got = [y for (y,) in spec.run([(int(b),) for b in word])]
        assert got == [int(TOMITA[n](word[: i + 1])) for i in range(len(word))]


@pytest.mark.parametrize(
    ("old_text", "new_text", "says"),
    [
        ("(s + x) % 5", "(s + z) % 5", r"state\.s: unknown name 'z'.*column 6"),
        ("(s + x) % 5", "s % 0", r"state\.s: division by zero"),
        ('x = "0..3"', 'x = "3..0"', r"3\.\.0 of input 'x' is empty"),
        ('x = "0..3"', 'x = "few"', r"input\.x: 'few' is not a range"),
        ("length = 5", "", "'length' is missing"),
        ("length = 5", "length = 0", "length is 0"),
        ('says = "a task"', 'sayz = "a task"', "unknown key 'sayz'"),
        ('says = "a task"', "says = ", "not valid TOML"),
        ('"0", "(s', '"x", "(s', "initial value"),
        ('y = "s"', 'y = "back(s, 1)"', r"back\(\) takes an input"),
        ('name = "T"', 'name = "../T"', "letters, digits"),
        ('s = ["0"', 'x = ["0"', "already the name of an input"),
    ],
)
def test_a_bad_file_is_refused_with_file_key_and_reason(tmp_path, old_text, new_text, says):
    path = tmp_path / "t.toml"
    path.write_text(GOOD)
    assert load_task(str(path)).name == "T"
    path.write_text(GOOD.replace(old_text, new_text))
    with pytest.raises(TaskError, match=says) as caught:
        load_task(str(path))
    assert str(path) in str(caught.value)


def test_an_unknown_task_names_the_nearest():
    with pytest.raises(TaskError, match="Sum_Last3"):
        load_task("sum_last3")


def test_a_file_here_is_named_where_the_task_or_the_file_is_not_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Rising_Three.toml").write_text(GOOD)
    with pytest.raises(TaskError, match=r"no task 'Rising_Three' .* write \./Rising_Three\.toml$"):
        load_task("Rising_Three")
    with pytest.raises(TaskError, match=r"no file Rising_Tree.toml; .* \./Rising_Three\.toml\?$"):
        load_task("Rising_Tree.toml")
    with pytest.raises(TaskError, match=f"did you mean {tmp_path}/Rising_Three.toml"):
        load_task(f"{tmp_path}/Rising_Tree.toml")
    with pytest.raises(TaskError, match=r"no file elsewhere/T\.toml; `mips-verify new` writes"):
        load_task("elsewhere/T.toml")


def test_a_range_that_is_written_as_a_list_is_said_how_to_write(tmp_path):
    (tmp_path / "t.toml").write_text(GOOD.replace('"0..3"', "[0, 9]"))
    with pytest.raises(TaskError, match=r'input.x: 0 is not in quotes.* written "0\.\.9"'):
        load_task(str(tmp_path / "t.toml"))


def test_a_family_makes_one_task_a_value(tmp_path):
    text = GOOD.replace('"T"', '"T_{k}"').replace("% 5", "% {k}") + "\n[family]\nk = [2, 3]\n"
    (tmp_path / "f.toml").write_text(text)
    tasks = load_tasks(tmp_path)
    assert [t.name for t in tasks] == ["T_2", "T_3"]
    assert [str(t.spec.next[0]) for t in tasks] == ["(s + x) % 2", "(s + x) % 3"]


def test_data_is_every_sequence_where_there_are_few_and_fresh_elsewhere():
    learn, check = datasets(load_task("Parity_All"), 0)
    assert learn.complete
    assert len(learn) == 1024
    assert len(np.unique(learn.x.reshape(1024, -1), axis=0)) == 1024
    learn, check = datasets(load_task("Sum_Last2"), 0)
    assert not learn.complete
    assert len(learn) == len(check) == 65_536
    assert not (learn.x[:100] == check.x[:100]).all()


@pytest.mark.parametrize(
    ("expression", "why"),
    [("x ^ s", "on the inputs 2: '\\^' takes bits"), ("(1, 2, 0)[x]", "on the inputs 3: index 3")],
)
def test_a_specification_without_a_value_is_refused_before_anything_is_trained(
    tmp_path, expression, why
):
    path = tmp_path / "t.toml"
    path.write_text(GOOD.replace("(s + x) % 5", expression))
    task = load_task(str(path))
    with pytest.raises(TaskError, match=f"task T: the specification has no value {why}"):
        datasets(task, 0)


def test_names_in_the_readme_and_tasks_folder_are_plain():
    assert all(re.fullmatch(r"\w+", t.name) for t in load_tasks())
