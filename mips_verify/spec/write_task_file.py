"""A task as the text of a task file, the inverse of reading one."""

from __future__ import annotations

import json

from mips_verify.spec.task import Task


def task_to_toml(task: Task) -> str:
    """The text of a task file; reading it gives an equal task.

    Delay lines are written as state variables. The declarative texts are left out, since they are
    other files.
    """
    d, spec = task.domain, task.spec
    keys = task.names.output_keys(len(spec.outputs))
    words = dict(zip(d.names, task.names.inputs, strict=False))
    rest = dict(zip(spec.state, task.names.state, strict=False))
    rest |= dict(zip(keys, task.names.outputs, strict=False))
    lines = [f"name    = {_quoted(task.name)}", f"says    = {_quoted(task.says)}"]
    if task.suite:
        lines.append(f"suite   = {_quoted(task.suite)}")
    lines += [f"length  = {task.length}", "", "[input]"]
    for n, lo, hi in zip(d.names, d.lows, d.highs, strict=True):
        lines.append(f"{n} = {_list(words[n])}" if words.get(n) else f'{n} = "{lo}..{hi}"')
    if spec.state:
        lines += ["", "[state]"]
    for name, start, e in zip(spec.state, spec.init, spec.next, strict=True):
        lines.append(f'{name} = ["{start}", {_quoted(str(e))}]')
    lines += ["", "[output]"]
    lines += [f"{key} = {_quoted(str(e))}" for key, e in zip(keys, spec.outputs, strict=True)]
    if any(rest.values()):
        lines += ["", "[names]", *(f"{key} = {_list(w)}" for key, w in rest.items() if w)]
    return "\n".join(lines) + "\n"


def _list(words: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, words))}]"


def _quoted(text: str) -> str:
    """A basic string of TOML, which escapes like JSON but cannot hold lone surrogates."""
    escaped = json.dumps(text.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return escaped.replace("\x7f", "\\u007f")
