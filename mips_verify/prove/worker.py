"""The worker of :mod:`mips_verify.prove.sandbox`: compares machines until its input ends."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
from typing import Any, BinaryIO

from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.prove.equal import equal


def main() -> None:
    """Read comparisons from standard input; write progress and verdicts to standard output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # output of libraries must not mix with the answers
    questions: queue.Queue[Any] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, questions), daemon=True).start()
    while True:
        _answer(questions.get(), answers)


def _read(stream: BinaryIO, questions: queue.Queue[Any]) -> None:
    try:
        while True:
            questions.put(pickle.load(stream))
    except EOFError:
        os._exit(0)  # the caller is gone; stop at once


def _answer(question: Any, answers: BinaryIO) -> None:
    def say(kind: str, value: object) -> None:
        pickle.dump((kind, value), answers)
        answers.flush()

    program, spec, domain, seed, limits = question
    try:
        verdict = equal(
            program,
            spec,
            domain,
            seed=seed,
            limits=limits,
            progress=lambda message: say("progress", message),
        )
    except MemoryError:
        verdict = Verdict(Status.UNKNOWN, "the comparison needs too much memory")
    except Exception as error:
        say("error", f"{type(error).__name__}: {error}")
        return
    say("verdict", verdict)


if __name__ == "__main__":
    main()
