"""The documentation is built as a site, without a warning."""

import subprocess
import sys

import pytest

from tests.docs_pages import PAGES, ROOT

pytest.importorskip("sphinx", reason="the extra `docs` is not installed")


@pytest.mark.slow
def test_the_site_is_built_without_a_warning(tmp_path):
    words = ["-m", "sphinx", "--fail-on-warning", "--quiet", "docs", str(tmp_path)]
    done = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    for page in PAGES.values():
        if page.parent.name == "docs":
            assert (tmp_path / f"{page.stem}.html").is_file()
    reference = (tmp_path / "api.html").read_text()
    assert all(f'id="mips_verify.{name}"' in reference for name in ("api.extract", "save_network"))
