"""`mips-verify bundle`: the files of a bundle written again from its certificate, or none."""

import json
import shutil

import pytest
from click.testing import CliRunner

from mips_verify.check.finding import Options, overall
from mips_verify.check.recheck import check_bundle
from mips_verify.check.stored import FILES
from mips_verify.cli import main
from mips_verify.pipeline.theorem_files import ROCQ
from tests.test_check_bundles import PROOFS, copied


def bundle(*arguments):
    return CliRunner().invoke(main, ["bundle", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    return copied("Dithering", tmp_path)


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("named", ["certificate.json", "."])
def test_files_that_were_changed_or_lost_are_written_again(folder, named):
    (folder / "program.py").write_text("mine\n")
    (folder / "program.dfy").unlink()
    result = bundle(folder / named)
    assert result.exit_code == 0, result.output
    assert files(folder) == files(PROOFS / "Dithering")


def test_a_certificate_with_other_line_ends_is_written_as_it_must_be(folder):
    path = folder / "certificate.json"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert bundle(path).exit_code == 0
    assert overall(check_bundle(folder, Options(fuzz=5))) == "ok"


def test_the_bundle_may_be_written_elsewhere(folder, tmp_path):
    result = bundle(folder / "certificate.json", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert files(tmp_path / "out" / "Dithering") == files(folder)
    assert {path.name for path in folder.iterdir()} == {*FILES, ROCQ}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [("invariant", [], 1), ("task", 3, 2), ("format", "mips-verify certificate 9", 2)],
)
def test_a_certificate_that_does_not_hold_writes_nothing(folder, key, value, code):
    path = folder / "certificate.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    (folder / "program.py").write_text("mine\n")
    before = files(folder)
    result = bundle(path)
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1
    assert files(folder) == before


def test_a_folder_that_is_no_bundle_is_left_alone(folder, tmp_path):
    shutil.copy(folder / "certificate.json", tmp_path)
    before = sorted(tmp_path.iterdir())
    result = bundle(tmp_path / "certificate.json")
    assert result.exit_code == 2
    assert "--out" in result.stderr
    assert sorted(tmp_path.iterdir()) == before


def test_another_network_is_not_taken_along(folder, tmp_path):
    shutil.copy(PROOFS / "Prev1" / "network.safetensors", folder)
    (folder / "program.py").write_text("mine\n")
    result = bundle(folder)
    assert result.exit_code == 2
    assert "SHA-256" in result.stderr
    assert (folder / "program.py").read_text() == "mine\n"


@pytest.mark.parametrize("there", [True, False])
def test_a_path_without_a_certificate_is_one_sentence(tmp_path, there):
    path = tmp_path if there else tmp_path / "none"
    result = bundle(path)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
