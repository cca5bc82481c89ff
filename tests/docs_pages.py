"""The pages of the documentation, and what running one of their blocks of code means.

A page is a story: its blocks run in order, in one folder and one namespace of Python. What a block
means follows from its language:

- ``sh``: bash runs it. It must succeed, or end with the code that a comment ``# exit code N`` says.
- any, where the first line is a comment with the name of a file: that file.
- other ``python`` and ``toml``: Python runs it; it is read as a task.
- ``text``: lines that the block before printed, in this order; ``...`` stands for anything.
"""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from mips_verify.spec.task import read_task

ROOT = Path(__file__).parents[1]
PAGES = {page.name: page for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))}
SECONDS = 600  # after which a block has failed
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"(?:#|//) ([\w-]+\.(?:py|toml|dot))\n")
_CODE = re.compile(r"# exit code (\d+)")
# programs of this environment, under the names that a user types
_TOOLS = {"mips-verify": "-m mips_verify", "pytest": "-m pytest", "python": "", "python3": ""}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: the page, the line on which it begins, its language and its text."""

    page: str
    line: int
    language: str
    text: str

    @property
    def first(self):
        return self.text.partition("\n")[0]

    def __str__(self):
        return f"{self.page}, line {self.line}"


def blocks(page):
    """The fenced blocks of a page, by its name."""
    text = PAGES[page].read_text()
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, *found.groups())
        for found in _FENCE.finditer(text)
    ]


def prose(page):
    """A page without its fenced blocks."""
    return _FENCE.sub("", PAGES[page].read_text())


@dataclass(slots=True)
class Story:
    """A page while it runs: its folder, its names in Python, and what the last block printed."""

    folder: Path
    names: dict = field(default_factory=dict)
    said: str = ""

    def tell(self, block):
        """Run one block; an assertion fails if it does not do what the page says."""
        named = _NAMED.match(block.text)
        if named:
            (self.folder / named[1]).write_text(block.text)
        elif block.language == "sh":
            self._shell(block)
        elif block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(block.text, str(block), "exec"), self.names)
            self.said = out.getvalue()
        elif block.language == "toml":
            read_task(tomllib.loads(block.text), Path(block.page))
        elif block.language == "text":
            self._compare(block)
        else:
            raise AssertionError(f"{block}: nothing says what to do with {block.language!r}")

    def _shell(self, block):
        unset = {"MIPS_VERIFY_TASKS"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.text], cwd=self.folder, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SECONDS, check=False,
            env={n: v for n, v in os.environ.items() if n not in unset} | self._environment(),
        )  # fmt: skip
        self.said = done.stdout
        code = _CODE.search(block.text)
        assert done.returncode == (int(code[1]) if code else 0), f"{block}\n{self.said}"

    def _environment(self):
        tools = self.folder.with_name("tools")
        if not tools.exists():
            tools.mkdir()
            for name, words in _TOOLS.items():
                (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
                (tools / name).chmod(0o755)
        return {
            "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",  # so that stdout and stderr come in the order of a terminal
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def _compare(self, block):
        said = iter(self.said.splitlines())
        for line in block.text.splitlines():
            shown = re.compile(".*".join(map(re.escape, line.rstrip().split("..."))))
            assert any(shown.fullmatch(other.rstrip()) for other in said), (
                f"{block}: {line!r} is not printed, or not there\n{self.said}"
            )


def folder_of(page, where):
    """A new folder for a page, with the committed bundles that the page names, or any two."""
    folder, text = where / "folder", PAGES[page].read_text()
    folder.mkdir()
    named = set(re.findall(r"\bproofs/(\w+)", text)) or (
        {"Max_Seen", "Sum_Last3"} if "proofs" in text else set()
    )
    for bundle in sorted(named):
        if (ROOT / "proofs" / bundle).is_dir():
            shutil.copytree(ROOT / "proofs" / bundle, folder / "proofs" / bundle)
    return folder
