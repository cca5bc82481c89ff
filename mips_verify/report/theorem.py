"""The theorem about a network, for people in a line and for programs as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mips_verify.pipeline.network_theorem import NotAsked

if TYPE_CHECKING:
    from mips_verify.certify.prove_network import Letters, NetworkTheorem
    from mips_verify.network_kernel.network_certificate import NetworkCertificate
    from mips_verify.pipeline.network_theorem import Answer


def theorem_to_text(answer: Answer) -> str:
    """A line for the network, and one more for a repaired network."""
    if isinstance(answer, NotAsked):
        return f"network: not established ({answer.reason})"
    lines = [f"network {_line(answer.theorem)}", *_compared(answer.theorem), *repair_lines(answer)]
    return "\n".join(lines)


def repair_lines(answer: Answer) -> list[str]:
    """The line for a repaired network, if there is one."""
    if isinstance(answer, NotAsked) or (mended := answer.repaired) is None:
        return []
    return [f"network repaired by {mended.how}: {_line(mended.theorem)}"]


def certificate_line(
    proof: NetworkCertificate, exactly: bool | None = None, compared: int = 0
) -> str:
    """What a certificate proves in each reading, and where it shows the network to be wrong.

    Args:
        proof: the certificate.
        exactly: whether its failure is one in exact reals too, if that is known.
        compared: letters up to which every word was run in float64 and is right.
    """
    if proof.failure is None:
        return _proved(proof.exact, proof.floats)
    run = f"replayed in float64{' and in exact reals' if exactly else ''}"
    length = len(proof.failure)
    known = proof.floats is not None and proof.floats + 1 < length <= compared + 1
    least = ", the shortest" if known else ""
    if proof.exact == proof.floats == 0:
        return f"not proved for any length, WRONG after {_count(length)}{least}: {run}"
    return f"{_proved(proof.exact, proof.floats)}, wrong at {length:,}{least}: {run}"


def _compared(theorem: NetworkTheorem) -> list[str]:
    """That all short words agree, where that says more than the theorem; no proof, and so named."""
    if theorem.floats is None or theorem.compared <= theorem.floats:
        return []
    words = f"every word of up to {_count(theorem.compared)}"
    return [f"network and program agree on {words} (float64, all compared)"]


def short_theorem(answer: Answer | None) -> str:
    """The theorem as a cell of a table.

    ``all``, ``all, exact``, letters, ``repaired``, ``wrong at 11`` where nothing is proved, or
    ``-``.
    """
    if answer is None or isinstance(answer, NotAsked):
        return "-"
    theorem = answer.theorem
    if theorem.proved:
        return short_letters(theorem.certificate)
    return "repaired" if answer.repaired is not None else short_letters(theorem.certificate)


def short_letters(proof: NetworkCertificate) -> str:
    """What a certificate claims in exact reals, as a cell of a table."""
    if proof.exact is None:
        return "all" if proof.floats is None else "all, exact"
    if proof.exact == 0 and proof.failure is not None:
        return f"wrong at {len(proof.failure)}"
    return str(proof.exact or "-")


def theorem_to_dict(answer: Answer) -> dict[str, Any]:
    """The same for programs; ``reason`` says why nothing was looked for."""
    if isinstance(answer, NotAsked):
        none = {"exact": 0, "float64": 0, "methods": [], "failure": None, "seconds": 0.0,
                "compared": 0}  # fmt: skip
        return {**none, "repaired": None, "reason": answer.reason}
    mended = answer.repaired
    other = {"how": mended.how, **_to_dict(mended.theorem)} if mended is not None else None
    return {**_to_dict(answer.theorem), "repaired": other}


def _line(theorem: NetworkTheorem) -> str:
    found = theorem.failure
    exactly = found.exact if found is not None else None
    return certificate_line(theorem.certificate, exactly, theorem.compared)


def _proved(exact: Letters, floats: Letters) -> str:
    if exact == floats:
        why = "no proof was found" if exact == 0 else "exact reals and float64"
        return f"{_reading(exact)} ({why})"
    return f"{_reading(exact)} (exact reals), {_reading(floats)} (float64)"


def _reading(letters: Letters) -> str:
    if letters is None:
        return "PROVED equal for every length"
    if letters == 0:
        return "not established"
    return f"right up to {_count(letters)}"


def _count(letters: int) -> str:
    return f"{letters:,} letter{'s' * (letters != 1)}"


def _to_dict(theorem: NetworkTheorem) -> dict[str, Any]:
    found = theorem.failure
    return {
        "exact": _letters(theorem.exact),
        "float64": _letters(theorem.floats),
        "methods": list(theorem.methods),
        "failure": None
        if found is None
        else {
            "word": found.word,
            "expected": found.expected,
            "float64": found.got_float,
            "exact": found.exact,
        },
        "seconds": theorem.seconds,
        "compared": theorem.compared,
    }


def _letters(letters: Letters) -> int | str:
    return "every length" if letters is None else letters
