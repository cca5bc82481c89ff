"""Comparisons in a worker process: same verdicts, and a runaway is killed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from mips_verify.errors import MachineError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.verdict import Status
from mips_verify.prove import sandbox
from mips_verify.prove.equal import equal
from mips_verify.prove.limits import Limits
from mips_verify.prove.sandbox import Sandbox
from tests.test_prove_pairs import machine

BIT = Domain(("x",), (0,), (1,))
COUNTER = machine("x", {"n": (0, "n + x")}, "n % 3")
CYCLE = machine("x", {"z": (0, "(1, 2, 0)[z] if x == 1 else z")}, "z")
BROKEN = machine("x", {"z": (0, "(1, 2, 1)[z] if x == 1 else z")}, "z")


@pytest.fixture(scope="module")
def box():
    with Sandbox() as found:
        yield found


def without_time(verdict):
    return [getattr(verdict, name) for name in verdict.__slots__ if name != "seconds"]


@pytest.mark.parametrize("program", [CYCLE, BROKEN])
def test_a_worker_gives_the_verdict_of_a_direct_call(box, program) -> None:
    inside, direct = box.equal(program, COUNTER, BIT), equal(program, COUNTER, BIT)
    assert without_time(inside) == without_time(direct)


def test_one_worker_serves_many_questions(box) -> None:
    box.equal(CYCLE, COUNTER, BIT)
    worker = box._worker.pid
    start = time.monotonic()
    assert box.equal(CYCLE, COUNTER, BIT).status is Status.PROVED
    assert box._worker.pid == worker
    assert time.monotonic() - start < 5


def test_progress_comes_through(box) -> None:
    said: list[str] = []
    box.equal(CYCLE, COUNTER, BIT, progress=said.append)
    assert said[0] == "looking for a counterexample"


def test_a_runaway_is_killed_and_the_next_question_answered(box) -> None:
    # squaring for 100,000 steps in exact integers would take for ever
    endless = Limits(product_steps=10**12)
    far = machine("x", {"n": (0, "n + 1")}, "int(n > 1000000000)")
    start = time.monotonic()
    verdict = box.equal(far, machine("x", {}, "0"), BIT, limits=endless, seconds=2)
    assert time.monotonic() - start < 10
    assert verdict.status is Status.UNKNOWN
    assert "stopped after 2 s" in verdict.reason
    assert box.equal(CYCLE, COUNTER, BIT).status is Status.PROVED


def test_a_worker_without_memory_ends_in_unknown() -> None:
    with Sandbox(memory=10 * 2**20) as tiny:
        verdict = tiny.equal(CYCLE, COUNTER, BIT)
    assert verdict.status is Status.UNKNOWN
    assert "memory" in verdict.reason


def test_machines_that_do_not_fit_are_refused_before_the_worker(box) -> None:
    with pytest.raises(MachineError):
        box.equal(CYCLE, machine("x w", {}, "x"), BIT)


def test_the_shared_worker_ends_with_its_process() -> None:
    code = (
        "from mips_verify.prove import sandbox\n"
        "from mips_verify.kernel.certificate import machine_from_dict\n"
        "from mips_verify.kernel.domain import Domain\n"
        "m = machine_from_dict({'inputs': ['x'], 'state': {}, 'outputs': ['x']})\n"
        "print(sandbox.equal_in_worker(m, m, Domain(('x',), (0,), (1,))).status.value)\n"
        "print(sandbox._shared(__import__('os').getpid())._worker.pid)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    status, pid = run.stdout.split()
    assert status == "PROVED"
    for _ in range(50):
        alive = subprocess.run(["ps", "-p", pid, "-o", "stat="], capture_output=True, text=True)
        if not alive.stdout.strip() or alive.stdout.startswith("Z"):
            return
        time.sleep(0.1)
    pytest.fail("the worker outlived its caller")


def test_a_fork_gets_a_worker_of_its_own() -> None:
    assert sandbox._shared(1) is sandbox._shared(1)
    assert sandbox._shared(1) is not sandbox._shared(2)


def test_verdicts_are_imported_without_a_solver() -> None:
    code = (
        "import sys, mips_verify.kernel.verdict, mips_verify.kernel.certificate,"
        " mips_verify.prove.sandbox\n"
        "print([m for m in ('z3', 'numpy', 'sympy') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
