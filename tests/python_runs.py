"""Programs of the tests, run by this Python: each on one sequence, in a namespace of its own."""

import ast
import contextlib
import io
import itertools

from mips_verify.reader.source.entry import find_entry


def as_python(source, word, inputs):
    """The outputs, or ``None`` where Python raises an exception or gives no integers."""
    try:
        return [_integers(y) for y in _run(source, word, len(inputs))]
    except Exception:
        return None


def as_machine(machine, word):
    """The outputs, or ``None`` where the machine has no value."""
    try:
        return machine.run(word)
    except ValueError:
        return None


def _run(source, word, channels):
    entry = find_entry(ast.parse(source), "program")
    space = {"__name__": "program"}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, "program", "exec", dont_inherit=True), space)
    called = space[entry.name]
    if entry.is_class:
        owner = called()
        return [owner.step(*letter) for letter in word]
    required = len(entry.node.args.args) - len(entry.node.args.defaults)
    if channels > 1 and required == channels:
        made = called(*(list(channel) for channel in zip(*word, strict=True)))
    else:
        made = called([letter if channels > 1 else letter[0] for letter in word])
    return list(itertools.islice(iter(made), len(word) + 1))


def _integers(y):
    entries = y if isinstance(y, tuple) and len(y) > 1 else (y,)
    if not all(isinstance(v, int) for v in entries):
        raise TypeError(y)
    return tuple(int(v) for v in entries)
