"""Commands, options, exit codes and figures that the README and docs/ speak of are real."""

import json
import re
import shlex
import tomllib

import pytest

from mips_verify.check.verifiers import NAMES
from mips_verify.cli import main
from mips_verify.commands.options import EXIT_CODES
from tests.docs_pages import PAGES, ROOT, blocks, prose

COMMAND = re.compile(r"(?:^|\s)mips-verify\s+(.*)", re.DOTALL)
# options of other programs: pip, cvc5, pytest, dask
FOREIGN = {
    "--constraint", "--index-url", "--incremental", "--import-mode", "--junitxml", "--nthreads",
    "--port",
}  # fmt: skip
PYTEST = {"--mips-verify", "--mips-verify-fuzz", *(f"--mips-verify-{name}" for name in NAMES)}


def options(command):
    """The options of a command, in all spellings."""
    return {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help"}


def lines(page):
    """What the page types after `mips-verify`, in blocks and within sentences."""
    shell = "\n".join(b.text for b in blocks(page) if b.language == "sh").replace("\\\n", " ")
    typed = [
        part for line in shell.splitlines() for part in re.split(r"&&|\||;|\b(?:if|then)\s", line)
    ]
    quoted = [q.partition(" | ")[0] for q in re.findall(r"`([^`]+)`", prose(page))]
    for text in (*typed, *quoted):
        if found := COMMAND.search(text):
            yield shlex.split(found[1], comments=True)


def split(words):
    """The command in some words, and the options before and after it."""
    known = {w: i for i, w in enumerate(words) if w in main.commands}
    at = min(known.values(), default=len(words))
    before, after = words[:at], words[at + 1 :]
    return words[at] if known else None, *(
        [w.partition("=")[0] for w in part if w.startswith("--")] for part in (before, after)
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_has_the_options_that_it_is_given(page):
    for words in lines(page):
        command, before, after = split(words)
        assert command or words[0].startswith("-"), (page, words)
        assert set(before) <= options(main), (page, words)
        assert set(after) <= options(main.commands.get(command, main)), (page, words)


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_a_page_names_is_one_of_some_command(page):
    known = options(main).union(FOREIGN, PYTEST, *map(options, main.commands.values()))
    text = "\n".join((prose(page), *(b.text for b in blocks(page) if b.language == "sh")))
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", re.sub(r"<!--.*?-->", "", text)))
    # options of the repository's own trials
    trials = set(re.findall(r"--\w+", " ".join(re.findall(r"`python -m tests[^`]*`", text))))
    assert named <= known | trials, (page, named - known - trials)


def test_every_command_is_in_the_readme():
    assert {split(words)[0] for words in lines("README.md")} >= set(main.commands)


def test_a_command_that_is_not_there_would_be_noticed():
    assert split(["chek", "proofs"])[0] is None
    assert split(["check", "proofs", "--cvc6"])[2] == ["--cvc6"]
    assert "--cvc6" not in options(main.commands["check"])


def test_the_exit_codes_are_those_of_the_help():
    rows = re.findall(r"^\| (\d+) \|", prose("verdicts.md"), re.MULTILINE)
    helped = re.findall(r"^ +(\d+) ", EXIT_CODES, re.MULTILINE)
    assert [code for code in rows if int(code) < 128] == helped


def test_the_lines_of_code_to_be_believed_are_as_many_as_said():
    rows = re.findall(r"((?:`[\w./]+`, )*`[\w./]+`) \(([\d,]+) lines\)", prose("bundle.md"))
    assert len(rows) == 5
    for names, said in rows:
        homes = [ROOT / "mips_verify" / name for name in re.findall("`([^`]+)`", names)]
        files = [f for home in homes for f in ([home] if home.is_file() else home.rglob("*.py"))]
        lines = sum(len(f.read_text().splitlines()) for f in files)
        assert int(said.replace(",", "")) == -(-lines // 100) * 100, (names, lines)


def test_what_we_solved_is_what_was_recorded():
    page = prose("published.md")
    for record, says in (
        ("benchmark", r"\| mips-verify \| (\d+) \|"),
        ("adam", r"proved for (\d+) of 62"),
    ):
        rows = json.loads((ROOT / "tests" / "results" / f"{record}.json").read_text())["tasks"]
        assert re.search(says, page)[1] == str(sum(r["status"] == "PROVED" for r in rows))


def test_the_make_targets_exist():
    makefile = (ROOT / "Makefile").read_text()
    for page in PAGES:
        text = "\n".join((prose(page), *(b.text for b in blocks(page))))
        for target in re.findall(r"(?:^|`)make ([a-z-]+)(?=[`\s])", text, re.MULTILINE):
            assert re.search(rf"^[a-z -]*\b{target}\b.*:", makefile, re.MULTILINE), (page, target)


def test_every_extra_that_a_page_installs_exists():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    for page in PAGES:
        for names in re.findall(r"(?:mips-verify|\.)\[([a-z0-9,]+)\]", PAGES[page].read_text()):
            assert set(names.split(",")) <= set(extras), (page, names)
