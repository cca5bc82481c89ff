"""The Python interface does what its page says."""

import importlib.util
import re
import sys
from pathlib import Path

import numpy as np
import pytest

import mips_verify
from mips_verify import api
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.machine import MachineError
from mips_verify.kernel.verdict import Status

PAGE = (Path(__file__).parent.parent / "docs" / "python.md").read_text()


def test_the_example_of_a_test_passes_and_fails_as_the_page_says(tmp_path):
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[1]
    (failure,) = re.findall(r"`(test_division against .*?)`", PAGE)
    for modulus in (3, 5):
        path = tmp_path / f"by_{modulus}.py"
        path.write_text(code.replace("r %= 3", f"r %= {modulus}"))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[path.stem] = module
        spec.loader.exec_module(module)
    sys.modules["by_3"].test_division()
    with pytest.raises(AssertionError, match=re.escape(failure)):
        sys.modules["by_5"].test_division()


def test_the_page_lists_every_function():
    listed = set(re.findall(r"^\| `(\w+)\(", PAGE, re.MULTILINE))
    assert listed == set(api.__all__) - {"Domain"}


def test_a_network_from_a_file_brings_its_ranges_and_length(tmp_path):
    path = api.synthesize(api.load_task("Sum_Last2")).best.trained.network
    network = mips_verify.Functions(path.h0, 1, path.step, path.read)
    with pytest.raises(MipsVerifyError, match="give a task, or the range of each input"):
        api.extract(network)
    reading = api.extract(network, api.Domain(("x",), (0,), (9,)), 8)
    assert reading.verdict is None
    assert str(reading.program) == "x1 = 0 -> x\noutput x + old(x1)"
    task = api.load_task("Sum_Last2")
    assert api.extract(network, task=task).verdict.status is Status.PROVED
    with pytest.raises(MipsVerifyError, match="differ from those of Sum_Last2"):
        api.extract(network, api.Domain(("x",), (0,), (5,)), task=task)


def test_a_file_is_proved_like_a_machine(tmp_path):
    task = api.load_task("Parity_All")
    path = tmp_path / "p.py"
    path.write_text("def f(xs):\n    s = 0\n    ys = []\n    for x in xs:\n        s = s ^ x\n"
                    "        ys.append(s)\n    return ys\n")  # fmt: skip
    assert api.prove(path, task).status is Status.PROVED
    assert api.prove(api.load_task("Parity_Zeros").spec, task).status is Status.REFUTED


def test_a_program_with_other_inputs_is_refused():
    with pytest.raises(MachineError):
        api.prove(api.load_task("Bitwise_And").spec, api.load_task("Parity_All"))


def test_a_run_reports_its_stages_and_keeps_them(tmp_path):
    task, stages = api.load_task("Sum_All"), []
    result = api.synthesize(
        task, runs=tmp_path, progress=lambda stage, line: stages.append((stage, line))
    )
    assert result.proved
    assert {s for s, _ in stages} >= {"train", "extract", "prove"}
    assert list(tmp_path.iterdir())


def test_examples_in_a_file_give_a_program(tmp_path):
    x = np.random.default_rng(0).integers(0, 5, size=(200, 6))
    np.savez(tmp_path / "sums.npz", x=x, y=np.cumsum(x, axis=1))
    learned = api.learn(tmp_path / "sums.npz")
    assert learned.exact
    assert api.prove(learned.program, api.load_task("Sum_All")).status is Status.PROVED
