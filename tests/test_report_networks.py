"""`mips-verify report` and `api.report` on networks and examples."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mips_verify import api
from mips_verify.cli import main

PROOFS = Path(__file__).parent.parent / "proofs"
DIGITS = ("--input", "x=0..9", "--length", "10")
BITS = api.Domain(("x",), (0,), (1,))


def rows(x, y):
    return [" ".join(map(str, a)) + "," + " ".join(map(str, b)) for a, b in zip(x, y, strict=True)]


def report(*arguments):
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


def text_of(path):
    return " ".join(path.read_text().split())


@pytest.fixture
def model(tmp_path):
    return Path(
        shutil.copy(PROOFS / "Sum_Last2" / "network.safetensors", tmp_path / "m.safetensors")
    )


def test_a_model_is_read_and_has_a_section(model, tmp_path):
    done = report(model, *DIGITS, "--out", tmp_path / "r.html")
    assert done.exit_code == 0, done.output
    text = text_of(tmp_path / "r.html")
    assert "1 network: agrees where tried 1." in text
    assert "Verdicts come from the readings made for this page. Figures and trials" in text
    assert "read from the bundles" not in text
    assert "<strong>m.safetensors</strong>" in text
    assert "<h3>Specification</h3>" not in text
    assert "No word is known on which they differ." in text
    assert 'aria-label="Inside the network: m.safetensors"' in text


def test_given_a_task_the_program_is_proved_beside_the_specification(model, tmp_path):
    done = report(model, "--task", "Sum_Last2", "--length", 10, "--out", tmp_path / "r.html")
    assert done.exit_code == 0, done.output
    text = text_of(tmp_path / "r.html")
    assert "1 network: PROVED 1." in text
    assert "<h3>Specification</h3>" in text
    assert "<h3>Invariant</h3>" in text
    assert "Network PROVED equal for every length" in text


def test_weights_beside_a_certificate_are_those_of_the_bundle(tmp_path):
    weights = PROOFS / "Sum_Last2" / "network.safetensors"
    assert report(weights, "--out", tmp_path / "r.html").exit_code == 0
    assert "1 bundle: claims PROVED 1." in text_of(tmp_path / "r.html")


def test_what_a_model_does_not_say_must_be_said(model, tmp_path):
    done = report(model, "--out", tmp_path / "r.html")
    assert done.exit_code == 2
    assert "the range of each input" in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_examples_are_learned_and_have_a_section(tmp_path):
    x = np.random.default_rng(0).integers(0, 2, (200, 6))
    y = np.cumsum(x, axis=1) % 2
    (tmp_path / "e.csv").write_text("\n".join(["x,y", *rows(x, y)]))
    asked = (tmp_path / "e.csv", "--runs", tmp_path / "runs", "--out", tmp_path / "r.html")
    done = report(*asked)
    assert done.exit_code == 0, done.output
    text = text_of(tmp_path / "r.html")
    assert "1 file of examples: right on all examples 1." in text
    assert "Nothing is proved, since examples are no specification." in text
    assert "sequences held out" in text
    assert "<h3>Methods of training that were tried</h3>" in text
    first = (tmp_path / "r.html").read_bytes()
    assert report(*asked).exit_code == 0  # from the finished run
    assert (tmp_path / "r.html").read_bytes() == first


def test_the_example_of_the_documentation_writes_a_page(tmp_path, monkeypatch):
    page = (PROOFS.parent / "docs" / "report.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert "1 network: PROVED 1." in text_of(tmp_path / "report.html")


def test_a_function_has_no_states_to_draw_and_the_page_says_so(tmp_path):
    def parity(words):
        return np.cumsum(words[..., 0], axis=1) % 2

    reading = api.extract(parity, BITS, 6)
    api.report(tmp_path / "r.html", reading, name="a <function>")
    text = text_of(tmp_path / "r.html")
    assert "a &lt;function&gt;" in text
    assert "known as a function of words and shows no states" in text


def test_where_network_and_program_differ_the_shortest_words_are_shown(tmp_path):
    def parity_of_five(words):
        n = np.cumsum(words[..., 0], axis=1)
        return np.where(n > 5, 0, n % 2)

    reading = api.extract(parity_of_five, BITS, 6, task=api.load_task("Parity_All"))
    assert reading.proved
    api.report(tmp_path / "r.html", reading)
    assert "The shortest known word on which they differ has 7 letters" in text_of(
        tmp_path / "r.html"
    )


def test_a_run_of_the_pipeline_has_a_section(tmp_path):
    result = api.synthesize(api.load_task("Parity_All"))
    api.report(tmp_path / "r.html", result, figures=tmp_path / "f")
    text = text_of(tmp_path / "r.html")
    assert "1 run: PROVED 1." in text
    assert "<h3>Methods of training that were tried</h3>" in text
    assert {p.suffix for p in (tmp_path / "f").iterdir()} == {".svg", ".pdf"}


def test_a_torch_module_shows_what_its_last_layer_reads(tmp_path):
    torch = pytest.importorskip("torch")

    class Window(torch.nn.Module):
        """The last layer to run is not the last by name."""

        def __init__(self):
            super().__init__()
            self.head = torch.nn.Linear(3, 2, bias=False)
            self.first = torch.nn.Linear(2, 3, bias=False)
            self.first.weight.data = torch.tensor([[1.0, 0], [0, 1.0], [1.0, 1.0]])
            self.head.weight.data = torch.tensor([[1.0, 0, 0], [0, 1.0, 0]])

        def forward(self, words):
            return self.head(self.first(torch.nn.functional.one_hot(words, 2).float()))

    model = api.from_torch(Window(), BITS, 4)
    words = np.array([[[0], [1], [1]]])
    assert model.network.inside.what == "inputs of the layer head"
    assert model.network.inside.call(words).tolist() == [[[1, 0, 1], [0, 1, 1], [0, 1, 1]]]
    api.report(tmp_path / "r.html", api.extract(model))
    assert "inputs of the layer head, of 3 values" in text_of(tmp_path / "r.html")


def test_a_module_without_linear_layers_shows_nothing():
    torch = pytest.importorskip("torch")

    class Echo(torch.nn.Module):
        def forward(self, words):
            return torch.nn.functional.one_hot(words, 2).float()

    assert api.from_torch(Echo(), BITS, 4).network.inside is None


def test_an_onnx_model_shows_its_other_output(tmp_path):
    from tests.onnx_models import FLOAT, echo, node, port

    nodes = [node("Identity", "x", "y"), node("Concat", "x x", "states", axis=-1)]
    outputs = [port("y", FLOAT, [None] * 3), port("states", FLOAT, [None] * 3)]
    path = echo(tmp_path / "m.onnx", nodes=nodes, outputs=outputs)
    said = ("--input", "x=0..1", "--length", 5, "--reads", "one-hot", "--gives", "argmax")
    done = report(path, *said, "--out", tmp_path / "r.html")
    assert done.exit_code == 0, done.output
    assert "values of the output states, of 4 values" in text_of(tmp_path / "r.html")


def test_the_weights_of_a_linear_step_are_shown_before_and_after_the_normalisers(tmp_path):
    paths = [PROOFS / n for n in ("Diff_Last2", "Sum_All", "Bit_Palindrome")]
    assert report(*paths, "--out", tmp_path / "r.html").exit_code == 0
    text = text_of(tmp_path / "r.html")
    assert 'aria-label="The network&#x27;s normal form: Diff_Last2"' in text
    # that of Sum_All is in normal form, and that of Bit_Palindrome has a hidden layer
    assert text.count("The network&#39;s normal form") == 1
    assert "right after whitening, jordan, toeplitz, debias, quantization" in text
