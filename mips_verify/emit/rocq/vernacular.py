"""Rocq text from a task or a certificate, which may only define and prove.

Rocq's commands can assume (``Axiom``), change what a text means (``Notation``), turn checks off
(``Unset``), and read, write or load files. Since a foreign text becomes part of our file, it may
hold only definitions, and lemmas with a proof up to ``Qed``. Rocq checks their content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NoReturn

from mips_verify.errors import MipsVerifyError

_DEFINED: Final = re.compile(r"(Definition|Fixpoint)\s+[A-Za-z_]\w*\s.*?:=.*", re.DOTALL)
_STATED: Final = re.compile(r"(Lemma|Theorem)\s+[A-Za-z_]\w*\s*:.*", re.DOTALL)
# commands begin with a capital letter, tactics do not, but for the module of a few
_TACTIC: Final = re.compile(r"(Z\.)?[a-z(\[].*", re.DOTALL)
# no such word is needed, so that none may stand anywhere, not even where it would be harmless
_COMMANDS: Final = """
    Abort About Add Admitted Arguments Axiom Axioms Canonical Check Coercion Compute Conjecture
    Constraint Context Declare Defined Derive Drop End Eval Export Extraction From Global Goal Hint
    Hypotheses Hypothesis Import Include Inductive Instance Let Load Local Locate Ltac Ltac2 Module
    Notation Obligation Opaque Parameter Parameters Print Primitive Program Quit Redirect Require
    Reset Save Search Section Set Show Strategy Tactic Transparent Unset Variable Variables
    admit external give_up native_cast_no_check native_compute psatz
"""
_REFUSED: Final = frozenset(_COMMANDS.split())
# a comment inside another, or a string, could hide where a comment ends
_COMMENT: Final = re.compile(r"\(\*((?!\(\*|\*\)).)*\*\)", re.DOTALL)
_SENTENCE_END: Final = re.compile(r"\.(?=\s|\Z)")
# bullets and braces in front of a tactic are commands of their own
_BULLETS: Final = re.compile(r"[-+*{}\s]*")


def demand_definitions_and_proofs(text: str) -> None:
    """Refuse a Rocq text that holds more than definitions, and lemmas with their proofs.

    Raises:
        MipsVerifyError: the text holds anything else; the message says what, and in which line.
    """
    in_proof, stated = False, False
    for line, sentence in _sentences(text):
        _demand_harmless(line, sentence)
        if in_proof:
            in_proof = _still_in_proof(line, sentence)
        elif stated:
            if sentence != "Proof":
                _refuse(line, "has no 'Proof.' after a statement")
            in_proof, stated = True, False
        elif _STATED.fullmatch(sentence) and ":=" not in sentence:
            stated = True
        elif not _DEFINED.fullmatch(sentence):
            _refuse(line, f"has '{sentence.split()[0]}' where a definition or lemma must start")
    if in_proof or stated:
        _refuse(text.count("\n"), "ends within a proof")


def _refuse(line: int, why: str) -> NoReturn:
    raise MipsVerifyError(f"the task's Rocq text is refused: line {line} {why}")


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence without its period, with the line in which it starts."""
    for i, line in enumerate(text.split("\n"), 1):
        if not (line.isascii() and line.isprintable()):
            _refuse(i, "holds a character that is not plain ASCII")
    # a comment becomes blanks, so that lines keep their numbers
    code = _COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    start = 0
    for end in _SENTENCE_END.finditer(code):
        part = code[start : end.start()]
        place = start + len(part) - len(part.lstrip())
        yield code.count("\n", 0, place) + 1, part.strip()
        start = end.end()
    if code[start:].strip():
        _refuse(text.count("\n"), "does not end with a period")


def _demand_harmless(line: int, sentence: str) -> None:
    if not sentence:
        _refuse(line, "holds an empty sentence")
    if found := re.search(r'\(\*|\*\)|["#@`]|\.\.|:\s*\{|ltac:', sentence):
        _refuse(line, f"holds {found[0]!r}, which is not allowed in such a text")
    if words := _REFUSED.intersection(re.findall(r"\w+", sentence)):
        _refuse(line, f"holds '{min(words)}', which is not allowed in such a text")


def _still_in_proof(line: int, sentence: str) -> bool:
    """Whether the proof goes on after one of its sentences."""
    tactic = sentence[_BULLETS.match(sentence).end() :]  # type: ignore[union-attr]
    if tactic == "Qed":
        return False
    if not _TACTIC.fullmatch(tactic):
        _refuse(line, f"has '{tactic.split()[0] if tactic else ''}' in a proof, which is no tactic")
    return True
