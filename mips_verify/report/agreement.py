"""How far a network, its program and a specification agree, for people and as JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from mips_verify.algebra.percent import percent
from mips_verify.spec.value_names import NUMBERS, Names

if TYPE_CHECKING:
    from mips_verify.extract.extraction import Extraction
    from mips_verify.extract.scoring import Offer
    from mips_verify.kernel.machine import Machine
    from mips_verify.pipeline.compare_network import Comparison
    from mips_verify.pipeline.faithfulness import Difference, Faithfulness, Row
    from mips_verify.pipeline.read_network import Reading
    from mips_verify.pipeline.score import Score
    from mips_verify.spec.task import Task

_UNTRIED: Final = (
    "the time limit ended the search: differing words and other lengths were not compared"
)
SHOWN: Final = 100  # characters of a program that is one of several


def agreement_lines(reading: Reading, task: Task | None, names: Names = NUMBERS) -> list[str]:
    """One sentence if nothing differs; else also a table, and the shortest differences.

    Args:
        reading: what was read out of the network.
        task: the task, if there is one.
        names: what values are called.
    """
    comparison, report = reading.comparison, reading.faithfulness
    if report is not None and report.exact:
        return [] if comparison is None else [comparison_line(comparison) + _tried(report)]
    lines = [] if comparison is None else [comparison_line(comparison)]
    if report is None:
        return [*lines, _UNTRIED] if lines else []
    table = _table(report, _columns(reading, report, task))
    return [*lines, *table, *(_difference_line(found, names) for found in report.differences)]


def offer_lines(offers: Sequence[Offer]) -> list[str]:
    """The programs that were read out of a network, if there are several: one it is nearly only.

    Args:
        offers: the programs, the one that is shown first.
    """
    by_text = {_cut(offer.machine): offer for offer in reversed(offers)}  # the best of equal ones
    offers = list(reversed(by_text.values()))
    if len(offers) < 2:
        return []
    lines = ["programs read out of the network, and how often they agree (uniform / low variety):"]
    for offer in offers:
        shares = f"{_share_of(offer.uniform):>7} / {_share_of(offer.low_variety):>7}"
        lines.append(f"{shares}  {_cut(offer.machine)}")
    return lines


def rejected_lines(offer: Offer, program: str) -> list[str]:
    """The best program where none is good enough: how good it is, and that it is not proved.

    Args:
        offer: the program.
        program: its text.
    """
    others = "" if offer.low_variety is None else (
        f" of uniform letters, and on {_share_of(offer.low_variety)} of low variety"
    )  # fmt: skip
    said = (
        f"the best program found, by {offer.form}, is NOT PROVED and not the network: it agrees on "
        f"{_share_of(offer.uniform)} of sequences{others}"
    )
    return [f"{said}:", *(f"  {line}" for line in program.splitlines())]


def alternative_lines(extraction: Extraction, most: int) -> list[str]:
    """Up to ``most - 1`` programs that do the same as the one that is shown, in other words."""
    shown = extraction.alternatives[: most - 1]
    return [
        line
        for c in shown
        for line in (f"the same by {c.form} ({c.machine.size} nodes):", f"  {_cut(c.machine)}")
    ]


def _cut(machine: Machine) -> str:
    """A program on one line, cut if it is long."""
    text = str(machine).replace("\n", "; ")
    return text if len(text) <= SHOWN else f"{text[:SHOWN]} ... ({machine.size} nodes)"


def _share_of(share: float | None) -> str:
    """A share, with digits after the point only if it is neither all nor nothing."""
    return "-" if share is None else percent(share, 0 if share in (0, 1) else 2)


def _columns(reading: Reading, report: Faithfulness, task: Task | None) -> dict[str, str]:
    """The counts that are shown, with their headings; none that others imply."""
    shown = {} if reading.comparison is None else {"agree": "network = program"}
    if task is None or reading.proved:
        return shown
    shown["network_right"] = f"network = {task.name}"
    if any(t.agree not in (None, t.sequences) for row in report.rows for t in row.trials):
        shown["program_right"] = f"program = {task.name}"
    return shown


def comparison_line(comparison: Comparison) -> str:
    """On how many sequences of trained lengths program and network agree, in a sentence."""
    if (known := comparison.up_to) is not None:
        count = f"all {known.sequences}" if known.exact else f"{known.agree} of {known.sequences}"
        parts = [f"{count} sequences of up to {_letters(comparison.short_length)}"]
    else:
        parts = [f"{_share(comparison.short)} sequences of {_letters(comparison.short_length)}"]
    if comparison.short_length < comparison.length:
        parts.append(f"{_share(comparison.full)} random sequences of {comparison.length}")
    return f"program and network agree on {' and '.join(parts)}"


def _share(score: Score) -> str:
    if score.exact:
        return f"all {score.sequences}"
    return f"{score.sequences - score.wrong} of {score.sequences}"


def _tried(report: Faithfulness) -> str:
    """The end of the sentence that says that nothing differs: what else was tried."""
    rows = [r for r in report.rows if len(r.trials) > 1]  # others were all there are
    if not rows:
        return ""
    counts = [f"{sum(t.sequences for t in r.trials)} of {_letters(r.length)}" for r in rows]
    return f", and on random ones, half of them of low variety: {', '.join(counts)}"


def _letters(count: int) -> str:
    return f"{count} letter{'s' * (count > 1)}"


def _table(report: Faithfulness, columns: dict[str, str]) -> list[str]:
    """The rows of the report under a heading, aligned; notes stand below their row."""
    head = ["letters", "tried", *columns.values()]
    cells = [_cells(row, list(columns)) for row in report.rows]
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    lines = ["sequences with equal outputs (uniform / of low variety):", _aligned(head, widths)]
    for row, texts in zip(report.rows, cells, strict=True):
        begin = [_aligned(texts, widths)] if row.trials else []
        letters = "" if begin else row.length
        lines += [*begin, *(f"{letters:>{widths[0]}}  {note}" for note in row.notes)]
    return lines


def _cells(row: Row, columns: list[str]) -> list[str]:
    tried = " + ".join(str(t.sequences) for t in row.trials)
    shares = [[_counted(getattr(t, c), t.sequences) for t in row.trials] for c in columns]
    both = [" / ".join(s if len(set(s)) > 1 else s[:1]) for s in shares]
    return [str(row.length), *(text or "-" for text in (tried, *both))]


def _aligned(texts: list[str], widths: list[int]) -> str:
    return "  ".join(f"{t:>{w}}" for t, w in zip(texts, widths, strict=True))


def _counted(part: int | None, whole: int) -> str:
    return _share_of(None if part is None else part / whole)


def _difference_line(found: Difference, names: Names) -> str:
    """The outputs of network and program where they differ, and which of them is right."""
    ours = "no value" if found.program is None else names.answer(found.program)
    said = (
        f"on {names.word(found.word)} the network gives {names.answer(found.network)}, "
        f"the program {ours}"
    )
    if found.right is None:
        return said
    return f"{said}; {'neither' if found.right == 'neither' else f'the {found.right}'} is right"


def faithfulness_to_dict(report: Faithfulness) -> dict[str, Any]:
    """The same for programs; a trial counts sequences, ``null`` is what is not known."""
    return {
        "rows": [dataclasses.asdict(row) for row in report.rows],
        "differences": [{**dataclasses.asdict(d), "right": d.right} for d in report.differences],
    }
