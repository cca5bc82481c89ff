"""Program texts as HTML with the classes of Pygments, which the page's style colours."""

from __future__ import annotations


def highlighted(text: str) -> str:
    """Python text as escaped HTML; nothing for an empty text.

    Raises:
        ModuleNotFoundError: Pygments is not installed.
    """
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return text and str(highlight(text, PythonLexer(), HtmlFormatter(nowrap=True)))
