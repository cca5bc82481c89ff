"""The Jinja environment, and the folder of the templates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mips_verify.errors import MipsVerifyError

if TYPE_CHECKING:
    from jinja2 import Environment


def templates_folder() -> Path:
    """The checkout's ``templates/``, or the copy inside the wheel."""
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent / "templates"
    return checkout if checkout.is_dir() else package / "_data" / "templates"


def environment() -> Environment:
    """The Jinja environment, in which a missing value is an error instead of an empty text.

    Only HTML is escaped here, since that would not help other files. Callers that render code must
    make the values harmless first.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,
        autoescape=lambda name: bool(name) and name.endswith((".html", ".html.j2")),  # type: ignore[union-attr]
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(template: str, **values: object) -> str:
    """The text of one template with its values.

    Raises:
        MipsVerifyError: there is no such template.
    """
    from jinja2 import TemplateNotFound

    try:
        found = environment().get_template(template)
    except TemplateNotFound:
        raise MipsVerifyError(
            f"the template {template} is not in {templates_folder()}; reinstall mips-verify"
        ) from None
    return found.render(values)
