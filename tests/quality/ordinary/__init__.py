"""Programs as ordinary people write them, right and wrong, each labelled by its author.

A program of `programs/` begins with two lines: `# task: NAME` and `# verdict: PROVED`, or
`# verdict: REFUTED, ` and what is wrong. :func:`mislabelled` checks a label by running Python,
never by the reader or the prover.
"""

from __future__ import annotations

import functools
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Word
from mips_verify.spec.task import Task, load_task
from tests.quality.judge import compiled, sampled
from tests.quality.ordinary.call import answer

FOLDER = Path(__file__).parent / "programs"
_HEAD = re.compile(r"# task: (\w+)\n# verdict: (PROVED|REFUTED)(?:, (.+))?\n")


@dataclass(frozen=True, slots=True)
class Program:
    """One labelled file.

    Attributes:
        name: of the file, which says task and style.
        task: the name of the task that it was written for.
        expected: PROVED or REFUTED.
        fault: what is wrong with it; empty if nothing is.
    """

    name: str
    task: str
    expected: str
    fault: str

    @property
    def path(self) -> Path:
        """Where the file is."""
        return FOLDER / f"{self.name}.py"

    @property
    def code(self) -> CodeType:
        """The file, compiled."""
        return compile(self.path.read_bytes(), str(self.path), "exec", dont_inherit=True)


def programs() -> list[Program]:
    """The whole corpus, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.py")):
        head = _HEAD.match(path.read_text())
        if head is None or (head[2] == "REFUTED") != bool(head[3]):
            raise ValueError(f"{path} does not begin with its task and its verdict")
        found.append(Program(path.stem, head[1], head[2], head[3] or ""))
    return found


@functools.lru_cache(maxsize=16)
def words(domain: Domain, count: int, seed: int = 0, longest: int = 2_000) -> tuple[Word, ...]:
    """``count`` words to length 50, shorter ones first, then blocks of letters and long words.

    With many come those of the judge too, in which few letters occur or each many times.
    """
    rng = random.Random(seed)
    short = [_uniform(domain, 1 + i * 50 // count, rng) for i in range(count)]
    special = sampled(domain, count // 500, seed)
    low, high = (domain.lows,) * 60, (domain.highs,) * 60
    long = _uniform(domain, longest, rng), _runs(domain, longest, rng)
    return (*short, *special, low + high, high + low, *long)


def _uniform(domain: Domain, length: int, rng: random.Random) -> Word:
    return tuple(tuple(map(rng.randint, domain.lows, domain.highs)) for _ in range(length))


def _runs(domain: Domain, length: int, rng: random.Random) -> Word:
    """Each letter several times in a row."""
    letters = _uniform(domain, length, rng)
    return tuple(letters[i - i % 7] for i in range(length))


def differences(program: Program, count: int, seed: int = 0) -> Iterator[Word]:
    """The words on which Python and the specification answer differently."""
    task, code = load_task(program.task), program.code
    for word in words(task.domain, count, seed):
        if answer(code, word) != specified(task, word):
            if answer(code, word) == task.spec.run(word):
                raise AssertionError(f"two readings of the specification of {task.name}")
            yield word


def specified(task: Task, word: Word) -> list[tuple[int, ...]]:
    """What the specification answers, from the judge's compiled step."""
    step, z, ys = compiled(task.spec), task.spec.init, []
    for x in word:
        z, y = step(z, x)
        ys.append(y)
    return ys


def mislabelled(program: Program, count: int, seed: int = 0) -> str:
    """What speaks against a label; empty if nothing does."""
    found = next(differences(program, count, seed), None)
    if program.expected == "PROVED" and found is not None:
        return f"differs on {found[:60]}"
    if program.expected == "REFUTED" and found is None:
        return "differs nowhere"
    return ""


def replayed(program: Program, word: Word) -> list[tuple[int, ...]] | str:
    """What the file answers on a word in a fresh process."""
    call = Path(__file__).with_name("call.py")
    done = subprocess.run(
        [sys.executable, "-I", str(call), str(program.path)],
        input=json.dumps([[list(x) for x in word]]), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if done.returncode:
        return done.stderr[-200:]
    found = json.loads(done.stdout)[0]
    return found if isinstance(found, str) else [tuple(y) for y in found]
