"""Programs in classes of which each does the same on sequences of every length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status, Verdict

Equal = Callable[[Machine, Machine, Domain], Verdict]


@dataclass(frozen=True, slots=True)
class ProgramClass:
    """Programs that are PROVED equal to one another.

    Attributes:
        representative: the shortest of them.
        count: how many runs found one of them.
        wordings: how many of them differ in more than the names of their state variables.
        is_spec: whether they are proved equal to the specification.
        undecided: whether an equality with another class was neither proved nor refuted.
    """

    representative: Machine
    count: int
    wordings: int
    is_spec: bool
    undecided: bool


def program_classes(
    programs: Iterable[tuple[Machine, bool]], domain: Domain, equal: Equal
) -> tuple[ProgramClass, ...]:
    """The classes of programs, the one of the specification first, then by their counts.

    Args:
        programs: each with whether it is proved equal to the specification; such programs are
            equal to one another, and are not compared again.
        domain: their letters.
        equal: decides whether two machines are equal.
    """
    given = [(_named_alike(program), proved, program) for program, proved in programs]
    counts = Counter((alike, proved) for alike, proved, _ in given)
    as_written = {alike: program for alike, _, program in reversed(given)}
    distinct = sorted(counts, key=lambda one: (one[0].size, str(one[0])))
    classes: list[list[tuple[Machine, bool]]] = []
    undecided: set[int] = set()
    for one in distinct:
        mine = _class_of(one, classes, domain, equal, undecided)
        if mine is None:
            classes.append([one])
        else:
            mine.append(one)
    found = [
        ProgramClass(
            as_written[members[0][0]],
            sum(counts[m] for m in members),
            len({m for m, _ in members}),
            any(proved for _, proved in members),
            i in undecided,
        )
        for i, members in enumerate(classes)
    ]
    return tuple(sorted(found, key=lambda c: (not c.is_spec, -c.count)))


def _class_of(
    one: tuple[Machine, bool],
    classes: Sequence[list[tuple[Machine, bool]]],
    domain: Domain,
    equal: Equal,
    undecided: set[int],
) -> list[tuple[Machine, bool]] | None:
    """The class of a program; a new one is ``undecided`` if it may be one of the others."""
    program, proved = one
    for members in classes:
        if proved and any(p for _, p in members):
            return members
    unsure = False
    for members in classes:
        verdict = equal(program, members[0][0], domain).status
        if verdict is Status.PROVED:
            return members
        unsure |= verdict is not Status.REFUTED
    if unsure:
        undecided.add(len(classes))
    return None


def _named_alike(program: Machine) -> Machine:
    """The program with its state variables named by their places."""
    taken = set(program.inputs)
    names = [f"s{i}" for i in range(len(program.state))]
    while taken & set(names):
        names = [f"s{n}" for n in names]
    return program.rename(dict(zip(program.state, names, strict=True)))
