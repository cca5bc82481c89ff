"""A program read out of a given network, compared with it, and proved if there is a task.

Without a specification, nothing can be proved. Then the program is only compared with the network,
on every sequence of a short length and on random ones of the length for which it is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from mips_verify.data import Dataset, affordable
from mips_verify.deadline import seconds_left, time_is_up
from mips_verify.extract.effort import Effort
from mips_verify.extract.extraction import Extraction, extract, near_programs
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.machine import Machine, Shown
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.network.causality import demand_causal
from mips_verify.network.prefix_states import PrefixStates
from mips_verify.network.sequence_function import SequenceFunction
from mips_verify.pipeline.check_network import demand_sound
from mips_verify.pipeline.choose_program import proved_first, with_near
from mips_verify.pipeline.compare_network import Comparison, answers, compare, how_many
from mips_verify.pipeline.faithfulness import Faithfulness, Parties, faithfulness, lengths_of
from mips_verify.pipeline.found import (
    comparison_found,
    program_found,
    proof_found,
    theorem_found,
)
from mips_verify.pipeline.network_theorem import Answer, network_theorem
from mips_verify.pipeline.score import Score, score
from mips_verify.pipeline.where_equal import all_agree, where_equal
from mips_verify.progress import Found, Progress, quiet
from mips_verify.spec.labelling import exact_trace

if TYPE_CHECKING:
    from mips_verify.network.sequence_function import Recurrent

FRESH = 8_192  # sequences for measuring the network itself
NONE = "no program was found"
STATES = 10_000  # most numbers in the states of one sequence; bounds how far it is read


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What was asked when a network was read.

    Attributes:
        network: the network; a function of words has prefixes as its states.
        domain: the range of every input.
        length: letters up to which the network is trusted.
        spec: the specification, if there is one.
    """

    network: Recurrent
    domain: Domain
    length: int
    spec: Machine | None


@dataclass(frozen=True, slots=True, repr=False)
class Reading(Shown):
    """What was read out of a network.

    Attributes:
        asked: the network and the question.
        extraction: the program and how it was found.
        comparison: of program and network, if there is a program.
        verdict: on program and specification, if there are both.
        network_score: of the network against the specification, if there is one.
        certified: how far the network is its program, if the program was proved.
        faithfulness: how far network, program and specification agree on longer sequences too.
    """

    asked: Asked
    extraction: Extraction
    comparison: Comparison | None
    verdict: Verdict | None
    network_score: Score | None = None
    certified: Answer | None = None
    faithfulness: Faithfulness | None = None

    @property
    def program(self) -> Machine | None:
        """The program, if one was found."""
        return self.extraction.machine

    @property
    def proved(self) -> bool:
        """Whether the program is proved to equal the specification."""
        return self.verdict is not None and self.verdict.status is Status.PROVED

    @property
    def agree(self) -> bool:
        """Whether there is a program that differs from the network on nothing that was tried."""
        return self.comparison is not None and all_agree(self.comparison, self.faithfulness)

    def __str__(self) -> str:
        return "\n".join([str(self.program), *self._known()]) if self.comparison else NONE

    def __repr__(self) -> str:
        """On one line: a long program is cut, but not what is known about it."""
        said = "; ".join([repr(self.program), *self._known()]) if self.comparison else NONE
        return f"Reading({said})"

    def _known(self) -> list[str]:
        """The proof of the program, and where program and network agree, a line each."""
        assert self.comparison is not None
        proof = "no specification to prove it against" if self.verdict is None else self.verdict
        return [str(proof), where_equal(self.comparison, self.faithfulness)]


def read_network(
    network: Recurrent | SequenceFunction,
    domain: Domain,
    length: int,
    *,
    spec: Machine | None = None,
    test_lengths: Sequence[int] | None = None,
    seed: int = 0,
    effort: Effort = Effort.NORMAL,
    progress: Progress = quiet,
) -> Reading:
    """Read a program out of ``network``, compare the two, and prove the program against ``spec``.

    Args:
        network: any recurrent network, or a function of words; extraction sees only it, the
            domain and the length.
        domain: the range of every input.
        length: letters up to which the network is trusted: its training length.
        spec: the specification for the proof, if there is one.
        test_lengths: lengths of the sequences on which all are compared in the end; by default
            1, 2, 5 and 20 times ``length``.
        seed: decides every random choice.
        effort: how long a better program is looked for once there is one.
        progress: called with the stage and what it is doing.

    Raises:
        MipsVerifyError: the functions of the network do not fit together, it looks ahead, or its
            states or outputs or the numbers of the specification are not finite or too large.
    """
    lengths = lengths_of(length, test_lengths)
    network = _with_states(network, domain, length, seed)
    reading = _read(Asked(network, domain, length, spec), seed, effort, progress)
    # without program and specification there is nothing to compare the network with
    if (reading.program is None and spec is None) or time_is_up():
        return reading
    said = f"sequences of {', '.join(map(str, lengths))} inputs"
    progress("compare", said)
    parties = Parties(network, reading.program, spec, reading.proved)
    found = faithfulness(parties, domain, lengths, reading.comparison, seed)
    progress("compare", Found(f"all compared on {said}"))
    return replace(reading, faithfulness=found)


def _read(asked: Asked, seed: int, effort: Effort, progress: Progress) -> Reading:
    """The program, its comparison with the network up to ``length``, and the proof."""
    network, domain, length, spec = asked.network, asked.domain, asked.length, asked.spec
    demand_sound(network, domain, length, seed)
    judged = _judged(network, spec, domain, length, seed) if spec is not None else None
    horizon = _horizon(network, length, progress)
    found, verdict = _chosen(network, domain, horizon, spec, seed, effort, progress)
    if (program := found.machine) is None:
        return Reading(asked, found, None, None, judged)
    progress("compare", "program and network")
    comparison = compare(network, program, domain, length, seed)
    progress("compare", comparison_found(comparison))
    certified = None
    if verdict is not None and verdict.status is Status.PROVED:
        certified = network_theorem(
            network, program, domain, length, seed, lambda line: progress("certify", str(line))
        )
        progress("certify", theorem_found(certified))
    return Reading(asked, found, comparison, verdict, judged, certified)


def _chosen(
    network: Recurrent,
    domain: Domain,
    horizon: int,
    spec: Machine | None,
    seed: int,
    effort: Effort,
    progress: Progress,
) -> tuple[Extraction, Verdict | None]:
    """The programs read out of the network, the one to be shown in front, and its verdict."""
    say = partial(progress, "extract")
    found = extract(network, domain, horizon, seed=seed, effort=effort, progress=say)
    progress("extract", program_found(found))
    near = partial(near_programs, network, domain, horizon, seed=seed, effort=effort, progress=say)
    if spec is None:
        return with_near(found, near), None
    answer = proved_first(found, near, _prover(spec, domain, seed, progress))
    progress("prove", proof_found(answer))
    return answer


def _prover(
    spec: Machine, domain: Domain, seed: int, progress: Progress
) -> Callable[[Machine], Verdict]:
    """Gives the verdict on a program."""
    from mips_verify.prove.sandbox import SECONDS, equal_in_worker

    say = partial(progress, "prove")
    return lambda program: equal_in_worker(
        program, spec, domain, seed=seed, seconds=seconds_left(SECONDS), progress=say
    )


def _with_states(
    network: Recurrent | SequenceFunction, domain: Domain, length: int, seed: int
) -> Recurrent:
    """The network itself, or a function of words with prefixes as its states."""
    if not isinstance(network, SequenceFunction):
        return network
    demand_causal(network, domain, length, seed)
    return PrefixStates(network, domain, length)


def _judged(network: Recurrent, spec: Machine, domain: Domain, length: int, seed: int) -> Score:
    """The score of the network against the specification on fresh sequences."""
    count = how_many(FRESH, network, domain, length)
    x = domain.sample(count, length, np.random.default_rng(seed))
    exact_trace(spec, x)  # refuses numbers beyond 64 bits
    return score(spec, [Dataset(domain, x, answers(network, x))])


def _horizon(network: Recurrent, length: int, progress: Progress) -> int:
    """The length up to which to read the network; shorter if its states (all kept) are large."""
    fits = affordable(length, network.hidden, STATES)
    if fits < length:
        progress("extract", f"states of {network.hidden} numbers are large; reading {fits} letters")
    return fits
