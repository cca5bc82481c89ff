"""Random Python programs over a sequence: forms filled from the grammar, then broken.

Everything follows from the seed of a program; each is Python as far as `compile` can tell, save
for a few that are not.
"""

from __future__ import annotations

import functools
import random
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mips_verify.kernel.domain import Domain
from mips_verify.spec.task import load_task
from tests.quality import ordinary
from tests.quality.python_forms import CONSTANTS, HELPER, INDEXED, ONE, STREAM, TWO, USES
from tests.quality.python_grammar import (
    CLASS_TRAPS,
    FILLED,
    GADGETS,
    INDEX,
    INDEX_TRAPS,
    MODULE_TRAPS,
    RULES,
    TRAPS,
    Rules,
)
from tests.quality.python_mutations import mutated

# left out of the rules for a plain program, which nearly any reader takes
FANCY: Final = re.compile(
    r"for |<<|>>|\*\*|divmod|sum|len|count|match|:=|\[|while|bool|<a> and|<a> or|any|all|NAMES|"
    r"helper"
)
RANGES: Final = ((0, 1), (0, 1), (0, 3), (-3, 3), (0, 9), (-100, 99), (1, 5))
NAMES: Final = ("s", "t", "total", "count", "prev", "best", "acc", "last", "n")


@dataclass(frozen=True, slots=True)
class Generated:
    """A random program and the letters that it reads."""

    source: str
    domain: Domain
    form: str


class Grammar:
    """Expands templates; ``trap`` is how often a rule is one of the traps."""

    def __init__(self, rng: random.Random, letters: list[str], trap: float) -> None:
        self.rng, self.trap = rng, trap
        self.plain = plain = rng.random() < 0.4
        self.rules: Rules = {
            symbol: [t for t in templates if symbol == "T" or not (plain and FANCY.search(t))]
            for symbol, templates in RULES.items()
        }
        self.rules["x"] = letters
        self.traps: Rules = {symbol: list(templates) for symbol, templates in TRAPS.items()}

    def extend(self, rules: Rules, **fixed: str) -> None:
        """Allow more rules, with some symbols already replaced."""
        for symbol, templates in rules.items():
            for text in templates:
                for name, value in fixed.items():
                    text = text.replace(f"<{name}>", value)
                # more often than their number says, so that what is there is also used
                self.rules[symbol].extend([text] * 3)

    def add_traps(self, rules: Rules) -> None:
        """Allow more traps, as often as all the others."""
        for symbol, templates in rules.items():
            self.traps[symbol] = self.traps[symbol] + templates * 4

    def expand(self, template: str, depth: int) -> str:
        """The template with every symbol replaced; blocks keep their indentation."""
        same: dict[str, str] = {}

        def one(match: re.Match[str]) -> str:
            symbol = match[1] or match[2]
            if symbol in same:
                return same[symbol]
            text = self.symbol(symbol.rstrip("123456789"), depth - 1)
            if symbol[-1].isdigit():
                same[symbol] = text
            start = template.rfind("\n", 0, match.start()) + 1
            before = template[start : match.start()]
            indent = " " * (len(before) - len(before.lstrip(" ")))
            return text.replace("\n", f"\n{indent}")

        return re.sub(r"<([A-Za-z]\d?)>|<(leaf)>", one, template)

    def symbol(self, symbol: str, depth: int) -> str:
        """One text for a symbol."""
        if symbol in self.traps and depth > -3 and self.rng.random() < self.trap:
            return self.expand(self.rng.choice(self.traps[symbol]), min(depth, 1))
        if symbol in ("e", "a") and depth <= 0:
            symbol = "leaf"
        elif symbol == "c" and depth <= 0:
            return self.expand("<leaf> < <leaf>", 0)
        elif symbol == "S" and depth <= 0:
            return self.expand("<v> = <e>", 1)
        return self.expand(self.rng.choice(self.rules[symbol]), depth)


def program(seed: int) -> Generated:
    """The program of a seed."""
    rng = random.Random(seed)
    for _ in range(30):
        made = _attempt(rng)
        if compiles(made.source) or rng.random() < 0.02:
            break
    return made


def compiles(source: str) -> bool:
    """Whether a text is a Python file, as far as shows before it runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source.encode(), "program.py", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return False
    return True


def _attempt(rng: random.Random) -> Generated:
    if rng.random() < 0.15:
        return _from_corpus(rng)
    two = rng.random() < 0.2
    letters = ["x", "w"] if two else ["x"]
    low, high = rng.choice(RANGES)
    domain = Domain(tuple(letters), (low,) * len(letters), (high,) * len(letters))
    forms = TWO if two else ONE
    form = rng.choice([*forms, *USES])
    trap = rng.choice([0.0, 0.0, 0.0, 0.02, 0.05, 0.15])
    text = _filled(Grammar(rng, letters, trap), form, forms.get(form), two)
    return Generated(_finished(rng, text, letters), domain, form)


def _from_corpus(rng: random.Random) -> Generated:
    """An ordinary program, broken."""
    source, domain = rng.choice(_corpus())
    return Generated(_finished(rng, source, list(domain.names), 1.0), domain, "ordinary")


@functools.cache
def _corpus() -> list[tuple[str, Domain]]:
    return [(p.path.read_text(), load_task(p.task).domain) for p in ordinary.programs()]


def _finished(rng: random.Random, text: str, letters: list[str], share: float = 0.6) -> str:
    """The text with what it uses of the header, broken in ``share`` of all cases."""
    early = rng.random() < 0.5
    text = _with_header(rng, text) if early else text
    if rng.random() < 0.1:
        text = _with_statement(rng, text)
    if rng.random() < share:
        text = mutated(text, rng, _snippets(rng, letters, text))
    return _rewritten(rng, text if early else _with_header(rng, text))


def _snippets(rng: random.Random, letters: list[str], text: str) -> Callable[[str], str]:
    """Makes traps for a mutation to put somewhere, from names that the text assigns."""
    grammar = Grammar(rng, letters, 1.0)
    if not all(re.search(rf"\b{x}\b", text) for x in letters):
        grammar.rules["x"] = ["1"]
    assigned = set(re.findall(r"\b((?:self\.)?[a-z_0-9]+)(?: [-+*/%]+)?= ", text))
    grammar.rules["v"] = sorted(assigned - {"out"}) or ["LIMIT"]
    if "self." in text:
        grammar.add_traps(CLASS_TRAPS)
    if "xs[i" in text:
        grammar.add_traps(INDEX_TRAPS)
    return lambda kind: grammar.expand(f"<{kind}>", 1)


def _filled(grammar: Grammar, form: str, template: str | None, two: bool) -> str:
    rng = grammar.rng
    state = rng.sample(NAMES, rng.randint(1, 3))
    prefix = "self." if template is None else ""
    if prefix and rng.random() < 0.1:
        state = [*rng.sample(["__n", "_S__n", "__total", "_S__total", "__init"], 3), *state]
    start = [f"{prefix}{v} = {rng.choice(['0', '0', '1', '-1', '5'])}" for v in state]
    grammar.rules["v"] = [f"{prefix}{v}" for v in state]
    for gadget in rng.sample(list(GADGETS), 0 if grammar.plain else rng.choice([0, 1, 1, 2])):
        name = {"none": "first", "string": "mode"}.get(gadget, f"{gadget}s")
        initial, rules = GADGETS[gadget]
        grammar.extend(rules, l=f"{prefix}{name}")
        start.append(initial.replace("<l>", f"{prefix}{name}"))
        state.append(name)
    if form in INDEXED:
        grammar.extend(INDEX)
        grammar.add_traps(INDEX_TRAPS)
    if form == "filled":
        grammar.extend(FILLED)
    if template is None:
        grammar.extend(
            {"e": ["self._wrap(<e>)", "self.BASE", "S.BASE"] if not grammar.plain else []}
        )
        grammar.add_traps(CLASS_TRAPS)
    if form in ("comprehension", "prefixes", "pair comprehension"):
        grammar.rules["v"] = ["LIMIT"] if form != "prefixes" else ["i"]
        grammar.rules["x"] = ["xs[i]"] if form == "prefixes" else grammar.rules["x"]
    body = "\n".join(grammar.symbol("S", 3) for _ in range(rng.randint(1, 4)))
    text = template if template is not None else STREAM + USES[form]
    blocks = {"init": "\n".join(start), "body": body, "state": ", ".join(state)}
    blocks["letters"] = "x, w" if two else "x"
    blocks["target"] = blocks["letters"]
    blocks["lists"] = "xs, ws" if two else "xs"
    blocks["zip"] = "zip(xs, ws)" if two else "xs"
    text = _with_blocks(text, blocks)
    out = "<e>" if rng.random() < 0.9 else rng.choice(["(<e>, <e>)", "(<e>,)", "<c>", "int(<c>)"])
    return _with_members(grammar.expand(text.replace("<out>", out), 4))


def _with_members(text: str) -> str:
    """The members of its class that a program uses."""
    base = "BASE" in text or "_wrap" in text
    text = text.replace("<constant>", "    BASE = 3\n\n" if base else "")
    method = "    def _wrap(self, a):\n        return a % self.BASE\n\n"
    return text.replace("<method>", method if "_wrap" in text else "")


def _with_header(rng: random.Random, text: str) -> str:
    """The constants and the helper that a program uses and does not define."""
    if "helper(" in text and "def helper" not in text:
        text = f"{_helper(rng)}\n\n{text}"
    used = [line for name, line in CONSTANTS.items() if name in text and f"{name} = " not in text]
    return "\n".join(used) + "\n\n\n" * bool(used) + text


def _helper(rng: random.Random) -> str:
    """A function that sees no state."""
    own = Grammar(rng, ["a"], 0.0)
    own.rules["v"] = ["a"]
    own.rules["e"] = [t for t in own.rules["e"] if "helper" not in t]
    body = rng.choice(
        ["return <e>", "return <e>", "if <c>:\n    return <e>\nreturn <e>", "a = <e>\nreturn a",
         "b = 0\nfor j in range(<k>):\n    b += a % <k>\nreturn b",
         "k = 0\nwhile a >= 2:\n    a //= 2\n    k += 1\nreturn k"]
    )  # fmt: skip
    return own.expand(_with_blocks(HELPER, {"helper": body}), 2)


def _with_blocks(template: str, blocks: dict[str, str]) -> str:
    """Put texts of several lines in their places, indented as those are."""
    for name, text in blocks.items():
        while (at := template.find(f"<{name}>")) >= 0:
            start = template.rfind("\n", 0, at) + 1
            before = template[start:at]
            indent = " " * (len(before) - len(before.lstrip(" ")))
            inserted = text.replace("\n", f"\n{indent}")
            template = template[:at] + inserted + template[at + len(name) + 2 :]
    return template


def _with_statement(rng: random.Random, text: str) -> str:
    """A statement more at the top level: before, between or after the definitions."""
    parts = text.split("\n\n\n")
    parts.insert(rng.randint(0, len(parts)), rng.choice(MODULE_TRAPS))
    return "\n\n\n".join(parts) + "\n"


def _rewritten(rng: random.Random, text: str) -> str:
    """The same text, or written so that another text results for some readers."""
    if rng.random() > 0.04:
        return text
    lines = re.findall(r"^ +(?:self\.)?[a-z0-9_]+ = .+$", text, flags=re.MULTILINE)
    line = rng.choice(lines or ["\0"])
    hidden = f"{line}  # \\n{line.partition('=')[0]}= 9"
    changes: list[Callable[[str], str]] = [
        lambda t: f"# coding: {rng.choice(['unicode_escape', 'latin-1', 'utf-7', 'none'])}\n{t}",
        lambda t: "# coding: unicode_escape\n" + t.replace(line, hidden, 1),
        lambda t: "#!python\n# -*- coding: unicode-escape -*-\n" + t.replace(line, hidden, 1),
        lambda t: "\ufeff" + t,
        lambda t: re.sub(r"\btotal\b", "ｔｏｔａｌ", t, count=1),
        lambda t: re.sub(r"\bx\b", "ｘ", t, count=2),
        lambda t: re.sub(r"\bs\b", "ſ", t, count=1),
        lambda t: t.replace("\n", "\r\n"),
        lambda t: t.replace("\n", "\r", 1),
        lambda t: t.replace("\n    ", "\n\f    ", 3),
        lambda t: t.replace("    ", "\t"),
        lambda t: t.replace(" + ", " \\\n + ", 1),
        lambda t: t + "\x1a",
        lambda t: t + "\0",
        lambda t: re.sub(r"\b1\b", "１", t, count=1),
        lambda t: "from __future__ import annotations\n" + t,
    ]  # fmt: skip
    return rng.choice(changes)(text)
