"""A model in an ONNX file as a function of words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from mips_verify.errors import one_line
from mips_verify.network.interface import Interface
from mips_verify.network.model import Model
from mips_verify.network.onnx_process import OnnxProcess
from mips_verify.network.onnx_runner import OnnxRunner
from mips_verify.network.weights import WeightFileError


def read_onnx(path: Path, interface: Interface) -> Model:
    """The model in a file; it runs in a process of its own, as long as it is used.

    Raises:
        WeightFileError: the file is refused, its input is no array of letters, or something is
            not said that must be.
        SequenceError: the model cannot be run on words of the length said.
        ExhaustedError: it takes too long or too much memory.
    """
    coding = interface.coding(path)
    if (length := interface.length) is None:
        raise WeightFileError(
            f"{path} does not say how long its training sequences were; give --length"
        )
    runner = OnnxRunner(OnnxProcess(path), coding)
    runner.demand_time(length)
    function = coding.function(runner, length, runner.port.axes[1])
    if (name := runner.vectors) is not None and coding.causal:
        inside = coding.inside(f"values of the output {one_line(name)[:60]}", runner.giving(name))
        function = replace(function, inside=inside)
    what = f"ONNX model, {runner.port}, answers in {runner.output}"
    return Model(function, coding.domain.channels, coding.domain, length, what)
