"""Tasks run in worker processes here and on a cluster, with the same results."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import as_completed
from pathlib import Path

import pytest
from click.testing import CliRunner
from pebble import ProcessExpired

from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.workers.apart import run_apart
from mips_verify.workers.cluster import slurm_cluster
from mips_verify.workers.executor import executor
from mips_verify.workers.place import Place

HERE = Path.cwd()


def nothing():
    pass


def prepared():
    os.environ["PREPARED"] = "yes"


def is_prepared():
    print("this goes elsewhere")
    return os.environ.get("PREPARED")


def failing(text):
    raise MipsVerifyError(text)


def ending():
    os._exit(3)


def here():
    return str(Path.cwd())


def test_a_function_runs_apart_after_its_preparation(tmp_path):
    assert run_apart(prepared, is_prepared, (), 60, HERE) == "yes"
    assert "PREPARED" not in os.environ
    assert run_apart(nothing, here, (), 60, tmp_path) == str(tmp_path.resolve())


def test_what_a_function_raises_apart_is_raised():
    with pytest.raises(MipsVerifyError, match="a sentence"):
        run_apart(nothing, failing, ("a sentence",), 60, HERE)


def test_a_process_that_ends_or_lasts_is_told_apart():
    with pytest.raises(ProcessExpired, match="exit status 3"):
        run_apart(nothing, ending, (), 60, HERE)
    with pytest.raises(TimeoutError):
        run_apart(nothing, time.sleep, (60,), 0.3, HERE)


def test_workers_here_give_results_as_they_finish():
    with executor(Place(2), prepared) as submit:
        futures = {submit(pow, 2, i, timeout=60): i for i in range(20)}
        assert {futures[f]: f.result() for f in as_completed(futures)} == {
            i: 2**i for i in range(20)
        }
        assert submit(is_prepared, timeout=60).result() == "yes"
        with pytest.raises(TimeoutError):
            submit(time.sleep, 60, timeout=0.3).result()


def test_no_more_workers_than_tasks():
    assert Place(8).at_most(3) == Place(3)
    assert Place(2, "tcp://a:1").at_most(0).jobs == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--scheduler", "tcp://127.0.0.1:9"], "no Dask scheduler answers"),
        (["--scheduler", "nowhere at all"], "no Dask scheduler answers"),
        (["--scheduler", "tcp://127.0.0.1:9", "--slurm"], "exclude each other"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_sentence(options, says, monkeypatch):
    monkeypatch.setattr("mips_verify.workers.cluster.CONNECTING", 0.5)
    result = CliRunner().invoke(main, ["bench", "Sum_All", "--fresh", *options])
    assert result.exit_code == 2
    assert says in result.stderr.splitlines()[-1]


def test_slurm_gets_a_script_that_starts_one_worker():
    with slurm_cluster(3) as cluster:
        script = cluster.job_script()
    assert "#SBATCH --cpus-per-task=1" in script
    assert "#SBATCH --mem=2G" in script
    assert "distributed.cli.dask_worker tcp://" in script
    assert "--nthreads 1" in script


class Cluster:
    """A scheduler and two workers, each started by its own command."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address, self.folder = f"tcp://127.0.0.1:{port}", folder
        at = ("--host", "127.0.0.1", "--no-dashboard")
        self.scheduler = self.start("scheduler", *at, "--port", str(port))
        self.workers = [
            self.start("worker", self.address, *at, "--nthreads", "1", "--name", name)
            for name in "ab"
        ]

    def start(self, *command):
        path = os.pathsep.join([str(Path(__file__).parent.parent), *sys.path])
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *command], cwd=self.folder, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self):
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.close()


def bench(folder, *options):
    names = ("Sum_All", "Div_3", "Parity_All", "Prev1", "Sum_Last2", "Bitwise_Xor")
    return subprocess.Popen(
        [sys.executable, "-m", "mips_verify", "bench", *names, *options, "--out", "table.json"],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def rows(folder):
    found = json.loads((folder / "table.json").read_text())["tasks"]
    return [{k: v for k, v in row.items() if k not in ("seconds", "first_proof")} for row in found]


@pytest.mark.slow
def test_a_killed_worker_changes_no_result(cluster, tmp_path):
    running = bench(tmp_path, "--scheduler", cluster.address, "--bundles", "b")
    for line in running.stderr:
        if line.startswith("[1/6]"):
            break
    cluster.kill(cluster.workers[0])
    rest = running.stderr.read()
    assert running.wait(300) == 0, rest
    assert "Traceback" not in rest
    there = rows(tmp_path)
    other = tmp_path / "here"
    other.mkdir()
    running = bench(other, "--jobs", "1", "--bundles", "b")
    running.communicate(timeout=300)
    assert rows(other) == there
    for path in sorted((other / "b").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(other / "b")).read_bytes()


@pytest.mark.slow
def test_a_scheduler_that_goes_away_is_said_and_finished_tasks_are_kept(cluster, tmp_path):
    running = bench(tmp_path, "--scheduler", cluster.address)
    said = []
    for line in running.stderr:
        said.append(line)
        if line.startswith("[2/6]"):
            break
    cluster.kill(cluster.scheduler)
    out, rest = running.communicate(timeout=120)
    assert running.returncode == 3
    assert "Traceback" not in rest
    assert "is its scheduler there?" in out
    assert sum(row["status"] == "PROVED" for row in rows(tmp_path)) >= 2
