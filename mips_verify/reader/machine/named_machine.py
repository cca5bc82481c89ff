"""A program's registers as a machine with state variables named like those in the file."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from typing import Final

from mips_verify.kernel.expr import Expr, convert, substitute, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.reader.machine.assembly import Assembly
from mips_verify.reader.machine.registers import MARK, SEPARATOR

_RESERVED: Final = frozenset(
    {*keyword.kwlist, "abs", "min", "max", "int", "old", "back", "sumback"}
)
# parts of addresses that do not come from a name in the program
_PLACES: Final = frozenset({"frame", "object", "input", "recent", "first", "fold", "kept"})


def named_machine(assembly: Assembly, inputs: tuple[str, ...]) -> Machine:
    """The machine of an assembly, with these names for its inputs."""
    after = _AfterStep(assembly.next)
    outputs = [after.rewrite(convert(e, "int")) for e in assembly.outputs]
    names = _state_names(list(assembly.next), inputs)
    by = {z: var(name) for z, name in names.items()}
    by |= {old(z): var(old(name)) for z, name in names.items()}
    return Machine(
        inputs=inputs,
        state=tuple(names.values()),
        init=tuple(assembly.first[z] for z in assembly.next),
        next=tuple(substitute(e, by) for e in assembly.next.values()),
        outputs=tuple(substitute(e, by) for e in outputs),
    )


class _AfterStep:
    """Rewrites outputs in terms of the state after a step instead of the state before it."""

    def __init__(self, after: dict[str, Expr]) -> None:
        self.same = {z for z, e in after.items() if e == var(z)}
        self.after = after
        self.by_identity = {id(e): z for z, e in after.items() if e.args}
        self.done: dict[int, tuple[Expr, Expr]] = {}

    def rewrite(self, e: Expr) -> Expr:
        """``e`` with new values written as plain names and old values as ``old``."""
        found = self.done.get(id(e))
        if found is None:
            found = self.done[id(e)] = (e, self._rewritten(e))
        return found[1]

    def _rewritten(self, e: Expr) -> Expr:
        if id(e) in self.by_identity:
            return var(self.by_identity[id(e)])
        if e.op == "var":
            name = str(e.value)
            return e if name in self.same or name not in self.after else var(old(name))
        args = tuple(map(self.rewrite, e.args))
        if all(a is b for a, b in zip(args, e.args, strict=True)):
            return e
        return Expr(e.op, args, e.value)


def _state_names(live: Sequence[str], inputs: Sequence[str]) -> dict[str, str]:
    """Names for the state variables of a machine, similar to those in the file."""
    names: dict[str, str] = {}
    for z in live:
        last = [w.strip("'") for w in z.removeprefix(MARK).split(SEPARATOR)]
        words = [w for w in last if not w.isdigit() and w not in _PLACES]
        number = next((w for w in reversed(last) if w.isdigit()), "")
        plain = re.sub(r"[^A-Za-z0-9_]", "", words[-1]) if words else f"x{number}"
        plain = plain.lstrip("_")
        plain = plain if plain[:1].isalpha() else f"v{plain}"
        name, count = plain, 1
        while name in _RESERVED or name in inputs or name in names.values():
            count += 1
            name = f"{plain}_{count}"
        names[z] = name
    return names
