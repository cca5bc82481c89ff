"""Proofs as tests, under pytest or any other runner.

As a decorator, of a function over a sequence or a class with a method ``step``::

    @proved("My_Task.toml")
    def test_my_program(xs): ...

or as an assertion about a program that lives elsewhere::

    def test_my_program():
        proved("My_Task.toml", my_program)

The test passes if the program is PROVED for sequences of every length. It fails with the verdict:
REFUTED with the shortest sequence on which it is wrong, or UNKNOWN with the reason.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.verdict import Verdict
    from mips_verify.spec.task import Task

    Named: TypeAlias = str | Path | Task
    Code: TypeAlias = Callable[..., Any]

__all__ = ["NotProvedError", "proved"]


class NotProvedError(AssertionError):
    """A program that is not proved; the text has the verdict.

    Attributes:
        verdict: the verdict, ``None`` if the program could not be read at all.
    """

    def __init__(self, message: str, verdict: Verdict | None = None) -> None:
        super().__init__(message)
        self.verdict = verdict


@overload
def proved(
    task: Named, program: None = None, *, seed: int = 0, limit: float | None = None
) -> Callable[[Code], Callable[[], None]]: ...


@overload
def proved(
    task: Named,
    program: Machine | Code | str | Path,
    *,
    seed: int = 0,
    limit: float | None = None,
) -> Verdict: ...


def proved(
    task: Named,
    program: Machine | Code | str | Path | None = None,
    *,
    seed: int = 0,
    limit: float | None = None,
) -> Callable[[Code], Callable[[], None]] | Verdict:
    """Assert that a program is PROVED; without a program, a decorator that makes such a test.

    Args:
        task: a task, its name, or its file, which may lie beside that of the program.
        program: a function, a class, the path of a Python file, or a machine.
        seed: decides the random sequences that try to refute the program.
        limit: seconds after which an undecided program counts as UNKNOWN.

    Returns:
        the verdict, which is PROVED, so that ``assert proved(...)`` passes, too; or the decorator.

    Raises:
        NotProvedError: the program is not PROVED.
        MipsVerifyError: there is no such task.
        ValueError: no test runner would run what is decorated.
    """
    __tracebackhide__ = True
    if program is None:
        return partial(_as_test, task, seed=seed, limit=limit)
    return _demand(task, program, 0, seed, limit)


def _as_test(task: Named, program: Code, *, seed: int, limit: float | None) -> Callable[[], None]:
    """A test without parameters, in the place of the program."""
    name = program.__name__
    if not name.startswith("test"):
        raise ValueError(f"call it test_{name}; a test runner would not run {name}")
    outside = program.__qualname__.rpartition(".")[0]
    if outside and not outside.endswith("<locals>"):
        raise ValueError(f"put {name} outside of the class {outside}, or give it to proved()")

    def test() -> None:
        __tracebackhide__ = True
        _demand(task, program, 1, seed, limit)

    test.__name__, test.__qualname__ = name, program.__qualname__
    test.__module__, test.__doc__ = program.__module__, program.__doc__
    test.__wrapped__ = program  # type: ignore[attr-defined]  # where a report says that it is
    test.__signature__ = inspect.Signature()  # type: ignore[attr-defined]  # no fixtures
    return test


def _demand(
    task: Named, program: Machine | Code | str | Path, decorators: int, seed: int,
    limit: float | None,
) -> Verdict:  # fmt: skip
    """The verdict; an error unless the program is proved."""
    __tracebackhide__ = True
    from mips_verify.deadline import deadline
    from mips_verify.kernel.verdict import Status
    from mips_verify.report.text import verdict_to_text

    found = _task(task, program)
    name = getattr(program, "__name__", None) or str(program)
    try:
        with deadline(limit):
            verdict = _verdict(found, program, decorators, seed)
    except MipsVerifyError as error:
        raise NotProvedError(f"{name} is not proved: {error}") from None
    if verdict.status is not Status.PROVED:
        said = verdict_to_text(verdict, found)
        raise NotProvedError(f"{name} against {found.name}: {said}", verdict)
    return verdict


def _verdict(
    task: Task, program: Machine | Code | str | Path, decorators: int, seed: int
) -> Verdict:
    from mips_verify.api import prove
    from mips_verify.kernel.machine import Machine
    from mips_verify.reader.prove_live import prove_live

    if isinstance(program, Machine | str | Path):
        return prove(program, task, seed=seed)
    return prove_live(program, task, decorators=decorators, seed=seed)


def _task(task: Named, program: object) -> Task:
    """The task; a file is looked for beside that of the program, then in the working directory."""
    from mips_verify.spec.task import Task, load_task

    if isinstance(task, Task):
        return task
    try:
        beside = Path(inspect.getfile(program)).parent / task  # type: ignore[arg-type]
    except TypeError:
        beside = Path(task)
    there = str(task).endswith(".toml") and beside.is_file()
    return load_task(str(beside if there else task))
