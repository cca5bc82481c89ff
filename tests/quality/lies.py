"""Consistent lies: bundles changed as carefully as an attacker can; is each noticed or shown?

Hashes are computed anew, files are made anew from the changed certificate, and so on. A lie is
noticed if a finding fails or is undecided, and shown if the text of a claim holds it.

python -m tests.quality.lies
"""

from __future__ import annotations

import hashlib
import json
import py_compile
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from mips_verify.bundle import made_from
from mips_verify.check.find import find_bundles
from mips_verify.check.finding import Options
from mips_verify.check.run import Report, run
from mips_verify.emit.files import render_files
from mips_verify.network import weights
from mips_verify.network.network import Network
from mips_verify.prove.certificate import certificate_from_dict

PROOFS: Final = Path(__file__).parents[2] / "proofs"
OTHER: Final = "def program(xs):\n    return [0 for _ in xs]\n"
MINE: Final = "an oracle"  # the text of lies that nothing but their author vouches for
Edit = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Lie:
    """What is told, about which bundle, and how its folder is changed for it."""

    name: str
    task: str
    tell: Callable[[Path], None]


@dataclass(frozen=True, slots=True)
class Told:
    """A lie and what check made of it: ``noticed``, ``claimed`` or ``MISSED``, and by what."""

    lie: Lie
    outcome: str
    by: str


def forge(folder: Path, edit: Edit) -> None:
    """Change the certificate, and make all its files anew."""
    data = json.loads((folder / "certificate.json").read_text())
    edit(data)
    for name, text in render_files(certificate_from_dict(data)).items():
        (folder / name).write_text(text)


def put(name: str, content: str | bytes = OTHER) -> Callable[[Path], None]:
    """One file more, or one that is replaced."""

    def tell(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)

    return tell


def says(**changes: Any) -> Callable[[Path], None]:
    """Other values of the certificate, and files that fit them."""
    return lambda folder: forge(folder, lambda data: data.update(changes))


def within(*keys: str | int, to: Any) -> Callable[[Path], None]:
    """Another value somewhere inside the certificate, and files that fit it."""

    def edit(data: dict[str, Any]) -> None:
        place: Any = data
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = to

    return lambda folder: forge(folder, edit)


def raw(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Other bytes of the certificate, from which the same files come."""

    def tell(folder: Path) -> None:
        path = folder / "certificate.json"
        path.write_bytes(change(path.read_bytes()))

    return tell


def bytes_of_network(change: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Other bytes of the network's file, with their hash in the certificate."""

    def tell(folder: Path) -> None:
        path = folder / "network.safetensors"
        path.write_bytes(change(path.read_bytes()))
        forge(folder, lambda d: d.update(weights=hashlib.sha256(path.read_bytes()).hexdigest()))

    return tell


def network(
    change: Callable[[Network], Network] = lambda n: n, how: bool = True, **about: Any
) -> Callable[[Path], None]:
    """Another network, or another header of it; certificate and files say the same."""

    def tell(folder: Path) -> None:
        path = folder / "network.safetensors"
        stored = weights.load(path)
        changed = change(stored.network)
        told = stored.about | about
        weights.save(path, changed, told)
        data = {"weights": hashlib.sha256(path.read_bytes()).hexdigest()}
        if how:
            data["how"] = made_from(told["engine"], changed.hidden, told["seed"])
            data["seed"] = told["seed"]
        forge(folder, lambda d: d.update(data))

    return tell


def network_of(task: str) -> Callable[[Network], Network]:
    return lambda _: weights.load(PROOFS / task / "network.safetensors").network


def scaled(factor: float) -> Callable[[Network], Network]:
    """The read-out times a factor: 0 gives a constant."""
    return lambda n: Network(n.f, tuple((w * factor, b * factor) for w, b in n.g), n.h0, n.channels)


def random_network(n: Network) -> Network:
    rng = np.random.default_rng(0)
    f = tuple((rng.normal(size=w.shape), rng.normal(size=b.shape)) for w, b in n.f)
    return Network(f, n.g, n.h0, n.channels)


def two_outputs(n: Network) -> Network:
    (*inner, (w, b)) = n.g
    last = (np.concatenate([w, w]), np.concatenate([b, b]))
    return Network(n.f, (*inner, last), n.h0, n.channels)


def header(change: Callable[[dict[str, Any]], None], pad: bytes = b"") -> Callable[[bytes], bytes]:
    """Another header of a safetensors file."""

    def edit(data: bytes) -> bytes:
        (size,) = struct.unpack("<Q", data[:8])
        found = json.loads(data[8 : 8 + size])
        change(found)
        text = json.dumps(found, separators=(",", ":")).encode() + pad
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + data[8 + size :]

    return edit


def compiled(folder: Path) -> None:
    """Compiled code that Python takes for that of program.py: same time, same size."""
    source = folder / "program.py"
    kept, stat = source.read_bytes(), source.stat()
    source.write_text(OTHER.ljust(len(kept)))
    import os

    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    py_compile.compile(str(source), doraise=True)
    source.write_bytes(kept)
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def renamed(name: str) -> Callable[[Path], None]:
    """A bundle for a task of another name, consistent in itself."""

    def tell(folder: Path) -> None:
        forge(folder, lambda d: d.update(task=name))
        network(task=name)(folder)
        folder.rename(folder.with_name(name))

    return tell


def linked(name: str) -> Callable[[Path], None]:
    """A file that lies elsewhere, where it may change later."""

    def tell(folder: Path) -> None:
        elsewhere = folder.parents[1] / f"{folder.parent.name}.{name}"
        (folder / name).rename(elsewhere)
        (folder / name).symlink_to(elsewhere)

    return tell


def alone(*names: str) -> Callable[[Path], None]:
    """Only some files of the bundle remain, beside another bundle."""

    def tell(folder: Path) -> None:
        shutil.copytree(PROOFS / "Prev1", folder.with_name("Prev1"))
        for path in folder.iterdir():
            if path.name not in names:
                path.unlink()
        (folder / "program.py").write_text(OTHER)

    return tell


def two_names(folder: Path) -> None:
    folder.with_name("Sum_Last4").symlink_to(folder, target_is_directory=True)


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """One text for another in a file; the lie is the one word of it."""

    def tell(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text, old
        (folder / name).write_text(text.replace(old, new))

    return tell


def both(*parts: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda folder: [part(folder) for part in parts] and None


FALSE: Final = ["p_x1 == s_x1", "1 == 0"]
ZERO: Final = {"inputs": ["x"], "state": {}, "outputs": ["0"]}
WEAK: Final = [
    "predicate Task(s: seq<int>, y: int) requires |s| > 0 { true }",
    "lemma SpecMeetsTask(s: seq<int>) requires |s| > 0 && InDom(s) ensures Task(s, Spec(s)) {}",
]
EMPTY_HEADER: Final = {"h0": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}
S, P = "Sum_Last3", "Parity_Zeros"

LIES: Final = tuple(
    Lie(name, task, tell)
    for name, task, tell in (
        # other files
        ("compiled code for program.py", S, compiled),
        ("compiled code beside it", S, put("program.pyc")),
        ("an extension module", S, put("program.abi3.so")),
        ("a package of that name", S, put("program/__init__.py")),
        ("a package of that name, no __init__", S, put("program/other.py")),
        ("conftest.py", S, put("conftest.py")),
        ("conftest.py in a folder below", S, put("below/conftest.py")),
        ("conftest.py two folders below", S, put("a/b/conftest.py")),
        ("pytest.ini with a plugin", S, put("pytest.ini", "[pytest]\naddopts = -p evil\n")),
        ("pyproject.toml", S, put("pyproject.toml", "[tool.pytest.ini_options]\n")),
        ("tox.ini", S, put("tox.ini", "[pytest]\naddopts = --co\n")),
        ("setup.cfg", S, put("setup.cfg", "[tool:pytest]\naddopts = --co\n")),
        ("a hypothesis of its own", S, put("hypothesis.py")),
        ("sitecustomize.py", S, put("sitecustomize.py")),
        ("a path file", S, put("evil.pth", "import os\n")),
        ("a profile of Hypothesis", S, put(".hypothesis/x", "")),
        ("an audit that nobody made", S, put("AUDIT.md", "audited, holds\n")),
        ("a hidden file", S, put(".note", "x")),
        ("a name with a line end", S, put("a\nfiles: ok", "x")),
        ("a second certificate", S, put("certificate.json.old", "{}")),
        ("Program.py", S, put("Program.py")),
        ("a bundle in the bundle", S, lambda f: shutil.copytree(PROOFS / "Prev1", f / "Prev1")),
        ("a link to elsewhere", S, lambda f: (f / "more").symlink_to("/etc")),
        ("an empty folder", S, lambda f: (f / "program").mkdir()),
        # files that are another's
        ("program.py is a link", S, linked("program.py")),
        ("the network is a link", S, linked("network.safetensors")),
        ("the certificate is a link", S, linked("certificate.json")),
        ("a bundle under a second name", S, two_names),
        ("program.py alone", S, alone("program.py")),
        ("program.py and its test alone", S, alone("program.py", "test_program.py")),
        ("no certificate", S, lambda f: (f / "certificate.json").unlink()),
        ("program and test changed alike", S, both(
            replaced("program.py", "x + self.x1", "x - self.x1"),
            replaced("test_program.py", "x + self.x1", "x - self.x1"))),
        ("a test that tests nothing", S,
         replaced("test_program.py", "== reference(xs)", "is not None")),
        ("Dafny assumes it", S, replaced("program.dfy", "predicate Dom", "lemma {:axiom} X()\n"
                                         "ensures false\npredicate Dom")),
        ("SMT-LIB asks for less", S, replaced("equivalence.smt2", "(assert (not", "(assert (and")),
        # names
        ("a task that is nearly ours", S, renamed("Sum_Last33")),
        ("another case of a task", S, renamed("sum_last3")),
        ("a task of one's own", S, renamed("Payroll")),
        ("another task's name", S, renamed("Sum_Last4")),
        # texts
        ("another sentence", S, says(says="sum of all inputs, audited")),
        ("a sentence that looks the same", S, says(says="sum оf the last three inputs")),
        ("no sentence", S, says(says="")),
        ("another engine in the certificate", S, says(how=f"{MINE} network with 3 hidden, seed 0")),
        ("another engine everywhere", S, network(engine=MINE)),
        ("another size of the network", S, says(how="subspace network with 1 hidden, seed 0")),
        ("another origin", S, says(how="a person, by hand")),
        ("another strategy", S, says(strategy=f"asking {MINE}")),
        ("other tools", S, says(tools=f"{MINE} 9.9")),
        ("another seed in the certificate", S, says(seed=7)),
        ("another seed everywhere", S, network(seed=777)),
        ("no declarative text", S, says(declarative=[])),
        ("a weaker declarative text", S, says(declarative=WEAK)),
        ("a comment in the declarative text", S,
         lambda f: forge(f, lambda d: d["declarative"].insert(0, "// audited"))),
        ("another length", S, says(length=3)),
        # theorems
        ("a true theorem of another task", S, says(spec=ZERO, program=ZERO, invariant=[])),
        ("a narrower range", S, within("domain", "x", to=[0, 0])),
        ("a wider range", S, within("domain", "x", to=[-(10**6), 10**6])),
        ("all integers", P, says(all_integers=True)),
        ("no invariant", S, says(invariant=[])),
        ("a false invariant", S, says(invariant=["1 == 0"])),
        ("an invariant that is false in part", S, says(invariant=FALSE)),
        ("another program", S, within("program", "outputs", to=["x + old(x1)"])),
        ("another start", S, within("program", "state", "x1", to=[1, "x"])),
        ("another start of both", S, both(within("program", "state", "x1", to=[1, "x"]),
                                          within("spec", "state", "x1", to=[1, "x"]))),
        ("a program that is right on few inputs", S,
         within("program", "outputs", to=["x + old(x1) + old(x2) if x < 9 else 0"])),
        ("the specification put another way", S,
         within("spec", "outputs", to=["old(x2) + old(x1) + x"])),
        # networks
        ("another task's network", S, network(network_of("Sum_Last2"))),
        ("a larger task's network", S, network(network_of("Sum_Last7"))),
        ("a constant network", "Balanced_Parenthesis", network(scaled(0.0))),
        ("a network scaled", S, network(scaled(2.0))),
        ("random weights", S, network(random_network)),
        ("a network with another input", S, network(network_of("Bitwise_And"))),
        ("a network with another output", S, network(two_outputs)),
        ("a network for another task, it says", S, network(task=MINE)),
        ("a remark in the header", S, network(audited="yes")),
        ("another seed in the header", S, network(how=False, seed=5)),
        ("an engine that is no text", S, network(engine=7)),
        ("no network, but text", S, bytes_of_network(lambda _: b"a network")),
        ("an empty file", S, bytes_of_network(lambda _: b"")),
        ("a pickle", S, bytes_of_network(lambda _: b"\x80\x04K\x01.")),
        ("a network cut short", S, bytes_of_network(lambda data: data[:-8])),
        ("bytes behind the network", S, bytes_of_network(lambda data: data + b"\0" * 8)),
        ("text behind the header", S, bytes_of_network(header(lambda h: None, b"        "))),
        ("metadata of another kind", S,
         bytes_of_network(header(lambda h: h["__metadata__"].update(audited="yes")))),
        ("other numbers", S,
         bytes_of_network(header(lambda h: h["h0"].update(dtype="I64")))),
        ("weights that are no numbers", S,
         bytes_of_network(lambda data: data[:-8] + struct.pack("<d", float("nan")))),
        ("a header alone", S, bytes_of_network(header(lambda h: h.update(EMPTY_HEADER)))),
        ("no hash of the network", S, says(weights="")),
        ("no network at all", S, both(
            says(weights="", how=f"{MINE} network with 3 hidden, seed 0"),
            lambda f: (f / "network.safetensors").unlink())),
        # the certificate's own text
        ("a remark in the certificate", S,
         raw(lambda data: data.replace(b'"task"', b'"audited": true,\n "task"'))),
        ("a key twice", S, raw(lambda data: data.replace(b' "task"', b' "task": "X",\n "task"'))),
        ("another verdict", S, raw(lambda data: data.replace(b'"PROVED"', b'"PROVED, twice"'))),
        ("other spaces", S, raw(lambda data: data.replace(b"\n ", b"\n  "))),
        ("a mark before it", S, raw(lambda data: b"\xef\xbb\xbf" + data)),
        ("line ends of Windows", S, raw(lambda data: data.replace(b"\n", b"\r\n"))),
    )
)  # fmt: skip


def trial(lies: tuple[Lie, ...], folder: Path, jobs: int) -> list[Told]:
    """Tell each lie in a folder of its own, and check what lies there."""
    places = {}
    for i, lie in enumerate(lies):
        top = folder / str(i)
        shutil.copytree(PROOFS / lie.task, top / lie.task)
        lie.tell(top / lie.task)
        places[lie.name] = find_bundles([top])
    report = run([b for found in places.values() for b in found], Options(fuzz=5), jobs=jobs)
    return [_judged(lie, report, places[lie.name]) for lie in lies]


def _judged(lie: Lie, report: Report, folders: tuple[Path, ...]) -> Told:
    bundles = [b for b in report.bundles if b.folder in folders]
    findings = [f for b in bundles for f in b.findings]
    for f in findings:
        if f.status in ("failed", "undecided"):
            return Told(lie, "noticed", f"{f.check}: {f.message}")
    shown = [c for f in findings for c in f.claims]
    for claim in shown:
        if MINE in claim or "777" in claim:
            return Told(lie, "claimed", claim)
    for b in bundles:
        if b.without_task_file:
            (said,) = [f.message for f in b.findings if f.check == "specification"]
            return Told(lie, "claimed", said)
    return Told(lie, "MISSED", "")


def main() -> None:
    """Tell all lies, and print what became of each."""
    with tempfile.TemporaryDirectory() as folder:
        told = trial(LIES, Path(folder), jobs=2)
        for t in told:
            print(f"{t.outcome:8} {t.lie.name:38} {ascii(t.by.replace(folder, ''))[1:-1][:110]}")
    good = sum(t.outcome != "MISSED" for t in told)
    print(f"{good} of {len(told)} lies noticed or claimed")
    sys.exit(good != len(told))


if __name__ == "__main__":
    main()
