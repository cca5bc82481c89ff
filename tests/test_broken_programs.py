"""A copy of each program broken in one place is never proved, and nearly always refuted."""

from pathlib import Path

import pytest

from mips_verify.kernel.verdict import Status
from mips_verify.reader.prove_file import prove_file
from mips_verify.spec.task import load_tasks
from tests.mutants import differs, execute, mutants

# test_quality.py does the same to a few programs
pytestmark = pytest.mark.slow
PROOFS = Path(__file__).parent.parent / "proofs"
TASKS = load_tasks(suite="mips")


def broken(task):
    """The first mutant of the task's program that answers something else."""
    source = (PROOFS / task.name / "program.py").read_text()
    return next(m for m in mutants(source) if differs(m, task))


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("broken")
    found = {}
    for task in TASKS:
        path = folder / f"{task.name}.py"
        path.write_text(broken(task))
        verdict = prove_file(path, task, progress=lambda stage, message: None)
        found[task.name] = path.read_text(), verdict
    return found


def test_no_broken_program_is_proved(verdicts):
    proved = [n for n, (_, v) in verdicts.items() if v.status is Status.PROVED]
    assert len(verdicts) == 62
    assert not proved


def test_at_least_60_are_refuted_by_a_sequence_that_replays_on_both(verdicts):
    specs = {t.name: t.spec for t in TASKS}
    replayed = 0
    for name, (source, verdict) in verdicts.items():
        if verdict.status is Status.REFUTED:
            word = list(verdict.counterexample)
            assert specs[name].run(word)[-1] == verdict.expected
            answers = execute(source, word)
            got = answers[-1] if isinstance(answers, list) else None
            assert got == verdict.got
            assert got != verdict.expected
            replayed += 1
    assert replayed >= 60
