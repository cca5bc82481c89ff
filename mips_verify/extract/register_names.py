"""Names for the registers of a program, different from all input names."""

from __future__ import annotations


def fresh_names(count: int, stem: str, taken: tuple[str, ...], first: int = 0) -> tuple[str, ...]:
    """``stem0, stem1, ...``, or just ``stem`` if ``count`` is 1; underscores avoid taken names."""
    while any(name == stem or name.rstrip("0123456789") == stem for name in taken):
        stem += "_"
    if count == 1 and first == 0:
        return (stem,)
    return tuple(f"{stem}{i}" for i in range(first, first + count))


def placeholder(i: int) -> str:
    """The name of register ``i`` during a search; no input can have it."""
    return f"register {i}"
