"""``program.dfy``: what the file says, that Dafny accepts it, and that a wrong one fails."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from mips_verify.emit.dafny import render_dafny
from mips_verify.machine import Machine
from mips_verify.prove.certificate import Certificate
from mips_verify.prove.equal import equal
from mips_verify.prove.verdict import Status
from mips_verify.task import load_task
from tests.test_prove_pairs import machine

needs_dafny = pytest.mark.skipif(shutil.which("dafny") is None, reason="Dafny is not installed")


def certificate(program: Machine, task: str, **more: object) -> Certificate:
    """What the prover finds for a program and the specification of a task."""
    found = load_task(task)
    verdict = equal(program, found.spec, found.domain)
    assert verdict.status is Status.PROVED, str(verdict)
    values: dict = {
        "task": task, "says": found.says, "length": found.length, "program": program,
        "spec": found.spec, "domain": found.domain, "invariant": verdict.invariant,
        "all_integers": verdict.all_integers, "strategy": verdict.strategy,
    }  # fmt: skip
    return Certificate(**(values | more))


def test_the_file_has_the_parts_that_others_build_on():
    proof = certificate(machine("x", {"z": (0, "z ^ x")}, "z"), "Parity_All")
    text = render_dafny(proof)
    for part in (
        "predicate Dom(x: int) { 0 <= x <= 1 }",
        "predicate InDom(s: seq<int>)",
        "function Spec(s: seq<int>): int\n  requires |s| > 0",
        "predicate Bounds(",
        "predicate {:opaque} Inv(",
        "lemma Base()",
        "lemma Step(",
        "lemma Outputs(",
        "method Program(s: seq<int>) returns (ys: seq<int>)\n  requires InDom(s)",
    ):
        assert part in text
    for z in proof.spec.state:
        assert f"function Spec_{z}(s: seq<int>): int" in text


def test_a_theorem_for_all_integers_asks_for_no_range():
    text = render_dafny(certificate(load_task("Sum_All").spec, "Sum_All"))
    assert "for all integers" in text
    assert not re.search(r"requires (In)?Dom", text)


@needs_dafny
def test_dafny_verifies_a_file(tmp_path):
    path = tmp_path / "program.dfy"
    path.write_text(render_dafny(certificate(load_task("Sum_All").spec, "Sum_All")))
    run = subprocess.run(
        ["dafny", "/compile:0", str(path)], capture_output=True, text=True, cwd=tmp_path
    )
    assert run.returncode == 0
    assert re.search(r"finished with [1-9]\d* verified, 0 errors\s*$", run.stdout)
