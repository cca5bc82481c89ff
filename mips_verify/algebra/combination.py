"""Integer linear combinations as the shortest expression."""

from __future__ import annotations

from collections.abc import Sequence

from mips_verify.kernel.expr import Expr, apply, const


def combination(coefficients: Sequence[int], terms: Sequence[Expr], constant: int = 0) -> Expr:
    """``sum(c * t) + constant``: positive terms first, no factor of 1, nothing for 0."""
    pairs = [(int(c), t) for c, t in zip(coefficients, terms, strict=True) if c]
    if not any(c > 0 for c, _ in pairs) and constant <= 0 and pairs:
        # nothing positive to start from: lead with a factor that can carry the sign for nothing
        pairs.sort(key=lambda pair: pair[0] == -1)
        lead, term = pairs.pop(0)
        result = apply("neg", term) if lead == -1 else apply("mul", const(lead), term)
    else:
        positive = [_times(c, t) for c, t in pairs if c > 0]
        if constant > 0 or not positive:
            positive.append(const(max(constant, 0) if pairs else constant))
        if not pairs:
            return positive[0]
        result = positive[0]
        for e in positive[1:]:
            result = apply("add", result, e)
    for c, t in pairs:
        if c < 0:
            result = apply("sub", result, _times(-c, t))
    return apply("sub", result, const(-constant)) if constant < 0 else result


def _times(factor: int, e: Expr) -> Expr:
    return e if factor == 1 else apply("mul", const(factor), e)


def cost(coefficients: Sequence[int], constant: int = 0) -> int:
    """Nodes of :func:`combination` over plain names."""
    used = [int(c) for c in coefficients if c]
    if not used:
        return 1
    nodes = sum(1 if abs(c) == 1 else 3 for c in used) + len(used) - 1
    if constant:
        nodes += 2
    if max(used) < 0 and constant <= 0 and min(used) == -1:
        nodes += 1
    return nodes
