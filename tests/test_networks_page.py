"""Every command and every piece of Python in docs/networks.md works as it stands there."""

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from mips_verify.cli import main
from tests.test_networks_from_outside import pickled

PAGE = (Path(__file__).parents[1] / "docs" / "networks.md").read_text()
UNDECIDED = 3


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def bit_before():
    """A GRU that keeps two bits as signs, and a read-out that tells the older one."""
    module, linear = torch.nn.GRU(2, 2, batch_first=True), torch.nn.Linear(2, 2)
    with torch.no_grad():
        for weights in (*module.parameters(), *linear.parameters()):
            weights.zero_()
        module.bias_ih_l0[:4] = torch.tensor([30.0, 30.0, -30.0, -30.0])  # reset 1, update 0
        module.weight_ih_l0[4] = torch.tensor([-9.0, 9.0])
        module.weight_hh_l0[5] = torch.tensor([9.0, 0.0])
        linear.weight.copy_(torch.tensor([[0.0, -1.0], [0.0, 1.0]]))
        linear.bias.copy_(torch.tensor([0.5, -0.5]))
    return module, linear


class Parity(torch.nn.Module):
    """Scores of the parity of the last three bits."""

    def forward(self, words):
        odd = torch.nn.functional.pad(words, (2, 0)).unfold(1, 3, 1).sum(dim=2) % 2
        return torch.nn.functional.one_hot(odd, 2).float()


class Sums(torch.nn.Module):
    """Sums of the last two bits, in operators that every exporter knows."""

    def forward(self, words):
        total = words + torch.nn.functional.pad(words, (1, 0))[:, :-1]
        return -((total[..., None] - torch.arange(3)) ** 2).float()


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The folder that the page speaks of."""
    monkeypatch.chdir(tmp_path)
    module, linear = bit_before()
    state = {f"rnn.{n}": t for n, t in module.state_dict().items()}
    state |= {f"head.{n}": t for n, t in linear.state_dict().items()}
    torch.save({"epoch": 1, "model_state_dict": state}, "net.pt")
    pickled(tmp_path / "rnn.pt")
    return {"module": module, "linear": linear, "network": Parity()}


def written_onnx():
    torch.onnx.export(
        Sums(), (torch.zeros(2, 5, dtype=torch.int64),), "net.onnx", dynamo=False,
        input_names=["words"], dynamic_axes={"words": {0: "n", 1: "length"}},
    )  # fmt: skip


def commands():
    lines = [line for block in blocks("sh") for line in block.strip().splitlines()]
    assert all(line.startswith("mips-verify ") for line in lines)
    return [shlex.split(line, comments=True)[1:] for line in lines]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_what_the_page_says_to_type_works(files):
    exec(blocks("python")[0], files)  # writes the file that the first commands read
    for command in commands():
        if "net.onnx" in command:
            pytest.importorskip("onnxruntime")
            written_onnx()
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 0, (command, result.output)


def test_python_on_the_page_prints_what_the_page_says(files):
    said = []
    for code in blocks("python"):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(code, files)
        said.append(out.getvalue())
    promised = re.findall(r"^prints `([^`]*)`, on two lines", PAGE, re.MULTILINE)
    assert [text.strip().replace("\n", "; ") for text in said if text.count("\n") == 2] == promised
    assert "PROVED\n" in said[2]


def test_every_flag_on_the_page_exists():
    flags = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", PAGE))
    helped = "".join(
        CliRunner().invoke(main, [c, "--help"]).output for c in ("extract", "certify", "synth")
    )
    assert flags
    assert not [f for f in flags if not re.search(rf"{f}(?![a-z-])", helped)]
