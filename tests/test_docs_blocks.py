"""Every block of code in the README and in docs/ does what its page says."""

import pytest

from tests.docs_folders import GIVEN
from tests.docs_pages import PAGES, Story, blocks, folder_of
from tests.quick import some_slow

# languages of blocks that nothing runs, and what looks after them
NOT_CODE = {
    "mermaid": "a drawing",
    "yaml": "tests/test_ci_pieces.py holds it against action.yml and the hook",
    "{toctree}": "tests/test_docs_site.py builds the site",
    "{eval-rst}": "tests/test_docs_site.py builds the site",
    "gitattributes": "settings of git",
}
# blocks that cannot run here, by page and first line, and why
NOT_RUN = {
    ("README.md", "make prove TASK=Sum_Last3   # train a network, read a program out of it, prove the program; seconds"):
        "make sets up an environment of its own; tests/test_readme.py runs the command itself",
}
SLOW = ()


def runs(page):
    return [b for b in blocks(page) if b.language not in NOT_CODE and (page, b.first) not in NOT_RUN]


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("page", some_slow([p for p in PAGES if runs(p)], *SLOW))
def test_every_block_of_a_page_does_what_the_page_says(page, tmp_path, monkeypatch):
    folder = folder_of(page, tmp_path)
    monkeypatch.chdir(folder)
    story = Story(folder, GIVEN[page](folder) if page in GIVEN else {})
    for block in runs(page):
        story.tell(block)


def test_what_does_not_run_is_in_the_pages_and_has_a_reason():
    first = {(page, block.first) for page in PAGES for block in blocks(page)}
    assert set(NOT_RUN) <= first
    assert all(NOT_RUN.values())
    assert set(NOT_CODE) <= {b.language for page in PAGES for b in blocks(page)}
