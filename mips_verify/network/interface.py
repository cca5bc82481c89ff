"""What a user says of a model whose file does not say it: its letters, and how it is read."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

from mips_verify.kernel.domain import Domain
from mips_verify.network.coding import GIVES, READS, Coding
from mips_verify.network.weights import WeightFileError

FLAGS: Final = {"causal": "--whole-words"}  # the others have the names of their attributes


@dataclass(frozen=True, slots=True)
class Interface:
    """What is said of a model; ``None`` where nothing is said.

    Attributes:
        domain: the range of every input.
        length: letters in the sequences that trained the model.
        reads: how letters go in; one of :data:`mips_verify.network.coding.READS`.
        gives: how scores are read; one of :data:`mips_verify.network.coding.GIVES`.
        values: what the scores stand for with ``argmax``; 0, 1, 2, ... if not said.
        causal: whether the model answers every letter, or whole words only.
        first: a token that comes before every word.
        shift: letters that the answer to a letter comes late.
        cell: the kind of recurrent cell whose weights a file holds.
        readout: the name of the layer that reads the states, in a file of weights.
    """

    domain: Domain | None = None
    length: int | None = None
    reads: str | None = None
    gives: str | None = None
    values: tuple[int, ...] | None = None
    causal: bool = True
    first: int | None = None
    shift: int = 0
    cell: str | None = None
    readout: str | None = None

    @property
    def flags(self) -> tuple[str, ...]:
        """The flags of ``extract`` that were given, without ``--input`` and ``--length``."""
        silent = Interface(self.domain, self.length)
        given = [f.name for f in fields(self) if getattr(self, f.name) != getattr(silent, f.name)]
        return tuple(FLAGS.get(name, f"--{name}") for name in given)

    def demand_silent(self, path: Path) -> None:
        """Refuse what is said of a file that says everything itself.

        Raises:
            WeightFileError: something is said; both cannot be true.
        """
        if flags := self.flags:
            raise WeightFileError(
                f"{path} itself says how it is read; leave out {', '.join(flags)}"
            )

    def coding(self, path: Path) -> Coding:
        """How a model that knows only arrays is read; ``path`` is named in errors.

        Raises:
            WeightFileError: something is not said that must be.
            SequenceError: what is said does not fit together.
        """
        if self.domain is None:
            raise WeightFileError(
                f"{path} does not say what its inputs are; give extract the range of each, such as "
                "--input x=0..9, or a task"
            )
        if self.reads is None or self.gives is None:
            raise WeightFileError(
                f"{path} does not say how letters go in and answers come out; give "
                f"{self._missing()}"
            )
        return Coding(
            self.domain, self.reads, self.gives, self.values, self.causal, self.first, self.shift
        )

    def _missing(self) -> str:
        reads = f"--reads ({', '.join(READS)})" if self.reads is None else ""
        gives = f"--gives ({' or '.join(GIVES)})" if self.gives is None else ""
        return " and ".join(filter(None, (reads, gives)))

    def within(self, domain: Domain | None, length: int | None) -> Interface:
        """The same, with a task's ranges and length where the user said none."""
        return replace(self, domain=self.domain or domain, length=self.length or length)
