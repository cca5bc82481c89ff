"""Labelled examples from files: what is read, what is refused, and what comes out."""

import json
import re
import runpy

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.cli import main
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.verdict import Status
from mips_verify.prove.equal import equal
from mips_verify.spec.examples import ExamplesError, load_examples, split
from mips_verify.spec.labelling import label
from mips_verify.spec.task import load_task
from tests.quick import examples

WORDS = np.random.default_rng(0).integers(0, 3, size=(40, 4))


def by_step(path, x, y):
    lines = ["sequence,x,y"]
    lines += [f"{n},{a},{b}" for n in range(len(x)) for a, b in zip(x[n], y[n], strict=True)]
    path.write_text("\n".join(lines) + "\n")


def by_sequence(path, x, y):
    lines = [f"{' '.join(map(str, a))},{' '.join(map(str, b))}" for a, b in zip(x, y, strict=True)]
    path.write_text("x,y\n" + "\n".join(lines) + "\n")


def json_lines(path, x, y):
    rows = ({"x": a, "y": b} for a, b in zip(x.tolist(), y.tolist(), strict=True))
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")


def npz(path, x, y):
    np.savez(path, x=x, y=y)


WRITERS = {"step.csv": by_step, "row.csv": by_sequence, "a.jsonl": json_lines, "a.npz": npz}


@settings(max_examples=examples(30), deadline=None)
@given(st.sampled_from(list(WRITERS)), st.integers(20, 30), st.integers(1, 5), st.integers(0, 99))
def test_every_format_holds_the_same_sequences(tmp_path_factory, name, n, length, seed):
    path = tmp_path_factory.mktemp("data") / name
    x = np.random.default_rng(seed).integers(-3, 9, size=(n, length))
    y = np.cumsum(x, axis=1)
    WRITERS[name](path, x, y)
    found = load_examples(path)
    assert np.array_equal(found.data.x[..., 0], x)
    assert np.array_equal(found.data.y[..., 0], y)
    assert found.data.domain == Domain(("x",), (int(x.min()),), (int(x.max()),))


def test_letters_are_numbered_in_order_and_kept(tmp_path):
    path = tmp_path / "a.csv"
    words = np.array(["no", "yes", "away"])[WORDS]
    by_sequence(path, words, np.array(["odd", "even"])[WORDS % 2])
    found = load_examples(path)
    assert found.letters == {"x": ("away", "no", "yes"), "y": ("even", "odd")}
    assert np.array_equal(found.data.x[..., 0], np.array([1, 2, 0])[WORDS])


def test_columns_that_look_like_numbers_can_be_letters(tmp_path):
    by_sequence(tmp_path / "a.csv", WORDS * 10, WORDS)
    assert load_examples(tmp_path / "a.csv", letters=["x"]).letters == {"x": ("0", "10", "20")}


def test_whole_numbers_may_have_a_point(tmp_path):
    by_sequence(tmp_path / "a.csv", WORDS + 0.0, WORDS - 1.0)
    found = load_examples(tmp_path / "a.csv")
    assert not found.letters
    assert np.array_equal(found.data.y[..., 0], WORDS - 1)


def test_arrays_are_inputs_and_outputs_by_their_names(tmp_path):
    y = np.stack([WORDS, WORDS + 1], axis=2)
    np.savez(tmp_path / "a.npz", y=y, x=WORDS)  # the order in the file does not matter
    found = load_examples(tmp_path / "a.npz")
    assert (found.data.domain.names, found.outputs) == (("x",), ("y0", "y1"))
    assert np.array_equal(found.data.y, y)


def test_what_is_held_out_was_not_learned_from(tmp_path):
    few = np.random.default_rng(0).integers(0, 2, size=(300, 4))
    by_sequence(tmp_path / "a.csv", few, few)
    parts = split(load_examples(tmp_path / "a.csv"), 0)
    assert sum(map(len, parts)) == 300
    seen = [{tuple(x) for x in p.x[..., 0].tolist()} for p in parts]
    assert all(seen)
    assert len(set.union(*seen)) == sum(map(len, seen))


def test_keys_of_json_lines_may_come_in_any_order_but_once(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"x": [n % 3, n % 5], "y": [0, n % 3]}) for n in range(30)]
    lines[7] = '{"y": [0, 1], "x": [1, 2]}'
    path.write_text("\n".join(lines))
    assert load_examples(path).data.x[7, :, 0].tolist() == [1, 2]
    lines[9] = '{"x": [1, 2], "x": [0, 0], "y": [0, 1]}'
    path.write_text("\n".join(lines))
    with pytest.raises(ExamplesError, match=r"row 10: not JSON .an object has the same key twice"):
        load_examples(path)


def test_parts_do_not_overlap_and_are_all_there(tmp_path):
    x = np.arange(100)[:, None]
    by_sequence(tmp_path / "a.csv", x, x)
    parts = split(load_examples(tmp_path / "a.csv"), 3)
    assert [len(p) for p in parts] == [60, 20, 20]
    assert sorted(np.concatenate([p.x.ravel() for p in parts])) == list(range(100))


def rows(*changed, count=30):
    """A good file of one step a row, with some rows replaced: ``(row number, text)``."""
    lines = ["sequence,x,y", *(f"{n // 3},{n % 2},{n % 2}" for n in range(3 * count))]
    for number, text in changed:
        lines[number - 1] = text
    return "\n".join(lines) + "\n"


MANY = "x,y\n" + "\n".join(f"w{i},0" for i in range(300))
BAD = {
    "a.csv is empty": "",
    "a.csv, row 17, column x: 'a' is not a whole number; --letters x": rows((17, "5,a,1")),
    "a.csv, row 9: 2 cells, expected 3": rows((9, "2,1")),
    "a.csv, row 17: a sequence of 4 steps, the first has 3; --length N uses the first N steps of "
    "each and leaves out shorter ones": rows((20, "5,0,0")),
    "the columns need names that differ": rows((1, "sequence,x,x")),
    "'x-1' cannot name a column": rows((1, "sequence,x-1,y")),
    "holds 4 sequences to use; at least 20": rows(count=4),
    "has 300 different letters, more than 256": MANY,
    "the same inputs so far, but outputs 0 and 9 at step 1; no program": rows((8, "2,0,9")),
    "no input column": "sequence,y\n" + "0,1\n" * 30,
    "too large": rows((5, "1,99999999999999999,1")),
    "columns of different or no length (x 2, y 1)": "x,y\n0 1,1\n",
    "a.csv, row 1: cells are separated by ';'; expected commas": "sequence;x;y\n0;1;1\n" * 30,
    "a.csv, row 8, column x: a cell is empty": rows((8, "2,,1")),
    "a.csv, row 8, column y: 0.5 is not a whole number": rows((8, "2,0,0.5")),
    "'back' cannot name a column": rows((1, "sequence,back,y")),
    "holds 1 different sequences; at least 5": "x,y\n" + "0 1,0 1\n" * 30,
    "sequences have 1001 steps, at most 1000": "x,y\n"
    + (("0 " * 1001) + "," + "0 " * 1001 + "\n") * 20,
}


@pytest.mark.parametrize("why", BAD)
def test_a_bad_file_is_one_sentence(tmp_path, why):
    path = tmp_path / "a.csv"
    path.write_text(BAD[why])
    result = CliRunner().invoke(main, ["synth", "--data", str(path)])
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert why in line


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.txt", "0", "neither .csv, .jsonl nor .npz"),
        ("a.jsonl", '{"x": [1], "y": 1}', "row 1: expected an object with lists"),
        ("a.jsonl", '{"x": [1]', "row 1: not JSON"),
        ("a.npz", "text", "not an npz file of plain arrays"),
    ],
)
def test_other_bad_files_are_one_sentence_too(tmp_path, name, text, why):
    (tmp_path / name).write_text(text)
    with pytest.raises(ExamplesError, match=why):
        load_examples(tmp_path / name)


def test_objects_in_an_npz_are_not_unpickled(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.array([{}]), y=np.array([{}]))
    with pytest.raises(ExamplesError, match="not an npz file of plain arrays"):
        load_examples(tmp_path / "a.npz")


def test_lengths_and_ranges_can_be_given(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [{"x": [0, 1, 1][:n], "y": [0, 1, 1][:n]} for n in [2, 3] * 20]
    path.write_text("\n".join(map(json.dumps, lines)))
    found = load_examples(path, length=3, ranges={"x": (-1, 5)})
    assert (len(found.data), found.dropped) == (20, 20)
    assert found.data.domain == Domain(("x",), (-1,), (5,))
    with pytest.raises(ExamplesError, match=r"row 1, column x: 0 is outside 1\.\.5"):
        load_examples(path, length=2, ranges={"x": (1, 5)})


def test_a_program_found_in_examples_is_written_with_its_letters(tmp_path):
    task = load_task("Add_Mod_3")
    x = task.domain.sample(400, task.length, np.random.default_rng(2))
    y = label(task, x)
    letters, colours = np.array(["a", "b", "c"]), np.array(["amber", "blue", "cyan"])
    path, program, toml = (tmp_path / n for n in ("turns.csv", "turns.py", "Turns.toml"))
    by_step(path, letters[x[..., 0]], colours[y[..., 0]])
    result = CliRunner().invoke(
        main,
        ["synth", "--data", str(path), "--fresh", "--out", str(program), "--out-task", str(toml)],
    )
    assert result.exit_code == 0, result.output
    assert "right on all 80 sequences held out" in result.stdout
    assert "x stands for a = 0, b = 1, c = 2" in result.stdout
    translate = runpy.run_path(str(program))["translate"]
    assert translate(letters[x[0, :, 0]]) == colours[y[0, :, 0]].tolist()
    found = load_task(str(toml))
    assert equal(found.spec, task.spec, task.domain).status is Status.PROVED
    assert found.names.inputs == (("a", "b", "c"),)
    assert found.names.outputs == (("amber", "blue", "cyan"),)


def test_a_sequence_with_a_wrong_output_is_found_in_the_file(tmp_path):
    (tmp_path / "a.csv").write_text(rows())
    (tmp_path / "b.csv").write_text(MANY.replace("w", ""))
    steps, lines = (load_examples(tmp_path / name) for name in ("a.csv", "b.csv"))
    assert steps.place(tuple(map(tuple, steps.data.x[7].tolist()))) == "sequence 1"  # the first
    assert lines.place(((7,),)) == "row 9"
    for found in steps, lines:
        assert len(found.places) == len(found.data)


@pytest.mark.slow
def test_synth_names_what_it_reads_and_a_sequence_on_which_its_program_is_wrong(tmp_path):
    words = np.random.default_rng(0).integers(0, 10, (200, 6))
    y = words.copy()
    y[-1, -1] += 1  # a single wrong label
    by_step(tmp_path / "a.csv", words, y)
    asked = ["synth", "--data", str(tmp_path / "a.csv"), "--fresh"]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 3, result.output
    assert re.search(r"^data +reads x in 0\.\.9; gives y in 0\.\.\d+,", result.stderr, re.MULTILINE)
    assert "; wrong at step 6 of sequence 199\n" in result.stdout
    scores = json.loads(CliRunner().invoke(main, [*asked, "--json"]).stdout)["scores"]
    (miss,) = (s["miss"] for s in scores.values() if s["wrong"])
    assert miss["place"] == "sequence 199"
    assert miss["word"] == words[-1][:, None].tolist()


def test_what_was_found_can_be_had_as_json(tmp_path):
    by_sequence(tmp_path / "a.csv", WORDS, np.cumsum(WORDS, axis=1))
    result = CliRunner().invoke(
        main, ["synth", "--data", str(tmp_path / "a.csv"), "--fresh", "--json"]
    )
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    held_out = said["scores"]["held_out"]
    assert held_out == {"sequences": held_out["sequences"], "wrong": 0, "miss": None}
    assert held_out["sequences"] >= 5
    assert said["inputs"] == {"x": [0, 2]}
