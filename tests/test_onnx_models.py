"""Programs out of models in ONNX files, and what is said of files that hold none."""

import importlib.util
import os
import re
import tempfile
import tomllib
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify import api
from mips_verify.cli import main
from mips_verify.kernel.domain import Domain
from mips_verify.network import onnx_worker
from mips_verify.network.interface import Interface
from mips_verify.network.load import load_model
from mips_verify.network.sequence_function import SequenceError
from mips_verify.network.weights import LARGEST, WeightFileError
from tests.onnx_models import (
    FLOAT,
    INT64,
    TensorProto,
    array,
    echo,
    node,
    outside,
    parity,
    port,
)

ROOT = Path(__file__).parent.parent
BITS = Domain(("x",), (0,), (1,))
TOKENS = Interface(BITS, 6, reads="letters", gives="argmax")
COLUMNS = Interface(BITS, 6, reads="one-hot", gives="argmax")
SAID = ("--reads", "letters", "--gives", "argmax")


def run(*args):
    return CliRunner().invoke(main, ["extract", *map(str, args)])


def words(length, count=50):
    return BITS.sample(count, length, np.random.default_rng(0))


def test_a_program_is_read_out_of_an_onnx_file_and_proved(tmp_path):
    path = parity(tmp_path / "n.onnx")
    result = run("--model", path, *SAID, "--task", "Parity_All")
    assert result.exit_code == 0, result.output
    assert "PROVED equal to Parity_All" in result.stdout
    assert "ONNX model, x: tensor(int64) of axes (free, free), answers in y" in result.stdout


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"kind": FLOAT},
        {"kind": TensorProto.INT32},
        {"words": 7},
        {"words": 1},
        {"letters": 6},
        {"letters": 40},
        {"words": 3, "letters": 9},
        {"letters": 700},
        {"reshape": [-1, 6]},  # the axes say that they are free, and are not
        {"reshape": [-1, 17]},
        {"reshape": [1, -1]},
        {"reshape": [8, -1]},
        {"reshape": [4, 7]},
    ],
)
def test_axes_that_are_fixed_or_of_another_type_are_filled_up(tmp_path, options):
    function = load_model(parity(tmp_path / "n.onnx", **options), TOKENS).network
    for length in (1, 2, 5, 6):
        x = words(length)
        assert (function.answers(x) == np.cumsum(x, axis=1) % 2).all()


def test_a_program_is_read_out_of_a_model_of_one_length(tmp_path):
    model = load_model(parity(tmp_path / "n.onnx", words=5, reshape=[5, 12]), TOKENS)
    reading = api.extract(model)
    assert reading.comparison.agree
    assert str(reading.program) == "s = 0 -> s ^ x\noutput s"


@pytest.mark.parametrize("reshape", [[-1, 6], [0, 6]])
def test_a_free_axis_that_is_none_is_said_with_what_to_do(tmp_path, reshape):
    reading = api.extract(load_model(parity(tmp_path / "n.onnx", reshape=reshape), TOKENS))
    assert str(reading.program) == "s = 0 -> s ^ x\noutput s"
    (note,) = reading.faithfulness.rows[-1].notes
    assert note.startswith("the network reads at most 6 letters, not 120: ")
    assert "declares a free time axis, but fails at a length of 3: the length of its" in note
    assert "export it with dynamo=True and dynamic_shapes (" in note
    assert "reshape" in note


def test_a_free_axis_of_another_length_is_said_where_nothing_runs(tmp_path):
    with pytest.raises(
        SequenceError, match=r"free time axis, but fails at a length of 6: .*dynamo=True"
    ):
        load_model(parity(tmp_path / "n.onnx", reshape=[2, 5]), TOKENS)


def test_words_longer_than_a_fixed_axis_are_refused(tmp_path):
    function = load_model(parity(tmp_path / "n.onnx", letters=9), TOKENS).network
    with pytest.raises(SequenceError, match="reads at most 9 letters, not 10"):
        function.answers(words(10))


@given(st.integers(0, 1), st.integers(0, 3), st.sampled_from([None, 6, 7, 10, 11]))
@settings(max_examples=8)
def test_a_first_token_and_late_answers_count_as_steps(first, shift, letters):
    with tempfile.TemporaryDirectory() as folder:
        path = parity(Path(folder) / "n.onnx", letters=letters)
        said = Interface(BITS, 6, "letters", "argmax", first=first, shift=shift)
        if letters is not None and letters < 7 + shift:
            with pytest.raises(WeightFileError, match=f"reads {letters} steps, not {7 + shift}"):
                load_model(path, said)
            return
        x = words(5)
        padded = np.concatenate([x, 0 * x], axis=1)
        sums = first + np.cumsum(padded, axis=1)[:, shift : shift + 5]
        assert (load_model(path, said).network.answers(x) == sums % 2).all()


@pytest.mark.slow
def test_a_large_vocabulary_is_asked_about_in_parts(tmp_path):
    size = 2**15
    table = array("table", np.eye(2, size))
    path = echo(tmp_path / "n.onnx", nodes=[node("MatMul", "x table", "y")], arrays=[table])
    x = words(6, count=700)  # 525 MiB of scores
    assert (load_model(path, COLUMNS).network.answers(x) == x).all()


def test_a_table_of_positions_says_how_far_it_reaches(tmp_path):
    nodes = [
        node("Shape", "x", "t", start=1, end=2), node("Squeeze", "t", "t0"),
        node("Range", "zero t0 one", "places"), node("Gather", "table places", "p"),
        node("Add", "x p", "y"),
    ]  # fmt: skip
    arrays = [
        array("zero", 0, np.int64), array("one", 1, np.int64), array("table", np.zeros((6, 2))),
    ]  # fmt: skip
    path = echo(tmp_path / "n.onnx", nodes=nodes, arrays=arrays)
    function = load_model(path, COLUMNS).network
    assert (function.answers(words(6)) == words(6)).all()
    with pytest.raises(SequenceError, match=r"n.onnx fails on an array of shape \(50, 7, 2\).*out"):
        function.answers(words(7))
    with pytest.raises(SequenceError, match=r"works on words of length 3, not of length 8.*say a"):
        load_model(path, Interface(BITS, 8, reads="one-hot", gives="argmax"))


def test_numbers_and_integers_are_outputs_with_round(tmp_path):
    sums = [node("CumSum", "x one", "y")]
    said = Interface(Domain(("x",), (-2,), (3,)), 6, reads="numbers", gives="round")
    x = said.domain.sample(20, 6, np.random.default_rng(0))
    for kind, axes in ((FLOAT, "nt1"), (FLOAT, "nt"), (INT64, "nt")):
        sizes = [{"1": 1}.get(a, a) for a in axes]
        path = echo(
            tmp_path / "n.onnx", sizes, nodes=sums, kind=kind, arrays=[array("one", 1, np.int64)]
        )
        assert (load_model(path, said).network.answers(x) == np.cumsum(x, axis=1)).all()


def test_numbers_that_the_input_cannot_hold_are_refused(tmp_path):
    said = Interface(Domain(("x",), (0,), (200,)), 6, reads="numbers", gives="round")
    for kind in (TensorProto.UINT8, TensorProto.INT8):
        model = load_model(echo(tmp_path / "n.onnx", "nt", kind=kind), said)
        x = np.arange(0, 201, 40).reshape(1, 6, 1)
        if kind == TensorProto.UINT8:
            assert (model.network.answers(x) == x).all()
        else:
            with pytest.raises(WeightFileError, match="cannot hold every number"):
                model.network.answers(x)


def test_a_classifier_of_whole_words_is_read(tmp_path):
    nodes = [node("ReduceSum", "x one", "y", keepdims=0)]
    path = echo(tmp_path / "n.onnx", nodes=nodes, arrays=[array("one", [1], np.int64)])
    said = Interface(BITS, 6, reads="one-hot", gives="argmax", causal=False)
    x = words(5)
    majority = 2 * np.cumsum(x, axis=1) > np.arange(1, 6)[:, None]
    assert (load_model(path, said).network.answers(x) == majority).all()
    with pytest.raises(SequenceError, match=r"y \(5, 2\) for 5 words of 6 letters.*whole-words"):
        load_model(path, COLUMNS)


def test_the_first_output_with_answers_for_every_letter_is_taken(tmp_path):
    nodes = [
        node("ReduceSum", "x one", "state", keepdims=0), node("Identity", "x", "scores"),
        node("Neg", "x", "other"),
    ]  # fmt: skip
    outputs = [port(name, FLOAT, None) for name in ("state", "scores", "other")]
    path = echo(
        tmp_path / "n.onnx", nodes=nodes, arrays=[array("one", [1], np.int64)], outputs=outputs
    )
    model = load_model(path, COLUMNS)
    assert model.what.endswith("answers in scores")
    assert (model.network.answers(words(4)) == words(4)).all()


BIG = [
    node("ConstantOfShape", "size", "c"), node("ReduceMax", "c", "top", keepdims=0),
    node("Add", "x top", "y"),
]  # fmt: skip
REFUSED = {
    "a custom operator": (
        {"nodes": [node("Foo", "x", "y", domain="my")], "domains": [("", 17), ("my", 1)]},
        r"operator of another library.*\(.*my:Foo",
    ),
    "an unknown operator": (
        {"nodes": [node("Foo", "x", "y")]}, "operator that ONNX does not know.*Foo"
    ),
    "a later version": ({"domains": [("", 99)]}, "written for another version of ONNX"),
    "several inputs": ({"more": [port("z", FLOAT, [2])]}, r"has 2 inputs \(x: .*z: .*built in"),
    "texts": ({"kind": TensorProto.STRING}, r"reads x: tensor\(string\)"),
    "one axis": ({"axes": ["n"]}, r"reads x: tensor\(float\) of axes \(free\), expected"),
    "four axes": ({"axes": ["n", "t", 1, 2]}, "expected numbers of axes"),
    "five columns": (
        {"axes": ["n", "t", 5]}, r"\(free, free, 5\).*one-hot are \(words, letters, 2\)"
    ),
    "tokens": ({"axes": ["n", "t"], "kind": INT64}, "change --reads"),
    "a frozen axis": ({"axes": ["n", 1, 2]}, "reads 1 steps, not 6.*second axis is frozen"),
    "a short axis": ({"axes": [None, 4, 2]}, "reads 4 steps, not 6"),
    "an axis frozen within": (
        {"nodes": [node("Squeeze", "x axis", "z"), node("Unsqueeze", "z axis", "y")],
         "arrays": [array("axis", [1], np.int64)]},
        "works on words of length 1, not of length 6: its time axis is frozen at 1; export",
    ),
    "numbers that numpy lacks": (
        {"nodes": [node("Cast", "x", "y", to=TensorProto.BFLOAT16)],
         "outputs": [port("y", TensorProto.BFLOAT16, None)]},
        r"gives y: tensor\(bfloat16\).*expected numbers",
    ),
    "huge memory": (
        {"nodes": BIG, "arrays": [array("size", [2**40], np.int64)]}, r"asks for more .*memory"
    ),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_model_that_cannot_be_read_is_one_sentence(tmp_path, why):
    model, says = REFUSED[why]
    path = echo(tmp_path / "n.onnx", **model)
    args = ("--input", "x=0..1", "--length", 6, "--reads", "one-hot", "--gives", "argmax")
    result = run("--model", path, *args)
    assert result.exit_code == 2
    assert "n.onnx" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert re.search(says, result.stderr), result.stderr


@pytest.mark.parametrize("cut", ["nothing", "garbage", "a half", "all but the end"])
def test_a_damaged_file_is_one_sentence(tmp_path, cut):
    path = parity(tmp_path / "n.onnx")
    whole = path.read_bytes()
    path.write_bytes(
        {"nothing": b"", "garbage": b"PK" * 99, "a half": whole[: len(whole) // 2]}.get(
            cut, whole[:-3]
        )
    )
    says = "is empty" if cut == "nothing" else "is no ONNX model, or is damaged or cut off"
    with pytest.raises(WeightFileError, match=f"n.onnx {says}"):
        load_model(path, TOKENS)


def test_a_file_that_is_too_large_or_no_file_is_refused(tmp_path):
    with (tmp_path / "n.onnx").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(WeightFileError, match=r"larger than \d+ bytes"):
        load_model(tmp_path / "n.onnx", TOKENS)
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(WeightFileError, match="not a regular file"):
        load_model(tmp_path / "pipe.onnx", TOKENS)
    with pytest.raises(WeightFileError, match="cannot read"):
        load_model(tmp_path / "none.onnx", TOKENS)


@pytest.mark.parametrize("suffix", [".pt2", ".keras", ".h5"])
def test_files_that_can_hold_code_are_refused(tmp_path, suffix):
    path = tmp_path / f"n{suffix}"
    path.write_bytes(b"PK")
    with pytest.raises(WeightFileError, match=r"can .*code; export the model to ONNX"):
        load_model(path, TOKENS)


WEIGHTS = {
    "beside.bin": None,
    "missing.bin": "missing or outside its folder",
    "../outside.bin": "missing or outside its folder",
    "{root}/outside.bin": "missing or outside its folder",
    "link.bin": "missing or outside its folder",
    "/dev/zero": "missing or outside its folder",
}


@pytest.mark.parametrize("location", WEIGHTS)
def test_weights_are_read_from_the_folder_of_the_model_only(tmp_path, location):
    folder = tmp_path / "model"
    folder.mkdir()
    for path in (tmp_path / "outside.bin", folder / "beside.bin"):
        np.array([0, 0], np.float32).tofile(path)
    (folder / "link.bin").symlink_to(tmp_path / "outside.bin")
    table = outside("w", location.format(root=tmp_path), 2)
    path = echo(folder / "n.onnx", nodes=[node("Add", "x w", "y")], arrays=[table])
    if WEIGHTS[location] is None:
        assert (load_model(path, COLUMNS).network.answers(words(4)) == words(4)).all()
    else:
        with pytest.raises(WeightFileError, match=WEIGHTS[location]):
            load_model(path, COLUMNS)


def test_a_model_that_looks_ahead_or_takes_letters_first_is_refused(tmp_path):
    ahead = [node("CumSum", "x one", "y", reverse=1)]
    first = [node("CumSum", "x zero", "y")]
    arrays = [array("one", 1, np.int64), array("zero", 0, np.int64)]
    for nodes, says in ((ahead, "not causal"), (first, r"not \(letters, words\)")):
        model = load_model(echo(tmp_path / "n.onnx", nodes=nodes, arrays=arrays), COLUMNS)
        with pytest.raises(SequenceError, match=says):
            api.extract(model)


def test_scores_need_a_reading_and_training_a_length(tmp_path):
    path = parity(tmp_path / "n.onnx")
    result = run("--model", path, "--input", "x=0..1", "--length", 6, "--reads", "letters")
    assert "give --gives (argmax or round)" in result.stderr
    result = run("--model", path, "--input", "x=0..1", "--reads", "letters", "--gives", "argmax")
    assert "give --length" in result.stderr
    result = run("--model", path, "--task", "Parity_All")
    assert "give --reads (one-hot, numbers, letters) and --gives" in result.stderr


def test_without_onnxruntime_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run("--model", parity(tmp_path / "n.onnx"), "--task", "Parity_All", *SAID)
    assert result.exit_code == 2
    assert 'onnxruntime is not installed; pip install "mips-verify[onnx]"' in result.stderr


def test_the_oldest_onnxruntime_is_the_one_that_is_installed():
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = ".".join(map(str, onnx_worker.OLDEST))
    assert asked["optional-dependencies"]["onnx"] == [f"onnxruntime>={version}"]


def test_a_model_alone_is_no_network_of_known_weights(tmp_path):
    model = load_model(parity(tmp_path / "n.onnx"), TOKENS)
    with pytest.raises(WeightFileError, match=r"weights of the network .* are not known"):
        model.weights  # noqa: B018


@pytest.mark.filterwarnings("ignore")  # torch says that its older exporter is old
def test_an_exported_torch_module_gives_the_answers_of_the_module(tmp_path):
    torch = pytest.importorskip("torch")

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.cells = torch.nn.GRU(2, 12, batch_first=True)
            self.readout = torch.nn.Linear(12, 2)

        def forward(self, columns):
            return self.readout(self.cells(columns)[0])

    torch.manual_seed(0)
    module = Network().eval()
    path = tmp_path / "n.onnx"
    axes = {"x": {0: "n", 1: "t"}}
    torch.onnx.export(
        module, (torch.zeros(2, 7, 2),), str(path), input_names=["x"], dynamic_axes=axes,
        dynamo=False,
    )  # fmt: skip
    by_torch = api.from_torch(module, BITS, 6, reads="one-hot").network
    x = words(10, count=10_000)
    assert (load_model(path, COLUMNS).network.answers(x) == by_torch.answers(x)).all()
