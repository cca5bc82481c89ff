"""``program.py`` for a machine whose numbers stand for letters."""

from __future__ import annotations

from collections.abc import Mapping

from mips_verify.emit.python.python_file import render_program
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine

Letters = Mapping[str, tuple[str, ...]]


def render_with_letters(
    machine: Machine, *, name: str, says: str, domain: Domain, how: str,
    outputs: tuple[str, ...], letters: Letters,
) -> str:  # fmt: skip
    """The program, and a function ``translate`` that reads and gives letters where there are any.

    Args:
        machine: the program on numbers.
        name, says, domain, how: as for :func:`mips_verify.emit.python.python_file.render_program`.
        outputs: names of the outputs.
        letters: for an input or output with letters, what each number stands for.
    """
    text = render_program(machine, name=name, says=says, domain=domain, how=how)
    if not letters:
        return text
    number = [_dict(letters[n]) if n in letters else "" for n in domain.names]
    letter = [repr(dict(enumerate(letters[n]))) if n in letters else "" for n in outputs]
    return text + "\n\n" + "\n".join(
        [
            "def translate(words: Iterable) -> list:",
            '    """Return the outputs for a sequence of letters, one after each."""',
            *(f"    number{i} = {d}" for i, d in enumerate(number) if d),
            *(f"    letter{i} = {t}" for i, t in enumerate(letter) if t),
            f"    xs = [{_reading(number)} for word in words]",
            f"    return [{_giving(letter)} for y in program(xs)]",
            "",
        ]
    )  # fmt: skip


def _dict(values: tuple[str, ...]) -> str:
    return "{" + ", ".join(f"{v!r}: {i}" for i, v in enumerate(values)) + "}"


def _reading(number: list[str]) -> str:
    if len(number) == 1:
        return "number0[word]" if number[0] else "word"
    parts = [f"number{i}[word[{i}]]" if d else f"word[{i}]" for i, d in enumerate(number)]
    return f"({', '.join(parts)})"


def _giving(letter: list[str]) -> str:
    if len(letter) == 1:
        return "letter0[y]" if letter[0] else "y"
    parts = [f"letter{i}[y[{i}]]" if t else f"y[{i}]" for i, t in enumerate(letter)]
    return f"({', '.join(parts)})"
