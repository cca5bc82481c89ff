"""The process that runs a foreign program; executed as a file, with the standard library alone.

Reads one JSON job from stdin and writes one line of JSON for each word: the outputs, or
a sentence that says why there are none.
"""

from __future__ import annotations

import contextlib
import inspect
import itertools
import json
import operator
import os
import sys
import types
from collections.abc import Callable
from typing import Any


def main() -> None:
    """Run the job and leave at once, whatever the program has left running."""
    job = json.loads(sys.stdin.buffer.read())
    with open(job["answers"], "w", encoding="utf-8") as answers:

        def answer(value: Any) -> None:
            answers.write(json.dumps(value) + "\n")
            answers.flush()

        _limit(job)
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(0)
        try:
            function = _load(job["path"], job["entry"])
        except BaseException as error:  # also SystemExit: the program is not to be trusted
            for _ in job["words"]:
                answer(f"it cannot be loaded ({_shown(error)})")
            os._exit(0)
        for word in job["words"]:
            try:
                answer(_outputs(function, word))
            except BaseException as error:
                answer(f"it fails on {_brief(word)} ({_shown(error)})")
    os._exit(0)


def _limit(job: dict[str, Any]) -> None:
    try:
        import resource
    except ImportError:  # not on this platform; the time limit of the parent remains
        return
    for limit, value in (
        (resource.RLIMIT_CPU, job["seconds"]),
        (resource.RLIMIT_AS, job["memory"]),
        (resource.RLIMIT_FSIZE, job["largest"]),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is already there
            resource.setrlimit(limit, (value, value))


def _load(path: str, entry: str) -> Callable[..., Any]:
    module = types.ModuleType("program")
    module.__file__ = path
    sys.modules["program"] = module
    with open(path, "rb") as file:
        exec(compile(file.read(), path, "exec", dont_inherit=True), module.__dict__)
    function = getattr(module, entry, None)
    if not callable(function):
        raise TypeError(f"it has no function '{entry}'")
    return function  # type: ignore[no-any-return]


def _outputs(function: Callable[..., Any], word: list[list[int]]) -> list[list[int]]:
    channels = len(word[0]) if word else 1
    if channels > 1 and _positional(function) == channels:
        made = function(*(list(channel) for channel in zip(*word, strict=True)))
    elif channels > 1:
        made = function([tuple(letter) for letter in word])
    else:
        made = function([letter[0] for letter in word])
    # one more than there may be shows that there are too many, and ends also an endless one
    return [_output(y) for y in itertools.islice(iter(made), len(word) + 1)]


def _positional(function: Callable[..., Any]) -> int:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return 1
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(p.kind in plain and p.default is p.empty for p in parameters)


def _output(y: Any) -> list[int]:
    entries = y if isinstance(y, tuple) else (y,)
    try:
        return [int(operator.index(v)) for v in entries]
    except TypeError:
        raise TypeError(f"the output {_brief(y)} is not an integer") from None


def _shown(error: BaseException) -> str:
    try:
        text = str(error)
    except BaseException:
        text = ""
    return f"{type(error).__name__}: {text}"[:200]


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


if __name__ == "__main__":
    main()
