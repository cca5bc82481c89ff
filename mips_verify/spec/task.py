"""Tasks: a specification machine, an input domain and a length, read from TOML files.

A task file is data and runs nothing. In ``[state]`` a name is the value before this input, in
``[output]`` the value after it; ``old(z)`` in an output is the value before. ``back(x, k)`` is the
input k steps ago (0 before the start) and ``sumback(x, k)`` the sum of the last k inputs; both
become delay lines. ``[family]`` describes several tasks, one for each value. Values may have names:
an input is then a list of them in place of a range, and ``[names]`` lists those of state variables
and outputs. ``aliases`` are other names by which a task is found. A Dafny and a Rocq file beside
it, named after the task or the family, may restate the task; see :class:`Task`.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, Final

from mips_verify.errors import ExpressionError, MachineError, TaskError
from mips_verify.kernel.certificate import MAX_LENGTH
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import Expr, apply, children, convert, size, var
from mips_verify.kernel.machine import Machine, old
from mips_verify.kernel.parse import parse
from mips_verify.spec.input_limits import DEEPEST, MAX_BACK, MOST_NAMES, MOST_NODES
from mips_verify.spec.not_found import no_file, no_task
from mips_verify.spec.task_members import MEMBER, read_members, read_text, replaced
from mips_verify.spec.task_names import aliases_of, demand_task_name, is_input_name, suggestion
from mips_verify.spec.value_names import (
    NUMBERS,
    Names,
    Words,
    read_input_words,
    read_words,
    usual_keys,
)  # fmt: skip

_KEYS: Final = {
    "name", "says", "length", "suite", "aliases", "family", "input", "state", "output", "names",
}  # fmt: skip
_WHOLE: Final = r"-?\d{1,25}"


@dataclass(frozen=True, slots=True)
class Task:
    """A specification over a domain, and the length at which networks are trained.

    Attributes:
        name: an identifier, which also names the bundle's folder.
        says: the task in one sentence.
        length: steps in a training sequence.
        domain: the range of every input.
        spec: the specification, a machine whose inputs are the domain's channels.
        suite: the benchmark that the task belongs to, or an empty text.
        declarative: Dafny text from the ``.dfy`` file beside the task file: a plain statement of
            the task over whole sequences, and the lemma that ``spec`` satisfies it.
        declarative_rocq: the same in Rocq, from the ``.v`` file beside the task file.
        names: what values are called where people read them; nothing else depends on it.
    """

    name: str
    says: str
    length: int
    domain: Domain
    spec: Machine
    suite: str = ""
    declarative: str = ""
    declarative_rocq: str = ""
    names: Names = NUMBERS

    def __post_init__(self) -> None:
        demand_task_name(self.name)
        if not 1 <= self.length <= MAX_LENGTH:
            raise TaskError(f"length is {self.length}; it must be from 1 to {MAX_LENGTH}")
        if self.domain.names != self.spec.inputs:
            raise TaskError("the domain and the specification name different inputs")


def tasks_folder() -> Path:
    """``$MIPS_VERIFY_TASKS``, the checkout's ``tasks/``, or the copy inside the wheel."""
    if chosen := os.environ.get("MIPS_VERIFY_TASKS"):
        return Path(chosen)
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "tasks"
    return checkout if checkout.is_dir() else package / "_data" / "tasks"


def load_tasks(folder: Path | None = None, suite: str | None = None) -> tuple[Task, ...]:
    """Every task of a folder, or of one suite in it, sorted by name.

    Raises:
        TaskError: a file cannot be used, or no task belongs to the suite.
    """
    folder = folder or tasks_folder()
    suites = set()
    found = []
    for path, data in _all_files(folder):
        suites.add(str(data.get("suite", "")))
        if suite is None or data.get("suite", "") == suite:
            found.append(read_task(data, path))
    if suite is not None and not found:
        there = ", ".join(sorted(suites - {""})) or "none"
        raise TaskError(f"no task in {folder} belongs to the suite '{suite}'; there are {there}")
    return tuple(sorted(found, key=lambda t: _natural(t.name)))


def names_of_tasks(folder: Path | None = None) -> tuple[str, ...]:
    """The name of every task of a folder, sorted; nothing else of the tasks is read.

    Raises:
        TaskError: the folder does not exist, or a file in it is not TOML.
    """
    found = (data.get("name") for _, data in _all_files(folder or tasks_folder()))
    return tuple(sorted((n for n in found if isinstance(n, str)), key=_natural))


def read_tasks(path: Path) -> tuple[Task, ...]:
    """Every task of one file, in the order of the file.

    Raises:
        TaskError: the file cannot be used.
    """
    return tuple(read_task(data, path) for data in read_members(path))


def load_task(name: str, folder: Path | None = None) -> Task:
    """The task called ``name``, or the task in the file ``name`` if that ends in ``.toml``.

    Raises:
        TaskError: there is no such task (the message has similar names), or the file cannot be
            used.
    """
    if name.endswith(".toml"):
        if not Path(name).exists():
            raise no_file(Path(name))
        variants = list(read_members(Path(name)))
        if len(variants) != 1:
            names = ", ".join(str(v.get("name")) for v in variants)
            raise TaskError(f"{name} is a family; name one of its tasks: {names}")
        return read_task(variants[0], Path(name))
    folder = folder or tasks_folder()
    known = []
    for path, data in _all_files(folder):
        if name in (data.get("name"), *aliases_of(data)):
            return read_task(data, path)
        known.append(str(data.get("name")))
    raise no_task(name, folder, known)


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(p), "") if p.isdigit() else (-1, p) for p in re.split(r"(\d+)", name)]


def _all_files(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    if not folder.is_dir():
        raise TaskError(f"the tasks folder {folder} does not exist; set MIPS_VERIFY_TASKS")
    for path in sorted(folder.glob("*.toml")):
        for data in read_members(path):
            yield path, data


def read_task(data: Mapping[str, Any], path: Path) -> Task:
    """A task from the parsed TOML of one family member.

    Raises:
        TaskError: the data are no task; the message has the file, the key and the column.
    """
    try:
        task = _Builder(data).task()
    except (TaskError, MachineError) as error:
        raise TaskError(f"{path}: {error}") from None
    dafny, rocq = (
        _declarative(task.name, path, data.get(MEMBER, {}), ending) for ending in (".dfy", ".v")
    )
    return replace(task, declarative=dafny, declarative_rocq=rocq)


def _declarative(name: str, path: Path, member: Mapping[str, object], ending: str) -> str:
    """The text of ``<name><ending>``, or of the family's file with every ``{k}`` replaced."""
    for beside in (path.with_name(f"{name}{ending}"), path.with_suffix(ending)):
        if beside.is_file():
            lines = replaced(read_text(beside), member).expandtabs(2).splitlines()
            return "".join(f"{line.rstrip()}\n" for line in lines)
    return ""


class _Builder:
    """Builds one task, and collects the delay lines needed by its expressions."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.delays: dict[str, int] = {}
        self.input_words: dict[str, Words] = {}
        if unknown := sorted(set(data) - _KEYS - {MEMBER}):
            keys = sorted(_KEYS)
            hint = suggestion(unknown[0], keys, f"there are {', '.join(keys)}")
            raise TaskError(f"unknown key '{unknown[0]}'; {hint}")
        aliases_of(data)
        for key in ("name", "length", "input", "output"):
            if key not in data:
                raise TaskError(f"the key '{key}' is missing")
        self.domain = self._domain(self._section("input"))
        self.state = self._section("state")
        taken = set(self.domain.names)
        for name in self.state:
            self._check_name(name, "state")
            if name in taken:
                raise TaskError(f"state.{name}: '{name}' is already the name of an input")

    def task(self) -> Task:
        starts, nexts = self._states()
        section = self._section("output")
        outputs = [
            self._parse(str(text), f"output.{key}", set(self.state), in_state=False)
            for key, text in section.items()
        ]
        self._add_delay_lines(starts, nexts)
        spec = Machine(
            inputs=self.domain.names,
            state=tuple(starts),
            init=tuple(starts.values()),
            next=tuple(nexts.values()),
            outputs=tuple(outputs),
        )
        _demand_small(spec)
        return Task(
            name=str(self.data["name"]),
            says=str(self.data.get("says", "")),
            length=self._length(),
            domain=self.domain,
            spec=spec,
            suite=str(self.data.get("suite", "")),
            names=self._names(tuple(starts), tuple(section)),
        )

    def _names(self, state: tuple[str, ...], outputs: tuple[str, ...]) -> Names:
        """The words of the inputs, of ``[names]``, and of delay lines, which are the input's."""
        words = self._listed(outputs)
        delayed = {
            f"{channel}{k}": self.input_words.get(channel, ())
            for channel, steps in self.delays.items()
            for k in range(1, steps + 1)
        }
        return Names(
            inputs=tuple(self.input_words.get(n, ()) for n in self.domain.names),
            outputs=tuple(words.get(key, ()) for key in outputs),
            state=tuple((words | delayed).get(z, ()) for z in state),
            keys=() if outputs == usual_keys(len(outputs)) else outputs,
        )

    def _listed(self, outputs: tuple[str, ...]) -> dict[str, Words]:
        """The words of ``[names]``, for state variables and outputs."""
        found = {}
        for key, given in self._section("names").items():
            if key in self.domain.names:
                raise TaskError(f"names.{key}: name the values of an input in [input]")
            if key not in self.state and key not in outputs:
                raise TaskError(f"names.{key}: there is no state variable or output '{key}'")
            if not isinstance(given, list):
                raise TaskError(f'names.{key}: write a list of names, such as ["off", "on"]')
            found[key] = read_words(f"names.{key}", given)
        return found

    def _states(self) -> tuple[dict[str, int], dict[str, Expr]]:
        """The initial and the next value of every state variable in the file."""
        starts, nexts = {}, {}
        for name, pair in self.state.items():
            if not (isinstance(pair, list) and len(pair) == 2):
                raise TaskError(f'state.{name}: write ["initial value", "next value"]')
            start = self._parse(str(pair[0]), f"state.{name}", set(), in_state=True)
            if start.op != "const":
                raise TaskError(f"state.{name}: the initial value '{pair[0]}' is not an integer")
            starts[name] = int(start.value)  # type: ignore[arg-type]
            nexts[name] = self._parse(str(pair[1]), f"state.{name}", set(self.state), in_state=True)
        return starts, nexts

    def _add_delay_lines(self, starts: dict[str, int], nexts: dict[str, Expr]) -> None:
        for channel, steps in self.delays.items():
            for k in range(1, steps + 1):
                name = f"{channel}{k}"
                if name in starts or name in self.domain.names:
                    raise TaskError(f"'{name}' is taken: back({channel}, {k}) needs that name")
                starts[name] = 0
                nexts[name] = var(channel if k == 1 else f"{channel}{k - 1}")
        if len(starts) > MOST_NAMES["state"]:
            raise TaskError(f"{len(starts)} state variables and inputs to remember are too many")

    def _length(self) -> int:
        value = self.data["length"]  # a text if it depends on the family's parameter
        if isinstance(value, bool | float) or not re.fullmatch(_WHOLE, _shown(value)):
            raise TaskError(f"length: '{_shown(value)}' is not an integer")
        return int(value)

    def _section(self, key: str) -> dict[str, Any]:
        section = self.data.get(key, {})
        if not isinstance(section, dict):
            raise TaskError(f"{key}: this must be a table, as in [{key}]")
        if len(section) > MOST_NAMES[key]:
            raise TaskError(f"{key}: {len(section)} names, at most {MOST_NAMES[key]} can be used")
        return section

    def _check_name(self, name: str, key: str) -> None:
        if not is_input_name(name):
            raise TaskError(
                f"{key}.{name}: '{name}' cannot be a name; use letters, digits and _, a letter "
                "first, and no word of expressions such as if or max"
            )

    def _domain(self, section: Mapping[str, Any]) -> Domain:
        lows, highs = [], []
        for name, text in section.items():
            self._check_name(name, "input")
            if isinstance(text, list):
                self.input_words[name] = read_input_words(f"input.{name}", text)
                text = f"0..{len(text) - 1}"
            found = re.fullmatch(rf"\s*({_WHOLE})\s*\.\.\s*({_WHOLE})\s*", _shown(text))
            if not found:
                raise TaskError(f"input.{name}: '{_shown(text)}' is not a range such as \"0..9\"")
            if max(abs(int(found[1])), abs(int(found[2]))) >= 2**63:
                raise TaskError(f"input.{name}: the range goes beyond 64 bits; narrow it")
            lows.append(int(found[1]))
            highs.append(int(found[2]))
        try:
            return Domain(tuple(section), tuple(lows), tuple(highs))
        except TaskError as error:
            raise TaskError(f"input: {error}") from None

    def _parse(self, text: str, key: str, state: set[str], *, in_state: bool) -> Expr:
        def delayed(channel: str, k: int) -> Expr:
            if k == 0:
                return var(channel)
            self.delays[channel] = max(self.delays.get(channel, 0), k)
            return var(f"{channel}{k}" if in_state else old(f"{channel}{k}"))

        def back(args: list[ast.expr]) -> Expr:
            return delayed(*self._channel_and_steps("back", args, 0))

        def sumback(args: list[ast.expr]) -> Expr:
            channel, k = self._channel_and_steps("sumback", args, 1)
            terms = [delayed(channel, i) for i in range(k)]
            return reduce(lambda a, b: apply("add", a, b), terms)

        def before(args: list[ast.expr]) -> Expr:
            if len(args) != 1 or not isinstance(args[0], ast.Name) or args[0].id not in state:
                raise ValueError("old() takes the name of one state variable")
            return var(old(args[0].id))

        calls = {"back": back, "sumback": sumback}
        if not in_state:
            calls["old"] = before
        try:
            e = parse(text, state | set(self.domain.names), calls)
        except ExpressionError as error:
            raise TaskError(f"{key}: {error}") from None
        if _depth(e) > DEEPEST:
            raise TaskError(f"{key}: nested more than {DEEPEST} deep; give parts of it a state")
        if any(abs(n) >= 2**63 for node in children(e) for n in _numbers(node)):
            raise TaskError(f"{key}: a number goes beyond 64 bits; write smaller ones")
        return convert(e, "int")

    def _channel_and_steps(self, call: str, args: list[ast.expr], least: int) -> tuple[str, int]:
        if len(args) == 2 and isinstance(args[0], ast.Name) and isinstance(args[1], ast.Constant):
            channel, k = args[0].id, args[1].value
            if channel in self.domain.names and isinstance(k, int) and least <= k <= MAX_BACK:
                return channel, k
        raise ValueError(f"{call}() takes an input and a count from {least} to {MAX_BACK}")


def _shown(value: object) -> str:
    """A value of a file as text, shortened for messages."""
    return value[:60] if isinstance(value, str) else str(value)[:60]


def _depth(e: Expr) -> int:
    return 1 + max(map(_depth, e.args), default=0)


def _numbers(e: Expr) -> tuple[int, ...]:
    """The integers in one node."""
    if isinstance(e.value, tuple):
        return e.value
    return (e.value,) if isinstance(e.value, int) else ()


def _demand_small(spec: Machine) -> None:
    """Refuse outputs that become huge trees if the state variables in them are expanded."""
    sizes = {z: size(e) for z, e in zip(spec.state, spec.next, strict=True)}
    uses = (n for e in spec.outputs for n in children(e) if n.op == "var")
    nodes = spec.size + sum(sizes.get(str(n.value), 1) for n in uses)
    if nodes > MOST_NODES:
        raise TaskError(f"the specification has {nodes} nodes, at most {MOST_NODES} can be used")
