"""`mips-verify report`: one HTML page about bundles."""

import json
import re
import shutil
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mips_verify.check.stored import FILES
from mips_verify.cli import main
from mips_verify.emit.mathematics import to_mathematics
from mips_verify.kernel.domain import Domain
from mips_verify.kernel.expr import children
from mips_verify.kernel.machine import Machine
from mips_verify.kernel.parse import parse
from mips_verify.pipeline.origin import ORIGINAL
from mips_verify.pipeline.theorem_files import OPTIONAL
from mips_verify.report.page.page_section import FILE_SAYS, section_of
from mips_verify.report.page.subject import Subject
from mips_verify.report.state_words import state_words
from mips_verify.spec.value_names import Names
from tests.strategies import expressions

ROOT = Path(__file__).parent.parent
PROOFS = ROOT / "proofs"
NAMES = ("Binary_Addition", "Bit_Palindrome", "Newton_Magnetic", "Sum_Last2")
BENCH, CHECKS = (ROOT / "tests" / "results" / n for n in ("benchmark.json", "check.json"))


class Tags(HTMLParser):
    """All tags of a page with their attributes, in order."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def all(self, name):
        return [a[name] for _, a in self.found if name in a]


def report(*arguments):
    return CliRunner().invoke(main, ["report", *map(str, arguments)])


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    done = report(*(PROOFS / n for n in NAMES), "--bench", BENCH, "--out", path)
    assert done.exit_code == 0, done.output
    return path


def test_the_page_fetches_nothing(page):
    tags = Tags(page.read_text())
    assert not tags.all("src")
    assert all(ref.startswith("#") for ref in tags.all("href"))
    # the shades beside a figure are an image that stands in the page itself
    assert all(ref.startswith("data:image/png;") for ref in tags.all("xlink:href"))
    assert not {"link", "iframe", "img", "base"} & {tag for tag, _ in tags.found}
    assert not re.search(r"url\((?!#)|@import|fetch\(|https?:", page.read_text())


def test_ids_are_unique_and_every_reference_has_one(page):
    tags = Tags(page.read_text())
    ids = tags.all("id")
    assert len(ids) == len(set(ids))
    used = {ref[1:] for ref in tags.all("href")} | set(
        re.findall(r"url\(#([^)]*)\)", page.read_text())
    )
    assert used <= set(ids)


def test_every_bundle_has_one_line_and_one_section(page):
    text = page.read_text()
    for name in NAMES:
        assert len(re.findall(rf'<a href="#{name}">{name}</a>', text)) == 1
        assert text.count(f"<strong>{name}</strong>") == 1


def test_sections_are_open_where_they_are_few_and_their_anchors_differ(page, tmp_path):
    shutil.copytree(PROOFS / "Sum_Last2", tmp_path / "b" / "Sum_Last2")
    out = tmp_path / "r.html"
    assert report(PROOFS / "Sum_Last2", tmp_path / "b", "--out", out).exit_code == 0
    sections = [attrs for tag, attrs in Tags(out.read_text()).found if tag == "details"]
    few = [(a["id"], "open" in a) for a in sections if a.get("class") == "bundle"]
    assert few == [("Sum_Last2", True), ("Sum_Last2-2", True)]
    many = [a for tag, a in Tags(page.read_text()).found if tag == "details" and "id" in a]
    assert [a["id"] for a in many] == list(NAMES)
    assert not any("open" in a for a in many)


def test_the_engine_is_called_as_the_run_calls_it(tmp_path):
    out = tmp_path / "r.html"
    report(PROOFS / "Add_Mod_3", PROOFS / "Balanced_Parenthesis", "--out", out)
    for name in "Add_Mod_3", "Balanced_Parenthesis":
        about = json.loads((PROOFS / name / "certificate.json").read_text())["how"]
        engine = about.partition(" network with ")[0]
        assert f'data-engine="{escape(engine)}"' in out.read_text()


def test_the_same_bundles_give_the_same_page(page, tmp_path):
    again = tmp_path / "again.html"
    report(*(PROOFS / n for n in NAMES), "--bench", BENCH, "--out", again)
    assert again.read_bytes() == page.read_bytes()


def test_verdicts_appear_only_where_a_file_gives_them(tmp_path):
    bundle, out = PROOFS / "Sum_Last2", tmp_path / "r.html"
    assert report(bundle, "--out", out).exit_code == 0
    assert "1 bundle: claims PROVED 1." in out.read_text()
    assert "Dafny" not in out.read_text().replace("the theorem for Dafny", "")
    checks = json.loads(CHECKS.read_text())
    (entry,) = (b for b in checks["bundles"] if b["folder"].endswith("/Sum_Last2"))
    entry |= {"folder": str(bundle), "status": "failed"}
    (tmp_path / "c.json").write_text(json.dumps({"bundles": [entry]}))
    assert report(bundle, "--checks", tmp_path / "c.json", "--out", out).exit_code == 0
    assert "1 bundle: does not hold 1." in out.read_text()
    assert "dafny: ok" in out.read_text()


@pytest.mark.parametrize("part", ["program", "spec"])
def test_the_verdict_on_another_program_or_specification_is_not_shown(tmp_path, part):
    folder, out = tmp_path / "Sum_Last2", tmp_path / "r.html"
    shutil.copytree(PROOFS / "Sum_Last2", folder)
    report(folder, "--bench", BENCH, "--out", out)
    assert "1 bundle: PROVED 1." in out.read_text()
    certificate = json.loads((folder / "certificate.json").read_text())
    certificate[part]["outputs"] = ["x + old(x1) + 1"]
    (folder / "certificate.json").write_text(json.dumps(certificate))
    assert report(folder, "--bench", BENCH, "--out", out).exit_code in (0, 2)
    assert "1 bundle: claims PROVED 1." in out.read_text()


def test_what_was_checked_before_a_change_is_not_said_of_the_changed_bundle(tmp_path):
    folder, out, said = tmp_path / "Sum_Last2", tmp_path / "r.html", tmp_path / "c.json"
    shutil.copytree(PROOFS / "Sum_Last2", folder)
    checked = CliRunner().invoke(main, ["check", str(folder), "--jobs", "1", "--json"])
    said.write_text(checked.stdout)
    report(folder, "--checks", said, "--out", out)
    assert "1 bundle: holds 1." in out.read_text()
    assert "proof: ok" in out.read_text()
    (folder / "program.py").write_text((folder / "program.py").read_text() + "\n")
    report(folder, "--checks", said, "--out", out)
    assert "1 bundle: changed since its check 1." in out.read_text()
    assert "proof: ok" not in out.read_text()


def test_the_known_failure_of_a_network_is_shown(page):
    theorem = json.loads((PROOFS / "Bit_Palindrome" / "network.json").read_text())
    text = " ".join(page.read_text().split())
    assert f"on which they differ has {len(theorem['failure'])} letters" in text


@pytest.mark.parametrize("text", ["[]", "{", '{"tasks": [1]}', '{"tasks": [{"task": 1}]}', "\x00"])
def test_a_foreign_report_is_one_sentence(tmp_path, text):
    (tmp_path / "b.json").write_text(text)
    for flag in ("--bench", "--checks"):
        done = report(PROOFS / "Sum_Last2", flag, tmp_path / "b.json", "--out", tmp_path / "r.html")
        assert done.exit_code == 2
        assert "is no report of" in done.stderr
        assert not (tmp_path / "r.html").exists()


HOSTILE = '</p><script>alert("1")</script>&amp;\'"'


def test_hostile_names_are_escaped(tmp_path):
    folder = tmp_path / "<img src=x onerror=alert(1)>"
    shutil.copytree(PROOFS / "Binary_Addition", folder)
    certificate = json.loads((folder / "certificate.json").read_text())
    words = [HOSTILE, "$\\frac{1}{2"]
    certificate |= {"says": HOSTILE, "how": HOSTILE, "input_names": [words, words],
                    "output_names": [words]}  # fmt: skip
    (folder / "certificate.json").write_text(json.dumps(certificate))
    (folder / "program.py").write_text(HOSTILE)
    assert report(folder, "--out", tmp_path / "r.html").exit_code == 0
    tags = Tags((tmp_path / "r.html").read_text())
    assert sum(tag == "script" for tag, _ in tags.found) == 1
    assert not tags.all("onerror")
    assert HOSTILE.split(">", maxsplit=1)[0] not in tags.all("aria-label")


def test_a_bundle_that_cannot_be_read_is_on_the_page_and_said(tmp_path):
    broken = tmp_path / "<b>bold"
    shutil.copytree(PROOFS / "Sum_Last2", broken)
    (broken / "certificate.json").write_text("{")
    done = report(broken, PROOFS / "Sum_Last2", "--out", tmp_path / "r.html")
    assert done.exit_code == 2
    assert "certificate.json cannot be read" in done.stderr
    text = (tmp_path / "r.html").read_text()
    assert "unreadable 1" in text
    assert "<b>" not in text


def test_another_network_is_not_shown_as_the_bundles_own(tmp_path):
    folder = tmp_path / "Sum_Last2"
    shutil.copytree(PROOFS / "Sum_Last2", folder)
    shutil.copy(PROOFS / "Sum_Last3" / "network.safetensors", folder)
    done = report(folder, "--out", tmp_path / "r.html")
    assert done.exit_code == 2
    assert "not the network that the certificate names" in done.stderr
    assert "Agree on" not in (tmp_path / "r.html").read_text()


def test_figures_are_written_as_svg_and_pdf(tmp_path):
    report(PROOFS / "Binary_Addition", "--out", tmp_path / "r.html", "--figures", tmp_path / "f")
    kinds = sorted(p.name.partition("_b1_")[2] for p in (tmp_path / "f").iterdir())
    assert kinds == ["automaton.pdf", "automaton.svg", "states.pdf", "states.svg"]
    for path in (tmp_path / "f").iterdir():
        start = path.read_bytes()[:5]
        assert start == (b"%PDF-" if path.suffix == ".pdf" else b"<?xml")


def test_without_matplotlib_a_sentence_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    done = report(PROOFS / "Sum_Last2", "--out", tmp_path / "r.html")
    assert done.exit_code == 2
    assert 'pip install "mips-verify[report]"' in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_every_file_of_a_bundle_has_its_meaning():
    assert set(FILE_SAYS) == {*FILES, *OPTIONAL, ORIGINAL}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p_a <= s_b_1", "<i>a</i><sub>program</sub> ≤ <i>b_1</i><sub>spec</sub>"),
        ("x - (y - z)", "<i>x</i> − (<i>y</i> − <i>z</i>)"),
        ("x < -1 and not y == 2", "<i>x</i> &lt; −1 ∧ ¬(<i>y</i> = 2)"),
        ("(x + 1) // 2 in (0, 1, 2, 7)", "⌊(<i>x</i> + 1) / 2⌋ ∈ {0, …, 2, 7}"),
        ("2 * (x + y) % 3 == 0", "(2 · (<i>x</i> + <i>y</i>)) mod 3 = 0"),
    ],
)
def test_invariants_are_written_as_mathematics(text, shown):
    assert to_mathematics(parse(text, {"p_a", "s_b_1", "x", "y", "z"})) == shown


@given(expressions(("p_a", "s_b", "x")))
def test_mathematics_names_every_variable_and_has_balanced_tags(e):
    tags = []

    class Balance(HTMLParser):
        def handle_starttag(self, tag, attrs):
            tags.append(tag)

        def handle_endtag(self, tag):
            assert tags.pop() == tag

    text = to_mathematics(e)
    Balance().feed(text)
    assert not tags
    assert text.count("<i>") == sum(node.op == "var" for node in children(e))
    assert "<" not in re.sub(r"</?(i|sub)>", "", text)


def test_names_of_values_are_shown_on_the_page(tmp_path):
    letters, answers = ("open", "turn the key"), ("shut", "ajar")
    names = Names(inputs=(letters,), outputs=(answers,), keys=("door",))
    machine = Machine(("x",), ("q",), (0,), (parse("1 - x"),), (parse("q"),))
    domain = Domain(("x",), (0,), (1,))
    subject = Subject("run", "Door", "PROVED", program=machine, domain=domain, names=names)
    section = section_of(subject, "Door", "b1", None)
    assert section.domain == "x in open, turn the key"
    assert section.meanings[0] == "x stands for open = 0, turn the key = 1"
    drawn = section.figures[0].svg_html
    for text in (">shut<", ">ajar<", ">open / ajar<"):
        assert text in drawn


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_state_is_called_as_the_output_that_shows_it_or_the_input_that_it_remembers(p, q):
    names = Names(inputs=(("a", "b"),), outputs=((), ("off", "on")))
    machine = Machine(
        ("x",), ("p", "q", "r"), (p, q, 0),
        (parse("x"), parse("1 - q"), parse("p + q")), (parse("p"), parse("q")),
    )  # fmt: skip
    assert state_words(machine, names) == (("a", "b"), ("off", "on"), ())
