"""The reader of Python programs on random ones: what it reads, Python must run the same.

    python -m tests.quality.reader [--count N] [--seed S] [--jobs N] [--keep DIR] [--json FILE]

Each program that is read is run by Python, in a namespace of its own for each sequence, and by the
machine that it was read as. A fault is: an output that differs, a machine with a value where Python
raises, an exception of the reader that is not one of the package, a read of more than five seconds.
`--keep` gets the faulty programs, `--json` the figures, and beside it the lines from which a
stopped run goes on. The exit code is 1 if there is a fault.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import io
import json
import random
import re
import resource
import signal
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import CodeType
from typing import Any

from pebble import ProcessPool

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.reader import OutsideSubset, read_program
from tests.quality.journal import Journal, Progress
from tests.quality.judge import compiled
from tests.quality.ordinary.call import outputs
from tests.quality.python_programs import Generated, program
from tests.quality.shrinking import shrunk

SHORT, LONGEST_SHORT = 200, 60
LONG, LENGTH = 5, 5_000
SLOW = 5.0  # seconds of reading
PATIENCE = 2.0  # seconds for one word; a word that takes longer is left out
ENOUGH = 0.3  # seconds for a long word; after a slower one no other long word is run
MOST_BITS = 4_000  # a word is cut where the state grows beyond
MEMORY = 3 * 2**30
Word = tuple[tuple[int, ...], ...]


class TimeUp(BaseException):
    """A limit of time was reached; no program should catch it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one program.

    Attributes:
        seed: of the program.
        form: it was generated in.
        outcome: READ, OUTSIDE (refused as outside the subset) or REFUSED (bad input).
        reason: why it was not read.
        fault: what the reader did wrong; empty if nothing.
        words: sequences on which Python and the machine gave the same outputs.
        fewer: whether Python has a value somewhere that the machine does not have.
        seconds: for reading.
    """

    seed: int
    form: str
    outcome: str
    reason: str = ""
    fault: str = ""
    words: int = 0
    fewer: bool = False
    seconds: float = 0.0


def trial(seed: int) -> Trial:
    """Read and run the program of a seed."""
    return examine(program(seed), seed)


def examine(made: Generated, seed: int = 0) -> Trial:
    """Read and run a program."""
    began = time.process_time()
    try:
        with limited(4 * SLOW), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            machine = read_program(made.source, inputs=made.domain.names, path="program.py")
    except MipsVerifyError as error:
        outcome = "OUTSIDE" if isinstance(error, OutsideSubset) else "REFUSED"
        reason = re.sub(r"^(program\.py)?[:,]? ?(line \d+)?:? ?|'[^']*'", "", str(error))[:80]
        seconds = time.process_time() - began
        return Trial(seed, made.form, outcome, reason, _slow(seconds), seconds=seconds)
    except TimeUp:
        return Trial(seed, made.form, "REFUSED", fault="reading takes more than 20 s", seconds=20)
    except Exception as error:
        fault = f"crash of the reader: {type(error).__name__}: {error}"[:300]
        return Trial(seed, made.form, "REFUSED", fault=fault)
    seconds = time.process_time() - began
    fault, words, fewer = compare(made, machine)
    return Trial(
        seed, made.form, "READ", "", fault or _slow(seconds), words, fewer, round(seconds, 3)
    )


def _slow(seconds: float) -> str:
    return f"reading took {seconds:.1f} s" if seconds > SLOW else ""


@contextlib.contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeUp inside after so many seconds of computing."""

    def ring(*_: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)  # again, in case a program caught it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def compare(made: Generated, machine: Machine) -> tuple[str, int, bool]:
    """The fault, if any; the sequences that agree; whether the machine has fewer values."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = compile(made.source.encode(), "program.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        return f"read, and no Python: {error}", 0, False
    agree, fewer, slow, endless = 0, False, False, 0
    for word in words(made.domain):
        if slow and len(word) == LENGTH:
            continue
        began = time.process_time()
        try:
            with limited(PATIENCE):
                fault, less = disagreement(code, machine, word, fewer)
        except TimeUp:
            slow, endless = True, endless + 1
            if endless == 3:
                break
            continue
        slow = slow or time.process_time() - began > ENOUGH
        if fault:
            return fault, agree, fewer
        agree, fewer = agree + 1, fewer or less
    return "", agree, fewer


def disagreement(
    code: CodeType, machine: Machine, word: Word, fewer: bool = False
) -> tuple[str, bool]:
    """How Python and the machine differ on a word, and whether only Python has a value there.

    The word is cut where the machine has no value; ``fewer`` says that this need not be looked at.
    """
    ours, undefined = run_machine(machine, word)
    theirs = run_python(code, word[: len(ours)])
    if theirs != ours and machine.run(word[: len(ours)]) == ours:
        shown = word[: len(ours)] if len(ours) <= 60 else f"a word of {len(ours)} letters"
        return f"on {shown} the machine gives {_brief(ours)}, Python {_brief(theirs)}", False
    if not undefined or fewer:
        return "", False
    return "", not isinstance(run_python(code, word[: len(ours) + 1]), str)


def run_machine(machine: Machine, word: Word) -> tuple[list[tuple[int, ...]], bool]:
    """The outputs as far as there are any, and whether they end because there is no value."""
    step, z, ys = compiled(machine), machine.init, []
    for x in word:
        try:
            z, y = step(z, x)
        except ValueError:
            return ys, True
        ys.append(y)
        if any(v.bit_length() > MOST_BITS for v in z):
            break
    return ys, False


def run_python(code: CodeType, word: Word) -> list[tuple[int, ...]] | str:
    """The outputs, or what was raised."""
    if not word:
        return []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return outputs(code, word)
    except TimeUp:
        raise
    except BaseException as error:  # also SystemExit: nothing is beneath these programs
        return type(error).__name__


def _brief(ys: list[tuple[int, ...]] | str) -> str:
    if isinstance(ys, str):
        return ys
    return f"{ys[:12]}{'...' * (len(ys) > 12)}"


@functools.lru_cache(maxsize=64)
def words(domain: Domain) -> tuple[Word, ...]:
    """The same for all programs: short ones of every length, many with few letters; long ones."""
    rng = random.Random(0)
    found = []
    for i in range(SHORT):
        length = 1 + i * LONGEST_SHORT // SHORT
        pool = [_letter(domain, rng) for _ in range(rng.choice([1, 2, 3, length]))]
        found.append(tuple(rng.choice(pool) for _ in range(length)))
    found += [tuple(_letter(domain, rng) for _ in range(LENGTH)) for _ in range(LONG)]
    return tuple(found)


def _letter(domain: Domain, rng: random.Random) -> tuple[int, ...]:
    return tuple(map(rng.randint, domain.lows, domain.highs))


def run(count: int, seed: int, jobs: int, journal: Journal) -> list[Trial]:
    """All trials, those of the journal among them; a process that hangs or dies is replaced."""
    done = {r["seed"] for r in journal.results}
    todo = [s for s in range(seed * 10**6, seed * 10**6 + count) if s not in done]
    progress = Progress("programs", count, len(done))
    with ProcessPool(max_workers=jobs, max_tasks=500, initializer=_limit_memory) as pool:
        found = pool.map(trial, todo, timeout=120).result()
        for s in todo:
            try:
                one = next(found)
            except Exception as error:
                reason = f"the trial died: {type(error).__name__}"
                one = Trial(s, program(s).form, "REFUSED", reason, "" if _runs_away(s) else reason)
            journal.add(asdict(one))
            progress.step(one.fault and f"FAULT of seed {one.seed}: {one.fault[:100]}")
    return [Trial(**r) for r in journal.results]


def _runs_away(seed: int) -> bool:
    """Whether a dead trial was the program's doing: its reading alone ends well."""
    with ProcessPool(max_workers=1, initializer=_limit_memory) as pool:
        try:
            pool.schedule(_only_read, args=[seed], timeout=4 * SLOW).result()
        except Exception:
            return False
    return True


def _only_read(seed: int) -> None:
    made = program(seed)
    with contextlib.suppress(MipsVerifyError):
        read_program(made.source, inputs=made.domain.names, path="program.py")


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.stdout = io.StringIO()  # what the programs print


def report(trials: list[Trial]) -> Iterator[str]:
    """The figures, as lines."""
    forms = Counter(t.form for t in trials)
    read = Counter(t.form for t in trials if t.outcome == "READ")
    yield f"{'form':24}{'programs':>10}{'read':>8}"
    for form, n in forms.most_common():
        yield f"{form:24}{n:>10}{read[form]:>8}"
    yield ""
    reasons = Counter(t.reason for t in trials if t.reason)
    yield from (f"{n:>7}  {reason}" for reason, n in reasons.most_common(20))
    yield ""
    for name, value in summary(trials).items():
        yield f"{name}: {value}"
    for t in trials:
        if t.fault:
            yield f"FAULT of seed {t.seed} ({t.form}): {t.fault}"


def summary(trials: list[Trial]) -> dict[str, Any]:
    """The figures of the trial."""
    read = [t for t in trials if t.outcome == "READ"]
    return {
        "programs": len(trials),
        "read": len(read),
        "share read, %": round(100 * len(read) / max(1, len(trials)), 1),
        "sequences compared": sum(t.words for t in read),
        "without a value where Python has one": sum(t.fewer for t in read),
        "faults": sum(bool(t.fault) for t in trials),
        "crashes of the reader": sum(t.fault.startswith("crash") for t in trials),
        "longest read, s": max((t.seconds for t in trials), default=0.0),
    }


def keep(trials: list[Trial], folder: Path) -> None:
    """The faulty programs as files, beside each its fault and a smaller program that has it."""
    folder.mkdir(parents=True, exist_ok=True)
    faulty = [t for t in trials if t.fault]
    with ProcessPool(max_workers=1, initializer=_limit_memory) as pool:
        for t in faulty:
            made = program(t.seed)
            (folder / f"{t.seed}.py").write_bytes(made.source.encode())
            with contextlib.suppress(Exception):  # it hangs or dies: as it is, then
                made = pool.schedule(smaller, args=[made, t.fault], timeout=60).result()
            text = f"{made.domain}\n{t.fault}\n\n{made.source}"
            (folder / f"{t.seed}.txt").write_text(text)


def smaller(made: Generated, fault: str) -> Generated:
    """A smaller program with a fault of the same kind; the same one where reading is slow."""
    if "reading" in fault or "died" in fault:
        return made

    def faulty(source: str) -> bool:
        again = examine(replace(made, source=source)).fault
        return again[:10] == fault[:10] and ("Error" in again) == ("Error" in fault)

    return replace(made, source=shrunk(made.source, faulty))


def main(argv: list[str] | None = None) -> int:
    """Run the trial and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.quality.reader", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="faulty programs go here")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    args = parser.parse_args(argv)
    question = {"count": args.count, "seed": args.seed}
    journal = Journal(args.json and args.json.with_suffix(".lines"), question)
    trials = run(args.count, args.seed, args.jobs, journal)
    print("\n".join(report(trials)))
    faulty = [t for t in trials if t.fault]
    if args.keep:
        keep(trials, args.keep)
    if args.json:
        result = {"summary": summary(trials), "faults": [asdict(t) for t in faulty]}
        args.json.write_text(json.dumps(result, indent=1) + "\n")
    return int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
