"""Every block of code in the README and in docs/ does what its page says."""

import re
import shutil

import pytest

from tests.docs_folders import GIVEN
from tests.docs_pages import PAGES, Block, Story, blocks, folder_of
from tests.quick import some_slow

# languages of blocks that nothing runs, and what looks after them
NOT_CODE = {
    "mermaid": "a drawing",
    "yaml": "tests/test_ci_pieces.py holds it against action.yml and the hook",
    "{toctree}": "tests/test_docs_site.py builds the site",
    "{eval-rst}": "tests/test_docs_site.py builds the site",
}
# blocks that cannot run here, by page and how they begin, and why
COMPLETES = "it is for the start of a shell; tests/test_completion.py completes"
INSTALLS, OTHER_TOOL = "it installs something", "CI has Dafny 2.3, and cvc5 in Python alone"
NOT_RUN = {
    ("README.md", "make prove"): INSTALLS,
    (
        "README.md",
        "x1 = 0 -> x",
    ): "it shows what the first one prints; tests/test_readme.py compares it",
    ("README.md", "pip install"): INSTALLS,
    ("tutorial.md", "git clone"): INSTALLS,
    ("ci.md", "pip install"): INSTALLS,
    ("report.md", "pip install"): INSTALLS,
    ("bundle.md", "cvc5 --incremental"): OTHER_TOOL,
    ("bundle.md", "dafny verify"): OTHER_TOOL,
    ("cluster.md", "pip install"): INSTALLS,
    ("cluster.md", "mips-verify bench --slurm"): "there is no Slurm; tests/test_workers.py",
    ("terminal.md", 'eval "$('): COMPLETES,
}
# tools of others, and what in a block asks for them; without one, its pages are skipped
TOOLS = {
    "dafny": "^dafny |-dafny\\b",
    "coqc": "^coqc |-rocq\\b",
    "z3": "^z3 |-z3\\b",
    "git": "--since",
}
QUICK = ("python.md",)  # the others start many processes


def left_out(block):
    return [key for key in NOT_RUN if block.page == key[0] and block.first.startswith(key[1])]


def runs(page):
    return [b for b in blocks(page) if b.language not in NOT_CODE and not left_out(b)]


STORIES = [page for page in PAGES if runs(page)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("page", some_slow(STORIES, *sorted(set(STORIES) - set(QUICK))))
def test_every_block_of_a_page_does_what_the_page_says(page, tmp_path, monkeypatch):
    code = "\n".join(block.text for block in runs(page) if block.language == "sh")
    for tool, asks in TOOLS.items():
        if re.search(asks, code, re.MULTILINE) and not shutil.which(tool):
            pytest.skip(f"{page} needs {tool}")
    folder = folder_of(page, tmp_path)
    monkeypatch.chdir(folder)
    story = Story(folder, GIVEN[page](folder) if page in GIVEN else {})
    for block in runs(page):
        story.tell(block)


def test_what_does_not_run_is_in_the_pages():
    everything = [block for page in PAGES for block in blocks(page)]
    assert sorted(key for block in everything for key in left_out(block)) == sorted(NOT_RUN)
    assert set(NOT_CODE) <= {block.language for block in everything}


@pytest.mark.parametrize(
    ("language", "text", "error"),
    [
        ("sh", "exit 3\n", "a page, line 1"),
        ("text", "a\nb\n", "'b' is not printed, or not there"),
        ("python", "assert not 'wrong'\n", ""),
        ("other", "", "nothing says what to do with 'other'"),
    ],
)
def test_a_block_that_does_something_else_is_noticed(language, text, error, tmp_path):
    story = Story(folder_of("python.md", tmp_path), said="b\na\n")
    with pytest.raises(AssertionError, match=error):
        story.tell(Block("a page", 1, language, text))
