"""Sets of letters in words: ``x was 0``, ``x was even``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, const, disjoin, var
from mips_verify.kernel.expr import conjoin as all_of

Letter = tuple[int, ...]

MOST: Final = 256  # letters of the largest alphabet that is described
BOUND: Final = 10**6  # the largest absolute value that is followed or shown
LONGEST: Final = 40  # characters of an expression in a sentence
LISTED: Final = 6  # most values in a sentence


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The inputs and every letter of a small domain, in order."""

    inputs: tuple[str, ...]
    letters: tuple[Letter, ...]

    @staticmethod
    def of(inputs: tuple[str, ...], domain: Domain) -> Alphabet | None:
        """All letters of a domain; ``None`` if there are more than :data:`MOST`."""
        return Alphabet(inputs, tuple(domain.letters())) if domain.size <= MOST else None

    def bind(self, letter: Letter) -> dict[str, int]:
        """The letter as a dictionary of the inputs' values."""
        return dict(zip(self.inputs, letter, strict=True))

    def condition(self, chosen: Collection[Letter]) -> Expr:
        """The ``bool`` expression that holds on exactly the chosen letters."""
        if len(self.inputs) == 1:
            values = tuple(x for (x,) in self.letters if (x,) in chosen)
            return Expr("in", (var(self.inputs[0]),), values or (self.letters[0][0] - 1,))
        each = [
            all_of([Expr("eq", (var(n), const(v))) for n, v in self.bind(a).items()])
            for a in self.letters
            if a in chosen
        ]
        return disjoin(each)

    def count(self, chosen: Collection[Letter]) -> Expr:
        """The expression that is 1 on the chosen letters and 0 on the others."""
        return Expr("int", (self.condition(chosen),))

    def say(self, chosen: Collection[Letter]) -> str | None:
        """The condition in words, such as ``x was 0 or 2``; ``None`` if they would be long."""
        if len(self.inputs) == 1:
            return self._of_one([x for (x,) in self.letters if (x,) in chosen])
        return self._of_several([a for a in self.letters if a in chosen])

    def _of_one(self, values: list[int]) -> str | None:
        name = self.inputs[0]
        every = [x for (x,) in self.letters]
        others = [x for x in every if x not in values]
        if not values or not others:
            return None
        if len(values) == 1:
            return f"{name} was {values[0]}"
        if len(others) == 1 and others[0] not in (every[0], every[-1]):
            return f"{name} was not {others[0]}"
        for parity, word in ((0, "even"), (1, "odd")):
            if len(every) > 3 and values == [x for x in every if x % 2 == parity]:
                return f"{name} was {word}"
        if values[0] == every[0] and values == every[: len(values)] and len(values) > 2:
            return f"{name} was at most {values[-1]}"
        if values[-1] == every[-1] and values == every[-len(values) :] and len(values) > 2:
            return f"{name} was at least {values[0]}"
        if len(values) > 2 and values[-1] - values[0] == len(values) - 1:
            return f"{name} was {values[0]} to {values[-1]}"
        return f"{name} was {either(values)}" if len(values) <= LISTED else None

    def _of_several(self, chosen: list[Letter]) -> str | None:
        names = ", ".join(self.inputs)
        if not chosen or len(chosen) == len(self.letters):
            return None
        equal = [a for a in self.letters if len(set(a)) == 1]
        if len(self.inputs) == 2 and len(equal) > 1:
            both = " and ".join(self.inputs)
            if chosen == equal:
                return f"{both} were equal"
            if chosen == [a for a in self.letters if a not in equal]:
                return f"{both} differed"
        shown = [str(a) for a in chosen]
        return f"({names}) was {either(shown)}" if len(chosen) <= 2 else None


def either(values: Sequence[object]) -> str:
    """``1``, ``1 or 2``, ``1, 2 or 3``."""
    *most, last = map(str, values)
    return f"{', '.join(most)} or {last}" if most else last
