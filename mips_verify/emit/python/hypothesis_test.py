"""``test_program.py``: a Hypothesis test that compares ``program.py`` with its specification."""

from __future__ import annotations

from typing import Final

from mips_verify.algebra.printable import printable_steps
from mips_verify.emit.names import in_docstring
from mips_verify.emit.python.python_file import reads, stream_values
from mips_verify.emit.templates import render
from mips_verify.kernel.certificate import Certificate
from mips_verify.kernel.domain import Domain

TIMES: Final = 10  # the longest sequence, as a multiple of the training length
DRAWN: Final = 200  # numbers that are drawn one by one; longer sequences repeat patterns


def render_test(proof: Certificate) -> str:
    """The text of ``test_program.py``, which runs beside ``program.py`` under plain pytest.

    It imports only hypothesis and the standard library. It holds the specification as a separate
    class, written by the emitter that also writes ``program.py``.
    """
    values = stream_values(proof.spec, "Specification", "The specification one step at a time.")
    longest = longest_word(proof)
    channels = proof.domain.channels
    return render(
        "test_program.py.j2",
        name=in_docstring(proof.task),
        says=in_docstring(proof.says),
        reads=reads(values["letter"].split(", "), proof.domain),
        longest=longest,
        drawn=most_drawn(proof.domain, longest),
        channels=channels,
        outputs=len(proof.spec.outputs),
        star="" if channels == 1 else "*",
        ranges=[
            f"{low}, {high}"
            for low, high in zip(proof.domain.lows, proof.domain.highs, strict=True)
        ],
        extremes=[", ".join(map(str, row)) for row in extremes(proof.domain)],
        **values,
    )


def longest_word(proof: Certificate) -> int:
    """The number of letters of the longest sequence to try, at least 1.

    That is ``TIMES`` the training length. It is less if the specification's numbers grow so fast
    that longer runs would not end: on sequences of only the smallest or only the largest letter
    they stay printable, except perhaps after the last letter.
    """
    ends = (proof.domain.lows, proof.domain.highs)
    rest = TIMES * proof.length - 1
    return 1 + min(printable_steps(proof.spec, [letter] * rest) for letter in ends)


def most_drawn(domain: Domain, longest: int) -> int:
    """The number of letters drawn one by one, in a sequence of up to ``longest`` letters."""
    return max(1, min(longest, DRAWN // domain.channels))


def extremes(domain: Domain) -> list[list[int]]:
    """For each input the ends of its range and -1, 0 and 1 within it, the simplest first."""
    return [
        sorted({v for v in (low, -1, 0, 1, high) if low <= v <= high}, key=lambda v: (abs(v), -v))
        for low, high in zip(domain.lows, domain.highs, strict=True)
    ]
