"""Certificates: a proof as texts, and the check that believes none of them.

A certificate holds specification, program, domain and invariant as texts. :func:`recheck`
parses them, builds the three obligations anew and discharges them; what the certificate
says about its own verdict only decides which theorem is checked.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Collection, Mapping
from typing import Any, Final

from mips_verify.domain import Domain
from mips_verify.errors import ExpressionError, MachineError, MipsVerifyError, TaskError
from mips_verify.expr import Expr, to_text, var
from mips_verify.machine import Machine, old
from mips_verify.parse import parse
from mips_verify.prove.obligations import discharge, join, obligations
from mips_verify.prove.verdict import Status, Verdict

FORMAT: Final = "mips-verify certificate 1"
RLIMIT: Final = 200_000_000


class CertificateError(MipsVerifyError):
    """A certificate that cannot be read."""


def machine_to_dict(machine: Machine) -> dict[str, Any]:
    """A machine as texts, ready for JSON; read back by :func:`machine_from_dict`."""
    rows = zip(machine.state, machine.init, machine.next, strict=True)
    return {
        "inputs": list(machine.inputs),
        "state": {name: [start, to_text(e)] for name, start, e in rows},
        "outputs": [to_text(e) for e in machine.outputs],
    }


def machine_from_dict(data: Any) -> Machine:
    """Parse what :func:`machine_to_dict` wrote.

    Raises:
        CertificateError: a missing key, a value of the wrong kind or a bad expression.
    """
    _keys(data, {"inputs", "state", "outputs"}, "a machine")
    inputs, state = data["inputs"], data["state"]
    _demand(isinstance(inputs, list) and isinstance(state, dict), "inputs or state")
    _demand(all(_is_name(n) for n in [*inputs, *state]), "a name")
    _demand(all(isinstance(v, list) and len(v) == 2 for v in state.values()), "a state variable")
    _demand(all(type(v[0]) is int for v in state.values()), "an initial value")
    _demand(isinstance(data["outputs"], list), "outputs")

    def before(args: list[ast.expr]) -> Expr:
        if len(args) != 1 or not isinstance(args[0], ast.Name) or args[0].id not in state:
            raise ValueError("old() takes the name of one state variable")
        return var(old(args[0].id))

    names = [*inputs, *state]
    try:
        return Machine(
            inputs=tuple(inputs),
            state=tuple(state),
            init=tuple(v[0] for v in state.values()),
            next=tuple(_read(v[1], names) for v in state.values()),
            outputs=tuple(parse(_text(t), names, {"old": before}) for t in data["outputs"]),
        )
    except (MachineError, ExpressionError) as error:
        raise CertificateError(f"a machine of the certificate is broken: {error}") from None


def certificate(
    program: Machine, spec: Machine, domain: Domain, verdict: Verdict, *, seed: int
) -> dict[str, Any]:
    """Everything needed to check a PROVED verdict again, as values ready for JSON.

    Raises:
        ValueError: a verdict other than PROVED.
    """
    if verdict.status is not Status.PROVED:
        raise ValueError("only a proof has a certificate")
    import z3

    return {
        "format": FORMAT,
        "spec": machine_to_dict(spec),
        "program": machine_to_dict(program),
        "domain": {
            name: [low, high]
            for name, low, high in zip(domain.names, domain.lows, domain.highs, strict=True)
        },
        "invariant": [to_text(e) for e in verdict.invariant],
        "verdict": verdict.status.value,
        "all_integers": verdict.all_integers,
        "strategy": verdict.strategy,
        "seed": seed,
        "solver": f"z3 {z3.get_version_string()}",
    }


def recheck(data: Any, rlimit: int = RLIMIT) -> Verdict:
    """Prove the theorem of a certificate again, from its texts alone.

    Returns:
        PROVED, or UNKNOWN that names the first obligation that does not hold or that Z3 did
        not decide within ``rlimit``.

    Raises:
        CertificateError: a certificate that cannot be read.
    """
    start = time.perf_counter()
    try:
        return _recheck(data, rlimit, start)
    except (MachineError, TaskError, ExpressionError) as error:
        raise CertificateError(f"the certificate is broken: {error}") from None
    except RecursionError:
        raise CertificateError("the certificate nests an expression too deeply") from None


def _recheck(data: Any, rlimit: int, start: float) -> Verdict:
    keys = {"format", "spec", "program", "domain", "invariant", "verdict", "all_integers"}
    _keys(data, keys, "a certificate")
    _demand(data["format"] == FORMAT, f"the format (this is {FORMAT!r})")
    _demand(data["verdict"] == Status.PROVED.value, "the verdict")
    _demand(isinstance(data["all_integers"], bool), "all_integers")
    _demand(isinstance(data["invariant"], list), "the invariant")
    program, spec = machine_from_dict(data["program"]), machine_from_dict(data["spec"])
    pair = join(program, spec, _domain(data["domain"]))
    invariant = tuple(_read(t, pair.state) for t in data["invariant"])
    todo = obligations(pair, invariant, all_integers=data["all_integers"])
    for obligation, answer in zip(todo, discharge(todo, rlimit), strict=True):
        if answer != "unsat":
            why = "does not hold" if answer == "sat" else "was not decided"
            return Verdict(Status.UNKNOWN, f"the obligation {obligation.name} {why}")
    return Verdict(
        Status.PROVED,
        invariant=invariant,
        all_integers=data["all_integers"],
        strategy="certificate",
        seconds=time.perf_counter() - start,
    )


def _domain(data: Any) -> Domain:
    _demand(isinstance(data, dict), "the domain")
    ends = list(data.values())
    _demand(all(isinstance(v, list) and len(v) == 2 for v in ends), "a range of the domain")
    _demand(all(type(end) is int for v in ends for end in v), "an end of a range")
    _demand(all(map(_is_name, data)), "a name")
    return Domain(tuple(data), tuple(v[0] for v in ends), tuple(v[1] for v in ends))


def _is_name(value: Any) -> bool:
    # ASCII, as Python's grammar takes some other letters for the same one
    return isinstance(value, str) and value.isascii() and value.isidentifier()


def _read(text: Any, known: Collection[str]) -> Expr:
    return parse(_text(text), known)


def _text(value: Any) -> str:
    _demand(isinstance(value, str), "an expression")
    return str(value)


def _keys(data: Any, wanted: set[str], what: str) -> None:
    _demand(isinstance(data, Mapping), what)
    if missing := sorted(wanted - set(data)):
        raise CertificateError(f"{what} lacks the key '{missing[0]}'")


def _demand(fine: bool, what: str) -> None:
    if not fine:
        raise CertificateError(f"the certificate is broken: {what} is not as it must be")
