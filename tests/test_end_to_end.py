"""The main job on tasks of every kind: from the task file to PROVED, through every stage."""

import json

import pytest
from click.testing import CliRunner

from mips_verify.cli import main
from mips_verify.kernel.certificate import certificate_from_text, recheck
from mips_verify.kernel.verdict import Status

KINDS = (
    "Majority_0_3", "Binary_Addition", "Max_Seen", "Newton_Magnetic",
    "Div_7", "Dithering", "Bit_Palindrome", "Tomita_4",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_a_task_ends_in_a_proved_program_whose_certificate_rechecks(tmp_path, name):
    where = ["--out", str(tmp_path / "proofs"), "--runs", str(tmp_path / "runs")]
    result = CliRunner().invoke(main, ["synth-and-prove", name, *where])
    assert result.exit_code == 0, result.output
    bundle = tmp_path / "proofs" / name
    proof = certificate_from_text((bundle / "certificate.json").read_text())
    assert recheck(proof).status is Status.PROVED
    program = str(bundle / "program.py")
    assert CliRunner().invoke(main, ["prove", program, name]).exit_code == 0


@pytest.mark.slow
def test_plain_adam_networks_give_proved_programs_too(tmp_path):
    file = tmp_path / "adam.json"
    tasks = ["Sum_Last2", "Parity_All", "Add_Mod_3", "Current_Number"]
    options = ["--engine", "adam", "--fresh", "--out", str(file)]
    CliRunner().invoke(main, ["bench", *tasks, *options])
    rows = json.loads(file.read_text())["tasks"]
    exact = [row for row in rows if row["exact"]]
    assert exact
    assert all(row["status"] == "PROVED" for row in exact)
