"""Broken specifications, specifications that say nothing, certificates with other invariants."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import (
    Certificate,
    certificate_from_dict,
    certificate_to_dict,
    recheck,
)
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import FALSE, Expr, const, var
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.verdict import Status
from mips_verify.prove.sandbox import equal_in_worker
from tests.quality.judge import Opinion, judge
from tests.quality.material import broken_programs, broken_specs, material
from tests.quality.operators import expression_mutants

RLIMIT = 2_000_000  # little work is enough: an undecided obligation is not a proof
THEOREM = ("program", "program", "spec", "invariant", "invariant", "domain", "all_integers")
COPIES = 40  # broken specifications and programs to choose from


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim put to the prover or to the kernel: what was wrong with it, and the answer."""

    task: str
    kind: str
    answer: str
    fault: str = ""


def wrong_specs(name: str, count: int, seed: int) -> Iterator[Claim]:
    """The proved program against specifications that it does not meet."""
    task, program = material(name)
    left = count
    for mutant in broken_specs(name, COPIES, seed):
        if judge(program, mutant.machine, task.domain).opinion is not Opinion.DIFFERS:
            continue
        verdict = equal_in_worker(program, mutant.machine, task.domain)
        wrong = "" if verdict.status is not Status.PROVED else f"false PROVED of\n{mutant.machine}"
        yield Claim(name, f"specification that differs: {mutant.kind}", verdict.status.value, wrong)
        left -= 1
        if not left:
            return


def empty_specs(name: str) -> Iterator[Claim]:
    """Specifications without a value on any sequence: nothing holds of them."""
    task, program = material(name)
    for kind, spec in specs_without_a_value(task.spec, task.domain):
        verdict = equal_in_worker(program, spec, task.domain)
        wrong = "" if verdict.status is Status.VACUOUS else f"{verdict} for\n{spec}"
        yield Claim(name, kind, verdict.status.value, wrong)


def specs_without_a_value(spec: Machine, domain: Domain) -> Iterator[tuple[str, Machine]]:
    """A domain refuses an empty range, so that only the values can be missing."""
    first, low, high = spec.inputs[0], domain.lows[0], domain.highs[0]

    def lookup(index: Expr) -> Expr:
        return Expr("table", (index,), (0,))

    below = lookup(Expr("sub", (var(first), const(high + 1))))
    above = lookup(Expr("sub", (var(first), const(low - 1))))
    bits = Expr("bitand", (const(2), const(0)))
    for kind, nothing in (("below", below), ("above", above), ("no bit", bits)):
        last = Expr("add", (spec.outputs[-1], nothing))
        yield (
            f"specification without a value: output, {kind}",
            replace(spec, outputs=(*spec.outputs[:-1], last)),
        )
    yield (
        "a next value",
        replace(
            spec,
            state=(*spec.state, "nowhere"),
            init=(*spec.init, 0),
            next=(*spec.next, above),
        ),
    )


@functools.cache
def certificate(name: str) -> Certificate:
    """A true certificate of the task, proved here."""
    task, program = material(name)
    verdict = equal_in_worker(program, task.spec, task.domain)
    return Certificate(
        task=name, says=task.says, length=task.length, program=program, spec=task.spec,
        domain=task.domain, invariant=verdict.invariant, all_integers=verdict.all_integers,
    )  # fmt: skip


def broken_invariants(name: str, count: int, seed: int) -> Iterator[Claim]:
    """Certificates with another invariant, with the proved program and with a wrong one."""
    rng = random.Random(f"{seed} {name} invariant")
    task, _ = material(name)
    proof = certificate(name)
    wrong = [
        m.machine
        for m in broken_programs(name, COPIES, seed)
        if judge(m.machine, task.spec, task.domain).opinion is Opinion.DIFFERS
    ]
    for _ in range(count):
        kind, invariant = rng.choice(list(_invariants(proof, rng)))
        for program in (proof.program, rng.choice(wrong)):
            claimed = replace(proof, program=program, invariant=invariant,
                              all_integers=rng.random() < 0.3)  # fmt: skip
            right = "right program" if program == proof.program else "wrong program"
            yield _rechecked(name, f"invariant: {kind}, {right}", lambda c=claimed: c)
            kept = certificate_to_dict(claimed)
            kind_read = f"invariant, read from a dict: {kind}, {right}"
            yield _rechecked(name, kind_read, lambda d=kept: certificate_from_dict(d))


def tampered(name: str, count: int, seed: int) -> Iterator[Claim]:
    """Certificates with numbers and texts of their theorem changed in their dicts."""
    rng = random.Random(f"{seed} {name} dict")
    whole = certificate_to_dict(certificate(name))
    for _ in range(count):
        changed = whole
        for _ in range(rng.choice([1, 1, 2, 3])):
            key = rng.choice(THEOREM)
            changed = {**changed, key: _tamper(changed[key], rng)}
        yield _rechecked(name, "tampered dict", lambda d=changed: certificate_from_dict(d))


def _invariants(proof: Certificate, rng: random.Random) -> Iterator[tuple[str, tuple[Expr, ...]]]:
    """Other invariants: conjuncts dropped, changed, made up; some that hold nowhere."""
    kept = proof.invariant
    names = [f"p_{n}" for n in proof.program.state] + [f"s_{n}" for n in proof.spec.state]
    yield "no invariant", ()
    yield "False", (*kept, FALSE)
    for i, e in enumerate(kept):
        rest = kept[:i] + kept[i + 1 :]
        yield "conjunct dropped", rest
        others = expression_mutants(e, names, rng)
        yield "conjunct changed", (*rest, rng.choice(others))
        yield "conjunct denied", (*kept, Expr("not", (e,)))
    if names:
        a, b = rng.choice(names), rng.choice(names)
        yield "conjunct made up", (*kept, Expr("eq", (var(a), var(b))))
        yield "held at the start", (Expr("eq", (var(a), const(rng.randint(-1, 1)))),)


def _rechecked(name: str, kind: str, read: Callable[[], Certificate]) -> Claim:
    """What the kernel says; only a claim that the judge cannot refute may be PROVED."""
    try:
        proof = read()
        verdict = recheck(proof, RLIMIT)
    except MipsVerifyError:
        return Claim(name, kind, "refused")
    if verdict.status is not Status.PROVED:
        return Claim(name, kind, verdict.status.value)
    found = judge(proof.program, proof.spec, _judged(proof))
    wrong = f"false PROVED: {found.word}" if found.word else ""
    return Claim(name, kind, verdict.status.value, wrong)


def _judged(proof: Certificate) -> Domain:
    """The letters that the theorem is about: more than the domain's, if for all integers."""
    d = proof.domain
    if not proof.all_integers:
        return d
    return Domain(d.names, tuple(v - 3 for v in d.lows), tuple(v + 3 for v in d.highs))


def _tamper(value: Any, rng: random.Random) -> Any:
    """A copy with one leaf changed."""
    if isinstance(value, dict) and value:
        key = rng.choice(sorted(value))
        return {**value, key: _tamper(value[key], rng)}
    if isinstance(value, list) and value:
        i = rng.randrange(len(value))
        if rng.random() < 0.2:
            return value[:i] + value[i + 1 :]
        return [*value[:i], _tamper(value[i], rng), *value[i + 1 :]]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + rng.choice([-1, 1])
    if isinstance(value, str) and value:
        i = rng.randrange(len(value))
        return value[:i] + rng.choice("0123456789+-*<>=!% psxnr()") + value[i + 1 :]
    return value
