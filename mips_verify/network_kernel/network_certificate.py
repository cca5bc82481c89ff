"""Certificates of the theorem "this network is this program", and the check of one.

For the exact reading the weights are the stored doubles as rational numbers, and the network is
computed in real numbers. For the float64 reading every layer is evaluated in IEEE doubles, in any
order of summation. Each reading has its own number of letters for which the theorem holds.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from mips_verify.errors import ExpressionError, MachineError, MipsVerifyError
from mips_verify.kernel import plain_json
from mips_verify.kernel.certificate import machine_to_dict
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, to_text
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.obligations import Pair, join, proves
from mips_verify.kernel.parse import parse
from mips_verify.network_kernel.as_machine import NotIntegralError, exact_machine, twice
from mips_verify.network_kernel.cells import Basis, Cell, Cells, check_cells
from mips_verify.network_kernel.exact_network import ExactNetwork, fingerprint
from mips_verify.network_kernel.exact_sums import exact_letters
from mips_verify.network_kernel.linear_response import linear_letters

FORMAT: Final = "mips-verify network certificate 1"
RLIMIT: Final = 200_000_000
EVERY: Final = None  # any number of letters
LONGEST: Final = 10**12  # letters that a certificate may name; no proof of a bound reaches as far
MOST_PROOFS: Final = 8  # in one certificate; each may take the whole work of a check
T = TypeVar("T")


class NetworkCertificateError(MipsVerifyError):
    """A certificate that cannot be read, or that proves nothing about this network."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """Conditions that prove the network, as a machine, equal to the program.

    They are over the states ``p_...`` of the network and ``s_...`` of the program.
    """

    conditions: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Linear:
    """Network and program are linear; their joint response, which is computed anew, decides."""


Proof = Cells | Invariant | Linear


@dataclass(frozen=True, slots=True)
class NetworkCertificate:
    """The theorem, and what proves it.

    Attributes:
        network: the fingerprint of the weights.
        program: the SHA-256 of program and domain, see :func:`program_hash`.
        exact: letters for which it holds in exact reals; ``None`` for any number.
        floats: letters for which it holds in float64; 0 if nothing is claimed.
        proofs: cells, an invariant, or linear systems; each reading needs one that reaches far
            enough.
        failure: letters after which the network in float64 is wrong; whoever reads this runs both.
    """

    network: str
    program: str
    exact: int | None
    floats: int | None
    proofs: tuple[Proof, ...]
    failure: tuple[tuple[int, ...], ...] | None = None


def program_hash(program: Machine, domain: Domain) -> str:
    """SHA-256 of a program and of the letters it reads."""
    ranges = [list(domain.names), list(domain.lows), list(domain.highs)]
    text = json.dumps([machine_to_dict(program), ranges])
    return hashlib.sha256(text.encode()).hexdigest()


def check_certificate(
    proof: NetworkCertificate, network: ExactNetwork, program: Machine, domain: Domain
) -> None:
    """Check a certificate anew; its numbers of letters are claims until then.

    Raises:
        NetworkCertificateError: it speaks of another network or program.
        MipsVerifyError: something in it does not hold; the message says what.
    """
    if proof.network != fingerprint(network):
        raise NetworkCertificateError("the certificate speaks of another network")
    if proof.program != program_hash(program, domain):
        raise NetworkCertificateError("the certificate speaks of another program")
    if len(proof.proofs) > MOST_PROOFS:
        raise NetworkCertificateError(f"the certificate has more than {MOST_PROOFS} proofs")
    reached = [letters_proved(part, network, program, domain) for part in proof.proofs]
    for reading, claimed in enumerate((proof.exact, proof.floats)):
        if not any(_covers(letters[reading], claimed) for letters in reached) and claimed != 0:
            raise NetworkCertificateError("it claims more letters than it proves")


def letters_proved(
    proof: Proof, network: ExactNetwork, program: Machine, domain: Domain
) -> tuple[int | None, int | None]:
    """For how many letters a proof holds in exact reals and in float64; ``None`` for any number.

    Raises:
        MipsVerifyError: something in it does not hold; the message says what.
    """
    if isinstance(proof, Cells):
        letters = check_cells(network, program, domain, proof)
        return letters, letters if proof.floats else 0
    if isinstance(proof, Linear):
        return linear_letters(network, program, domain)
    return _check_invariant(proof, network, program, domain)


def _check_invariant(
    proof: Invariant, network: ExactNetwork, program: Machine, domain: Domain
) -> tuple[int | None, int | None]:
    """The letters proved in each reading."""
    try:
        pair = network_pair(network, program, domain)
        holds = proves(pair, proof.conditions, all_integers=False, rlimit=RLIMIT)
    except (MachineError, ValueError, RecursionError) as error:
        raise NetworkCertificateError(f"the invariant does not fit: {error}") from None
    if not holds:
        raise NetworkCertificateError("Z3 does not confirm the invariant")
    return EVERY, exact_letters(network, domain)


def network_pair(network: ExactNetwork, program: Machine, domain: Domain) -> Pair:
    """The network as a machine, beside the program with each output given twice.

    Raises:
        NotIntegralError: the network is no machine of integers.
        MachineError: the two do not fit together.
    """
    return join(exact_machine(network, domain), twice(program), domain)


def _covers(proved: int | None, claimed: int | None) -> bool:
    return proved is EVERY or (claimed is not EVERY and claimed <= proved)


def certificate_to_text(proof: NetworkCertificate) -> str:
    """The text of ``network.json``; equal certificates have equal texts."""
    head = {
        "format": FORMAT,
        "network": proof.network,
        "program": proof.program,
        "exact": _letters_text(proof.exact),
        "float64": _letters_text(proof.floats),
    }
    text = f'{json.dumps(head, indent=1)[:-2]},\n "failure": {json.dumps(proof.failure)}'
    proofs = ",\n".join(map(_proof_text, proof.proofs))
    return f'{text},\n "proofs": [\n{proofs}\n ]\n}}\n'


def _proof_text(proof: Proof) -> str:
    """One proof as JSON, with a line for each cell or condition."""
    if isinstance(proof, Invariant):
        return _listed("invariant", [to_text(e) for e in proof.conditions])
    if isinstance(proof, Linear):
        return '  {"linear": true}'
    bases = json.dumps([[b.axes, b.inverse] for b in proof.bases])
    rows = [[c.state, c.centre, c.radius, c.to, c.basis, c.depth, c.split] for c in proof.cells]
    more = f', "float64": {json.dumps(proof.floats)}, "bases": {bases}'
    return _listed("cells", rows, more)


def _listed(name: str, rows: Sequence[Any], more: str = "") -> str:
    lines = ",\n   ".join(map(json.dumps, rows))
    return f'  {{"{name}": [\n   {lines}\n  ]{more}}}'


def certificate_from_text(
    text: str, network: ExactNetwork, program: Machine, domain: Domain
) -> NetworkCertificate:
    """Parse the text of ``network.json`` that speaks of this network and this program.

    Raises:
        NetworkCertificateError: it cannot be read.
    """
    try:
        data = plain_json.loads(text)
        if data["format"] != FORMAT:
            raise NetworkCertificateError(f"the format is not {FORMAT!r}")
        return NetworkCertificate(
            _string(data["network"]),
            _string(data["program"]),
            _letters(data["exact"]),
            _letters(data["float64"]),
            _each(lambda part: _proof(part, network, program, domain), data["proofs"]),
            _failure(data["failure"]),
        )
    except (LookupError, TypeError, ArithmeticError, ValueError, RecursionError) as error:
        why = repr(error)[:300]
        raise NetworkCertificateError(f"the certificate cannot be read: {why}") from None
    except (NotIntegralError, MachineError, ExpressionError) as error:
        raise NetworkCertificateError(f"its invariant does not fit: {error}") from None


def _proof(
    data: Mapping[str, Any], network: ExactNetwork, program: Machine, domain: Domain
) -> Proof:
    if "invariant" in data:
        pair = network_pair(network, program, domain)
        return Invariant(_each(lambda text: parse(_string(text), pair.state), data["invariant"]))
    if "linear" in data:
        return Linear()
    if type(data["float64"]) is not bool:
        raise TypeError("'float64' of cells is true or false")
    bases = _each(lambda pair: Basis(*_each(_matrix, pair)), data["bases"])
    return Cells(_each(lambda row: _cell(*row), data["cells"]), bases, data["float64"])


def _failure(value: Any) -> tuple[tuple[int, ...], ...] | None:
    if value == []:
        raise ValueError("a failure has a letter at least")
    return None if value is None else _each(lambda letter: _each(_integer, letter), value)


def _letters_text(letters: int | None) -> int | str:
    return "every length" if letters is EVERY else letters


def _letters(value: Any) -> int | None:
    if value != "every length" and _whole(value) > LONGEST:
        raise ValueError(f"more than {LONGEST} letters, but not every length")
    return EVERY if value == "every length" else _whole(value)


def _cell(
    state: Any, centre: Any, radius: Any, to: Any, basis: Any, depth: Any, split: Any
) -> Cell:
    return Cell(
        state=_each(_integer, state),
        centre=_each(_double, centre),
        radius=_each(_double, radius),
        to=_each(_whole, to),
        basis=None if basis is None else _whole(basis),
        depth=None if depth is None else _whole(depth),
        split=_each(_whole, split),
    )


def _matrix(value: Any) -> tuple[tuple[float, ...], ...]:
    return _each(lambda row: _each(_double, row), value)


def _each(read: Callable[[Any], T], values: Any) -> tuple[T, ...]:
    if not isinstance(values, list):
        raise TypeError(f"{values!r} is not a list")
    return tuple(map(read, values))


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"{value!r} is not a whole number")
    return int(value)


def _whole(value: Any) -> int:
    if _integer(value) < 0:
        raise ValueError(f"{value} is negative")
    return int(value)


def _double(value: Any) -> float:
    if type(value) is not float or not math.isfinite(value):
        raise TypeError(f"{value!r} is not a finite number with a decimal point")
    return value


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not a text")
    return value
