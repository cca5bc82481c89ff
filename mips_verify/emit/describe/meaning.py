"""What the state of a machine means, in words, if its update has a known shape.

Everything follows from the machine and the ranges of its inputs. A shape is recognised in the text
of an update, or in the table of a variable with few values. If neither works, a small machine is
described by a table of arrows, and a larger machine not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from mips_verify.algebra.linear_form import Linear, build, flatten, number
from mips_verify.algebra.simplify import complement
from mips_verify.emit.describe.arrows import WIDTH, Arrows, arrows
from mips_verify.emit.describe.claims import Claim, Shape
from mips_verify.emit.describe.from_table import (
    claim_by_letter,
    claim_of_table,
    said_carry,
    said_count,
    value_on,
)
from mips_verify.emit.describe.letters import LONGEST, Alphabet
from mips_verify.emit.python.python_expressions import to_python
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, const, names, var
from mips_verify.kernel.machine import Machine

LARGEST: Final = 2_000  # nodes of the largest machine that is described
DELAYS: Final = 64  # variables of the longest delay line
_SMALL: Final = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


@dataclass(frozen=True, slots=True)
class Description:
    """What the state means.

    Attributes:
        claims: at most one per variable, in the order of the state.
        arrows: the whole machine as a table, if some variable has no claim.
    """

    claims: tuple[Claim, ...]
    arrows: Arrows | None

    def lines(self) -> list[str]:
        """The lines for a docstring; empty if nothing is known."""
        width = max((len(c.variable) for c in self.claims), default=0)
        found = [
            line
            for c in self.claims
            for line in wrap(
                f"{c.variable.ljust(width)}  {c.text}", WIDTH, subsequent_indent=" " * (width + 2)
            )
        ]
        if self.arrows is None:
            return found
        return [*found, *([""] if found else []), *self.arrows.lines()]


def describe(machine: Machine, domain: Domain) -> Description:
    """What the state variables of ``machine`` mean on letters of ``domain``.

    Args:
        machine: a machine whose names can be used in a sentence.
        domain: the ranges of its inputs, in order.
    """
    if machine.size > LARGEST:
        return Description((), None)
    alphabet = Alphabet.of(machine.inputs, domain)
    claims: dict[str, Claim] = {}
    # delays and powers first, since claims about other variables build on them
    for z in machine.state:
        if (claim := _delay(machine, z) or _power(machine, z)) is not None:
            claims[z] = claim
    for z in machine.state:
        if z not in claims and (claim := _claim(machine, z, claims, alphabet)) is not None:
            claims[z] = claim
    told = tuple(claims[z] for z in machine.state if z in claims)
    whole = alphabet is not None and len(told) < len(machine.state)
    return Description(told, arrows(machine, alphabet) if whole and alphabet else None)


def _claim(
    machine: Machine, z: str, claims: Mapping[str, Claim], alphabet: Alphabet | None
) -> Claim | None:
    if _step(machine, z) == var(z):
        return None
    written = (
        _sum(machine, z, alphabet)
        or _guarded(machine, z, alphabet)
        or _modular(machine, z)
        or _carry(machine, z)
        or _extreme(machine, z, alphabet)
        or _from_the_end(machine, z, claims)
        or _state_sum(machine, z)
    )
    if written is not None and (written.shape != "modular sum" or written.of.op == "var"):
        return written
    alone = names(_step(machine, z)) <= {z, *machine.inputs}
    counted = claim_of_table(machine, z, alphabet) if alphabet is not None and alone else None
    by_letter = claim_by_letter(machine, z, alphabet) if alphabet is not None else None
    return counted or written or by_letter


def _step(machine: Machine, z: str) -> Expr:
    return machine.next[machine.state.index(z)]


def _start(machine: Machine, z: str) -> int:
    return machine.init[machine.state.index(z)]


def _delay(machine: Machine, z: str) -> Claim | None:
    """The letter of a fixed number of steps ago, kept by variables with the same start."""
    start, lag, at = _start(machine, z), 1, z
    while True:
        e = _step(machine, at)
        if e.op != "var" or e.value not in machine.state:
            break
        at, lag = str(e.value), lag + 1
        if lag > min(len(machine.state), DELAYS) or _start(machine, at) != start:
            return None
    text = _short(e)
    if text is None or not names(e) <= set(machine.inputs) or not names(e):
        return None
    ago = f"{_SMALL.get(lag, lag)} {'step' if lag == 1 else 'steps'} before"
    return Claim(z, "delay", start, e, f"{text} {ago}; {start} at the start", number=lag)


def _power(machine: Machine, z: str) -> Claim | None:
    """``base ** t``."""
    start, form = _start(machine, z), flatten(_step(machine, z))
    base = dict(form.terms).get(var(z), 0)
    if len(form.terms) != 1 or form.rest or base < 2 or start == 0:
        return None
    before = "" if start == 1 else f"{start} * "
    text = f"{before}{base} ** the number of inputs so far"
    return Claim(z, "power", start, const(0), text, base=base)


def _sum(machine: Machine, z: str, alphabet: Alphabet | None) -> Claim | None:
    """A running sum, or the number with given digits."""
    base, rest = _apart(machine, z, _step(machine, z))
    text = None if rest is None else _short(rest)
    if rest is None or text is None or base < 1 or rest == const(0):
        return None
    start = _start(machine, z)
    if base == 1:
        said = said_count(rest, alphabet) or _said_sum(rest, text)
        said = said if start == 0 else f"{start} plus {said}"
        return Claim(z, "sum", start, rest, said)
    if start or not names(rest):
        return None
    said = f"the number with the digits {text} in base {base}, the highest first"
    return Claim(z, "digits", start, rest, said, base=base)


def _guarded(machine: Machine, z: str, alphabet: Alphabet | None) -> Claim | None:
    """A running sum that changes only while it has certain values."""
    e = _step(machine, z)
    if e.op != "if":
        return None
    test, moved, kept = e.args
    if moved == var(z):
        test, moved, kept = complement(test), kept, moved
    base, rest = _apart(machine, z, moved)
    if kept != var(z) or names(test) != {z} or rest is None or base != 1 or rest == const(0):
        return None
    text, guard = _short(rest), to_python(test)
    if text is None or len(guard) > LONGEST:
        return None
    said = said_count(rest, alphabet) or f"the sum of {text} so far"
    start = _start(machine, z)
    said = said if start == 0 else f"{start} plus {said}"
    return Claim(z, "guarded sum", start, rest, f"{said}, counted only while {guard}", other=test)


def _state_sum(machine: Machine, z: str) -> Claim | None:
    """The running sum of another variable."""
    start, form = _start(machine, z), flatten(_step(machine, z))
    terms = dict(form.terms)
    if terms.pop(var(z), 0) != 1 or start:
        return None
    rest = Linear(tuple(terms.items()), form.rest)
    for other in machine.state:
        if other == z:
            continue
        if rest == flatten(var(other)):
            return Claim(
                z, "state sum", 0, build(rest), f"the sum of every {other} before this one"
            )
        if set(rest.terms) == set((new := flatten(_step(machine, other))).terms) and (
            rest.rest == new.rest
        ):
            return Claim(z, "state sum", 0, build(rest), f"the sum of every {other} so far")
    return None


def _modular(machine: Machine, z: str) -> Claim | None:
    """A running sum modulo a number, or the remainder of the number that is read."""
    e, start = _step(machine, z), _start(machine, z)
    if e.op == "mod":
        m = number(e.args[1])
        base, rest = _apart(machine, z, e.args[0])
    elif e.op == "bitxor":
        m, base, rest = 2, *_exclusive(machine, z, e)
    else:
        return None
    text = None if rest is None else _short(rest)
    if rest is None or text is None or m < 2 or not 0 <= start < m or base % m == 0:
        return None
    base %= m
    if base == 1:
        said = f"{_said_sum(rest, text)}, modulo {m}"
        said = said if start == 0 else f"{start} plus {said}"
    elif start == 0 and names(rest):
        said = f"the number with the digits {text} in base {base}, the highest first, modulo {m}"
    else:
        return None
    return Claim(z, "modular sum", start, rest, said, number=m, base=base)


def _exclusive(machine: Machine, z: str, e: Expr) -> tuple[int, Expr | None]:
    """The operands of ``^`` other than ``z``, as a sum; the factor of ``z`` comes first."""
    rest = _operands_without(z, e)
    if rest is None or any(not names(p) <= set(machine.inputs) for p in rest):
        return 0, None
    return 1, build(sum((flatten(p) for p in rest), Linear(())))


def _carry(machine: Machine, z: str) -> Claim | None:
    """The carry, if the inputs are added digit by digit."""
    e, start = _step(machine, z), _start(machine, z)
    if e.op != "floordiv" or number(e.args[1]) < 2:
        return None
    b = number(e.args[1])
    factor, rest = _apart(machine, z, e.args[0])
    text = None if rest is None else _short(rest)
    if rest is None or text is None or factor != 1 or start != 0 or not names(rest):
        return None
    return Claim(z, "carry", start, rest, said_carry(to_python(rest), b), base=b)


def _extreme(machine: Machine, z: str, alphabet: Alphabet | None) -> Claim | None:
    """The largest or the smallest so far."""
    e, start = _step(machine, z), _start(machine, z)
    if e.op not in ("max", "min"):
        return None
    rest = _operands_without(z, e)
    if rest is None or len(rest) != 1 or not names(rest[0]) <= set(machine.inputs):
        return None
    text = _short(rest[0])
    if text is None or not names(rest[0]):
        return None
    shape: Shape = "largest" if e.op == "max" else "smallest"
    said = f"the {shape} of {start} and every {text} so far"
    if alphabet is not None and _is_neutral(e.op, start, rest[0], alphabet):
        said = f"the {shape} {text} so far; {start} at the start"
    return Claim(z, shape, start, rest[0], said)


def _operands_without(z: str, e: Expr) -> list[Expr] | None:
    """The operands of a chain of one operator except ``z``; ``None`` unless ``z`` occurs once."""
    parts, todo = [], [e]
    while todo:
        part = todo.pop()
        if part.op == e.op:
            todo += reversed(part.args)
        else:
            parts.append(part)
    return [p for p in parts if p != var(z)] if parts.count(var(z)) == 1 else None


def _is_neutral(op: str, start: int, e: Expr, alphabet: Alphabet) -> bool:
    """Whether the start value never changes the largest or smallest value of the letters."""
    values = [value_on(e, alphabet.bind(a)) for a in alphabet.letters]
    known = [v for v in values if v is not None]
    better = (
        start <= min(known, default=start) if op == "max" else start >= max(known, default=start)
    )
    return better and len(known) == len(values)


def _from_the_end(machine: Machine, z: str, claims: Mapping[str, Claim]) -> Claim | None:
    """``z + p * e``, if another variable ``p`` holds the powers of a base."""
    form = flatten(_step(machine, z))
    terms = dict(form.terms)
    if terms.pop(var(z), 0) != 1 or len(terms) != 1 or form.rest or _start(machine, z):
        return None
    ((term, c),) = terms.items()
    if term.op != "mul" or c != 1:
        return None
    for p, e in (term.args, term.args[::-1]):
        power = claims.get(str(p.value)) if p.op == "var" else None
        if power is None or power.shape != "power" or power.start != 1:
            continue
        text = _short(e)
        if text is None or not names(e) or not names(e) <= set(machine.inputs):
            continue
        said = f"the number with the digits {text} in base {power.base}, the lowest first"
        return Claim(z, "digits from the end", 0, e, said, base=power.base)
    return None


def _apart(machine: Machine, z: str, e: Expr) -> tuple[int, Expr | None]:
    """``e`` as ``factor * z + rest``; ``rest`` is ``None`` unless it reads inputs alone."""
    form = flatten(e)
    rest = Linear(tuple((t, c) for t, c in form.terms if t != var(z)), form.rest)
    factor = dict(form.terms).get(var(z), 0)
    if any(not names(t) <= set(machine.inputs) for t, _ in rest.terms):
        return factor, None
    return factor, build(rest)


def _said_sum(e: Expr, text: str) -> str:
    """The words for a running sum."""
    if e.op == "neg" and e.args[0].op == "var":
        return f"minus the sum of {e.args[0]} so far"
    return f"the sum of {text} so far"


def _short(e: Expr) -> str | None:
    """The text of an expression, in parentheses if it has operators; ``None`` if it is long."""
    text = to_python(e)
    if len(text) > LONGEST or e.op == "if":
        return None
    return text if e.op in ("var", "const", "abs", "min", "max", "int", "table") else f"({text})"
