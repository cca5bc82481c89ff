"""Files of examples that are too large, or not what they look like, get one sentence."""

import io
import json
import os
import zipfile

import numpy as np
import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.spec.examples import ExamplesError, load_examples
from tests.quick import some_slow

LINES = [f"{n},{x},{x}" for n in range(30) for x in (n % 2, n // 2 % 2, n // 4 % 2, n // 8 % 2)]


def csv_with(cell, header="sequence,x,y"):
    """A good file but for one cell, in row 2."""
    return "\n".join([header, f"0,{cell},0", *LINES[1:]]) + "\n"


def refused(path, *options):
    result = CliRunner().invoke(main, ["synth", "--data", str(path), "--fresh", *options])
    assert result.exit_code == 2, result.output
    line = result.stderr.splitlines()[-1]
    assert len(line) < 1000
    return line


@pytest.mark.parametrize(
    "cell", ["nan", "NaN", "inf", "-Infinity", "1e400", "1e3", "1_000", "9" * 5000, "9" * 30]
)
def test_odd_numbers_are_no_letters(tmp_path, cell):
    path = tmp_path / "a.csv"
    path.write_text(csv_with(cell))
    line = refused(path)
    assert "row 2, column x" in line
    assert "is not a whole number" in line or "too large" in line
    every = [f"{n // 4},{cell},0" for n in range(120)]
    path.write_text("\n".join(["sequence,x,y", *every]))
    refused(path)  # not even a column of them alone
    if len(cell) < 100:
        assert load_examples(path, letters=["x"]).letters == {"x": (cell,)}


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "9" * 5000])
def test_odd_numbers_in_json_are_refused(tmp_path, text):
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"x": [0, {text}], "y": [0, 1]}}\n' * 30)
    assert "row 1" in refused(path)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.5, 2.0**70])
def test_odd_numbers_in_npz_are_refused(tmp_path, value):
    x = np.arange(120.0).reshape(30, 4)
    x[0, 1] = value
    np.savez(tmp_path / "a.npz", x=x, y=x)
    assert "row 1, column x" in refused(tmp_path / "a.npz")


@pytest.mark.parametrize("codes", [("1", "01"), ("1.0", "1"), ("+1", "1")])
def test_codes_that_are_one_number_need_letters(tmp_path, codes):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["x,y", *(f"{codes[n % 2]} {n},{n % 2} {n % 3}" for n in range(30))]))
    assert f"'{codes[0]}' and '{codes[1]}' are the same number" in refused(path)
    assert "--letters x" in refused(path)
    assert set(codes) < set(load_examples(path, letters=["x"]).letters["x"])


def test_a_running_index_of_pandas_is_left_out_and_said(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join([",sequence,x,y", *(f"{i},{line}" for i, line in enumerate(LINES))]))
    found = load_examples(path)
    assert (found.data.domain.names, found.outputs) == (("x",), ("y",))
    assert found.notes == ("the first column has no name and counts the rows; it is left out",)
    path.write_text("\n".join([",sequence,x,y", *(f"7,{line}" for line in LINES)]))
    assert "row 2: the first column has no name and does not count" in refused(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"x": [0, 1, 1], "y": 1}\n' * 30),
        ("a.jsonl", '{"x": "011", "y": "1"}\n' * 30),
        ("a.csv", "x,y\n" + "0 1 1,1\n" * 30),
    ],
)
def test_one_label_a_sequence_is_not_supported(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    line = refused(tmp_path / name)
    assert "'y' is one label for a whole sequence, which is not supported" in line
    assert "the label after every step" in line


def test_lists_in_lists_are_no_letters(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"x": [[0], [1]], "y": [0, 1]}\n' * 30)
    assert "each of numbers or texts" in refused(tmp_path / "a.jsonl")


LARGE = {  # functions, so that only the test that needs a file makes it
    "a.csv": lambda: ["sequence,x,y", *(f"{n // 9},0,0" for n in range(10**6))],
    "columns.csv": lambda: [",".join(f"c{i}" for i in range(10**5)), ",".join("0" * 10**5)],
    "cell.csv": lambda: ["x,y", f"{'0 ' * 3 * 10**6},{'0 ' * 3 * 10**6}"],
    "a.jsonl": lambda: [json.dumps({"x": [0] * 10**6, "y": [0] * 10**6})] * 3,
    "sequences.jsonl": lambda: ['{"x": [0], "y": [0]}'] * 132_000,
    "columns.jsonl": lambda: [json.dumps({f"c{i}": [0] for i in range(10**5)})],
    "deep.jsonl": lambda: ['{"x": ' + "[" * 10**5],
}


@pytest.mark.parametrize("name", some_slow(LARGE, "a.csv", "a.jsonl", "sequences.jsonl"))
def test_large_files_are_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("\n".join(LARGE[name]()))
    with pytest.raises(ExamplesError, match=r"over 2097152 cells|at most 64|not JSON"):
        load_examples(path)


def header(shape, dtype="<i8"):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        file, {"shape": shape, "fortran_order": False, "descr": dtype}
    )
    return file.getvalue()


@pytest.mark.parametrize(
    ("member", "says"),
    [
        (header((2**40, 2**20)) + b"\0" * 64, "not an npz file of plain arrays"),
        (header((2**62, 4)), "not an npz file of plain arrays"),
        (header((3, 4), "|U0"), "not an npz file of plain arrays"),
        (header((30, 4)) + b"\0" * 2**27, "unpacks to more than"),
        (header((1, 2**22), "|i1") + b"\0" * 2**22, "over 2097152 cells"),
        (header((30, 2, 99), "|i1") + b"\0" * 30 * 2 * 99, "99 columns"),
        (b"", "not an npz file of plain arrays"),
    ],
)
def test_an_npz_file_is_judged_by_its_sizes_before_it_is_unpacked(tmp_path, member, says):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.npy", member)
        file.writestr("y.npy", member)
    assert path.stat().st_size < 2**20
    assert says in refused(path)


def test_a_compressed_npz_file_of_either_order_is_read(tmp_path):
    x = np.arange(240).reshape(30, 4, 2)
    np.savez_compressed(tmp_path / "a.npz", x=np.asfortranarray(x), y=x[..., 0] + 1)
    assert np.array_equal(load_examples(tmp_path / "a.npz").data.x, x)


def test_files_that_are_no_plain_files_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    (tmp_path / "loop.jsonl").symlink_to(tmp_path / "loop.jsonl")
    for path in sorted(tmp_path.iterdir()):
        refused(path)


@pytest.mark.parametrize("data", [b"\xff\xfex\0", b"x,y\n\xff,0\n", b'x,y\n"a\n', b"x,y\n\0,0\n"])
def test_files_that_are_no_text_are_refused(tmp_path, data):
    (tmp_path / "a.csv").write_bytes(data)
    refused(tmp_path / "a.csv")


def test_long_letters_and_ranges_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["x,y", *(f"{'w' * 101},{n % 2}" for n in range(30))]))
    assert "of 101 characters, more than 100" in refused(path)
    path.write_text("\n".join(["sequence,x,y", *LINES]))
    for end in ("9" * 5000, "9" * 19, "9" * 30):
        line = refused(path, "--input", f"x=0..{end}")
        assert "is not NAME=LOW..HIGH" in line or "goes beyond" in line
