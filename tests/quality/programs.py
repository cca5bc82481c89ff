"""Broken programs against the true specification: what prover and judge say of them."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mips_verify.kernel.certificate import Certificate, recheck
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.prove.sandbox import equal_in_worker
from mips_verify.spec.task import Task
from tests.quality.judge import Judgement, Opinion, judge, last, walks
from tests.quality.material import broken_programs, material

SECONDS = 120.0  # one comparison


@dataclass(frozen=True, slots=True)
class Trial:
    """One broken program, as it is written to the journal.

    Attributes:
        task: whose program was broken.
        index: of the copy among those of the task.
        kind: of the mistake.
        machine: the text of the broken program.
        opinion: the judge's.
        status: the prover's.
        shortest: whether the prover claims that its sequence is a shortest one.
        said: the prover's verdict in words.
        fault: what is wrong with the verdict; empty if nothing is.
        judged: seconds of the judge.
        seconds: of the prover.
    """

    task: str
    index: int
    kind: str
    machine: str
    opinion: str
    status: str
    shortest: bool
    said: str
    fault: str
    judged: float
    seconds: float


def try_program(name: str, index: int, count: int, seed: int) -> Trial:
    """Judge and prove copy ``index`` of the ``count`` broken copies of a task's program."""
    task, _ = material(name)
    mutant = broken_programs(name, count, seed)[index]
    start = time.perf_counter()
    words = walks(task.domain, seed)
    judgement = judge(mutant.machine, task.spec, task.domain, words=words)
    middle = time.perf_counter()
    verdict = equal_in_worker(mutant.machine, task.spec, task.domain, seconds=SECONDS)
    end = time.perf_counter()
    if verdict.status is Status.PROVED and judgement.opinion is Opinion.NOTHING:
        judgement = judge(mutant.machine, task.spec, task.domain, words=words, effort=10, seed=1)
    return Trial(
        task=name,
        index=index,
        kind=mutant.kind,
        machine=str(mutant.machine),
        opinion=judgement.opinion.value,
        status=verdict.status.value,
        shortest=verdict.shortest,
        said=str(verdict)[:300],
        fault=fault(mutant.machine, task, judgement, verdict),
        judged=middle - start,
        seconds=end - middle,
    )


def fault(program: Machine, task: Task, judgement: Judgement, verdict: Verdict) -> str:
    """What is wrong with a verdict; empty if it may stand."""
    if verdict.status is Status.PROVED:
        if judgement.word is not None:
            return f"false PROVED: {judgement.word}"
        return _recheck(program, task, verdict)
    if verdict.status is Status.REFUTED:
        return _replay(program, task, judgement, verdict)
    known = judgement.word
    if verdict.status is Status.PROVED_UPTO and known and len(known) <= (verdict.length or 0):
        return f"false PROVED_UPTO: {known}"
    return "VACUOUS, but the specification has values" if verdict.status is Status.VACUOUS else ""


def _recheck(program: Machine, task: Task, verdict: Verdict) -> str:
    """A proof must pass the kernel's own check again."""
    proof = Certificate(
        task=task.name, says=task.says, length=task.length, program=program, spec=task.spec,
        domain=task.domain, invariant=verdict.invariant, all_integers=verdict.all_integers,
    )  # fmt: skip
    again = recheck(proof)
    return "" if again.status is Status.PROVED else f"PROVED, but the kernel says {again}"


def _replay(program: Machine, task: Task, judgement: Judgement, verdict: Verdict) -> str:
    """A counterexample must replay on both machines; a shortest one must be that."""
    word = verdict.counterexample or ()
    if judgement.opinion is Opinion.EQUAL:
        return "REFUTED, and the judge has visited all states"
    if not _within(word, task):
        return "the counterexample leaves the domain"
    theirs, ours = last(task.spec, word), last(program, word)
    if theirs is None or ours == theirs or (theirs, ours) != (verdict.expected, verdict.got):
        return "the counterexample does not replay"
    if verdict.shortest:
        shorter = judgement.word is not None and len(judgement.word) < len(word)
        if shorter or len(word) <= judgement.exhausted:
            return "a shorter counterexample exists"
    return ""


def _within(word: Iterable[tuple[int, ...]], task: Task) -> bool:
    d = task.domain
    return all(
        low <= v <= high
        for letter in word
        for low, v, high in zip(d.lows, letter, d.highs, strict=True)
    )


def plan(tasks: Iterable[str], count: int, seed: int) -> list[tuple[str, int, int, int]]:
    """Arguments of :func:`try_program`: equally many copies of each task, all tasks in turn."""
    names = list(tasks)
    each = math.ceil(count / len(names))
    every = [(n, i, each, seed) for n in names for i in range(len(broken_programs(n, each, seed)))]
    return sorted(every, key=lambda row: row[1])


def faults(trials: Iterable[Trial]) -> list[Trial]:
    """The trials in which the prover said something false."""
    return [t for t in trials if t.fault]


def missed(trials: Iterable[Trial]) -> list[Trial]:
    """Programs that the judge tells apart and the prover does not refute."""
    return [t for t in trials if t.opinion == "DIFFERS" and t.status != "REFUTED"]


def table(trials: Iterable[Trial]) -> Iterator[str]:
    """The judge's opinion by the prover's verdict, as lines."""
    cells = Counter((t.opinion, t.status) for t in trials)
    columns = [s.value for s in Status]
    yield f"{'judge':20}" + "".join(f"{c:>12}" for c in columns)
    for opinion in (o.value for o in Opinion):
        row = [cells[opinion, c] for c in columns]
        if any(row):
            yield f"{opinion:20}" + "".join(f"{n:>12}" for n in row)


def summary(trials: list[Trial]) -> dict[str, float | int]:
    """The figures of the trial."""
    differ = [t for t in trials if t.opinion == "DIFFERS"]
    refuted = [t for t in differ if t.status == "REFUTED"]
    return {
        "mutants": len(trials),
        "differ": len(differ),
        "proved although they differ": sum(t.status == "PROVED" for t in differ),
        "refuted": len(refuted),
        "refuted by a sequence shown to be a shortest": sum(t.shortest for t in refuted),
        "faults": len(faults(trials)),
        "equal, proved": sum(t.opinion == "EQUAL" and t.status == "PROVED" for t in trials),
        "seconds of the prover": round(sum(t.seconds for t in trials), 1),
        "seconds of the judge": round(sum(t.judged for t in trials), 1),
    }
