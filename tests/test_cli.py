"""What a person types: one clear sentence and exit code 2 on bad input, JSON where asked."""

import json
import re

import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.progress import EARLIER

GOOD_PROGRAM = """
def program(xs):
    total = 0
    out = []
    for x in xs:
        total = (total + x) % 3
        out.append(total)
    return out
"""
OUTSIDE = """
def program(xs):
    seen = []
    for x in xs:
        seen.append(x)
    return [eval("sum(seen[: i + 1]) % {k}", {{"seen": seen, "i": i}}) for i in range(len(seen))]
"""


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)))


def sentence(result):
    """The one line on stderr of a call with bad input."""
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    (line,) = [x for x in result.stderr.splitlines() if x and not x.startswith(("Usage", "Try"))]
    return line


def write_task(folder, **changes):
    keys = {"input": "0..3", "next": "(s + x) % 5", "output": "s"} | changes
    text = (
        f'name = "T"\nlength = 5\n[input]\nx = "{keys["input"]}"\n'
        f'[state]\ns = ["0", "{keys["next"]}"]\n[output]\ny = "{keys["output"]}"\n'
    )
    path = folder / "T.toml"
    path.write_text(text)
    return path


def test_every_command_explains_itself():
    for command in ("", "synth-and-prove", "prove", "certify", "bench", "tasks", "show"):
        result = run(*command.split(), "--help")
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: ")


def test_a_command_that_proves_nothing_has_exit_codes_of_its_own():
    said = run("synth", "--help").stdout.split("Exit codes:")[1]
    assert "0  a program that is right on every sequence" in said
    assert not re.search("proved|refuted|undecided", said)


@pytest.mark.parametrize("command", ["show", "synth-and-prove", "bench"])
def test_an_unknown_task_gets_the_nearest_names(command):
    assert "did you mean Sum_Last3" in sentence(run(command, "Sum_Lats3"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"next": "s + z"}, "T.toml: state.s: unknown name 'z'; did you mean"),
        ({"next": "s // 0"}, "T.toml: state.s: division by zero"),
        ({"input": "3..0"}, "range 3..0 of input 'x' is empty"),
        ({"output": 's"\nz = "'}, "T.toml: output.z: not an expression"),
        ({"output": 's" "'}, "not valid TOML"),
    ],
)
@pytest.mark.parametrize("command", ["show", "synth-and-prove"])
def test_a_bad_task_file_gets_one_sentence(tmp_path, command, changes, says):
    path = write_task(tmp_path, **changes)
    assert says in sentence(run(command, path))


def test_a_bundle_folder_that_is_not_writable_is_said_before_any_work(tmp_path):
    (tmp_path / "proofs").mkdir()
    (tmp_path / "proofs" / "Sum_All").write_text("a file in the way")
    line = sentence(run("synth-and-prove", "Sum_All", "--out", tmp_path / "proofs"))
    assert "cannot write to the folder" in line


def test_a_missing_program_file_is_usage(tmp_path):
    assert "does not exist" in sentence(run("prove", tmp_path / "none.py", "Add_Mod_3"))


def test_a_program_that_is_not_python_gets_one_sentence(tmp_path):
    (tmp_path / "p.py").write_text("def program(xs:\n")
    assert "p.py" in sentence(run("prove", tmp_path / "p.py", "Add_Mod_3"))


def test_a_right_program_is_proved(tmp_path):
    (tmp_path / "p.py").write_text(GOOD_PROGRAM)
    result = run("prove", tmp_path / "p.py", "Add_Mod_3")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("PROVED equal to Add_Mod_3")


def test_a_wrong_program_is_refuted_with_the_shortest_sequence(tmp_path):
    (tmp_path / "p.py").write_text(GOOD_PROGRAM.replace("% 3", "% 4"))
    result = run("prove", tmp_path / "p.py", "Add_Mod_3", "--json")
    assert result.exit_code == 1
    verdict = json.loads(result.stdout)
    assert verdict["status"] == "REFUTED"
    assert len(verdict["counterexample"]) == 2


def test_a_program_outside_the_subset_is_run_instead(tmp_path):
    (tmp_path / "p.py").write_text(OUTSIDE.format(k=3))
    result = run("prove", tmp_path / "p.py", "Add_Mod_3")
    assert result.exit_code == 3, result.output
    assert "outside the provable subset" in result.stdout
    assert "agreed on" in result.stdout
    (tmp_path / "p.py").write_text(OUTSIDE.format(k=4))
    result = run("prove", tmp_path / "p.py", "Add_Mod_3")
    assert result.exit_code == 1
    assert "REFUTED by the sequence" in result.stdout


def test_a_specification_without_values_is_bad_input_to_show_and_prove(tmp_path):
    (tmp_path / "p.py").write_text(GOOD_PROGRAM)
    task = write_task(tmp_path, input="3..5", next="s", output="(3, 1, 2)[x]")
    assert run("show", task).exit_code == 2
    result = run("prove", tmp_path / "p.py", task)
    assert result.stdout.startswith("VACUOUS")
    assert result.exit_code == 2


def test_an_operation_that_only_python_gives_a_value_is_run_not_refuted(tmp_path):
    (tmp_path / "p.py").write_text(GOOD_PROGRAM.replace("append(total)", "append(total | total)"))
    result = run("prove", tmp_path / "p.py", "Add_Mod_3")
    assert result.exit_code == 3, result.output
    assert "agreed on" in result.stdout


def test_a_program_that_python_cannot_run_is_not_proved(tmp_path):
    (tmp_path / "p.py").write_text(
        GOOD_PROGRAM.replace("return out", "return sorted(out, key=lambda y: 0)")
    )
    assert run("prove", tmp_path / "p.py", "Add_Mod_3").exit_code == 3
    (tmp_path / "p.py").write_text(GOOD_PROGRAM.replace("return out", "return out + out"))
    result = run("prove", tmp_path / "p.py", "Add_Mod_3")
    assert result.exit_code == 1, result.output


def test_a_range_on_the_command_line_is_refused_as_in_a_task_file(tmp_path):
    by_hand = run("show", write_task(tmp_path, input="5..0"))
    (tmp_path / "a.csv").write_text("x,y\n" + "0 1,0 1\n" * 30)
    given = run("synth", "--data", tmp_path / "a.csv", "--input", "x=5..0")
    says = "the range 5..0 of input 'x' is empty; write the smaller end first"
    assert sentence(given) == f"mips-verify: {says}"
    assert sentence(by_hand).endswith(says)


def test_show_varies_the_outputs_and_takes_a_sequence(tmp_path):
    example = run("show", "Majority_0_3").stdout.splitlines()[-1].split()[1:]
    assert len(set(example)) == 4
    assert run("show", "Binary_Addition", "1,0", "1,1", "0,0").stdout.endswith(
        "on this sequence\n  x         1 1 0\n  w         0 1 0\n  carry   0 0 1 0\n"
        "  output    1 0 1\n"
    )
    (tmp_path / "low.toml").write_text(
        'name = "Low"\nlength = 5\n[input]\nx = "-3..3"\n[output]\ny = "abs(x)"\n'
    )
    assert "  x        -3 1\n" in run("show", tmp_path / "low.toml", "-3", "1").stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("1",), "'1' is no letter of Binary_Addition; write x,w as one text"),
        (("1,2",), "'2' is no value of w, which is in 0..1"),
        (("--diagrm",), "No such option '--diagrm'"),
        (("--json", "1,1"), "LETTERS are shown as text"),
    ],
)
def test_show_refuses_what_is_no_letter(arguments, says):
    refused = run("show", "Binary_Addition", *arguments)
    assert refused.exit_code == 2
    assert says in refused.output


def test_tasks_and_show_print_json():
    tasks = json.loads(run("tasks", "--json", "--suite", "mips").stdout)["tasks"]
    assert len(tasks) == 62
    shown = json.loads(run("show", "Div_3", "--json").stdout)
    assert shown["inputs"] == {"x": [0, 1]}
    assert shown.pop("schema") == 1
    assert shown in tasks


def test_synth_and_prove_prints_the_program_and_writes_the_bundle(tmp_path):
    where = ("--out", tmp_path / "proofs", "--runs", tmp_path / "runs")
    result = run("synth-and-prove", "Sum_Last3", *where)
    assert result.exit_code == 0, result.output
    assert "PROVED" in result.stdout
    bundle = tmp_path / "proofs" / "Sum_Last3"
    assert {p.name for p in bundle.iterdir()} >= {"program.py", "certificate.json"}
    assert run("prove", bundle / "program.py", "Sum_Last3").exit_code == 0
    again = run("synth-and-prove", "Sum_Last3", *where)
    assert again.stdout == result.stdout
    assert again.stderr.count(EARLIER) == 4


def test_bench_prints_a_row_a_task_and_writes_json(tmp_path):
    file = tmp_path / "out.json"
    result = run("bench", "Sum_All", "Prev1", "--jobs", 2, "--fresh", "--out", file)
    assert result.exit_code == 0, result.output
    assert "2 of 2 PROVED" in result.stdout
    outcome = json.loads(file.read_text())
    assert [row["task"] for row in outcome["tasks"]] == ["Sum_All", "Prev1"]
    assert all(row["status"] == "PROVED" for row in outcome["tasks"])


def test_a_new_task_file_is_a_task_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "Mine").exit_code == 0
    shown = run("show", "Mine.toml")
    assert shown.exit_code == 0
    assert "Mine" in shown.stdout
    assert "exists and is not replaced" in sentence(run("new", "Mine"))
    assert "not letters, digits and _" in sentence(run("new", "no-name"))
    assert "there is a task Div_3 already" in sentence(run("new", "Div_3"))


def test_tasks_are_found_in_any_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MIPS_VERIFY_TASKS", "")  # put back after the test
    monkeypatch.delenv("MIPS_VERIFY_TASKS")
    write_task(tmp_path)
    result = run("--tasks", tmp_path, "show", "T")
    assert result.exit_code == 0
    assert "0..3" in result.stdout
    monkeypatch.delenv("MIPS_VERIFY_TASKS", raising=False)
