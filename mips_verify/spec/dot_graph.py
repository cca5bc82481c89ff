"""Graphs in the dot language: nodes and arrows with their attributes, as texts.

Only a directed graph is read, and nothing is executed. pydot reads all of dot, but it takes 2 ms
an arrow, prints what it cannot read, and recurses into nested graphs; the dialects of automata
need names, quoted texts, defaults and lists of attributes (graphviz.org/doc/info/lang.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from mips_verify.errors import MipsVerifyError

_TOKEN: Final = re.compile(
    r'(?P<skip>\s+|//[^\n]*|/\*.*?\*/|(?m:^\#[^\n]*))|"(?P<text>(?:[^"\\]|\\.)*)"'
    r"|(?P<name>-?(?:\d+\.?\d*|\.\d+)|[^\W\d]\w*)|(?P<mark>->|--|[{}\[\];,=:<])",
    re.DOTALL,
)
_NAMES: Final = ("name", "text")  # the tokens that can name a node
Attributes = dict[str, str]


class DotError(MipsVerifyError):
    """A dot file that cannot be read as a graph or as an automaton."""


@dataclass(slots=True)
class DotGraph:
    """What a dot file says.

    Attributes:
        name: the name of the graph; may be empty.
        attributes: those of the graph itself.
        nodes: the attributes of every node, in the order of the file.
        arrows: source, target and attributes of every arrow, in the order of the file.
    """

    name: str = ""
    attributes: Attributes = field(default_factory=dict)
    nodes: dict[str, Attributes] = field(default_factory=dict)
    arrows: list[tuple[str, str, Attributes]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # "name" for names and numbers; "text" if quoted; "mark"; "html"; "end"
    text: str
    line: int


def read_dot(text: str) -> DotGraph:
    """The graph in a dot file.

    Raises:
        DotError: it is not a directed graph; the message says where.
    """
    return _Reader(_tokens(text)).graph()


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise DotError(f"line {line}: {text[at : at + 20]!r} is not dot")
        end, kind = found.end(), str(found.lastgroup)
        if found["mark"] == "<":
            end, kind = _html_end(text, at, line), "html"
            yield _Token(kind, text[at:end], line)
        elif kind != "skip":
            word = found[kind]
            plain = _unescaped(word) if kind == "text" else word
            yield _Token(kind, plain, line)
        line += text.count("\n", at, end)
        at = end
    yield _Token("end", "the end of the file", line)


def _html_end(text: str, at: int, line: int) -> int:
    """Where the HTML that begins at ``at`` ends: at the ``>`` of its first ``<``."""
    depth = 0
    for found in re.compile("[<>]").finditer(text, at):
        depth += 1 if found[0] == "<" else -1
        if depth == 0:
            return found.end()
    raise DotError(f"line {line}: a text in HTML does not end")


def _unescaped(text: str) -> str:
    r"""A quoted text: ``\"`` and ``\\`` stand for one character, a line may end in a backslash."""
    return re.sub(r'\\(["\\]|\r?\n)', lambda found: found[1].strip(), text)


class _Reader:
    """Reads statements one after the other; nested braces only group them."""

    def __init__(self, tokens: Iterator[_Token]) -> None:
        self.tokens = tokens
        self.token = next(tokens)
        self.found = DotGraph()
        self.defaults: dict[str, Attributes] = {"node": {}, "edge": {}}

    def graph(self) -> DotGraph:
        if self._is("strict"):
            self._next()
        if not self._is("digraph"):
            raise self._unexpected("a directed graph begins with `digraph`")
        self._next()
        if self.token.kind in _NAMES:
            self.found.name = self._next().text
        self._expect("{")
        depth = 1
        while depth:
            if self._is("{", "}"):
                depth += 1 if self._next().text == "{" else -1
            elif self._is(";", ","):
                self._next()
            else:
                self._statement()
        return self.found

    def _statement(self) -> None:
        quoted = self.token.kind == "text"
        begin = self._name()
        lower = "" if quoted else begin.lower()
        if lower in ("node", "edge", "graph") and self._is("["):
            self.defaults.get(lower, self.found.attributes).update(self._attributes())
        elif lower == "subgraph":
            if self.token.kind in _NAMES:
                self._next()
        elif self._is("="):
            self._next()
            self.found.attributes[begin] = self._value(begin)
        else:
            self._nodes_or_arrows(begin)

    def _nodes_or_arrows(self, begin: str) -> None:
        path = [begin]
        self._skip_port()
        while self._is("->"):
            self._next()
            path.append(self._name())
            self._skip_port()
        attributes = self._attributes()
        for name in path:
            self.found.nodes.setdefault(name, dict(self.defaults["node"]))
        if len(path) == 1:
            self.found.nodes[begin].update(attributes)
        for source, target in pairwise(path):
            self.found.arrows.append((source, target, self.defaults["edge"] | attributes))

    def _attributes(self) -> Attributes:
        """The attributes in any number of brackets."""
        found: Attributes = {}
        while self._is("["):
            self._next()
            while not self._is("]"):
                key = self._name()
                self._expect("=")
                found[key] = self._value(key)
                while self._is(",", ";"):
                    self._next()
            self._next()
        return found

    def _value(self, key: str) -> str:
        if self.token.kind == "html":
            if key == "label":
                raise DotError(f"line {self.token.line}: a label is HTML; write a quoted text")
            return self._next().text
        return self._name()

    def _skip_port(self) -> None:
        while self._is(":"):
            self._next()
            self._name()

    def _name(self) -> str:
        if self.token.kind not in _NAMES:
            raise self._unexpected("a name or a quoted text is due")
        return self._next().text

    def _expect(self, mark: str) -> None:
        if not self._is(mark):
            raise self._unexpected(f"`{mark}` is due")
        self._next()

    def _is(self, *texts: str) -> bool:
        return self.token.kind in ("mark", "name") and self.token.text in texts

    def _next(self) -> _Token:
        token, self.token = self.token, next(self.tokens, self.token)
        return token

    def _unexpected(self, why: str) -> DotError:
        return DotError(f"line {self.token.line}: {why}, not {self.token.text[:40]!r}")
