"""The page of `mips-verify report` in a browser: on laptop and phone, light and dark."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mips_verify import api
from mips_verify.cli import main
from tests.browser import CHROMIUM, Browser

ROOT = Path(__file__).parent.parent
NAMES = ("Binary_Addition", "Bit_Palindrome", "Newton_Magnetic", "Sum_Last2")
BENCH, CHECKS = (ROOT / "tests" / "results" / n for n in ("benchmark.json", "check.json"))
AXE = Path(__file__).parent / "axe" / "axe.min.js"
ROWS = {r["task"]: r for r in json.loads(BENCH.read_text())["tasks"] if r["task"] in NAMES}
LINES = """[...document.querySelectorAll("#results tbody tr")].map(
    (row) => [row.querySelector("a").textContent, !row.hidden])"""
CLICK = (
    '[...document.querySelectorAll("#results button")].find((b) => b.textContent === %r).click()'
)
CHOOSE = """(() => { const f = document.getElementById("filter-%s"); f.value = %r;
    f.dispatchEvent(new Event("change")); })()"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    paths = [str(ROOT / "proofs" / n) for n in NAMES]
    done = CliRunner().invoke(
        main, ["report", *paths, "--bench", str(BENCH), "--checks", str(CHECKS), "--out", str(path)]
    )
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(scope="module")
def page_of_a_run(tmp_path_factory):
    """A page with the table of training methods and a training curve."""
    path = tmp_path_factory.mktemp("run") / "report.html"
    api.report(path, api.synthesize(api.load_task("Div_3")))
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("profile")) as found:
        yield found


def tasks(browser, *, shown=False):
    return [name for name, seen in browser.run(LINES) if seen or not shown]


def test_a_click_sorts_the_table_and_another_turns_it_round(browser, page):
    browser.open(page)
    browser.run(CLICK % "Nodes")
    sizes = [ROWS[n]["size"] for n in tasks(browser)]
    assert sizes == sorted(sizes)
    browser.run(CLICK % "Seconds")
    browser.run(CLICK % "Seconds")
    assert tasks(browser) == sorted(NAMES, key=lambda n: -sum(ROWS[n]["seconds"].values()))
    assert browser.run('document.querySelectorAll("[aria-sort]").length') == 1


def test_filters_hide_lines_and_say_how_many_are_left(browser, page):
    browser.open(page)
    engine = ROWS["Sum_Last2"]["engine"]
    browser.run(CHOOSE % ("engine", engine))
    alike = {n for n in NAMES if ROWS[n]["engine"] == engine}
    assert set(tasks(browser, shown=True)) == alike
    said = browser.run('document.getElementById("shown").textContent')
    assert said == f"{len(alike)} of {len(NAMES)} shown"
    browser.run(CHOOSE % ("engine", ""))
    assert set(tasks(browser, shown=True)) == set(NAMES)


def test_a_link_gives_the_table_its_order_and_its_filters(browser, page):
    engine = ROWS["Sum_Last2"]["engine"]
    browser.open(page, f"sort=size&order=descending&engine={engine}")
    shown = tasks(browser, shown=True)
    assert shown == sorted(shown, key=lambda n: -ROWS[n]["size"])
    assert set(shown) == {n for n in NAMES if ROWS[n]["engine"] == engine}


def test_a_link_to_a_section_opens_it(browser, page):
    browser.open(page, NAMES[1])
    opened = browser.run('[...document.querySelectorAll("details[open]")].map((d) => d.id)')
    assert opened == [NAMES[1]]


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["page", "page_of_a_run"])
def test_nothing_overflows_and_axe_finds_nothing_serious(browser, request, which, width, scheme):
    browser.said.clear()
    browser.show_as(width, scheme=scheme)
    browser.open(request.getfixturevalue(which))
    browser.run('document.querySelectorAll("details").forEach((d) => { d.open = true; })')
    assert browser.run("document.documentElement.scrollWidth") <= width
    browser.run(AXE.read_text() + "; 0")
    found = browser.run("axe.run().then((r) => r.violations)")
    serious = [
        (v["id"], v["help"], [n["html"][:200] for n in v["nodes"]][:3])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert browser.said == []
