"""Finished stages on disk, so that a killed run resumes at the stage in which it stopped."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from mips_verify.deadline import time_is_up
from mips_verify.errors import MipsVerifyError
from mips_verify.files import make_folder, read_bounded, replace_whole

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Codec(Generic[T]):
    """How one stage's result is written to a file and read back.

    ``load`` may raise ``ValueError``, ``KeyError``, ``TypeError`` or :class:`MipsVerifyError`; then
    the stage is computed again.
    """

    suffix: str
    save: Callable[[Path, T], None]
    load: Callable[[Path], T]


@dataclass(frozen=True, slots=True)
class Store:
    """A folder of results, each named after its stage and a hash of its inputs.

    If ``folder`` is ``None``, nothing is kept.
    """

    folder: Path | None = None

    def stage(
        self, name: str, inputs: object, compute: Callable[[], T], codec: Codec[T]
    ) -> tuple[T, bool]:
        """The stored result of a stage; if there is none, compute it and store it.

        Returns:
            the result, and whether it was in the store.
        """
        if self.folder is None:
            return compute(), False
        path = self.folder / f"{name}-{digest(inputs)}{codec.suffix}"
        if path.exists():
            # if the file cannot be read, the stage runs again
            with contextlib.suppress(
                ValueError, KeyError, TypeError, OSError, RecursionError, MipsVerifyError
            ):
                return codec.load(path), True
        result = compute()
        if time_is_up():  # it may have ended early; the next run is to do better
            return result, False
        make_folder(self.folder)
        codec.save(path, result)
        return result, False


def digest(value: object) -> str:
    """A short hash of any value that JSON can represent."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def json_codec(to_dict: Callable[[T], dict[str, Any]], from_dict: Callable[[Any], T]) -> Codec[T]:
    """A codec for values that have a JSON form."""
    return Codec(
        ".json",
        lambda path, value: replace_whole(path, json.dumps(to_dict(value), indent=1).encode()),
        lambda path: from_dict(json.loads(read_bounded(path))),
    )
