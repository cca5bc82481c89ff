"""Certificates: a proof stored as text, and a check that does not trust the stored verdict.

A certificate holds specification, program, domain and invariant as texts. :func:`recheck`
builds the three obligations anew and discharges them. What the certificate says about its
verdict only decides which theorem is checked: with or without the input range.
"""

from __future__ import annotations

import ast
import json
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mips_verify.errors import ExpressionError, MachineError, MipsVerifyError, TaskError
from mips_verify.kernel import plain_json
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, to_text, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.obligations import discharge, join, obligations
from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict

FORMAT: Final = "mips-verify certificate 2"
RLIMIT: Final = 200_000_000
MAX_LENGTH: Final = 1000
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
_TEXTS: Final = ("says", "how", "strategy", "tools", "weights")
_ROCQ: Final = "declarative_rocq"  # left out of the text if it is empty
_NAMES: Final = ("input_names", "output_names")  # left out of the text if there are none
Names = tuple[tuple[str, ...], ...]


class CertificateError(MipsVerifyError):
    """A certificate that cannot be read."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The theorem that ``program == spec`` on all sequences over ``domain``, with its invariant.

    Attributes:
        task: name of the task, an identifier.
        says: the task in one sentence.
        length: number of steps in the training sequences of the network.
        program: the machine that was read out of the network.
        spec: the specification.
        domain: the letters that both machines read.
        invariant: conditions over both states, prefixed ``p_`` and ``s_`` (see ``obligations``).
        all_integers: whether the theorem holds for all integers, not only for ``domain``.
        how: how the program was found.
        strategy: how the invariant was found.
        tools: the versions of the tools that made the certificate.
        seed: seed of the random choices.
        weights: SHA-256 of the network's file in hex digits; empty without a network.
        declarative: Dafny text that restates the task over whole sequences; may be empty.
        declarative_rocq: the same in Rocq.
        input_names: for each input, what its values 0, 1, ... are called by people; an empty tuple
            for an input that is a plain number. The theorem does not depend on it.
        output_names: the same for the outputs.

    Raises:
        CertificateError: a field that is out of range or, for texts, not printable.
    """

    task: str
    says: str
    length: int
    program: Machine
    spec: Machine
    domain: Domain
    invariant: tuple[Expr, ...]
    all_integers: bool
    how: str = ""
    strategy: str = ""
    tools: str = ""
    seed: int = 0
    weights: str = ""
    declarative: str = ""
    declarative_rocq: str = ""
    input_names: Names = ()
    output_names: Names = ()

    def __post_init__(self) -> None:
        _demand(_NAME.fullmatch(self.task) is not None, "the name of the task")
        _demand(1 <= self.length <= MAX_LENGTH, "the length")
        _demand(re.fullmatch(r"([0-9a-f]{64})?", self.weights) is not None, "the weights' hash")
        for text in (self.says, self.how, self.strategy, self.tools):
            _demand(text.isprintable(), "a text")
        lines = f"{self.declarative}\n{self.declarative_rocq}".split("\n")
        _demand(all(line.isprintable() for line in lines), "the declarative text")
        inputs, outputs = self.domain.channels, len(self.spec.outputs)
        for names, count in ((self.input_names, inputs), (self.output_names, outputs)):
            _demand(len(names) in (0, count), "the number of lists of names")
            _demand(all(w.isprintable() for words in names for w in words), "a name of a value")
            _demand(all(len(set(words)) == len(words) for words in names), "a name of two values")


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


def certificate_to_dict(proof: Certificate) -> dict[str, Any]:
    """A certificate as values ready for JSON; read back by :func:`certificate_from_dict`."""
    d = proof.domain
    return {
        "format": FORMAT,
        "task": proof.task,
        "says": proof.says,
        "length": proof.length,
        "verdict": Status.PROVED.value,
        "all_integers": proof.all_integers,
        "domain": {
            name: [low, high] for name, low, high in zip(d.names, d.lows, d.highs, strict=True)
        },
        "program": machine_to_dict(proof.program),
        "spec": machine_to_dict(proof.spec),
        "invariant": [to_text(e) for e in proof.invariant],
        "how": proof.how,
        "strategy": proof.strategy,
        "tools": proof.tools,
        "seed": proof.seed,
        "weights": proof.weights,
        "declarative": proof.declarative.splitlines(),
        **({_ROCQ: proof.declarative_rocq.splitlines()} if proof.declarative_rocq else {}),
        **{key: getattr(proof, key) for key in _NAMES if getattr(proof, key)},
    }


def certificate_from_dict(data: Any) -> Certificate:
    """Parse what :func:`certificate_to_dict` wrote.

    Raises:
        CertificateError: a certificate that cannot be read; the message says where.
    """
    _keys(data, {"format"}, "a certificate")
    if data["format"] != FORMAT:
        raise CertificateError(f"the format is not {FORMAT!r}; make the bundle anew")
    keys = {"task", "length", "verdict", "all_integers", "domain", "program", "spec",
            "invariant", "seed", "declarative", *_TEXTS}  # fmt: skip
    _keys(data, keys, "a certificate")
    _demand(data["verdict"] == Status.PROVED.value, "the verdict")
    _demand(isinstance(data["all_integers"], bool), "all_integers")
    _demand(type(data["length"]) is int and type(data["seed"]) is int, "the length or the seed")
    _demand(all(isinstance(data[key], str) for key in ("task", *_TEXTS)), "a text")
    for key in ("invariant", "declarative", _ROCQ):
        lines = data.get(key, [])
        _demand(isinstance(lines, list), f"'{key}'")
        _demand(all(isinstance(line, str) for line in lines), f"'{key}'")
    try:
        program, spec = machine_from_dict(data["program"]), machine_from_dict(data["spec"])
        domain = _domain(data["domain"])
        state = join(program, spec, domain).state
        return Certificate(
            task=data["task"],
            length=data["length"],
            program=program,
            spec=spec,
            domain=domain,
            invariant=tuple(parse(t, state) for t in data["invariant"]),
            all_integers=data["all_integers"],
            seed=data["seed"],
            declarative="".join(f"{line}\n" for line in data["declarative"]),
            declarative_rocq="".join(f"{line}\n" for line in data.get(_ROCQ, [])),
            input_names=_names(data.get("input_names", [])),
            output_names=_names(data.get("output_names", [])),
            **{key: data[key] for key in _TEXTS},
        )
    except (MachineError, TaskError, ExpressionError) as error:
        raise CertificateError(f"the certificate is broken: {error}") from None


def certificate_to_text(proof: Certificate) -> str:
    """The text of ``certificate.json``; equal certificates have equal texts."""
    return json.dumps(certificate_to_dict(proof), indent=1) + "\n"


def certificate_from_text(text: str) -> Certificate:
    """Parse the text of ``certificate.json``.

    Raises:
        CertificateError: the text is not JSON or not a certificate.
    """
    try:
        data = plain_json.loads(text)
    except RecursionError:
        raise CertificateError("the certificate is nested too deeply") from None
    except ValueError as error:
        raise CertificateError(f"the certificate is not JSON: {error}") from None
    return certificate_from_dict(data)


def recheck(proof: Certificate, rlimit: int = RLIMIT) -> Verdict:
    """Prove the theorem of a certificate again.

    Returns:
        PROVED; or UNKNOWN, with the first obligation that does not hold or that Z3 could not
        decide within ``rlimit``.

    Raises:
        CertificateError: machines, domain and invariant that do not fit together.
    """
    start = time.perf_counter()
    try:
        pair = join(proof.program, proof.spec, proof.domain)
        todo = obligations(pair, proof.invariant, all_integers=proof.all_integers)
        answers = discharge(todo, rlimit)
    except MachineError as error:
        raise CertificateError(f"the certificate is broken: {error}") from None
    except RecursionError:
        raise CertificateError("the certificate nests an expression too deeply") from None
    for obligation, answer in zip(todo, answers, strict=True):
        if answer != "unsat":
            why = "does not hold" if answer == "sat" else "was not decided"
            return Verdict(Status.UNKNOWN, f"the obligation {obligation.name} {why}")
    return Verdict(
        Status.PROVED,
        invariant=proof.invariant,
        all_integers=proof.all_integers,
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


def _names(data: Any) -> Names:
    lists = isinstance(data, list) and all(isinstance(words, list) for words in data)
    _demand(lists and all(isinstance(w, str) for words in data for w in words), "a name of a value")
    return tuple(map(tuple, data))


def _is_name(value: Any) -> bool:
    # ASCII only: Python's grammar turns some other letters into ASCII ones
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
