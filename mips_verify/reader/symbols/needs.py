"""Needs: facts about a file that one reading finds out and the next reading uses."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Final

from mips_verify.reader.source.outside_subset import Retry
from mips_verify.reader.symbols.values import Address

MOST_STEPS: Final = 40  # most first steps that are executed one by one
MOST_RECENT: Final = 100  # most elements of a history that are kept


class Need(Retry):
    """A reading needs more elements of a history than are kept.

    Attributes:
        address: the address of the history.
        recent: how many of its last elements are needed.
        first: how many of its first elements are needed.
    """

    def __init__(
        self, reason: str, where: ast.AST | int, address: Address, recent: int = 0, first: int = 0
    ) -> None:
        super().__init__(reason, where)
        self.address = address
        self.recent = recent
        self.first = first


class Grows(Retry):
    """A list has one more element after each step."""

    def __init__(self, where: ast.AST | int, address: Address) -> None:
        super().__init__("a list grows with every step", where)
        self.address = address


class Shrinks(Retry):
    """A list loses elements, although it was read as a list that only grows."""

    def __init__(self, where: ast.AST | int, address: Address) -> None:
        super().__init__("a list grows and shrinks", where)
        self.address = address


class Accumulates(Retry):
    """A slice or a range starts at the first letter and grows with every step."""

    def __init__(self, where: ast.AST | int, at: tuple[int, int]) -> None:
        super().__init__("a slice grows with every step", where)
        self.at = at


@dataclass(slots=True)
class Plan:
    """The needs found so far.

    Attributes:
        steps: how many first steps are executed one by one; all later ones are one symbolic
            step.
        recent: for each history, how many of its last elements are kept.
        first: for each history, how many of its first elements are kept.
        growing: lists that only grow, so that they are read as histories.
        windows: lists that also lose elements, so that they are not read as histories.
        work: nodes of the syntax tree and copies of the state so far, over all attempts.
        prefixes: the places, line and column, of slices and ranges that grow with every step.
    """

    steps: int = 0
    recent: dict[Address, int] = field(default_factory=dict)
    first: dict[Address, int] = field(default_factory=dict)
    growing: set[Address] = field(default_factory=set)
    windows: set[Address] = field(default_factory=set)
    prefixes: set[tuple[int, int]] = field(default_factory=set)
    work: int = 0

    def learn(self, why: Retry) -> bool:
        """Add the need that a reading found to the plan, and return whether that can help."""
        if isinstance(why, Need):
            self.recent[why.address] = max(why.recent, self.recent.get(why.address, 0))
            self.first[why.address] = max(why.first, self.first.get(why.address, 0))
            self.steps = max(self.steps, why.first)
            return max(why.recent, why.first) <= MOST_RECENT
        if isinstance(why, Grows) and why.address not in self.windows | self.growing:
            self.growing.add(why.address)
            return True
        if isinstance(why, Shrinks):
            self.growing.discard(why.address)
            self.windows.add(why.address)
            return True
        if isinstance(why, Accumulates) and why.at not in self.prefixes:
            self.prefixes.add(why.at)
            return True
        self.steps = max(self.steps + 1, why.steps)
        return self.steps <= MOST_STEPS
