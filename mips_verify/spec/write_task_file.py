"""A task as the text of a task file, the inverse of reading one."""

from __future__ import annotations

import json

from mips_verify.spec.task import Task


def task_to_toml(task: Task) -> str:
    """The text of a task file; reading it gives an equal task.

    Delay lines are written as state variables. ``declarative`` is left out, since it is the text of
    another file.
    """
    d, spec = task.domain, task.spec
    keys = ("y",) if len(spec.outputs) == 1 else tuple(f"y{i}" for i in range(len(spec.outputs)))
    lines = [f"name    = {_quoted(task.name)}", f"says    = {_quoted(task.says)}"]
    if task.suite:
        lines.append(f"suite   = {_quoted(task.suite)}")
    lines += [f"length  = {task.length}", "", "[input]"]
    lines += [f'{n} = "{lo}..{hi}"' for n, lo, hi in zip(d.names, d.lows, d.highs, strict=True)]
    if spec.state:
        lines += ["", "[state]"]
    for name, start, e in zip(spec.state, spec.init, spec.next, strict=True):
        lines.append(f'{name} = ["{start}", {_quoted(str(e))}]')
    lines += ["", "[output]"]
    lines += [f"{key} = {_quoted(str(e))}" for key, e in zip(keys, spec.outputs, strict=True)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A basic string of TOML, which escapes like JSON but cannot hold lone surrogates."""
    escaped = json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return escaped.replace("\x7f", "\\u007f")
