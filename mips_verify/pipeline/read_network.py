"""A program read out of a given network, compared with it, and proved where there is a task.

Without a specification nothing can be proved; then the program is compared with the network on
every sequence of a short length and on random ones of the length that trained it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mips_verify.algebra.magnitude import FLOAT_EXACT
from mips_verify.data import MOST_NUMBERS, Dataset, affordable
from mips_verify.errors import MipsVerifyError
from mips_verify.extract.extraction import Extraction
from mips_verify.extract.extraction import extract as read
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine
from mips_verify.pipeline.score import Miss, Score, score
from mips_verify.progress import Progress
from mips_verify.spec.labelling import exact_trace

if TYPE_CHECKING:
    from mips_verify.extract.oracle import Recurrent
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.normalize.integer_autoencoders import IntegerLattice

SEQUENCES = 65_536
FRESH = 8_192  # sequences on which the network itself is judged
BATCH = 4_096  # of these at once, since a network's states are kept
STATES = 10_000  # numbers in the states of one sequence that is read
WORK = 2**27  # numbers in the states of all sequences that are compared
FOR_LATTICE = 200


@dataclass(frozen=True, slots=True)
class Comparison:
    """A program and the network that it was read from.

    Attributes:
        short: on every sequence of ``short_length`` letters, or random letters of a huge range.
        short_length: the most letters of which all sequences were tried, up to the whole length.
        full: on random sequences of ``length`` letters; the same where ``short_length`` is it.
        length: letters up to which the network is trusted.
    """

    short: Score
    short_length: int
    full: Score
    length: int

    @property
    def agree(self) -> bool:
        """Whether no sequence was found on which they differ."""
        return self.short.exact and self.full.exact

    @property
    def miss(self) -> Miss | None:
        """A sequence on which they differ, with what the network gives; the shortest one found."""
        found = [m for m in (self.short.miss, self.full.miss) if m is not None]
        return min(found, key=lambda m: len(m.word), default=None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a network.

    Attributes:
        extraction: the program and how it was found.
        comparison: program and network, where there is a program.
        verdict: program and specification, where there are both.
        network_score: network and specification, where there is one.
    """

    extraction: Extraction
    comparison: Comparison | None
    verdict: Verdict | None
    network_score: Score | None = None

    @property
    def program(self) -> Machine | None:
        """The program, if one was found."""
        return self.extraction.machine


def read_network(
    network: Recurrent,
    domain: Domain,
    length: int,
    *,
    spec: Machine | None = None,
    seed: int = 0,
    progress: Progress = lambda *_: None,
) -> Reading:
    """Read a program out of ``network``, compare the two, and prove the program against ``spec``.

    Args:
        network: any recurrent network; extraction sees it, the domain and the length alone.
        domain: the range of every input.
        length: letters up to which the network is trusted: its training length.
        spec: what the program is proved against, if there is a specification.
        seed: decides every random choice.
        progress: told the stage and what it is doing.

    Raises:
        MipsVerifyError: a network whose functions do not fit together, states or outputs that are
            no numbers or too large to be rounded, or a specification with such numbers.
    """
    _demand_fitting(network, domain)
    _demand_sound(network, domain, length, seed)
    network_score = None
    if spec is not None:
        x = domain.sample(
            _count(FRESH, network, domain, length), length, np.random.default_rng(seed)
        )
        exact_trace(spec, x)
        network_score = score(spec, [Dataset(domain, x, _answers(network, x))])
    trusted = _trusted(network, length, progress)
    extraction = read(
        network, domain, trusted, seed=seed, progress=lambda line: progress("extract", line)
    )
    program = extraction.machine
    if program is None:
        return Reading(extraction, None, None, network_score)
    progress("compare", "program and network")
    comparison = compare(network, program, domain, length, seed)
    verdict = None
    if spec is not None:
        from mips_verify.prove.sandbox import equal

        verdict = equal(
            program, spec, domain, seed=seed, progress=lambda line: progress("prove", line)
        )
    return Reading(extraction, comparison, verdict, network_score)


def _trusted(network: Recurrent, length: int, progress: Progress) -> int:
    """Letters up to which it is read: the states of all sequences looked at are kept."""
    fits = affordable(length, network.hidden, STATES)
    if fits < length:
        progress("extract", f"states of {network.hidden} numbers are large; reading {fits} letters")
    return fits


def _count(count: int, network: Recurrent, domain: Domain, length: int) -> int:
    """Sequences to compare on: fewer of a large network, so that it takes seconds."""
    fits = affordable(count, length * (domain.channels + network.outputs), MOST_NUMBERS // 4)
    return affordable(fits, length * network.hidden, WORK)


def _demand_fitting(network: Recurrent, domain: Domain) -> None:
    """Functions of somebody else's may drop an axis, and numpy would stretch it again."""
    letters = np.array([domain.lows] * 2, dtype=np.int64)
    hidden, outputs = network.hidden, network.outputs
    with np.errstate(all="ignore"):
        start = np.asarray(network.start(2))
        after = np.asarray(network.step(start, letters))
        shown = np.asarray(network.read(after))
        many = np.asarray(network.read(np.stack([after] * 3, axis=1)))
    for what, found, wanted in (
        ("start", start.shape, (2, hidden)),
        ("step", after.shape, (2, hidden)),
        ("read", shown.shape, (2, outputs)),
        ("read", many.shape, (2, 3, outputs)),
    ):
        if found != wanted:
            raise MipsVerifyError(
                f"the network's function {what} gives an array of shape {found}, expected {wanted}"
            )
    if shown.dtype.kind not in "iu":
        raise MipsVerifyError(f"the network's function read gives {shown.dtype}, not integers")


def _demand_sound(network: Recurrent, domain: Domain, length: int, seed: int) -> None:
    """Casting infinity to an integer gives a number; a program must not be found for it."""
    x = domain.sample(_count(BATCH, network, domain, length), length, np.random.default_rng(seed))
    with np.errstate(all="ignore"):
        for states, y in _runs(network, x):
            if not np.isfinite(states).all():
                raise MipsVerifyError(
                    f"the network's states are no finite numbers within {length} letters"
                )
            if y.min() < -FLOAT_EXACT or y.max() > FLOAT_EXACT:
                raise MipsVerifyError(
                    f"the network's outputs reach {max(-int(y.min()), int(y.max()))} within "
                    f"{length} letters, too large for float64 to tell neighbours apart"
                )


def compare(
    network: Recurrent, program: Machine, domain: Domain, length: int, seed: int
) -> Comparison:
    """Run both on all short sequences, and on random ones of the whole length."""
    fits = [n for n in range(1, length + 1) if domain.size**n <= SEQUENCES]
    short_length = max(fits, default=1)
    rng = np.random.default_rng(seed)
    count = _count(SEQUENCES, network, domain, length)
    # where letters are too many to list, random ones must do
    short = domain.all_sequences(short_length) if fits else domain.sample(SEQUENCES, 1, rng)
    full = short if short_length == length else domain.sample(count, length, rng)
    scores = [score(program, [Dataset(domain, x, _answers(network, x))]) for x in (short, full)]
    return Comparison(scores[0], short_length, scores[1], length)


def _answers(network: Recurrent, x: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([y for _, y in _runs(network, x)])


def _runs(
    network: Recurrent, x: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """States and outputs of a few sequences at a time."""
    rows = affordable(BATCH, (x.shape[1] + 1) * network.hidden)
    return (network.run(x[i : i + rows]) for i in range(0, len(x), rows))


def hidden_lattice(
    network: Recurrent, domain: Domain, length: int, method: str, seed: int = 0
) -> IntegerLattice:
    """Integer coordinates of hidden states, found as the paper's integer autoencoders find them.

    Args:
        network: any; the linear finder is exact where a step is linear.
        domain: the range of every input.
        length: letters in a random sequence.
        method: ``linear`` (what inputs leave behind) or ``gcd`` (differences of states), a key of
            ``LATTICE_FINDERS``; arXiv 2402.05110, section on integer autoencoders.
        seed: of the sequences.
    """
    from mips_verify.normalize.integer_autoencoders import LATTICE_FINDERS

    size = network.hidden
    count = affordable(FOR_LATTICE, (length + 1) * size)
    x = domain.sample(count, length, np.random.default_rng(seed))
    # the start need not lie on the lattice, nor what is left of it in the first few states
    skip = min(size, length // 2)
    return LATTICE_FINDERS[method](network.run(x)[0][:, skip:], x[:, skip:], seed)
