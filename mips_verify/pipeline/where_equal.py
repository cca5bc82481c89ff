"""Where a network and its program agree, and from which length on they differ, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mips_verify.pipeline.compare_network import Comparison
    from mips_verify.pipeline.faithfulness import Faithfulness


def all_agree(comparison: Comparison, report: Faithfulness | None) -> bool:
    """Whether the two gave the same outputs on every sequence tried, of every length tried."""
    if report is None:
        return comparison.agree
    trials = [t for row in report.rows for t in row.trials]
    differ = report.differences or any(t.agree not in (None, t.sequences) for t in trials)
    return comparison.agree and not differ


def all_compared(comparison: Comparison) -> int:
    """Letters up to which every sequence was compared and none differs; 0 if none was listed."""
    if comparison.up_to is None:
        return 0
    shorter = (len(miss.word) - 1 for miss in comparison.misses)
    return min([comparison.short_length, *shorter])


def where_equal(comparison: Comparison, report: Faithfulness | None) -> str:
    """That they agree on all that was tried, or up to which length, and on which they differ."""
    found = [len(miss.word) for miss in comparison.misses]
    found += [len(one.word) for one in report.differences] if report is not None else []
    if not found:
        return "program and network agree on all sequences tried"
    first, known = min(found), all_compared(comparison)
    differ = f"differ on a sequence of {_letters(first)}"
    if not known:
        return f"program and network {differ}"
    return f"program and network agree on all sequences of up to {_letters(known)} and {differ}"


def _letters(count: int) -> str:
    return f"{count} letter{'s' * (count > 1)}"
