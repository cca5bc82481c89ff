"""What pip installs: a wheel that needs no checkout and no torch, and an sdist that makes it."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow
PROGRAM = "def program(xs):\n    return [sum(xs[max(0, i - 2) : i + 1]) for i in range(len(xs))]\n"


def run(*command, cwd):
    """A command that sees neither the checkout nor the packages of the tests."""
    bare = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "MIPS_VERIFY_TASKS")}
    return subprocess.run(
        list(map(str, command)), cwd=cwd, env=bare, capture_output=True, text=True, check=False
    )


def build(kind, source, folder):
    """The file that hatchling makes of a source tree, without a network."""
    pytest.importorskip("hatchling")
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


def needed(name, found):
    """A distribution and what it needs without extras, as installed here."""
    for text in importlib.metadata.requires(name) or ():
        wanted = Requirement(text)
        if wanted.name not in found and (
            not wanted.marker or wanted.marker.evaluate({"extra": ""})
        ):
            found[wanted.name] = importlib.metadata.distribution(wanted.name)
            needed(wanted.name, found)
    return found


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    return build("wheel", ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """The folder of commands of an environment with the wheel and what it needs, nothing else."""
    folder = tmp_path_factory.mktemp("bare") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for distribution in needed("mips-verify", {}).values():
        for top in {file.parts[0] for file in distribution.files} - {"..", "bin", "__pycache__"}:
            (packages / top).symlink_to(distribution.locate_file(top))
    pip = [sys.executable, "-m", "pip", "--python", folder, "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--no-warn-script-location", wheel], check=True, capture_output=True)
    return folder / "bin"


def test_the_wheel_works_without_torch_and_without_a_checkout(bare, tmp_path):
    (tmp_path / "p.py").write_text(PROGRAM)
    shutil.copytree(ROOT / "proofs" / "Sum_Last3", tmp_path / "Sum_Last3")
    assert run(bare / "python", "-c", "import torch", cwd=tmp_path).returncode == 1
    for command, code, says in (
        ("--help", 0, "Usage: mips-verify"),
        ("tasks", 0, "Sum_Last3"),
        ("new Mine", 0, "Mine.toml written"),
        ("show Mine.toml", 0, "Mine"),
        ("prove p.py Sum_Last3", 0, "PROVED equal to Sum_Last3"),
        ("check Sum_Last3", 0, "1 of 1 bundles hold"),
        (
            "synth-and-prove Sum_Last3",
            2,
            'torch is not installed; pip install "mips-verify[train]"',
        ),
        ("report Sum_Last3 --out r.html", 2, 'pip install "mips-verify[report]"'),
    ):
        done = run(bare / "mips-verify", *command.split(), cwd=tmp_path)
        assert done.returncode == code, f"{command}: {done.stdout}{done.stderr}"
        assert says in done.stdout + done.stderr, command


def test_the_wheel_holds_the_package_its_tasks_and_its_templates(wheel):
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    for folder, inside in (
        ("mips_verify", "mips_verify"),
        ("tasks", "mips_verify/_data/tasks"),
        ("templates", "mips_verify/_data/templates"),
    ):
        paths = [
            p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts
        ]
        there = {f"{inside}/{p.relative_to(ROOT / folder).as_posix()}" for p in paths}
        assert there <= names, there - names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"mips_verify"}


def test_the_sdist_holds_its_tests_and_makes_the_same_wheel(wheel, tmp_path):
    for folder in ("sdist", "again"):
        (tmp_path / folder).mkdir()
    with tarfile.open(build("sdist", ROOT, tmp_path / "sdist")) as file:
        file.extractall(tmp_path, filter="data")
    (source,) = tmp_path.glob("mips_verify-*")
    for name in ("tests/test_wheel.py", "proofs", "docs", "examples", "README.md", "LICENSE"):
        assert (source / name).exists(), name
    again = build("wheel", source, tmp_path / "again")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(again) as other:
        assert one.namelist() == other.namelist()
