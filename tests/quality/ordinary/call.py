"""One program file called on sequences by Python itself, with the standard library alone.

As a file of its own it is a fresh process: `python -I call.py PROGRAM` reads sequences as JSON from
stdin and prints the answers, each a list of outputs or a text that says what was raised.
"""

from __future__ import annotations

import builtins
import inspect
import itertools
import json
import operator
import sys
from collections.abc import Callable, Sequence
from types import CodeType, FunctionType
from typing import Any

Letters = Sequence[tuple[int, ...]]


def outputs(code: CodeType, word: Letters) -> list[tuple[int, ...]]:
    """The outputs of a compiled file on one word, in a namespace of their own.

    Raises:
        Exception: whatever the file raises; TypeError for an output that is no integer.
    """
    own = {**builtins.__dict__, "print": lambda *a, **k: None}  # a program may change them
    space: dict[str, Any] = {"__name__": "ordinary", "__builtins__": own}
    exec(code, space)
    function = entry(space)
    channels = len(word[0]) if word else 1
    if channels == 1:
        made = function([x for (x,) in word])
    elif positional(function) == channels:
        made = function(*(list(channel) for channel in zip(*word, strict=True)))
    else:
        made = function([tuple(letter) for letter in word])
    return [_integers(y) for y in itertools.islice(iter(made), len(word) + 1)]


def entry(space: dict[str, Any]) -> Callable[..., Any]:
    """`program`, or the only class with a `step`, or the only public function no other one uses."""
    if "program" in space:
        return space["program"]
    classes = [v for v in space.values() if isinstance(v, type) and hasattr(v, "step")]
    functions = {
        name: v
        for name, v in space.items()
        if isinstance(v, FunctionType) and not name.startswith("_") and v.__code__.co_argcount
    }
    used = {n for name, v in functions.items() for n in v.__code__.co_names if n != name}
    found = [_stepping(c) for c in classes] or [functions[n] for n in set(functions) - used]
    if len(found) != 1:
        raise TypeError(f"{len(found)} classes or functions that may be meant")
    return found[0]


def _stepping(stream: type) -> Callable[..., Any]:
    several = positional(stream.step) > 2

    def run(letters: list[Any]) -> list[Any]:
        one = stream()
        return [one.step(*x) if several else one.step(x) for x in letters]

    return run


def positional(function: Callable[..., Any]) -> int:
    """How many arguments a function demands."""
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    parameters = inspect.signature(function).parameters.values()
    return sum(p.kind in plain and p.default is p.empty for p in parameters)


def _integers(y: Any) -> tuple[int, ...]:
    return tuple(int(operator.index(v)) for v in (y if isinstance(y, tuple) else (y,)))


def answer(code: CodeType, word: Letters) -> list[tuple[int, ...]] | str:
    """The outputs, or what was raised."""
    try:
        return outputs(code, word)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]


def main() -> None:
    """Answer the words of stdin."""
    with open(sys.argv[1], "rb") as file:
        code = compile(file.read(), sys.argv[1], "exec", dont_inherit=True)
    print(json.dumps([answer(code, word) for word in json.loads(sys.stdin.read())]))


if __name__ == "__main__":
    main()
