"""Dafny text from a task or a certificate, which may not assume anything.

Dafny trusts some things without proof: ``assume``, some attributes, declarations and ``forall``
statements without a body. Since a foreign text becomes part of our file, it may hold only
functions, predicates and lemmas that have bodies. Dafny checks their content.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NoReturn

from mips_verify.emit.dafny.dafny_names import DAFNY_WORDS
from mips_verify.errors import MipsVerifyError

_DECLARATIONS: Final = frozenset({"function", "predicate", "lemma"})
_ATTRIBUTES: Final = ("fuel", "induction", "opaque", "trigger")
# trusted without proof, or not needed in a plain statement
_REFUSED_WORDS: Final = """
    assume axiom expect verify extern include import export module class trait iterator type newtype
    datatype codatatype method modify while for print new multiset map imap iset
"""
_REFUSED: Final = frozenset(_REFUSED_WORDS.split())
# these have their own braces, which must not be mistaken for the body of a declaration
_NOT_IN_CONTRACTS: Final = frozenset({"assert", "by", "calc", "match"})
_BINDERS: Final = frozenset({"forall", "exists", "set"})
_CLAUSES: Final = frozenset({"requires", "ensures", "decreases", "reads", "returns"})
_INFIX: Final = frozenset({"in", "then", "else"}) | _CLAUSES  # may follow an operand
_AWAIT_OPERAND: Final = _INFIX | _BINDERS | _DECLARATIONS | {"if", "var"}
_TYPES: Final = frozenset({"int", "bool", "nat", "seq", "set"})
_TOKEN: Final = re.compile(
    r"(?P<space>[ \n]+|//[^\n]*)|(?P<word>[A-Za-z_][A-Za-z0-9_'?]*)|(?P<number>[0-9]+)"
    r"|(?P<sign>\|\||::|:\||:=|[-+*/%<>=!&|.,:;()\[\]{}])"
)
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int

    @property
    def is_word(self) -> bool:
        return self.text[0].isalpha() or self.text[0] == "_"


def demand_proved(text: str) -> None:
    """Refuse a Dafny text in which anything could hold without proof.

    Raises:
        MipsVerifyError: the text holds more than functions, predicates and lemmas with
            bodies; the message says what, and in which line.
    """
    text_of = _Text(_tokens(text))
    text_of.demand_harmless_words()
    text_of.demand_bodies()


def _refuse(line: int, why: str) -> NoReturn:
    raise MipsVerifyError(f"the task's Dafny text is refused: line {line} {why}")


def _tokens(text: str) -> list[_Token]:
    if not all(line.isprintable() for line in text.split("\n")):
        _refuse(1, "or a later one holds a character that cannot be seen")
    tokens: list[_Token] = []
    place, line = 0, 1
    while place < len(text):
        found = _TOKEN.match(text, place)
        # a comment in /* */ could hide the text that follows
        if found is None or text.startswith(("/*", "..."), place):
            _refuse(line, f"holds {text[place : place + 2]!r}, which is not allowed in such a text")
        if found.lastgroup != "space":
            tokens.append(_Token(found[0], line))
        line += found[0].count("\n")
        place = found.end()
    return tokens


class _Text:
    """The tokens of a text, and the closing bracket for every opening bracket."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.partner: dict[int, int] = {}
        open_: list[int] = []
        for i, token in enumerate(tokens):
            if token.text in _CLOSING:
                open_.append(i)
            elif token.text in _CLOSING.values():
                if not open_ or _CLOSING[self.at(open_[-1])] != token.text:
                    _refuse(token.line, f"closes '{token.text}', which is not open")
                self.partner[open_.pop()] = i
        if open_:
            _refuse(tokens[open_[-1]].line, f"opens '{self.at(open_[-1])}' and never closes it")

    def at(self, i: int) -> str:
        """The token at a place; empty if the place is outside the text."""
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    def demand_harmless_words(self) -> None:
        """Refuse words and attributes that disable a proof."""
        for i, token in enumerate(self.tokens):
            if token.text in _REFUSED:
                _refuse(token.line, f"holds '{token.text}', which is not allowed in such a text")
            if token.text == "decreases" and self.at(i + 1) == "*":
                _refuse(token.line, "gives up on termination with 'decreases *'")
            if self._is_attribute(i):
                inside = [t.text for t in self.tokens[i + 1 : self.partner[i]]]
                if len(inside) < 2 or inside[0] != ":" or inside[1] not in _ATTRIBUTES:
                    _refuse(token.line, f"has an attribute other than {', '.join(_ATTRIBUTES)}")

    def demand_bodies(self) -> None:
        """Refuse a declaration or a ``forall`` statement without a body."""
        place = 0
        while place < len(self.tokens):
            token = self.tokens[place]
            if token.text not in _DECLARATIONS:
                _refuse(token.line, f"has '{token.text}' where a function or lemma must start")
            opening = self._body(place)
            place = self.partner[opening]
            for i in range(opening, place):
                # in a body, only a `forall` statement has `ensures`
                if self.at(i) == "ensures":
                    self._body(i)
            place += 1

    def _is_attribute(self, i: int) -> bool:
        return self.at(i) == "{" and self.at(i + 1).startswith(":")

    def _body(self, start: int) -> int:
        """The opening brace of the body that must follow the contract at ``start``.

        A contract is read as operands and operators. After a complete operand, a brace can only
        open a body, and a word that is not an operator starts another statement. Before a complete
        operand, a brace would start a set.
        """
        i, complete, lets = start + 1, False, 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.text == "{" and not self._is_attribute(i):
                if not complete:
                    _refuse(token.line, "has a '{' that opens no body; put sets in parentheses")
                return i
            if token.text in _NOT_IN_CONTRACTS:
                _refuse(token.line, f"has '{token.text}' before a body")
            starts_anew = token.is_word and complete and token.text not in _INFIX
            if starts_anew or token.text in (")", "]", "}") or (token.text == ";" and not lets):
                break
            lets += (token.text == "var") - (token.text == ";")
            i, complete = self._operand(i, complete)
        _refuse(self.tokens[start].line, f"has '{self.at(start)}' without a body")

    def _operand(self, i: int, complete: bool) -> tuple[int, bool]:
        """The place after one token, and whether an operand is complete there."""
        token = self.tokens[i]
        if self._is_attribute(i):
            return self.partner[i] + 1, complete
        if token.text in _CLOSING:
            return self.partner[i] + 1, True
        if token.text in _BINDERS:
            return self._after_binder(i + 1)
        if token.text == "|":  # opens a length before an operand, closes a length after it
            return i + 1, complete
        if token.text == ">":
            return i + 1, self._closes_type(i)
        return i + 1, token.text.isdigit() or (token.is_word and token.text not in _AWAIT_OPERAND)

    def _after_binder(self, i: int) -> tuple[int, bool]:
        """The place after bound variables, and after the bar that may follow them."""
        while i < len(self.tokens):
            text = self.at(i)
            plain = self.tokens[i].is_word and (text not in DAFNY_WORDS or text in _TYPES)
            if self._is_attribute(i):
                i = self.partner[i]
            elif not plain and text not in (":", ",", "<", ">"):
                break
            i += 1
        return (i + 1, False) if self.at(i) == "|" else (i, True)

    def _closes_type(self, i: int) -> bool:
        """Whether ``>`` ends ``seq<...>``; if not, it is a comparison."""
        depth = 0
        while i >= 0:
            text = self.at(i)
            if text not in ("<", ">", ",") and not self.tokens[i].is_word:
                return False
            depth += (text == ">") - (text == "<")
            if depth == 0:
                return self.at(i - 1) in ("seq", "set")
            i -= 1
        return False
