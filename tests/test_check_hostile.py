"""Bundles that want to cost more than they may: each ends soon, in a finding."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.check.check_budgets import MEMORY
from mips_verify.check.finding import Options
from mips_verify.check.network_file import read_network
from mips_verify.check.recheck import check_bundle
from mips_verify.check.worker_process import TooLongError, within
from mips_verify.errors import MipsVerifyError
from mips_verify.network.network import Network
from mips_verify.network.weights import save
from tests.test_check_bundles import PROOFS, copied

CERTIFICATE = json.loads((PROOFS / "Sum_Last3" / "certificate.json").read_text())
WEIGHTS = (PROOFS / "Abs_Diff" / "network.safetensors").read_bytes()


def with_output(text):
    program = {**CERTIFICATE["program"], "outputs": [text]}
    return json.dumps({**CERTIFICATE, "program": program}, indent=1) + "\n"


def with_states(count):
    states = {f"a{i}": [0, f"a{i - 1} + a{i - 1}" if i else "x"] for i in range(count)}
    program = {**CERTIFICATE["program"], "state": CERTIFICATE["program"]["state"] | states}
    return json.dumps({**CERTIFICATE, "program": program}, indent=1) + "\n"


HOSTILE = {
    "64 MB of lists": "[" + "[]," * (2**26 // 3) + "[]]",
    "64 MB of brackets": "[" * 2**26,
    "lists as long as may be": "[" + "[]," * 300_000 + "[]]",
    "brackets as many as may be": "[" * 1_000_000,
    "a number of many digits": "9" * 900_000,
    "a huge number in the program": with_output("x + " + "9" * 4000),
    "a huge table": with_output("(" + "1," * 100_000 + "1)[x]"),
    "a deep expression": with_output("abs(" * 50_000 + "x" + ")" * 50_000),
    "a product": with_output("*".join(["x"] * 200)),
    "a doubling expression": with_output("(x)*(x)" * 200),
    "a huge range": json.dumps({**CERTIFICATE, "domain": {"x": [-(10**4000), 10**4000]}}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_certificate_ends_soon_in_a_failed_finding(tmp_path, name):
    folder = copied("Sum_Last3", tmp_path)
    (folder / "certificate.json").write_text(HOSTILE[name])
    began = time.process_time()
    found = check_bundle(folder, Options(fuzz=5))
    assert time.process_time() - began < 10
    assert "failed" in {f.status for f in found}
    assert not [f for f in found if "internal" in f.message]


@pytest.mark.slow
def test_a_certificate_whose_files_take_long_to_make_is_too_large(tmp_path):
    folder = copied("Sum_Last3", tmp_path)
    (folder / "certificate.json").write_text(with_states(500))
    began = time.process_time()
    found = check_bundle(folder, Options(fuzz=5))
    assert time.process_time() - began < 10
    assert found[0].message.startswith("certificate.json is too large")


def run_on(seconds):
    end = time.process_time() + seconds
    with within(0.05):
        while time.process_time() < end:
            pass


def test_what_takes_long_is_interrupted():
    with pytest.raises(TooLongError, match=r"0\.05 s"):
        run_on(5)
    with within(0.05):
        pass
    began = time.process_time()
    while time.process_time() - began < 0.1:  # no timer is left behind
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="no such limit there")
def test_workers_are_bounded_in_memory_and_tools_are_not_by_that():
    code = """
        import resource, sys
        from mips_verify.check.worker_process import become_worker
        from mips_verify.check.tools import run_tool
        become_worker()
        print(resource.getrlimit(resource.RLIMIT_AS)[0])
        ask = "import resource; print(resource.getrlimit(resource.RLIMIT_AS)[0])"
        print(run_tool([sys.executable, "-c", ask], seconds=20, memory=None).out)
        try:
            bytearray(2**31)
        except MemoryError:
            print("refused")
    """
    made = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    assert made.stdout.split() == [str(MEMORY), "-1", "refused"]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_worker_that_is_stopped_takes_its_children_along(tmp_path):
    code = """
        import sys
        from mips_verify.check.worker_process import become_worker
        from mips_verify.check.tools import run_tool
        become_worker()
        tell = "import os, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(60)"
        run_tool([sys.executable, "-c", "import sys; " + tell, sys.argv[1]], seconds=60)
    """
    told = tmp_path / "pid"
    worker = subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), str(told)])
    until(lambda: told.exists() and told.read_text())
    child = int(told.read_text())
    time.sleep(0.5)  # until it waits for its child
    worker.send_signal(signal.SIGTERM)
    worker.wait(timeout=10)
    until(lambda: not os.path.exists(f"/proc/{child}"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_check_that_is_stopped_takes_its_workers_along(tmp_path, how):
    folder = copied("Sum_Last3", tmp_path)
    # no solver decides whether three cubes give 42
    hard = "0 if x*x*x + x1*x1*x1 + x2*x2*x2 == 42 else x + old(x1) + old(x2)"
    (folder / "certificate.json").write_text(with_output(hard))
    code = "import sys; from mips_verify.cli import main; sys.argv[0] = 'mips-verify'; main()"
    check = subprocess.Popen([sys.executable, "-c", code, "check", str(folder)])

    def children():
        tasks = Path(f"/proc/{check.pid}/task").glob("*/children")
        return [pid for task in tasks for pid in task.read_text().split()]

    until(children)
    time.sleep(4)
    found = children()
    check.send_signal(how)
    assert check.wait(timeout=30) == -how
    until(lambda: not any(working(pid) for pid in found))


def working(pid):
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def until(holds):
    end = time.monotonic() + 30  # of a busy machine
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


sizes = st.integers(1, 4)


@given(sizes, sizes, sizes, st.integers(0, 2**32), st.text(max_size=5))
def test_the_strict_reader_reads_every_network_that_is_written(
    tmp_path_factory, h, x, y, seed, who
):
    rng = np.random.default_rng(seed)
    f = ((rng.normal(size=(h, h + x)), rng.normal(size=h)),)
    g = ((rng.normal(size=(y, h)), rng.normal(size=y)),)
    network = Network(f, g, rng.normal(size=h), x)
    path = tmp_path_factory.mktemp("n") / "network.safetensors"
    save(path, network, {"engine": who.encode(errors="replace").decode(), "seed": seed})
    read = read_network(path.read_bytes(), path.name)
    assert read.about["seed"] == seed
    for (a, b), (c, d) in zip(read.network.f + read.network.g, f + g, strict=True):
        assert np.array_equal(a, c)
        assert np.array_equal(b, d)


@given(
    st.integers(0, len(WEIGHTS) - 1), st.integers(0, 255), st.sampled_from(["put", "cut", "add"])
)
def test_the_strict_reader_takes_only_what_would_be_written_again(
    tmp_path_factory, place, byte, how
):
    rest = {"put": bytes([byte]) + WEIGHTS[place + 1 :], "cut": WEIGHTS[place + 1 :],
            "add": bytes([byte]) + WEIGHTS[place:]}  # fmt: skip
    changed = WEIGHTS[:place] + rest[how]
    try:
        read = read_network(changed, "network.safetensors")
    except MipsVerifyError:
        return
    path = tmp_path_factory.mktemp("n") / "network.safetensors"
    save(path, read.network, read.about)
    assert path.read_bytes() == changed
