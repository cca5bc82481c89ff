"""A network that goes through a file in ONNX, and the program in it.

    python examples/onnx_file.py
    mips-verify extract --model net.onnx --task Alternating_Last4 --reads letters --gives argmax

Any framework that exports ONNX writes such files. Both axes are free, so that the network reads any
number of words of any length. Torch needs the package onnx to write it; reading needs onnxruntime.
"""

from __future__ import annotations

import sys

import torch
from convolution import LENGTH, Convolution, alternating
from training import show, train

import mips_verify
from mips_verify import api


def export(network: torch.nn.Module, path: str) -> None:
    """Write the network as it is; torch traces it on an example."""
    names, axes = ["words", "scores"], {0: "count", 1: "length"}
    torch.onnx.export(
        network.eval(), (torch.zeros(2, LENGTH, dtype=torch.int64),), path,
        input_names=names[:1], output_names=names[1:], dynamic_axes=dict.fromkeys(names, axes),
        dynamo=False,  # the other exporter needs onnxscript beside onnx
    )  # fmt: skip


def main() -> None:
    """Train the network, write it, read its program from the file, prove it."""
    path = sys.argv[1] if len(sys.argv) > 1 else "net.onnx"
    torch.manual_seed(0)
    network = Convolution()
    train(network, alternating, letters=2, length=LENGTH)
    show(network, alternating, letters=2, length=LENGTH)
    export(network, path)
    task = api.load_task("Alternating_Last4")
    said = mips_verify.Interface(task.domain, LENGTH, reads="letters", gives="argmax")
    reading = api.extract(mips_verify.load_model(path, said), task=task)
    print(reading.program)
    print(reading.verdict.status.name)


if __name__ == "__main__":
    main()
