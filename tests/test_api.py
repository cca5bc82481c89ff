"""The Python interface does what its page says."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mips_verify
from mips_verify import api
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.machine import Machine, MachineError
from mips_verify.kernel.parse import parse
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


def test_the_package_lists_all_names_and_imports_nothing_for_it():
    code = (
        "import sys, mips_verify\n"
        "heavy = {'numpy', 'torch', 'z3', 'sympy', 'click'}\n"
        "assert not heavy & set(sys.modules)\n"
        "names = dir(mips_verify)\n"
        "assert not heavy & set(sys.modules)\n"
        "assert not set(mips_verify.__all__) - set(names)\n"
        "assert [getattr(mips_verify, name) for name in mips_verify.__all__]\n"
        "assert mips_verify.api.extract\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_both_in_the_package_and_in_the_interface_is_the_same():
    both = set(mips_verify.__all__) & set(api.__all__)
    assert {"Domain", "from_torch", "learn", "load_task", "synthesize"} <= both
    assert not [n for n in both if getattr(mips_verify, n) is not getattr(api, n)]


def test_every_name_of_the_page_is_where_the_page_says():
    pages = {"mips_verify.testing", "api.md"}
    for name in set(re.findall(r"\b(?:mips_verify|api)\.[A-Za-z_]+", PAGE)) - pages:
        module, _, attribute = name.partition(".")
        assert hasattr({"mips_verify": mips_verify, "api": api}[module], attribute), name


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


def test_results_show_themselves_in_a_line_and_in_a_notebook():
    task = api.load_task("Parity_All")
    reading = api.extract(lambda x: np.cumsum(x[..., 0], axis=1) % 2, task=task)
    assert repr(reading.program) == f"Machine({'; '.join(str(reading.program).splitlines())})"
    assert repr(reading.verdict).startswith("Verdict(PROVED for every length, over ")
    assert repr(reading).startswith("Reading(")
    assert "; PROVED for every length" in repr(reading)
    for shown in (reading, reading.program, reading.verdict):
        assert "\n" not in repr(shown)
        assert len(repr(shown)) < 400
        assert shown._repr_html_().startswith("<pre>")


def test_what_a_notebook_shows_is_escaped_and_whole():
    machine = Machine(("x",), (), (), (), (parse("int(x < 3) + " * 100 + "1", ("x",)),))
    assert "x &lt; 3" in machine._repr_html_()
    assert machine._repr_html_().count("&lt;") == 100
    assert len(repr(machine)) < 400
    assert repr(machine).endswith(" ...)")
