"""A verdict as the message with which a proof ends."""

from __future__ import annotations

from mips_verify.kernel.verdict import Verdict
from mips_verify.progress import Found


def verdict_line(verdict: Verdict) -> Found:
    """The status with its evidence, without the name of the strategy, which only experts know."""
    return Found(str(verdict).removesuffix(f" ({verdict.strategy})"))
