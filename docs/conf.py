"""The documentation as a site: ``make docs`` writes it to build/site/."""

from mips_verify import __version__

project = "mips-verify"
author = copyright = "The mips-verify authors"  # noqa: A001 - the name that Sphinx reads
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinxcontrib.mermaid"]
html_theme = "furo"
html_title = f"mips-verify {release}"
myst_heading_anchors = 3  # links to headings, as GitHub makes them
myst_fence_as_directive = ["mermaid"]
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
napoleon_use_ivar = True  # attributes stand in the docstring of their class
