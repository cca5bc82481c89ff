"""Every number, link and example of the README is true; tests/test_docs_*.py see to the rest."""

import json
import re
import tomllib
from pathlib import Path

import numpy as np
from click.testing import CliRunner

from mips_verify.bench import bench_table
from mips_verify.cli import main
from mips_verify.network.weights import load
from mips_verify.spec.labelling import label
from mips_verify.spec.task import load_task, read_task
from tests.quality import earns
from tests.record import ARCHITECTURE, OTHERS, OUTSIDE, PAGE, RECORDS, outcome, recorded_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGE_OF_RESULTS = PAGE.read_text()


OUTCOME, ADAM = outcome("benchmark.json"), outcome("adam.json")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def between(mark, text=PAGE_OF_RESULTS):
    return text.split(f"<!-- {mark} -->\n")[1].split(f"\n<!-- /{mark} -->")[0]


def run(*args):
    return CliRunner().invoke(main, list(map(str, args)))


def test_the_results_are_those_of_the_recorded_run():
    assert (
        between("results") == f"{bench_table.summary(OUTCOME)}\n\n{bench_table.markdown(OUTCOME)}"
    )
    assert between("results", README) == bench_table.summary(OUTCOME)
    assert between("adam") == bench_table.summary(ADAM)


def test_the_results_outside_the_benchmark_are_recorded_ones():
    assert between("outside") == recorded_table(OUTSIDE, "tasks")
    assert between("others") == recorded_table(OTHERS, "networks and examples")
    rows = json.loads(OUTSIDE.read_text())
    assert [r["tasks"] for r in rows.values()] == [45, 35, 200, 100, 100]
    for row in (*rows.values(), *json.loads(OTHERS.read_text()).values()):
        assert row["proved"] + len(row["not_proved"]) == row["tasks"]


def test_the_recorded_run_is_the_whole_benchmark():
    assert len(OUTCOME.rows) == len(ADAM.rows) == 62
    assert OUTCOME.settings.seed == ADAM.settings.seed == 0
    assert (OUTCOME.settings.engine, ADAM.settings.engine) == ("ladder", "adam")


def test_the_check_of_all_bundles_is_the_recorded_one():
    recorded = json.loads((RECORDS / "check.json").read_text())
    assert between("check", README) == recorded["summary"]
    assert [b["folder"] for b in recorded["bundles"]] == [
        f"proofs/{row.task}" for row in sorted(OUTCOME.rows, key=lambda row: row.task)
    ]
    for bundle in recorded["bundles"]:
        assert {f["status"] for f in bundle["findings"]} == {"ok"}


def test_the_exit_codes_are_those_of_the_help():
    listed = dict(
        re.findall(r"(\d) ([a-z ]+)[,.]", README.split("Exit codes:")[1].split("\n\n")[0])
    )
    helped = dict(re.findall(r"^ +(\d) +(.+)$", run("bench", "--help").output, re.MULTILINE))
    assert set(listed) == set(helped)
    for code, meaning in listed.items():
        assert meaning.split()[0] in helped[code]


def test_the_example_program_is_proved(tmp_path):
    (source,) = blocks("python")
    (tmp_path / "p.py").write_text(source)
    assert run("prove", tmp_path / "p.py", "Div_3").exit_code == 0


def test_the_example_task_means_what_it_says():
    (text,) = blocks("toml")
    task = read_task(tomllib.loads(text), Path("README.md"))
    assert task.spec.run([(2,), (2,), (1,)]) == [(2,), (1 + 2,), (2 + 2,)]


def test_the_first_example_prints_what_the_readme_shows(tmp_path):
    shown = README.split("The first prints, among lines of progress,\n\n```text\n")[1].split("```")[
        0
    ]
    where = ("--out", tmp_path / "proofs", "--runs", tmp_path / "runs")
    assert run("synth-and-prove", "Sum_Last3", *where).stdout == shown


def test_a_network_that_is_right_on_short_sequences_is_wrong_on_long_ones():
    task = load_task("Bit_Palindrome")
    network = load(ROOT / "proofs" / task.name / "network.safetensors").network

    def share_right(count, length):
        x = task.domain.sample(count, length, np.random.default_rng(0))
        return (network.run(x)[1] == label(task, x)).all(axis=(1, 2)).mean()

    assert "is right on 65,536 of 65,536 random sequences of 10 inputs" in README
    assert "on fewer than 15 % of sequences of 60 inputs" in README
    assert share_right(65_536, 10) == 1
    assert share_right(2_000, 60) < 0.15
    theorem = json.loads((ROOT / "proofs" / task.name / "network.json").read_text())
    assert "for this one it is proved up to 10 inputs, and a sequence of 11" in README
    assert (theorem["exact"], len(theorem["failure"])) == (10, 11)


def anchors(page):
    """The headings of a page, as GitHub names them in links."""
    for heading in re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE):
        yield re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_what_the_text_links_to_exists():
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), ROOT / "CONTRIBUTING.md"):
        text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(), flags=re.DOTALL)
        for name, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
            target = page.parent / name if name else page
            assert target.exists(), f"{page.name}: {name}"
            assert not heading or heading in anchors(target), f"{page.name}: {name}#{heading}"


def test_every_training_method_is_in_the_glossary():
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    table = glossary.split("### Names of training methods")[1].split("##")[0]
    named = {re.split(r" (?=h[<=]|of \d)", name)[0] for name in re.findall(r"`([^`]*)`", table)}
    for row in OUTCOME.rows:
        assert re.split(r" (?=h[<=]|of \d)", row.engine)[0] in named, row.engine


def test_what_methods_and_rungs_earn_is_recorded():
    records = json.loads((RECORDS / "earns.json").read_text())
    page = ARCHITECTURE.read_text()
    assert between("earns", page) == earns.table(records)
    assert f"On {len(records)} networks" in page
