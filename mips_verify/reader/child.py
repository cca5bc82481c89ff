"""The process that runs a foreign program; it is started as a script and needs only Python itself.

It reads one JSON job from stdin and writes one line of JSON for each word: the outputs, or an
object with the reason why there are none. Each word is run in a new process, which loads the
program again, so that nothing that a program keeps between calls can change an answer.
"""

from __future__ import annotations

import base64
import gc
import inspect
import itertools
import json
import operator
import os
import select
import signal
import sys
import types
from collections.abc import Callable
from typing import Any

# errors that may come from the process and not from the program
_OF_THE_PROCESS = (MemoryError, RecursionError, ImportError, OSError, KeyboardInterrupt)
_LARGEST_ANSWER = 2**27  # bytes


Word = list[list[int]]


def main() -> None:
    """Run the job and exit at once, even if the program has left threads running."""
    job = json.loads(sys.stdin.buffer.read())
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(0)
    gc.freeze()  # so that child processes share this memory
    source = base64.b64decode(job["source"])
    with open(job["answers"], "wb") as answers:
        late = b""  # after one sequence without an end no other is tried
        for word in job["words"]:
            line = late or _in_a_fresh_process(job, source, word)
            late = line if line == _late(job) else b""
            answers.write(line)
            answers.flush()
    os._exit(0)


def _late(job: dict[str, Any]) -> bytes:
    return _failed(f"it did not return within {job['each']:g} s", decisive=False)


def _in_a_fresh_process(job: dict[str, Any], source: bytes, word: Word) -> bytes:
    """The answer to one word, as one line."""
    if not hasattr(os, "fork"):  # without fork, the parent starts one process for each word
        return _answer(job, source, word)
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "wb") as pipe:
            pipe.write(_answer(job, source, word))
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        in_time = bool(select.select([pipe], [], [], job["each"])[0])
        if not in_time:
            os.kill(child, signal.SIGKILL)
        line = pipe.readline(_LARGEST_ANSWER) if in_time else _late(job)
    _, status = os.waitpid(child, 0)
    if line.endswith(b"\n"):
        return line
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        ended = f"its process was stopped by {signal.Signals(-code).name}"
    else:
        ended = f"its process ended early, with exit status {code}"
    return _failed(ended, decisive=False)


def _answer(job: dict[str, Any], source: bytes, word: Word) -> bytes:
    try:
        called = _load(job, source)
    except BaseException as error:  # catches even SystemExit, since the program is not trusted
        alone = (
            "; programs run without installed packages"
            if isinstance(error, ModuleNotFoundError)
            else ""
        )
        said = f"it cannot be loaded ({_shown(error)}{alone})"
        return _failed(said, _is_decisive(error), of_program=True)
    try:
        return json.dumps(outputs_of(called, word)).encode() + b"\n"
    except BaseException as error:
        return _failed(f"it fails ({_shown(error)})", _is_decisive(error))


def _failed(why: str, decisive: bool, *, of_program: bool = False) -> bytes:
    failure = {"why": why, "decisive": decisive, "of_program": of_program}
    return json.dumps(failure).encode() + b"\n"


def _is_decisive(error: BaseException) -> bool:
    return not isinstance(error, _OF_THE_PROCESS)


def _load(job: dict[str, Any], source: bytes) -> Callable[..., Any]:
    """The program as a function; for a class, it calls ``step`` of a new instance on each input."""
    module = types.ModuleType("program")
    module.__file__ = job["path"]
    sys.modules["program"] = module
    exec(compile(source, job["path"], "exec", dont_inherit=True), module.__dict__)
    found = getattr(module, job["entry"], None)
    if not callable(found):
        raise TypeError(f"it has no function '{job['entry']}'")
    if not job["is_class"]:
        return found  # type: ignore[no-any-return]
    return steps_of(found)


def steps_of(made: Callable[[], Any]) -> Callable[..., list[Any]]:
    """A class as a function of one list for each input: ``step`` of a new instance on each."""

    def run(*channels: list[int]) -> list[Any]:
        instance = made()
        return [instance.step(*letter) for letter in zip(*channels, strict=True)]

    return run


def outputs_of(function: Callable[..., Any], word: Word) -> list[list[int]]:
    """What a program gives for a word, at most one output more than there are letters."""
    channels = len(word[0]) if word else 1
    if channels > 1 and _takes(function, channels):
        made = function(*(list(channel) for channel in zip(*word, strict=True)))
    elif channels > 1:
        made = function([tuple(letter) for letter in word])
    else:
        made = function([letter[0] for letter in word])
    if not hasattr(made, "__iter__") and not hasattr(made, "__getitem__"):
        raise TypeError(f"it returns {_brief(made)} and not an output for each input")
    # stops an endless program; one output more than allowed reveals that there are too many
    return [_output(y) for y in itertools.islice(iter(made), len(word) + 1)]


def _takes(function: Callable[..., Any], channels: int) -> bool:
    """Whether the function takes one parameter for each input, rather than one for all."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = sum(p.kind in plain and p.default is p.empty for p in parameters)
    return needed == channels or any(p.kind is p.VAR_POSITIONAL for p in parameters)


def _output(y: Any) -> list[int]:
    entries = y if isinstance(y, tuple) else (y,)
    try:
        if isinstance(y, tuple) and len(y) < 2:
            raise TypeError
        return [int(operator.index(v)) for v in entries]
    except TypeError:
        raise TypeError(f"the output {_brief(y)} is not an integer") from None


def _shown(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:
        text = ""
    name = type(error).__name__
    return f"{name}: {text}"[:200] if text else name


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


if __name__ == "__main__":
    main()
