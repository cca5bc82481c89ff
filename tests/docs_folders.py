"""What pages find that speak of things of the reader: networks, examples, a repository."""

import shutil
import subprocess

import numpy as np
import torch

from mips_verify import save_network
from tests.docs_pages import ROOT, blocks
from tests.test_networks_from_outside import pickled


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
    """Sums of the last two bits modulo a number, in operators that every exporter knows."""

    def __init__(self, modulus):
        super().__init__()
        self.modulus = modulus

    def forward(self, words):
        total = (words + torch.nn.functional.pad(words, (1, 0))[:, :-1]) % self.modulus
        return -((total[..., None] - torch.arange(self.modulus)) ** 2).float()


def write_onnx(path, module):
    """An ONNX model of any number of words of any length."""
    torch.onnx.export(
        module, (torch.zeros(2, 5, dtype=torch.int64),), path, dynamo=False,
        input_names=["words"], dynamic_axes={"words": {0: "n", 1: "length"}},
    )  # fmt: skip


def write_examples(path):
    """Forty words of bits, and what is not their last bit."""
    words = np.random.default_rng(0).integers(0, 2, (40, 10))
    rows = [f"{' '.join(map(str, w))},{' '.join(map(str, 1 - w))}" for w in words]
    path.write_text("\n".join(["x,y", *rows]))


def networks(folder):
    """A torch network and its state dict, a module, an ONNX model, a network of the paper."""
    module, linear = bit_before()
    state = {f"rnn.{n}": t for n, t in module.state_dict().items()}
    state |= {f"head.{n}": t for n, t in linear.state_dict().items()}
    torch.save({"epoch": 1, "model_state_dict": state}, folder / "net.pt")
    pickled(folder / "rnn.pt")
    write_onnx(folder / "net.onnx", Sums(3))
    return {"module": module, "linear": linear, "network": Parity()}


def repository(folder):
    """A git repository with the task of its bundle, whose last commit is that of its origin."""
    (folder / "tasks").mkdir()
    for path in (ROOT / "tasks").glob("max_seen.*"):
        shutil.copy(path, folder / "tasks")
    (folder / ".gitignore").write_text("__pycache__\n.pytest_cache\n")
    for words in (
        "init -q",
        "add .",
        "commit -qm bundles",
        "update-ref refs/remotes/origin/main HEAD",
    ):
        who = ("-c", "user.name=a reader", "-c", "user.email=reader@example.org")
        subprocess.run(["git", *who, *words.split()], cwd=folder, check=True)
    return {}


def readme(folder):
    """What the README calls yours: a network, examples, a program."""
    module, linear = bit_before()
    save_network(
        module, folder / "network.safetensors", readout=linear, inputs={"x": (0, 1)}, length=10,
        reads="one-hot", gives="argmax",
    )  # fmt: skip
    write_examples(folder / "examples.csv")
    (program,) = (b.text for b in blocks("README.md") if b.language == "python")
    (folder / "program.py").write_text(program)
    return {}


def reports(folder):
    """What `check` and `bench` wrote in the recorded runs, a model and examples."""
    write_onnx(folder / "net.onnx", Sums(2))
    write_examples(folder / "examples.csv")
    for given, recorded in (("check.json", "check.json"), ("bench.json", "benchmark.json")):
        shutil.copyfile(ROOT / "tests" / "results" / recorded, folder / given)
    return {}


GIVEN = {"networks.md": networks, "ci.md": repository, "README.md": readme, "report.md": reports}
