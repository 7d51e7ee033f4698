"""How pages look, and the style that keeps what a student wrote inside its own box.

Without that style a negative margin, a float or a tower of accents could cover the points that
stand above.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape
from markupsafe import Markup
from pygments.formatters import HtmlFormatter

from grader.checking.report.as_html import marked
from grader.checking.report.blocks import number
from grader.classroom.lateness import how_late
from grader.wording import one_line

# `contain` clips, and everything inside is placed within the box. `overflow` does the same in old
# browsers, and lets readers scroll to what is too wide.
STYLE = """
.text_cell_render, .input_area, .output_area, .panel-footer {
  contain: content !important;
  overflow: auto hidden !important;
}
"""
# Every colour of these two has a contrast of 4.5 or more on the background of code.
LIGHT_CODE, DARK_CODE = "xcode", "lightbulb"


@cache
def code_style() -> str:
    """Colours of code on light and on dark pages; paper is light."""
    light, dark = (
        "\n".join(HtmlFormatter(style=style).get_token_style_defs(".highlight"))
        for style in (LIGHT_CODE, DARK_CODE)
    )
    return (
        f"@media print, (prefers-color-scheme: light) {{\n{light}\n}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"
    )


def shortened(text: str, longest: int) -> str:
    """The text with an end, and without half a pair of backticks."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut}{'`' * (cut.count('`') % 2)}…"


def breakable(name: str) -> Markup:
    """A name of code that may be broken after its underscores."""
    return Markup("_<wbr>").join(name.split("_"))


def plural(count: float, one: str, more: str) -> str:
    """The form of a word that fits a number."""
    return one if count == 1 else more


@dataclass(frozen=True)
class Script:
    """A script of ours, and its hash, by which a page's policy lets it run and no other."""

    text: Markup
    digest: str


@cache
def script_of(name: str) -> Script:
    """The script in ``templates``, to be written into a page."""
    text = templates().get_template(name).render()
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Script(Markup(text), f"sha256-{digest}")


@cache
def templates(guest: str = "") -> Environment:
    """Ours, in which everything that is not markup of ours is escaped.

    Parameters
    ----------
    guest : a package with templates of its own, which go first
    """
    packages = filter(None, (guest, "grader.classroom"))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=select_autoescape(default=True),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["marked"] = lambda text: Markup(marked(text))
    environment.filters["points"] = number
    environment.filters["breakable"] = breakable
    environment.filters["plural"] = plural
    environment.filters["how_late"] = how_late
    environment.filters["one_line"] = one_line
    environment.globals["script_of"] = script_of
    return environment
