"""Reading task files: bounded TOML, as one dictionary per member of a family."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.files import read_bounded
from mips_verify.spec.input_limits import (
    LONGEST_VALUE,
    MOST_DOTS,
    MOST_FAMILY_TEXT,
    MOST_MEMBERS,
    MOST_TASK_BYTES,
)

MEMBER: Final = " member"  # no file has this key; it stores the parameter values of a family member


def read_text(path: Path) -> str:
    """The text of a task file, or of a file beside it, without a byte order mark.

    Raises:
        TaskError: the file cannot be read, is too large, or is not UTF-8.
    """
    try:
        return read_bounded(path, MOST_TASK_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TaskError(f"{path} is not UTF-8 text; save it as UTF-8") from None
    except MipsVerifyError as error:
        raise TaskError(str(error)) from None


def read_members(path: Path) -> Iterator[dict[str, Any]]:
    """The tasks of a file as dictionaries, with every ``{k}`` of a family replaced.

    Raises:
        TaskError: the file cannot be used; the message says which and why.
    """
    text = read_text(path)
    try:
        if max(line.count(".") for line in text.split("\n")) > MOST_DOTS:
            raise RecursionError
        data = tomllib.loads(text)
    except RecursionError:
        raise TaskError(f"{path} is nested too deeply for a task") from None
    except ValueError as error:  # also raised for numbers too long for Python
        raise TaskError(f"{path} is not valid TOML: {error}") from None
    if "family" not in data:
        yield data
        return
    family = data["family"]
    rest = {key: value for key, value in data.items() if key != "family"}
    _demand_family(path, family, len(str(rest)))
    for values in zip(*family.values(), strict=True):
        member = dict(zip(family, values, strict=True))
        yield {**replaced(rest, member), MEMBER: member}


def _demand_family(path: Path, family: object, size: int) -> None:
    if not isinstance(family, dict) or not all(isinstance(v, list) and v for v in family.values()):
        raise TaskError(f"{path}: family: every entry is a list of values, as in k = [3, 4]")
    if len({len(v) for v in family.values()}) != 1:
        raise TaskError(f"{path}: family: the lists have different lengths")
    count = len(next(iter(family.values())))
    if count > MOST_MEMBERS or count * size > MOST_FAMILY_TEXT:
        raise TaskError(
            f"{path}: family: {count} tasks are too many; write at most {MOST_MEMBERS}, with at "
            f"most {MOST_FAMILY_TEXT} characters in all"
        )
    if any(len(str(v)) > LONGEST_VALUE for values in family.values() for v in values):
        raise TaskError(f"{path}: family: a value has at most {LONGEST_VALUE} characters")


def replaced(value: Any, by: Mapping[str, object]) -> Any:
    """``value`` with every ``{k}`` replaced in its texts, also inside lists and tables."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda m: str(by.get(m[1], m[0])), value)
    if isinstance(value, list):
        return [replaced(v, by) for v in value]
    if isinstance(value, dict):
        return {k: replaced(v, by) for k, v in value.items()}
    return value
