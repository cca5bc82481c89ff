"""Verdicts as JSON, for storing between stages and for the output of commands."""

from __future__ import annotations

import dataclasses
from typing import Any

from mips_verify.kernel.parse import parse
from mips_verify.kernel.verdict import Status, Verdict


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its evidence as values ready for JSON; invariants as texts."""
    data = {f.name: getattr(verdict, f.name) for f in dataclasses.fields(verdict)}
    data["status"] = verdict.status.name
    data["invariant"] = [str(e) for e in verdict.invariant]
    return data


def verdict_from_dict(data: Any) -> Verdict:
    """The verdict that :func:`verdict_to_dict` wrote.

    Raises:
        ValueError, KeyError, TypeError, MipsVerifyError: other data.
    """
    data = dict(data)
    data["status"] = Status[data["status"]]
    data["invariant"] = tuple(parse(text) for text in data["invariant"])
    for key in ("expected", "got"):
        data[key] = tuple(data[key]) if data[key] is not None else None
    word = data["counterexample"]
    data["counterexample"] = tuple(map(tuple, word)) if word is not None else None
    return Verdict(**data)
