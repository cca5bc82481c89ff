"""Task files that would exhaust a machine, or that Python cannot print, get one sentence."""

import os
import tracemalloc

import numpy as np
import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.pipeline.read_network import read_network
from mips_verify.spec.labelling import MOST_NUMBERS, datasets, label
from mips_verify.spec.task import load_task
from mips_verify.spec.task_members import read_members
from tests.extract_networks import delay_sum_network

PLAIN = {"length": "5", "input": '"0..3"', "state": '["0", "(s + x) % 5"]', "output": '"s"'}


def written(folder, more="", **changes):
    keys = PLAIN | changes
    path = folder / "t.toml"
    text = (
        f'name = "T"\nlength = {keys["length"]}\n[input]\nx = {keys["input"]}\n'
        f"[state]\ns = {keys['state']}\n[output]\ny = {keys['output']}\n{more}"
    )
    path.write_text(text, encoding="utf-8")
    return path


def refused(path, command="show"):
    """The one short line that a command says of a file."""
    result = CliRunner().invoke(main, [command, str(path)])
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert len(line) < 1000
    return line


DEEP = "(" * 150 + "x" + " + 1)" * 150
SHAPES = {
    "a length too long for Python": ({"length": "9" * 5000}, "not valid TOML"),
    "a length that is infinite": ({"length": "1e400"}, "'inf' is not an integer"),
    "a length that is a fraction": ({"length": "5.5"}, "'5.5' is not an integer"),
    "a length that is a truth value": ({"length": "true"}, "'True' is not an integer"),
    "a range too long for Python": ({"input": f'"0..{"9" * 5000}"'}, "is not a range"),
    "a range of 30 digits": ({"input": f'"0..{"9" * 30}"'}, "is not a range"),
    "a range beyond 64 bits": ({"input": f'"0..{2**63}"'}, "beyond 64 bits"),
    "a range below 64 bits": ({"input": f'"{-(2**63)}..0"'}, "beyond 64 bits"),
    "a number of 30 digits": ({"output": f'"s + {"9" * 30}"'}, "beyond 64 bits"),
    "a number too long for Python": ({"output": f'"s + {"9" * 5000}"'}, "not an expression"),
    "a number too long to print": ({"output": f'"s + 0x{"f" * 5000}"'}, "beyond 64 bits"),
    "a start of 30 digits": ({"state": f'["{"9" * 30}", "s"]'}, "beyond 64 bits"),
    "a table with a huge entry": ({"output": f'"(1, {"9" * 30})[s % 2]"'}, "beyond 64 bits"),
    "a set with a huge entry": ({"output": f'"int(x in (1, {"9" * 30}))"'}, "beyond 64 bits"),
    "a state that doubles its digits": ({"state": '["2", "s * s * s * s * s * s"]'}, "too large"),
    "a state that explodes": ({"state": f'["2", "{"*".join("s" * 9999)}"]'}, "nested"),
    "an expression that is deep": ({"output": f'"{DEEP}"'}, "nested more than"),
    "an expression that is too deep to read": ({"output": f'"{"-" * 9999}x"'}, "nested"),
    "an expression of many nodes": (
        {"output": f'"({", ".join("1" * 25_000)})[x]"'}, "nodes, at most",
    ),
    "no value on some input": ({"output": '"(1, 2)[x]"'}, "has no value on the inputs"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), SHAPES.values(), ids=SHAPES)
def test_a_number_or_an_expression_without_end_is_refused(tmp_path, changes, says):
    assert says in refused(written(tmp_path, **changes))


def test_states_that_are_large_only_when_written_out_are_refused(tmp_path):
    wide = "min(" + ", ".join(["s"] * 60) + ")"
    path = written(tmp_path, state=f'["0", "{wide + " + s" * 9}"]', output=f'"{wide}"')
    assert load_task(str(path)).spec.size < 500
    big = " + ".join([wide] * 20)
    path = written(tmp_path, state=f'["0", "{big}"]', output=f'"{big}"')
    assert "nodes, at most" in refused(path)


@pytest.mark.parametrize("count", [65, 10**4])
def test_many_inputs_are_refused(tmp_path, count):
    names = "\n".join(f'i{i} = "0..1"' for i in range(count))
    path = written(tmp_path)
    path.write_text(path.read_text().replace("[state]", f"{names}\n[state]"))
    assert "at most 64" in refused(path)


def test_a_diagram_of_what_has_no_end_is_refused(tmp_path):
    for changes in ({"state": '["2", "s * s * s"]'}, {"output": '"(1, 2)[x]"'}):
        result = CliRunner().invoke(main, ["show", "--diagram", str(written(tmp_path, **changes))])
        assert result.exit_code == 2, result.output


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5000, "a = " + "{a=" * 5000, "[" + "a." * 90_000 + "a]", "a" * 2**20 + "\n=1"],
)
def test_nested_and_large_files_are_refused(tmp_path, text):
    (tmp_path / "t.toml").write_text(text)
    refused(tmp_path / "t.toml")


def test_files_that_are_no_plain_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "folder.toml").mkdir()
    for path in sorted(tmp_path.iterdir()):
        refused(path)
    (tmp_path / "t.toml").write_bytes("name = 'T'".encode("utf-16"))
    assert "not UTF-8" in refused(tmp_path / "t.toml")


def test_a_byte_order_mark_is_left_out(tmp_path):
    path = written(tmp_path)
    path.write_text("\ufeff" + path.read_text(), encoding="utf-8")
    assert load_task(str(path)).name == "T"


@pytest.mark.parametrize(
    ("family", "says"),
    [
        (f"k = {list(range(201))}", "201 tasks are too many"),
        (f"k = {list(range(150))}\n# {'x' * 10**5}", None),
        (f"k = ['{'x' * 41}']", "at most 40 characters"),
        ("k = []", "a list of values"),
    ],
)
def test_a_family_is_small(tmp_path, family, says):
    path = written(tmp_path, f"[family]\n{family}\n")
    if says is None:
        assert len(list(read_members(path))) == 150
    else:
        assert says in refused(path)


def test_a_family_of_long_files_is_refused(tmp_path):
    path = written(tmp_path, f"[family]\nk = {list(range(150))}\n")
    path.write_text(f'says = "{"x" * 10**5}"\n{path.read_text()}')
    assert "too many" in refused(path)


def test_control_characters_split_no_line(tmp_path, monkeypatch):
    monkeypatch.setenv("MIPS_VERIFY_TASKS", "")  # put back after the test
    path = written(tmp_path)
    path.write_text('says = "a\\nb\\u001b[31m"\n' + path.read_text())
    result = CliRunner().invoke(main, ["--tasks", str(tmp_path), "tasks"])
    assert result.stdout == "T          a\\nb\\x1b[31m\n"
    assert "\x1b" not in CliRunner().invoke(main, ["show", str(path)]).stdout


def test_labels_that_would_wrap_around_are_refused(tmp_path):
    task = load_task(str(written(tmp_path, state='["2", "s * s"]', output='"s % 2"')))
    assert label(task, np.zeros((3, 4, 1), dtype=np.int64)).tolist() == [[[0]] * 4] * 3
    with pytest.raises(TaskError, match="step 6 of a sequence, too large"):
        label(task, np.zeros((3, 20, 1), dtype=np.int64))


def test_a_guarded_state_may_come_near_the_bound(tmp_path):
    state = f'["0", "s * 10 + x if s < {10**17} else 0"]'
    task = load_task(str(written(tmp_path, state=state, output='"s % 2"')))
    label(task, task.domain.sample(50, 60, np.random.default_rng(0)))


def test_inputs_that_a_network_cannot_tell_apart_are_refused(tmp_path):
    task = load_task(str(written(tmp_path, input=f'"0..{2**60}"', state='["0", "x % 2"]')))
    with pytest.raises(TaskError, match="float64"):
        datasets(task, 0)


def test_data_of_long_sequences_fit_the_memory(tmp_path):
    task = load_task(str(written(tmp_path, length="1000")))
    tracemalloc.start()
    learn, check = datasets(task, 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(learn) == len(check) == MOST_NUMBERS // 2000
    assert peak < 2**29


def test_a_specification_that_wraps_around_judges_no_network(tmp_path):
    task = load_task(str(written(tmp_path, state='["2", "s * s"]', length="20")))
    with pytest.raises(MipsVerifyError, match="too large"):
        read_network(delay_sum_network(1), task.domain, 20, spec=task.spec)
