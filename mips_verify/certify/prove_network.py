"""The theorem about a network: on which words is it the program, in each reading of its weights?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from mips_verify.certify.certifying import Certifying
from mips_verify.certify.failures import fails_soon, first_failure
from mips_verify.certify.lockstep import Failure
from mips_verify.certify.methods import METHODS
from mips_verify.certify.short_words import Compared
from mips_verify.deadline import interruptible
from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.network_kernel.cells import Cells
from mips_verify.network_kernel.exact_network import fingerprint
from mips_verify.network_kernel.network_certificate import (
    EVERY,
    NetworkCertificate,
    Proof,
    letters_proved,
    program_hash,
)
from mips_verify.progress import Found, Say

Letters = int | None
LONGEST: Final = 10_000  # letters of words on which a failure is looked for


@dataclass(frozen=True, slots=True)
class NetworkTheorem:
    """How far a network is proved to be a program, and where it is known not to be.

    Attributes:
        certificate: what proves it, for how many letters; perhaps for none.
        methods: how the proofs were found.
        failure: a word on which the network is wrong, if the search found one.
        seconds: CPU seconds of the search and of the check.
        compared: letters up to which every word was run in float64 and network and program agree:
            a check and no proof; 0 where nothing was compared.
    """

    certificate: NetworkCertificate
    methods: tuple[str, ...] = ()
    failure: Failure | None = None
    seconds: float = 0.0
    compared: int = 0

    @property
    def exact(self) -> Letters:
        """Letters for which it holds in exact reals; None for any number."""
        return self.certificate.exact

    @property
    def floats(self) -> Letters:
        """Letters for which it holds in float64; None for any number."""
        return self.certificate.floats

    @property
    def proved(self) -> bool:
        """Whether it holds for words of every length, in exact reals."""
        return self.exact is EVERY


def prove_network(problem: Certifying, progress: Say, *, whole: bool = True) -> NetworkTheorem:
    """Try the methods until both readings are proved for every length, or none is left.

    Args:
        problem: the network and the program.
        progress: called with a short description of each activity.
        whole: where not every length is proved, also look for the farthest proof and for a failure.
    """
    start, reached = time.process_time(), _Reached()
    with interruptible():
        if not _wrong_soon(problem):
            for farther in _farther(problem, _Reached(), progress, bounded=False):
                reached = farther  # kept if the time is up in the next method
    known = Compared(0)
    with interruptible():  # before the slower methods: a failure says most
        if whole and reached.below(LONGEST):
            known = first_failure(
                problem.model,
                problem.program,
                problem.domain,
                seed=problem.seed,
                longest=LONGEST,
                progress=progress,
            )
            if known.failure is not None:
                progress(Found(f"WRONG on a word of {len(known.failure.word)} letters"))
    with interruptible():
        if whole:
            for farther in _farther(problem, reached, progress, bounded=True):
                reached = farther
    certificate = NetworkCertificate(
        fingerprint(problem.exact),
        program_hash(problem.program, problem.domain),
        reached.exact,
        reached.floats,
        reached.proofs,
        known.failure.word if known.failure else None,
    )
    seconds = time.process_time() - start
    return NetworkTheorem(certificate, reached.methods, known.failure, seconds, known.letters)


def _wrong_soon(problem: Certifying) -> bool:
    """Whether some word shows at once that no proof for every length can be found."""
    try:
        return fails_soon(problem.model, problem.program, problem.domain, seed=problem.seed)
    except (OverflowError, TaskError):  # numbers beyond 64 bits cannot be tried, but be proved
        return False


def _farther(
    problem: Certifying, reached: _Reached, progress: Say, *, bounded: bool
) -> Iterator[_Reached]:
    """What is proved after each method, for every length or, if ``bounded``, up to some length."""
    for method in METHODS:
        if method.bounded is not bounded:
            continue
        if not reached.below(problem.length) if bounded else reached.everywhere:
            return
        progress(f"looking for a proof of the network: {method.name}")
        proof = method.find(problem)
        if proof is not None:
            reached = reached.with_proof(method.name, proof, problem)
            yield reached


@dataclass(frozen=True, slots=True)
class _Reached:
    """The proofs that reach farthest so far."""

    exact: Letters = 0
    floats: Letters = 0
    proofs: tuple[Proof, ...] = ()
    methods: tuple[str, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether both readings are proved for every length."""
        return self.exact is EVERY and self.floats is EVERY

    def below(self, length: int) -> bool:
        """Whether words of this length are not proved in both readings."""
        return _more(length, self.exact) or _more(length, self.floats)

    def with_proof(self, name: str, proof: Proof, problem: Certifying) -> _Reached:
        """With a proof that was checked, if it reaches farther in some reading."""
        tries = [replace(proof, floats=True), proof] if isinstance(proof, Cells) else [proof]
        for candidate in tries:
            try:
                exact, floats = letters_proved(
                    candidate, problem.exact, problem.program, problem.domain
                )
            except MipsVerifyError:
                continue
            if not (_more(exact, self.exact) or _more(floats, self.floats)):
                return self
            kept = () if _least(exact, self.exact) and _least(floats, self.floats) else self.proofs
            return _Reached(
                exact if _more(exact, self.exact) else self.exact,
                floats if _more(floats, self.floats) else self.floats,
                (*kept, candidate),
                (*(self.methods if kept else ()), name),
            )
        return self


def _more(new: Letters, old: Letters) -> bool:
    return old is not EVERY and (new is EVERY or new > old)


def _least(new: Letters, old: Letters) -> bool:
    return not _more(old, new)
