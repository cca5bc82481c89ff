"""The one theorem: do two machines give the same outputs on every sequence of every length?"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from mips_verify.algebra.arrays import Ints
from mips_verify.algebra.sequences import mixed_words, widened
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, const, negate, substitute
from mips_verify.kernel.machine import Machine, show_word
from mips_verify.kernel.obligations import Obligation, Pair, discharge, join, proves
from mips_verify.kernel.verdict import Status, Verdict
from mips_verify.progress import Say
from mips_verify.prove.bounded import bounded_check
from mips_verify.prove.counterexample import (
    Difference,
    Letters,
    refute,
    refute_exactly,
    replay,
    shrink,
)
from mips_verify.prove.invariant_search import Search
from mips_verify.prove.invariants.finite_part import completed
from mips_verify.prove.invariants.miners import Stage, stages_for
from mips_verify.prove.invariants.samples import sampled
from mips_verify.prove.joint_runs import Observed, joint_states, machine_defined, observe
from mips_verify.prove.limits import (
    BEST_GUESSES,
    DEEPER,
    DEFAULT,
    FIRST_SHARE,
    MOST_CELLS,
    SECOND_SHARE,
    Limits,
)
from mips_verify.prove.product import ProductSearch, Reached


def equal(
    program: Machine,
    spec: Machine,
    domain: Domain,
    *,
    seed: int = 0,
    limits: Limits = DEFAULT,
    progress: Say | None = None,
) -> Verdict:
    """Compare two machines over a domain.

    Args:
        program: the machine in question.
        spec: the specification.
        domain: the letters; inputs are matched by position.
        seed: seed of the random sequences.
        limits: how much work to do.
        progress: called with a short description of each activity.

    Returns:
        PROVED only if the three obligations hold for the invariant of the verdict; REFUTED only
        with a sequence that was replayed in exact integers.

    Raises:
        MachineError: machines that do not fit together.
    """
    start = time.perf_counter()
    pair = join(program, spec, domain)
    try:
        verdict = _Comparison(pair, seed, limits, progress or (lambda _: None)).decide()
    except RecursionError:
        verdict = Verdict(Status.UNKNOWN, "an expression is nested too deeply")
    except OverflowError:
        verdict = Verdict(Status.UNKNOWN, "a constant does not fit in 64 bits")
    return replace(verdict, seconds=time.perf_counter() - start)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """One comparison of two machines; its methods are the attempts to decide it."""

    pair: Pair
    seed: int
    limits: Limits
    progress: Say

    def decide(self) -> Verdict:
        """Try to refute, then to prove, then to check up to some length."""
        self.progress("looking for a counterexample")
        try:
            seen, wide = self.observed()
        except OverflowError:  # a constant beyond 64 bits
            return self.beyond(self.far(), 0)
        if found := refute(self.pair, seen):
            return self.refuted(found)
        self.progress("looking for an invariant")
        # if the machines differ outside the input range, only equality within it can be claimed
        scopes = {False: seen} if wide.differs.any() else {True: wide, False: seen}
        affine, *others = stages_for(self.pair)
        searches = {}
        for all_integers, runs in scopes.items():
            searches[all_integers] = self.search(runs, all_integers)
            if verdict := self.weakened(affine, searches[all_integers], scopes):
                return verdict
        self.progress("searching the product of the states")
        product, deep = ProductSearch(self.pair), DEEPER * self.limits.product_steps
        # search deeper if the product is sure to close: this decides pairs that are hard for Z3
        reached = product.until(deep if product.finite else self.limits.product_steps)
        if reached.word:
            return self.replayed(reached.word)
        self.progress("looking for a counterexample far out")
        far = observe(self.pair, self.far())
        if found := refute(self.pair, far):
            return self.refuted(found)
        if verdict := self.attempt(others, reached, searches):
            return verdict
        self.progress("searching more of the product")
        closed, reached = reached.closed, product.until(deep)
        if reached.word:
            return self.replayed(reached.word)
        closes = reached.closed and not closed
        if closes and (verdict := self.attempt(others, reached, searches)):
            return verdict
        return self.beyond(far.x[~far.tame.all(axis=1)], reached.length)

    def attempt(
        self, stages: Iterable[Stage], reached: Reached, searches: dict[bool, Search]
    ) -> Verdict | None:
        """Try to prove by one of these stages, using what the product search found."""
        search = searches[False]
        search.samples = completed(search.samples, reached, self.limits.product_steps)
        for stage in stages:
            self.progress(f"looking for an invariant: {stage.name}")
            if verdict := self.exact(stage, searches):
                return verdict
            if stage.miners:
                for search in searches.values():
                    if verdict := self.weakened(stage, search, searches):
                        return verdict
        return None

    def exact(self, stage: Stage, searches: dict[bool, Search]) -> Verdict | None:
        """Try a stage's exact guesses: all with a small budget for Z3, then the best with more."""
        search, rlimit = searches[False], self.limits.proof_rlimit
        guesses = [g.conditions for g in stage.invariants(search.samples)]
        rounds = (FIRST_SHARE, guesses), (SECOND_SHARE, guesses[:BEST_GUESSES])
        for share, chosen in rounds:
            for guess in chosen:
                if proves(self.pair, guess, all_integers=False, rlimit=rlimit // share):
                    wider = True in searches and self.holds(guess, True, search)
                    return _proved(stage, guess, wider)
        return None

    def observed(self) -> tuple[Observed, Observed]:
        """Runs on words over the domain, and on words over a wider one."""
        rng, limits, domain = np.random.default_rng(self.seed), self.limits, self.pair.domain
        most = MOST_CELLS // (limits.length * (1 + len(self.pair.state)))
        inside = mixed_words(domain, max(1, min(limits.sequences, most)), limits.length, rng)
        beyond = mixed_words(widened(domain), limits.samples, limits.length // 2 + 1, rng)
        return observe(self.pair, inside), observe(self.pair, beyond)

    def far(self) -> Ints:
        """A few long sequences, since some differences, such as saturated counters, appear late."""
        rng, limits = np.random.default_rng(self.seed), self.limits
        return mixed_words(self.pair.domain, limits.far, limits.far_length, rng)

    def beyond(self, wild: Ints, known: int) -> Verdict:
        """No invariant was found: run the words ``wild``, which exceed 64 bits; then `bounded`."""
        if found := refute_exactly(self.pair, wild):
            return self.refuted(found)
        return self.bounded(known)

    def search(self, runs: Observed, all_integers: bool) -> Search:
        """A search for an invariant that guesses from the states in ``runs``."""
        states = joint_states(runs, self.limits.samples)
        samples = sampled(self.pair, states, complete=False)
        return Search(samples, self.limits, all_integers)

    def weakened(self, stage: Stage, search: Search, scopes: Iterable[bool]) -> Verdict | None:
        """Try to prove by an invariant that the search finds from this stage's guesses.

        Args:
            stage: the stage with the miners.
            search: the search, with or without the input range.
            scopes: claims to try (for all integers or not), strongest first. An invariant found
                within the range may also hold for all integers.
        """
        for invariant in search.attempt(stage):
            for all_integers in scopes:
                if self.holds(invariant, all_integers, search):
                    return _proved(stage, invariant, all_integers)
        return None

    def holds(self, invariant: tuple[Expr, ...], all_integers: bool, search: Search) -> bool:
        """Whether the obligations hold; a claim beyond the search's scope gets a smaller budget."""
        aimed = search.all_integers or not all_integers
        rlimit = self.limits.proof_rlimit if aimed else self.limits.search_rlimit
        return proves(self.pair, invariant, all_integers=all_integers, rlimit=rlimit)

    def refuted(self, found: Difference) -> Verdict:
        """REFUTED, given any counterexample; by the shortest one if that can be found."""
        if found.expected is None:
            return self.no_value(found)
        self.progress("looking for the shortest counterexample")
        longest = len(found.word)
        product = ProductSearch(self.pair)
        reached = product.until(self.limits.product_steps)
        known, word = reached.length, reached.word
        if word is None and known < longest - 1:
            most = min(longest - 1, self.limits.bounded_length)
            checked = bounded_check(self.pair, known, most, self.limits.bounded_rlimit)
            known, word = checked.length, checked.word
        if word is None and known < longest - 1:
            reached = product.until(DEEPER * self.limits.product_steps)
            known, word = max(known, reached.length), reached.word
        shorter = replay(self.pair, word) if word else None
        if shorter is not None and shorter.expected is not None:
            return self.refutation(shorter, len(shorter.word) - 1, "bounded model checking")
        return self.refutation(found, known, "random and extreme sequences")

    def replayed(self, word: Letters) -> Verdict:
        """REFUTED by ``word``, a shortest counterexample, if exact replay confirms it."""
        found = replay(self.pair, word)
        if found is None:
            return Verdict(Status.UNKNOWN, "a counterexample did not survive exact replay")
        if found.expected is None:
            return self.no_value(found)
        return self.refutation(found, len(found.word) - 1, "bounded model checking")

    def refutation(self, found: Difference, known: int, strategy: str) -> Verdict:
        """REFUTED, given that the machines agree on all sequences of at most ``known`` letters."""
        best = shrink(self.pair, found)
        return Verdict(
            Status.REFUTED,
            "the outputs differ",
            counterexample=best.word,
            expected=best.expected,
            got=best.got,
            shortest=known >= len(best.word) - 1,
            strategy=strategy,
        )

    def bounded(self, known: int) -> Verdict:
        """No invariant was found: PROVED_UPTO the longest length that Z3 can check.

        The machines are known to agree on all sequences of at most ``known`` letters.
        """
        self.progress("checking short sequences")
        limits = self.limits
        checked = bounded_check(self.pair, known, limits.bounded_length, limits.bounded_rlimit)
        if checked.word:
            return self.replayed(checked.word)
        reason = "no inductive invariant was found"
        if not checked.length:
            return Verdict(Status.UNKNOWN, f"{reason} and Z3 decided no length")
        return Verdict(
            Status.PROVED_UPTO,
            reason,
            length=checked.length,
            strategy="bounded model checking",
        )

    def no_value(self, found: Difference) -> Verdict:
        """VACUOUS if the specification has no value on any sequence, else UNKNOWN."""
        if _vacuous(self.pair, self.limits.proof_rlimit):
            return Verdict(Status.VACUOUS, "the specification has no value on any sequence")
        return Verdict(
            Status.UNKNOWN, f"the specification has no value after {show_word(found.word)}"
        )


def _proved(stage: Stage, invariant: tuple[Expr, ...], all_integers: bool) -> Verdict:
    return Verdict(
        Status.PROVED, invariant=invariant, all_integers=all_integers, strategy=stage.name
    )


def _vacuous(pair: Pair, rlimit: int) -> bool:
    """Whether the specification has no value after any single letter of the domain."""
    starts = zip(pair.spec.state, pair.spec.init, strict=True)
    first = substitute(machine_defined(pair.spec), {z: const(v) for z, v in starts})
    never = Obligation("Nowhere defined", pair.within, negate(first))
    return discharge([never], rlimit) == ["unsat"]
