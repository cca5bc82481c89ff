"""Consistent lies: bundles changed as carefully as an attacker can; is each noticed or shown?

Hashes are computed anew, files are made anew from the changed certificate, and so on. A lie is
noticed if a finding fails or is undecided, and shown if the text of a claim holds it.

python -m tests.quality.lies
"""

from __future__ import annotations

import shutil
import struct
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mips_verify.check.find_bundles import find_bundles
from mips_verify.check.finding import Options
from mips_verify.check.run_checks import Report, run
from mips_verify.workers.place import Place
from tests.quality.forging import (
    PROOFS,
    Tell,
    alone,
    both,
    bytes_of_network,
    compiled,
    copy_of,
    forge,
    header,
    linked,
    network,
    network_of,
    nudged,
    put,
    random_network,
    raw,
    renamed,
    repaired_from,
    replaced,
    says,
    scaled,
    theorem_of,
    two_names,
    two_outputs,
    within,
)  # fmt: skip

MINE: Final = "an oracle"  # the text of lies that nothing but their author vouches for


@dataclass(frozen=True, slots=True)
class Lie:
    """What is told, about which bundle, and how its folder is changed for it."""

    name: str
    task: str
    tell: Tell


@dataclass(frozen=True, slots=True)
class Told:
    """A lie and what check made of it: ``noticed``, ``claimed`` or ``MISSED``, and by what."""

    lie: Lie
    outcome: str
    by: str


FALSE: Final = ["p_x1 == s_x1", "1 == 0"]
ZERO: Final = {"inputs": ["x"], "state": {}, "outputs": ["0"]}
WEAK: Final = [
    "predicate Task(s: seq<int>, y: int) requires |s| > 0 { true }",
    "lemma SpecMeetsTask(s: seq<int>) requires |s| > 0 && InDom(s) ensures Task(s, Spec(s)) {}",
]
WEAK_ROCQ: Final = [
    "Definition task (word : list Z) : Z := nth (length word - 1) (spec 0 0 word) 0.",
]
EMPTY_HEADER: Final = {"h0": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]}}
S, P = "Sum_Last3", "Parity_Zeros"
D, W = "Div_3", "Balanced_Parenthesis"  # a network that is its program, one that is not

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
        ("no declarative text in Rocq", S, says(declarative_rocq=[])),
        ("a weaker declarative text in Rocq", S, says(declarative_rocq=WEAK_ROCQ)),
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
        # theorems of networks
        ("no theorem of the network", D, lambda f: (f / "network.json").unlink()),
        ("another network's theorem", D, theorem_of("Div_5")),
        ("the network but for a bit", D, network(nudged)),
        ("more letters than are proved", W, replaced("network.json", '"exact": ', '"exact": 9')),
        ("a float64 theorem of an exact one", "Sum_All",
         replaced("network.json", '"float64": 1', '"float64": 11')),
        ("a failure that is none", D,
         replaced("network.json", '"failure": null', '"failure": [[0], [1]]')),
        ("a failure outside the range", D,
         replaced("network.json", '"failure": null', '"failure": [[7]]')),
        ("a remark in the theorem", D,
         replaced("network.json", '"exact"', '"audited": true,\n "exact"')),
        ("the network itself as a repaired one", D, copy_of("network", "repaired")),
        ("another network as a repaired one", D, repaired_from("Div_5", "Adam")),
        ("a repaired network of one's own", D, repaired_from("Div_3", MINE)),
        ("the theorem is a link", D, linked("network.json")),
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
    report = run(
        [b for found in places.values() for b in found], Options(fuzz=5), place=Place(jobs)
    )
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
