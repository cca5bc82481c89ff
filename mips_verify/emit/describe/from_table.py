"""Claims about a variable with few values, derived from the table of its steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Final

from mips_verify.algebra.linear_form import Linear, flatten
from mips_verify.algebra.simplify import simplify
from mips_verify.emit.describe.claims import Claim
from mips_verify.emit.describe.letters import BOUND, LONGEST, Alphabet, Letter
from mips_verify.emit.python.python_expressions import to_python
from mips_verify.kernel.expr import Expr, apply, const, evaluate, names, size, substitute, var
from mips_verify.kernel.machine import Machine

VALUES: Final = 64  # most values of a variable that gets a table
WORK: Final = 1_000_000  # most nodes to evaluate for one table
NODES: Final = 60  # most nodes of an update that is examined letter by letter


@dataclass(frozen=True, slots=True)
class _Table:
    """A variable that depends only on itself and the letters: ``step[value, letter]``."""

    variable: str
    start: int
    values: tuple[int, ...]
    step: Mapping[tuple[int, Letter], int]
    alphabet: Alphabet

    def where(self, test: Callable[[Letter], bool]) -> list[Letter]:
        return [a for a in self.alphabet.letters if test(a)]

    def row(self, a: Letter) -> list[int]:
        """The values after a letter, one for each of ``values``."""
        return [self.step[v, a] for v in self.values]

    def sets(self, a: Letter, value: int) -> bool:
        """Whether the letter leads from every value to ``value``."""
        return set(self.row(a)) == {value}

    def keeps(self, a: Letter) -> bool:
        """Whether the letter changes nothing."""
        return self.row(a) == list(self.values)

    def indicator(self, chosen: list[Letter]) -> Expr:
        """The expression that is 1 on the chosen letters and 0 on the others."""
        return self.alphabet.count(chosen)


def claim_of_table(machine: Machine, z: str, alphabet: Alphabet) -> Claim | None:
    """The claim about a variable that its table supports, if the variable has few values."""
    table = _table(machine, z, alphabet)
    if table is None or len(table.values) < 2:
        return None
    for shape in (_last, _modular, _once, _carry, _latch, _capped, _run):
        claim = shape(table)
        if claim is not None:
            return claim
    return None


def claim_by_letter(machine: Machine, z: str, alphabet: Alphabet) -> Claim | None:
    """The claim about an unbounded counter whose update is simple for each single letter."""
    i = machine.state.index(z)
    e, start = machine.next[i], machine.init[i]
    if size(e) > NODES or len(alphabet.letters) > VALUES or not names(e) <= {z, *machine.inputs}:
        return None
    steps: dict[Letter, Linear] = {}
    for a in alphabet.letters:
        known = {n: const(v) for n, v in alphabet.bind(a).items()}
        steps[a] = flatten(simplify(substitute(e, known)))
    moves = {a: s for a, s in steps.items() if s.terms == ((var(z), 1),)}
    if len(moves) == len(steps):
        said = _said_weights({a: s.rest for a, s in steps.items()}, alphabet)
        up, down = (alphabet.count([a for a in steps if steps[a].rest == w]) for w in (1, -1))
        if not said:
            return None
        return Claim(z, "sum", start, apply("sub", up, down), _after(start, said))
    up_letters = [a for a, s in moves.items() if s.rest == 1]
    others = [s for a, s in steps.items() if a not in up_letters]
    said = alphabet.say(up_letters)
    if said is None or start != 0 or any(s != Linear(()) for s in others):
        return None
    text = f"how many times in a row {said} up to now"
    return Claim(z, "run", 0, alphabet.count(up_letters), text)


def _after(start: int, said: str) -> str:
    return said if start == 0 else f"{start} plus {said}"


def said_count(e: Expr, alphabet: Alphabet | None) -> str | None:
    """What is counted if each step adds ``e``, in words; ``None`` for a plain sum."""
    if e.op == "const":
        times = {1: "", -1: "minus "}.get(int(e.value), f"{e.value} times ")  # type: ignore[arg-type]
        return f"{times}the number of inputs so far"
    if e.op == "var":
        return None
    if alphabet is not None:
        weights = {a: value_on(e, alphabet.bind(a)) for a in alphabet.letters}
        return _said_weights(weights, alphabet)
    if e.op == "int":
        text = to_python(e.args[0])
        return f"how many times {text} so far" if len(text) <= LONGEST else None
    return None


def value_on(e: Expr, env: Mapping[str, int]) -> int | None:
    """The value of an expression; ``None`` if it has none."""
    try:
        return evaluate(e, env)
    except ValueError:
        return None


def _said_weights(weights: Mapping[Letter, int | None], alphabet: Alphabet) -> str | None:
    """The text for a count of letters of weight 1 less a count of letters of weight -1."""
    if not set(weights.values()) <= {-1, 0, 1}:
        return None
    up = alphabet.say([a for a, w in weights.items() if w == 1])
    if -1 not in weights.values():
        return up and f"how many times {up} so far"
    down = alphabet.say([a for a, w in weights.items() if w == -1])
    return f"how many times {up} less how many times {down} so far" if up and down else None


def _table(machine: Machine, z: str, alphabet: Alphabet) -> _Table | None:
    i = machine.state.index(z)
    start, e = machine.init[i], machine.next[i]
    step: dict[tuple[int, Letter], int] = {}
    values, nodes = [start], size(e)
    for v in values:
        for a in alphabet.letters:
            after = value_on(e, {z: v, **alphabet.bind(a)})
            if after is None or abs(after) > BOUND or len(values) > VALUES:
                return None
            if len(step) * nodes > WORK:
                return None
            step[v, a] = after
            if after not in values:
                values.append(after)
    return _Table(z, start, tuple(values), step, alphabet)


def _last(t: _Table) -> Claim | None:
    """Whether the last letter belonged to a certain set."""
    if set(t.values) != {0, 1}:
        return None
    if any(len(set(t.row(a))) > 1 for a in t.alphabet.letters):
        return None
    chosen = t.where(lambda a: t.step[t.start, a] == 1)
    said, e = t.alphabet.say(chosen), t.indicator(chosen)
    if said is None or len(t.alphabet.letters) == 2:  # a plain delay is clearer
        return None
    text = f"1 where {said} one step before, else 0; {t.start} at the start"
    return Claim(t.variable, "delay", t.start, e, text, number=1)


def _modular(t: _Table) -> Claim | None:
    """Every letter adds its own weight, modulo the number of values."""
    m = len(t.values)
    if sorted(t.values) != list(range(m)):
        return None
    weights = {a: (t.step[0, a]) % m for a in t.alphabet.letters}
    if any(t.row(a) != [(v + w) % m for v in t.values] for a, w in weights.items()):
        return None
    signed = {a: w - m if w == m - 1 and m > 2 else w for a, w in weights.items()}
    if set(weights.values()) == {1}:
        said: str | None = "the number of inputs so far"
    else:
        said = _said_weights(signed, t.alphabet)
    if said is None:
        return None
    up, down = (t.indicator([a for a, w in signed.items() if w == s]) for s in (1, -1))
    text = f"{said}, modulo {m}"
    text = text if t.start == 0 else f"{t.start} plus {text}"
    return Claim(t.variable, "modular sum", t.start, apply("sub", up, down), text, number=m)


def _once(t: _Table) -> Claim | None:
    """Two values: some letters lead from the start to the other value, and none leads back."""
    if len(t.values) != 2:
        return None
    first, second = t.values
    away = t.where(lambda a: t.step[first, a] == second)
    if any(t.step[second, a] != second for a in t.alphabet.letters):
        return None
    kept = [a for a in t.alphabet.letters if a not in away]
    said, rest = t.alphabet.say(away), t.alphabet.say(kept)
    if said is None and rest is None:
        return None
    text = f"{second} once {said}, {first} before" if said else (
        f"{first} as long as {rest}, {second} from then on"
    )  # fmt: skip
    return Claim(t.variable, "once", first, t.indicator(away), text, number=second)


def _latch(t: _Table) -> Claim | None:
    """Two values: some letters set the first, some the second, and the rest change nothing."""
    if len(t.values) != 2:
        return None
    low, high = sorted(t.values)
    to_high, to_low = t.where(lambda a: t.sets(a, high)), t.where(lambda a: t.sets(a, low))
    rest = [a for a in t.alphabet.letters if a not in to_high and a not in to_low]
    if not (to_high and to_low and rest and all(map(t.keeps, rest))):
        return None
    up, down = t.alphabet.say(to_high), t.alphabet.say(to_low)
    if up is None or down is None:
        return None
    text = f"{high} after {up}, {low} after {down}, otherwise as before; {t.start} at the start"
    return Claim(
        t.variable, "latch", t.start, t.indicator(to_high), text,
        number=high, base=low, other=t.indicator(to_low),
    )  # fmt: skip


def _carry(t: _Table) -> Claim | None:
    """The carry, if several inputs are digits to add."""
    base = max(map(max, t.alphabet.letters)) + 1
    if len(t.alphabet.inputs) < 2 or base < 2 or t.start != 0 or min(t.alphabet.letters[0]) < 0:
        return None
    if any(t.row(a) != [(v + sum(a)) // base for v in t.values] for a in t.alphabet.letters):
        return None
    total = reduce(lambda a, b: apply("add", a, b), map(var, t.alphabet.inputs))
    return Claim(t.variable, "carry", 0, total, said_carry(to_python(total), base), base=base)


def said_carry(digits: str, base: int) -> str:
    """The text for a carry."""
    return f"the carry of adding the digits {digits} in base {base}, the lowest first"


def _counting(t: _Table) -> tuple[int, list[Letter]] | None:
    """The greatest value, and the letters that count up from the start to it by one."""
    cap = max(t.values)
    if len(t.values) < 3 or sorted(t.values) != list(range(t.start, cap + 1)):
        return None
    up = t.where(lambda a: t.row(a) == [min(v + 1, cap) for v in t.values])
    return (cap, up) if up else None


def _capped(t: _Table) -> Claim | None:
    """Some letters count up to a limit, and the others change nothing."""
    counting = _counting(t)
    if counting is None:
        return None
    cap, up = counting
    others = [a for a in t.alphabet.letters if a not in up]
    said = t.alphabet.say(up) if others else "an input came"
    if said is None or not all(map(t.keeps, others)):
        return None
    text = f"how many times {said} so far, at most {cap}"
    text = text if t.start == 0 else f"{t.start} plus {text}"
    return Claim(t.variable, "capped count", t.start, t.indicator(up), text, number=cap)


def _run(t: _Table) -> Claim | None:
    """Some letters count up to a limit; the others reset, except perhaps at the limit."""
    counting = _counting(t)
    if counting is None or t.start != 0:
        return None
    cap, up = counting
    others = [a for a in t.alphabet.letters if a not in up]
    said = t.alphabet.say(up)
    stays = all(t.step[cap, a] == cap for a in others)
    again = all(t.step[v, a] == 0 for a in others for v in t.values if v != cap or not stays)
    if said is None or not again:
        return None
    limit = f"up to now, and {cap} once it was {cap}" if stays else f"up to now, at most {cap}"
    text = f"how many times in a row {said} {limit}"
    e = t.indicator(up)
    return Claim(t.variable, "run", 0, e, text, number=cap, base=1 if stays else 0)
