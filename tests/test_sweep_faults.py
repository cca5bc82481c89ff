"""A sweep on a bad day: killed, beside another one, without room or memory; nothing is lost."""

import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time

import psutil
import pytest

pytestmark = pytest.mark.slow  # each trains networks in processes of its own

SWEEP = ("sweep", "Sum_Last2", "--jobs", "1", "--out", "s.sqlite", "--bundles", "bundles")


def start(folder, *more, **options):
    """The sweep in a session of its own, so that all its processes can be killed together."""
    return subprocess.Popen(
        [sys.executable, "-m", "mips_verify", *SWEEP, *more],
        cwd=folder, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def ended(process):
    """Exit code and what it wrote on both streams, within a few minutes."""
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def rows(folder):
    """What the file says of each seed, without seconds; nothing while it is being made."""
    columns = "seed, status, reason, hidden, program, machine, layout"
    base = sqlite3.connect(folder / "s.sqlite")
    try:
        return {row[0]: row for row in base.execute(f"SELECT {columns} FROM runs")}
    except sqlite3.OperationalError:
        return {}
    finally:
        base.close()


def bundles(folder):
    root = folder / "bundles"
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A folder in which the sweep ran with nothing in its way."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert ended(start(folder, "--seeds", "0..3"))[0] == 0
    return folder


def test_a_sweep_killed_at_random_points_ends_as_if_it_had_never_been(undisturbed, tmp_path):
    rng, before = random.Random(0), {}
    for _ in range(5):
        process = start(tmp_path, "--seeds", "0..3")
        time.sleep(rng.uniform(1, 5))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        after = rows(tmp_path)
        assert before.items() <= after.items()
        before = after
    assert ended(start(tmp_path, "--seeds", "0..3"))[0] == 0
    assert rows(tmp_path) == rows(undisturbed)
    assert bundles(tmp_path) == bundles(undisturbed)


def test_two_sweeps_may_share_their_folder(undisturbed, tmp_path):
    both = [start(tmp_path, "--seeds", seeds) for seeds in ("0..2", "1..3")]
    assert [ended(process)[0] for process in both] == [0, 0]
    assert rows(tmp_path) == rows(undisturbed)
    assert bundles(tmp_path) == bundles(undisturbed)


def test_files_that_cannot_be_written_are_named_and_the_next_try_completes_them(
    undisturbed, tmp_path
):
    little = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8192, -1))}
    tried = start(tmp_path, "--seeds", "0..1", "--out", str(tmp_path.parent / "t.sqlite"), **little)
    code, _, err = ended(tried)
    assert code in (2, 3)
    assert "too large" in err or "cannot be used" in err
    assert "Traceback" not in err
    assert all(content in bundles(undisturbed).values() for content in bundles(tmp_path).values())
    assert ended(start(tmp_path, "--seeds", "0..3"))[0] == 0
    assert bundles(tmp_path) == bundles(undisturbed)


def test_a_worker_that_is_killed_for_its_memory_is_a_row_that_says_so(undisturbed, tmp_path):
    process = start(tmp_path, "--seeds", "0..3")
    worker = None
    while worker is None and process.poll() is None:
        worker = next(filter(trains, psutil.Process(process.pid).children()), None)
    worker.kill()
    code, out, err = ended(process)
    assert code == 3
    assert err.count("its process ended, probably for want of memory") == 1
    assert "1 run without a result, ERROR: its process ended, probably for want of memory" in out
    assert ended(start(tmp_path, "--seeds", "0..3"))[0] == 0
    assert rows(tmp_path) == rows(undisturbed)


def trains(process):
    """Whether a child is a worker with torch in it, which takes memory."""
    return process.memory_info().rss > 150 * 2**20
