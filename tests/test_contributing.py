"""The examples of CONTRIBUTING.md, carried out on a copy of the package."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
EXAMPLE = re.compile(r"```python\n# (\S+)\n(.*?)```.*?```diff\n# (\S+)\n(.*?)```", re.DOTALL)
EXAMPLES = {Path(e[0]).stem: e for e in EXAMPLE.findall(TEXT)}
CHECKS = {
    "constant": """
        import numpy as np
        from mips_verify.extract.extraction import extract
        from mips_verify.kernel.domain import Domain
        from mips_verify.network.network import Network
        f, g = ((np.zeros((1, 2)), np.zeros(1)),), ((np.zeros((1, 1)), np.array([7.0])),)
        found = extract(Network(f, g, np.zeros(1), 1), Domain(("x",), (0,), (3,)), 5)
        print(found.form, found.machine)
    """,
    "most_frequent": """
        from mips_verify.spec.labelling import datasets
        from mips_verify.spec.task import load_task
        from mips_verify.train.train import train
        trained = train(*datasets(load_task("Sum_All"), 0))
        print(*(f"{a.name}: {a.why};" for a in trained.trail))
    """,
    "parities": """
        from mips_verify.kernel.domain import Domain
        from mips_verify.kernel.expr import var
        from mips_verify.kernel.machine import Machine
        from mips_verify.kernel.obligations import Pair
        from mips_verify.kernel.parse import parse
        from mips_verify.prove.invariants import miners
        from mips_verify.prove.invariants.samples import sampled
        import numpy as np
        one = Machine(("x",), ("z",), (0,), (parse("z + 2 * x", ["z", "x"]),), (var("z"),))
        states = np.array([[0, 0], [2, 2], [6, 6]])
        samples = sampled(Pair(one, one, Domain(("x",), (0,), (3,))), states, complete=False)
        stage = next(s for s in miners.MINERS if s.name == "parities")
        print(*stage.guess(samples).conditions)
    """,
    "sentence": """
        from pathlib import Path
        from mips_verify.emit.targets import render_files
        from mips_verify.kernel.certificate import certificate_from_text
        text = Path("proofs/Sum_All/certificate.json").read_text()
        print(render_files(certificate_from_text(text))["program.txt"])
    """,
}
PRINTS = {
    "constant": "constant output 7",
    "most_frequent": "most frequent label: counted;",
    "parities": "z % 2 == 0",
    "sentence": "sum of all inputs so far",
}


def add_line(file, diff):
    """Insert the lines that a diff adds, each before or after the line that it shows."""
    lines, text = diff.splitlines(), file.read_text()
    added = [line[1:] for line in lines if line.startswith("+")]
    (shown,) = (line[1:] for line in lines if line.startswith(" "))
    assert text.count(f"\n{shown}\n") == 1
    file.write_text(
        text.replace(f"\n{shown}\n", f"\n{shown}\n{added[1]}\n").replace(
            "\nfrom mips_verify", f"\n{added[0]}\nfrom mips_verify", 1
        )
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_new_file_and_a_line_are_enough(name, tmp_path):
    path, source, listed, diff = EXAMPLES[name]
    shutil.copytree(ROOT / "mips_verify", tmp_path / "mips_verify")
    for folder in ("tasks", "templates", "proofs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / path).write_text(source)
    add_line(tmp_path / listed, diff)
    code = "\n".join(line[8:] for line in CHECKS[name].splitlines())
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert PRINTS[name] in run.stdout


def test_every_example_has_a_check():
    assert set(EXAMPLES) == set(CHECKS) == set(PRINTS)


def test_the_command_for_some_tests_runs_some():
    file, word = re.search(r"pytest (\S+) -k (\w+)", TEXT).groups()
    assert re.search(rf"^def test_\w*{word}", (ROOT / file).read_text(), re.MULTILINE)
