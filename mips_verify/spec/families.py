"""Task files as TOML: read under a bound, one dictionary for each member of a family."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mips_verify.errors import MipsVerifyError, TaskError
from mips_verify.files import read_bounded

MEMBER: Final = " member"  # no key of a file: the values of one member of a family
LARGEST: Final = 2**20  # bytes of a file
MEMBERS: Final = 200
LARGEST_FAMILY: Final = 2**22  # characters of all its members
POINTS: Final = 1000  # in a line
LONGEST: Final = 40  # characters of a value of a member


def read_text(path: Path) -> str:
    """The text of a task file or of one beside it; a byte order mark at its start is left out.

    Raises:
        TaskError: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        return read_bounded(path, LARGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TaskError(f"{path} is not UTF-8 text") from None
    except MipsVerifyError as error:
        raise TaskError(str(error)) from None


def read_members(path: Path) -> Iterator[dict[str, Any]]:
    """What a file says: a dictionary for each task, with every ``{k}`` of a family replaced.

    Raises:
        TaskError: naming the file and what is wrong.
    """
    text = read_text(path)
    try:
        if max(line.count(".") for line in text.split("\n")) > POINTS:
            raise RecursionError  # tomllib needs time with the square of a key's parts
        data = tomllib.loads(text)
    except RecursionError:
        raise TaskError(f"{path} is nested too deeply for a task") from None
    except ValueError as error:  # of TOML, and of numbers too long for Python
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
    if count > MEMBERS or count * size > LARGEST_FAMILY:
        raise TaskError(
            f"{path}: family: {count} tasks are too many; write at most {MEMBERS}, with at most "
            f"{LARGEST_FAMILY} characters in all"
        )
    if any(len(str(v)) > LONGEST for values in family.values() for v in values):
        raise TaskError(f"{path}: family: a value has at most {LONGEST} characters")


def replaced(value: Any, by: Mapping[str, object]) -> Any:
    """Texts with every ``{k}`` replaced, in lists and tables too."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda m: str(by.get(m[1], m[0])), value)
    if isinstance(value, list):
        return [replaced(v, by) for v in value]
    if isinstance(value, dict):
        return {k: replaced(v, by) for k, v in value.items()}
    return value
