"""A sweep gives rates, layouts and classes of programs, loses no finished run and repeats none."""

import dataclasses
import json
import sqlite3

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mips_verify.bench import sweep_file
from mips_verify.bench.hidden_layout import layout_of
from mips_verify.bench.program_classes import program_classes
from mips_verify.bench.seeds import Run
from mips_verify.bench.sweep_file import SweepFile
from mips_verify.bench.sweep_table import programs, summarise
from mips_verify.cli import main
from mips_verify.errors import MipsVerifyError
from mips_verify.kernel.certificate import machine_to_dict
from mips_verify.kernel.domain import Domain
from mips_verify.prove.equal import equal
from mips_verify.spec.task import load_task
from tests.strategies import machines

BIT = Domain(("x",), (0,), (1,))


def run(seed=0, **changes):
    spec = load_task("Parity_All").spec
    row = Run(
        task="Parity_All", seed=seed, engine="ladder", effort="normal", accept="proof",
        version="0", status="PROVED", rung="subspace", hidden=1, widths_f="", widths_g="6",
        exact=True, accuracy=1.0, fits=True, form="f", program="p", size=5, spec_size=5,
        network="all", layout="clusters", affine=0.5, clusters=1.0, rounds=1, reason="",
        train=1.0, extract=1.0, prove=1.0, certify=1.0, machine=json.dumps(machine_to_dict(spec)),
    )  # fmt: skip
    return dataclasses.replace(row, **changes)


def machine(start, following, output, name="s"):
    from mips_verify.kernel.machine import Machine
    from mips_verify.kernel.parse import parse

    names = {"x", name}
    return Machine(("x",), (name,), (start,), (parse(following, names),), (parse(output, names),))


@given(st.lists(st.booleans(), min_size=1, max_size=4), st.data())
@settings(max_examples=20)
def test_programs_are_in_one_class_exactly_if_they_are_equal(proved, data):
    kinds = [
        machine(0, "(s + x) % 2", "s"),
        machine(0, "(t + x) % 2", "t", "t"),
        machine(0, "1 - s if x == 1 else s", "s"),
        machine(1, "(s + x) % 2", "1 - s"),
        machine(0, "x", "s"),
    ]
    which = [data.draw(st.integers(0, 4)) for _ in proved]
    programs = [(kinds[i], p and i < 4) for i, p in zip(which, proved, strict=True)]
    found = program_classes(programs, BIT, equal)
    parity = [i for i in which if i < 4]
    assert sorted(c.count for c in found) == sorted(
        n for n in (len(parity), len(which) - len(parity)) if n
    )
    assert not any(c.undecided for c in found)
    for c in found:
        if "x" in str(c.representative.next[0]) and c.count == len(parity):
            assert c.wordings <= len({min(i, 1) if i < 2 else i for i in parity})


def test_programs_in_other_words_are_one_program():
    programs = [(machine(0, "(s + x) % 2", "s"), True), (machine(0, "(t + x) % 2", "t", "t"), True)]
    (found,) = program_classes(programs, BIT, equal)
    assert (found.count, found.wordings, found.is_spec) == (2, 1, True)
    assert found.representative.state == ("s",)


def test_an_equality_that_nobody_decides_makes_a_class_that_says_so():
    from mips_verify.kernel.verdict import Status, Verdict

    def unknown(*_):
        return Verdict(Status.UNKNOWN, "why not")

    programs = [(machine(0, "x", "s"), False), (machine(0, "x + 0", "s"), False)]
    assert [c.undecided for c in program_classes(programs, BIT, unknown)] == [False, True]


@given(machines())
@settings(max_examples=30)
def test_a_machine_is_its_own_class(m):
    domain = Domain(m.inputs, (0,) * len(m.inputs), (1,) * len(m.inputs))
    (found,) = program_classes([(m, True), (m, True)], domain, equal)
    assert (found.count, found.wordings) == (2, 1)


@given(st.integers(1, 3), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_layouts_are_told_apart(bits, hidden, seed):
    rng = np.random.default_rng(seed)
    state = rng.integers(0, 2, (200, bits)).astype(np.float64)
    if len(np.unique(state, axis=0)) < 2**bits:
        return
    affine = state @ rng.normal(size=(bits, hidden)) + rng.normal(size=hidden)
    assert layout_of(affine, state).kind == "parallelogram"
    places = rng.normal(size=(2**bits, hidden))[(state @ 2 ** np.arange(bits)).astype(int)]
    assert layout_of(places, state).kind == ("parallelogram" if bits == 1 else "clusters")
    noise = places + rng.normal(size=places.shape)
    assert layout_of(noise, state).kind == "spread"
    assert layout_of(np.ones((200, hidden)), state).kind == ""


def test_rows_come_back_as_they_were_written(tmp_path):
    rows = [run(2, reason='it\'s "so"; --'), run(1, exact=False, accuracy=0.25), run(0)]
    with SweepFile(tmp_path / "s.sqlite") as file:
        for row in rows:
            file.add(row)
        file.add(rows[0])
        assert file.rows() == sorted(rows, key=lambda r: r.seed)
        assert file.rows(["Other"]) == []
    columns = sqlite3.connect(tmp_path / "s.sqlite").execute("PRAGMA table_info(runs)").fetchall()
    assert [c[1] for c in columns] == [f.name for f in dataclasses.fields(Run)]


def test_rows_of_other_versions_and_failed_runs_are_run_again(tmp_path):
    from mips_verify import __version__

    with SweepFile(tmp_path / "s.sqlite") as file:
        file.add(run(0, version=__version__))
        file.add(run(1))
        file.add(run(2, version=__version__, status="STOPPED"))
        file.add(run(3, version=__version__, status="REFUTED"))
        assert {key[1] for key in file.finished()} == {0, 3}


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be read as one" * 40, None]
)
def test_a_foreign_file_is_one_sentence_and_stays_as_it_is(content, tmp_path):
    path = tmp_path / "s.sqlite"
    if content is None:
        base = sqlite3.connect(path)
        base.execute("CREATE TABLE runs (a INTEGER)")
        base.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(MipsVerifyError, match=r"s\.sqlite"):
        SweepFile(path)
    assert path.read_bytes() == before


def test_a_summary_counts_runs_sizes_and_layouts():
    rows = [run(0), run(1, hidden=2, layout="spread"), run(2, status="UNKNOWN", exact=False),
            run(3, status="NO_PROGRAM", machine="", layout="", fits=False, network="")]  # fmt: skip
    found = summarise(rows, load_task("Parity_All").domain, equal)
    assert (found.runs, found.trained, found.read, found.proved, found.network) == (4, 3, 3, 2, 3)
    assert found.hidden == ((1, 3), (2, 1))
    assert dict(found.layouts) == {"clusters": 2, "spread": 1}
    (only,) = found.classes
    assert (only.count, only.is_spec) == (3, True)


def test_runs_without_a_result_are_counted_by_their_reasons():
    rows = [run(0), run(1, status="STOPPED", reason="stopped after 5 s", machine=""),
            *(run(s, status="ERROR", reason="no memory", machine="") for s in (2, 3))]  # fmt: skip
    found = summarise(rows, load_task("Parity_All").domain, equal)
    assert programs(found)[1:] == [
        "  2 runs without a result, ERROR: no memory",
        "  1 run without a result, STOPPED: stopped after 5 s",
    ]


def reported(path, folder):
    return CliRunner().invoke(main, ["report", str(path), "--out", str(folder / "page.html")])


def test_the_report_shows_the_distributions_and_the_program_of_most_runs(tmp_path):
    with SweepFile(tmp_path / "s.sqlite") as file:
        for seed in range(3):
            file.add(run(seed, hidden=1 + seed // 2))
        file.add(run(3, status="REFUTED", rung="spectral", train=40.0))
    result = reported(tmp_path / "s.sqlite", tmp_path)
    assert result.exit_code == 0, result.output
    page = (tmp_path / "page.html").read_text()
    shown = ("Parity_All, 4 runs", "PROVED in 3 of 4", "4 runs, equal to the specification",
             "hidden values", "layout of the states", "&lt; 5", "&lt; 60", "spectral")  # fmt: skip
    assert [text for text in shown if text not in page] == []


def other_columns(path):
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE runs (a INTEGER)")
    base.execute("INSERT INTO runs VALUES (1)")
    base.commit()
    base.close()


def text_for_a_number(path):
    with SweepFile(path) as file:
        file.add(run(0, hidden="a"))


def many_rows(path):
    """A view in the place of the table, which never ends."""
    base = sqlite3.connect(path)
    columns = ", ".join(f"n AS {f.name}" for f in dataclasses.fields(Run))
    base.execute(
        "CREATE VIEW runs AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "
        f"SELECT {columns} FROM c"
    )
    base.close()


@pytest.mark.parametrize(
    "make",
    [other_columns, text_for_a_number, many_rows, lambda path: path.write_bytes(b"no base" * 99)],
)
def test_a_report_of_a_foreign_file_is_one_sentence_and_changes_it_not(make, tmp_path, monkeypatch):
    monkeypatch.setattr(sweep_file, "STEPS", 10)
    path = tmp_path / "s.sqlite"
    make(path)
    before = path.read_bytes()
    result = reported(path, tmp_path)
    assert result.exit_code == 2
    assert "s.sqlite holds no rows of a sweep" in result.stderr
    assert result.stderr.count("\n") == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "says"),
    [("5..2", "no range"), ("a", "neither a number"), ("0..999999", "no range"), ("1,", "neither")],
)
def test_bad_seeds_are_one_sentence(text, says):
    result = CliRunner().invoke(main, ["sweep", "Sum_All", "--seeds", text])
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_sweep_runs_every_seed_once_and_prints_the_distribution(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command = ["sweep", "Parity_All", "Prev1", "--seeds", "0..1,5", "--jobs", "1"]
    first = CliRunner().invoke(main, [*command, "--bundles", "b"])
    assert first.exit_code == 0, first.output
    assert "[6/6] Prev1 seed 5: PROVED" in first.stderr
    assert "3 runs, equal to the specification: x1 = 0 -> x; output old(x1)" in first.stdout
    assert sorted(p.name for p in (tmp_path / "b" / "Prev1").iterdir()) == [
        "seed_0", "seed_1", "seed_5",
    ]  # fmt: skip
    again = CliRunner().invoke(main, [*command, "--json"])
    assert again.exit_code == 0
    assert "6 of 6 runs are in sweep.sqlite already" in again.stderr
    data = json.loads(again.stdout)
    assert data["schema"] == 1
    assert [t["proved"] for t in data["tasks"]] == [3, 3]
    assert {r["seed"] for r in data["runs"]} == {0, 1, 5}


def test_a_report_of_a_file_that_is_not_there_is_one_sentence(tmp_path):
    result = reported(tmp_path / "none.sqlite", tmp_path)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "cannot read" in result.stderr
